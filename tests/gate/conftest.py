"""A scratch repository of models, as a team has it."""

import shutil
import subprocess
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
        (root / "models").mkdir(exist_ok=True)

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


def commit(at: Path) -> str:
    """Commit all that a folder holds and return the revision."""
    git(at, "init", "-q")
    git(at, "add", ".")
    git(at, "commit", "-q", "-m", "change")
    return git(at, "rev-parse", "HEAD").stdout.strip()


def git(at: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run git in a folder, as somebody."""
    names = ("user.name=a", "user.email=a@example.org", "commit.gpgsign=false")
    settings = [part for name in names for part in ("-c", name)]
    return subprocess.run(
        ["git", *settings, *arguments],
        cwd=at,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path)
