"""Projects of users, in which pytest runs."""

import shutil
from pathlib import Path

import pytest

from kerascheck.api import check
from kerascheck.in_pytest import activate, fixture, items, paths, summary

LOADED = (fixture, items, paths, activate, summary)
"""What pytest within pytest would otherwise load anew each time."""

WITHOUT = ("-p", "no:hypothesispytest")
"""Switches a plugin off that takes long to load."""

FIXTURES = Path(__file__).parents[2] / "fixtures"


class Project:
    """A project in a folder of its own, which is the current one."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.path = pytester.path
        self._pytester = pytester

    def add(self, name: str, case: str) -> Path:
        """Copy the model of a fixture to NAME, and its labels beside it."""
        to = self.path / name
        to.parent.mkdir(parents=True, exist_ok=True)
        (model,) = (FIXTURES / case).glob("model*")
        if model.is_dir():
            shutil.copytree(model, to)
        else:
            shutil.copy(model, to)
        for labels in (FIXTURES / case).glob("labels.*"):
            shutil.copy(labels, to.parent / f"{to.stem}.labels{labels.suffix}")
        return to

    def file(self, name: str, text: str) -> Path:
        """Write a file of text."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def test(self, body: str) -> None:
        """Write a file of tests."""
        self.file("test_it.py", body)

    def run(self, *options: str) -> pytest.RunResult:
        """Run pytest in this process."""
        return self._pytester.runpytest_inprocess(*WITHOUT, *options)

    def run_apart(self, *options: str) -> pytest.RunResult:
        """Run pytest in a process of its own."""
        return self._pytester.runpytest_subprocess(*WITHOUT, *options)


@pytest.fixture(scope="session", autouse=True)
def _numpy_is_loaded():
    """Load all that a check of a model with labels does; numpy loads but once."""
    assert check(str(FIXTURES / "parabola-right")).ok


@pytest.fixture
def project(pytester, monkeypatch):
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    return Project(pytester)


@pytest.fixture
def wrong(project):
    """A project with a model that takes logits for probabilities, KC101."""
    project.add("models/a.keras", "parabola-logits-as-probabilities")
    return project


@pytest.fixture
def right(project):
    """A project with a model in which nothing is found."""
    project.add("models/a.keras", "parabola-right")
    return project
