"""Runs what one guide shows, in order, in a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

_NOISE = re.compile(
    r"^(WARNING: All log messages before absl|[IWEF]\d{4} |\d{4}-\d\d-\d\d \d\d:"
    r"|To enable the following instructions).*\n",
    re.MULTILINE,
)
"""What TensorFlow logs, even when it is asked to be quiet."""

_SETTINGS = re.compile(r"KERASCHECK_|GIT|CI(_|$)|(FORCE|NO)_COLOR$")
"""Variables of the caller that change what is printed."""

_HOME = Path(__file__).resolve().parents[1]
"""Where Python finds the kerascheck that runs here."""

_NEXT = "\ncode=$?; printf '\\0'; (exit $code)\n"
"""Ends what one command prints, and leaves its exit code as it was."""


class Session:
    """A folder with a copy of fixtures/, a shell and a Python in it.

    Attributes:
        folder: Where everything runs.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder / "project"
        self._programs = folder / "bin"
        self._cache = folder / "cache"
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self.folder.mkdir()
        if (root / "fixtures").is_dir():
            shutil.copytree(root / "fixtures", self.folder / "fixtures")
        self._programs.mkdir()
        self._offer("python", "")  # `kerascheck` is the installed command

    def write(self, name: str, text: str) -> None:
        """Write a file that the guide shows."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def console(self, text: str) -> str:
        """Run the commands of a block and return it with what they print now.

        Args:
            text: Lines that begin with "$ ", each with its output below; a line that
                ends in a backslash goes on in the next.
        """
        commands = list(_commands(text))
        script = "".join(f"{command[2:]}{_NEXT}" for command in commands)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        *printed, _ = done.stdout.split("\0")
        blocks = [
            f"{command}\n{self._shown(output)}"
            for command, output in zip(commands, printed, strict=True)
        ]
        return "".join(blocks)

    def python(self, text: str) -> str:
        """Run a block with the names of those before it; return what it prints."""
        printed = StringIO()
        code = compile(text, "guide", "exec")
        with self._here(), redirect_stdout(printed):
            exec(code, self._names)  # noqa: S102  (our own guides)
        return self._shown(printed.getvalue())

    @contextmanager
    def _here(self) -> Iterator[None]:
        """Let this process be in the folder, with its files, programs and settings."""
        environment = patch.dict(os.environ, self._environment(), clear=True)
        with chdir(self.folder), environment:
            sys.path.insert(0, str(self.folder))
            try:
                yield
            finally:
                sys.path.remove(str(self.folder))

    def _shown(self, printed: str) -> str:
        quiet = _NOISE.sub("", printed).replace(str(self.folder), ".")
        ended = not quiet or quiet.endswith("\n")
        return quiet if ended else f"{quiet}\n"

    def _offer(self, name: str, arguments: str) -> None:
        path = self._programs / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n')
        path.chmod(0o755)

    def _environment(self) -> dict[str, str]:
        """Return an environment in which output is the same on every machine."""
        kept = {k: v for k, v in os.environ.items() if not _SETTINGS.match(k)}
        paths = (self._programs, Path(sys.executable).parent, kept.get("PATH", ""))
        return {
            **kept,
            "COLUMNS": "80",
            "KERASCHECK_CACHE_DIR": str(self._cache),
            "NO_COLOR": "1",
            "PATH": os.pathsep.join(map(str, paths)),
            "PYTHONPATH": str(_HOME),
            "PYTHONUTF8": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }


@contextmanager
def session(root: Path) -> Iterator[Session]:
    """Open a session for a guide of the repository at `root`."""
    with TemporaryDirectory() as folder:
        yield Session(Path(folder).resolve(), root)


def _commands(text: str) -> Iterator[str]:
    """Yield the commands of a block as they are written, with the lines they go on."""
    command = ""
    for line in text.splitlines():
        if command or line.startswith("$ "):
            command += line
            if line.endswith("\\"):
                command += "\n"
                continue
            yield command
            command = ""
