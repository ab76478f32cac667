"""A scratch repository of models, as a team has it."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import child, run

__all__ = ["child", "repository", "run"]

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
WRONG = FIXTURES / "parabola-logits-as-probabilities"
RIGHT = FIXTURES / "parabola-right"


@pytest.fixture(autouse=True)
def _no_settings_of_the_caller(monkeypatch):
    for name in ("CI", "GITHUB_STEP_SUMMARY", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


class Repository:
    """A directory with models in models/, which is the current one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "models").mkdir()

    def add(self, name: str, case: Path) -> Path:
        """Copy model and labels of a fixture to models/NAME.keras."""
        to = self.root / "models" / f"{name}.keras"
        shutil.copy(case / "model.keras", to)
        for labels in case.glob("labels.*"):
            shutil.copy(labels, to.with_name(f"{name}.labels{labels.suffix}"))
        return to

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of text."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path)
