"""JSON Lines of models in a store are written as the answers come, in order."""

import gc
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kerascheck.cli import streaming
from kerascheck.cli.program import exit_code
from kerascheck.model.description import Description
from tests.stores.http_server import serving

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROOT = FIXTURES.parent
WRONG = FIXTURES / "format-archive-wrong"
MODELS = 300


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "served"
    (folder / "below").mkdir(parents=True)
    for number in range(MODELS // 2):
        shutil.copy(WRONG / "model.keras", folder / f"m{number:03}.keras")
        shutil.copy(WRONG / "model.keras", folder / "below" / f"m{number:03}.keras")
    shutil.copy(WRONG / "labels.npy", folder / "below")
    (folder / "below" / "labels.csv").write_text("0\n1\n")
    (folder / "cut.keras").write_bytes(b"PK\3\4 and no more")
    (folder / ".cache").mkdir()
    return folder


def streamed(*arguments):
    return ["check", *arguments, "--output-format", "jsonl", "--isolated"]


def test_what_is_streamed_is_what_is_written_at_the_end(folder, tmp_path, capsys):
    file = tmp_path / "out.jsonl"
    shutil.copy(WRONG / "model.keras", tmp_path / "local.keras")
    with serving(folder) as server:
        paths = [str(tmp_path / "local.keras"), f"{server.url}/"]
        assert exit_code(streamed(*paths)) == 1
        printed, complaints = capsys.readouterr()
        whole = ["check", *paths, "--isolated", "-s", "--report", f"jsonl={file}"]
        assert exit_code(whole) == 1
    assert printed == file.read_text()
    assert complaints == capsys.readouterr().err
    kinds = [json.loads(line)["type"] for line in printed.splitlines()]
    assert kinds.count("model") == MODELS + 2


def test_lines_are_written_while_other_models_are_not_yet_asked_for(folder):
    with serving(folder, latency=0.01) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "kerascheck", *streamed(f"{server.url}/")],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        first = [json.loads(process.stdout.readline()) for _ in range(2)]
        asked = sum("below/m" in line for line in server.requests)
        rest = process.stdout.read().splitlines()
        assert process.wait(timeout=60) == 1
    assert [line["type"] for line in first] == ["header", "model"]
    assert asked < MODELS // 2
    assert sum(json.loads(line)["type"] == "model" for line in rest) == MODELS


def test_models_that_were_written_are_not_kept(folder, capsys, monkeypatch):
    models = streaming.jsonl.models

    def count():
        return sum(isinstance(one, Description) for one in gc.get_objects())

    before, alive = count(), []

    def counted(part):
        alive.append(count() - before)
        return models(part)

    monkeypatch.setattr(streaming.jsonl, "models", counted)
    with serving(folder) as server:
        exit_code(streamed(f"{server.url}/"))
    capsys.readouterr()
    assert len(alive) > MODELS // 20
    assert max(alive) < 200  # those that are read ahead
