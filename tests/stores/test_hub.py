"""Repositories of Hugging Face, on a loopback server that HF_ENDPOINT names."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stores.hub import hub

pytestmark = pytest.mark.remote

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROOT = FIXTURES.parent


def checked(endpoint, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "kerascheck", *arguments, "--output-format", "json"],
        env={**os.environ, "HF_ENDPOINT": endpoint, "HF_TOKEN": "hunter2"},
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "hunter2" not in done.stdout + done.stderr
    return done


def test_a_repository_is_searched(tmp_path):
    shutil.copytree(FIXTURES / "format-archive-wrong", tmp_path / "archive")
    shutil.copytree(FIXTURES / "format-folder-wrong", tmp_path / "folder")
    (tmp_path / "README.md").write_text("wine")
    with hub(tmp_path) as (endpoint, requests):
        done = checked(endpoint, "hf://us/wine", "--isolated")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    paths = [model["path"] for model in report["models"]]
    assert paths == ["hf://us/wine/archive/model.keras", "hf://us/wine/folder/model"]
    assert all(model["heads"][0]["labels"] for model in report["models"])
    assert sum("/resolve/" in line for line in requests) < 12


def test_a_file_and_a_revision_may_be_named(tmp_path):
    shutil.copy(FIXTURES / "format-archive-wrong" / "model.keras", tmp_path)
    with hub(tmp_path) as (endpoint, _):
        done = checked(endpoint, "hf://us/wine@main/model.keras", "--isolated")
        missing = checked(endpoint, "hf://us/wine/none.keras", "--isolated")
    assert done.returncode == 1, done.stderr
    (model,) = json.loads(done.stdout)["models"]
    assert model["path"] == "hf://us/wine@main/model.keras"
    assert "no such object" in missing.stdout


CHANGE = """
import sys
from pathlib import Path
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.remote.find import find_remote
from kerascheck.stores.address import Address
for url in ("hf://us/wine", "hf://us/wine/model.keras"):
    (model,) = find_remote([Address(url)])
    assert model.read().heads
    path = Path(sys.argv[1])
    path.write_bytes(path.read_bytes()[:-2] + b"\\1\\0-")
    try:
        model.read()
    except UnreadableModel as error:
        print(error.kind, error)
    path.write_bytes(path.read_bytes()[:-3] + b"\\0\\0")
    assert model.read().heads
    data = bytearray(path.read_bytes())
    data[11] ^= 1  # the time in a header
    path.write_bytes(data)
    try:
        model.read()
    except UnreadableModel as error:
        print(error.kind, error)
"""


def test_a_file_that_changes_after_the_listing_is_a_finding(tmp_path):
    shutil.copy(FIXTURES / "format-archive-wrong" / "model.keras", tmp_path)
    with hub(tmp_path) as (endpoint, _):
        done = subprocess.run(
            [sys.executable, "-c", CHANGE, str(tmp_path / "model.keras")],
            env={**os.environ, "HF_ENDPOINT": endpoint, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    size = (FIXTURES / "format-archive-wrong" / "model.keras").stat().st_size
    grew = f"it grew from {size} to {size + 1} bytes"
    written = "it was written to"
    lines = done.stdout.splitlines()
    assert len(lines) == 4
    for line, words in zip(lines, (grew, written) * 2, strict=True):
        assert f"changed while it was read: {words}; check it again" in line
