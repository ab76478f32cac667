"""kerascheck as users have it: its wheel, in an environment with nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.session import Session

ROOT = Path(__file__).resolve().parents[1]

BUILD = ("-m", "hatchling", "build", "-t", "wheel", "-d")
INSTALL = ("-m", "pip", "install", "-q", "--disable-pip-version-check")


def wheel(folder: Path) -> Path:
    """Build the wheel in a folder and return it."""
    subprocess.run(
        [sys.executable, *BUILD, str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    (built,) = folder.glob("*.whl")
    return built


def environment(folder: Path) -> Path:
    """Make an empty environment and return its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts" if os.name == "nt" else "bin")


def install(programs: Path, built: Path) -> None:
    """Install the wheel, and what it requires, into an environment."""
    subprocess.run([str(programs / "python"), *INSTALL, str(built)], check=True)


class InstalledSession(Session):
    """A folder whose shell finds the installed command, and nothing of this checkout.

    Args:
        folder: Where everything runs.
        programs: Those of the environment.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        super().__init__(folder, ROOT)
        self._installed = programs

    def _environment(self) -> dict[str, str]:
        usual = super()._environment()
        del usual["PYTHONPATH"]
        path = os.pathsep.join((str(self._installed), os.defpath))
        return {**usual, "PATH": path}
