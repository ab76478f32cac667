"""Running the command line in this process and in one of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from kerascheck.cli.program import exit_code

ROOT = Path(__file__).parents[2]


class Ran(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys):
    """Run the command line in this process."""

    def run(*arguments: str) -> Ran:
        code = exit_code(list(arguments))
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def child(tmp_path):
    """Run Python in a process of its own, without the caller's colour settings."""
    told = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING", "PYTHONUTF8")

    def child(*arguments: str, cwd: Path = tmp_path, **settings) -> Ran:
        environment = {k: v for k, v in os.environ.items() if k not in told}
        environment |= {"PYTHONPATH": str(ROOT), **settings.pop("env", {})}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            **settings,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return child
