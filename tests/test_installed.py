"""The wheel in an environment of its own does what README.md and guides show."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import TEXTS
from tools.guides import BLOCK
from tools.installed import InstalledSession, environment, install, wheel

ROOT = Path(__file__).parents[1]
README = TEXTS[ROOT / "README.md"]

WITHOUT_KERAS = ("README", "getting-started", "programs", "index", "own-rules")
"""Guides whose commands need neither Keras nor pytest."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """Install the wheel, and return the folder of its environment's programs."""
    folder = tmp_path_factory.mktemp("installed")
    programs = environment(folder / "venv")
    install(programs, wheel(folder))
    return programs


@pytest.fixture
def session(programs, tmp_path):
    return InstalledSession(tmp_path, programs)


def test_the_command_is_that_of_the_wheel(session):
    where = "$ python -c 'import kerascheck; print(kerascheck.__file__)'\n"
    shown = session.console(where).splitlines()[-1]
    assert "/venv/" in shown
    assert str(ROOT) not in shown


@pytest.mark.parametrize("name", WITHOUT_KERAS)
def test_a_guide_shows_what_the_installed_command_prints(session, name):
    (path,) = (path for path in TEXTS if path.stem == name)
    ran = 0
    for block in BLOCK.finditer(TEXTS[path]):
        if block["file"]:
            session.write(block["file"], block["text"])
        elif block["language"] == "console" and not block["trained"]:
            assert session.console(block["text"]) == block["text"]
            ran += 1
    assert ran


def commands():
    """Yield the lines of README.md that only name a command of kerascheck."""
    for block in BLOCK.finditer(README):
        if block["language"] in ("sh", "bash"):
            for line in block["text"].splitlines():
                if line.startswith("kerascheck "):
                    yield line.partition("#")[0].strip()


def test_readme_names_these_commands():
    assert len(list(commands())) >= 6


@pytest.mark.parametrize("command", list(commands()))
def test_a_command_of_readme_runs(programs, tmp_path, command):
    fixture = ROOT / "fixtures/heads-relu"
    for name, to in (("model.keras", "model.keras"), ("labels.npy", "y_test.npy")):
        shutil.copy(fixture / name, tmp_path / to)
    shutil.copytree(ROOT / "fixtures/heads-relu", tmp_path / "models")
    shutil.copy(ROOT / "fixtures/script/train.py", tmp_path)
    done = subprocess.run(
        [programs / "kerascheck", *shlex.split(command)[1:]],
        cwd=tmp_path,
        env={**os.environ, "KERASCHECK_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    found = not re.search("inspect|rule", command)
    assert done.returncode == found, done.stderr
    assert done.stdout
    assert "Traceback" not in done.stderr
