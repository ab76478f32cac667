"""The picture of an editor in docs/editors.md: Neovim with the server, as SVG.

Neovim runs in tmux with the configuration that the guide shows, and the screen is taken
when the server has answered. Needs both programs and the extra `editor`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

from tools.terminal_picture import COLUMNS, svg

ROOT: Final = Path(__file__).resolve().parents[1]
ROWS: Final = 27
GUIDE: Final = "docs/editors.md"
PROGRAM: Final = """\
import keras

model = keras.Sequential([
    keras.Input((20,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="softmax"),
])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
"""
_QUIET: Final = "set noswapfile shortmess+=I number notermguicolors"
_SECONDS: Final = 60.0
_SGR: Final = re.compile(r"\x1b\[([0-9;:]*)m")
_LUA: Final = re.compile(r"```lua\n(.*?)```", re.DOTALL)


def editor(root: Path) -> str:
    """Return the picture of a session, with the page of a finding open."""
    with neovim(root) as screen:
        screen.wait("softmax over")
        screen.type("6G", "K")
        screen.wait("since: 0.1")
        return svg("nvim train.py", list(absolute(screen.painted().split("\n"))))


class Screen:
    """A terminal in tmux."""

    def __init__(self, socket: Path) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", os.devnull]

    def run(self, *arguments: str) -> str:
        """Run a command of tmux and return what it prints."""
        done = subprocess.run(
            [*self._tmux, *arguments],
            check=True,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        """Press keys, or type texts."""
        for key in keys:
            self.run("send-keys", key)

    def text(self) -> str:
        """Return what is on the screen."""
        return self.run("capture-pane", "-p")

    def painted(self) -> str:
        """Return what is on the screen, with its colours."""
        return self.run("capture-pane", "-e", "-p").rstrip("\n")

    def wait(self, words: str, *, gone: bool = False) -> None:
        """Wait until words are on the screen, or are gone.

        Raises:
            TimeoutError: They are not, after a minute.
        """
        end = monotonic() + _SECONDS
        while (words in self.text()) is gone:
            if monotonic() > end:
                raise TimeoutError(f"{words!r}\n{self.text()}")
            sleep(0.1)


@contextmanager
def neovim(root: Path) -> Iterator[Screen]:
    """Open a program in Neovim, set up as the guide of the repository at `root` says.

    Raises:
        FileNotFoundError: Neovim or tmux is not installed.
    """
    found = _LUA.search((root / GUIDE).read_text(encoding="utf-8"))
    assert found is not None
    with TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        (folder / "init.lua").write_text(found[1], encoding="utf-8")
        project = folder / "project"
        project.mkdir()
        (project / "train.py").write_text(PROGRAM, encoding="utf-8")
        command = ["nvim", "-u", str(folder / "init.lua"), "--cmd", _QUIET, "train.py"]
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        settings = ["env", f"PATH={path}", f"HOME={folder}", f"PYTHONPATH={root}"]
        screen = Screen(folder / "tmux")
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        started = shlex.join([*settings, *command])
        screen.run("new-session", "-d", *size, "-c", str(project), started)
        try:
            yield screen
        finally:
            screen.run("kill-server")


def absolute(lines: list[str]) -> Iterator[str]:
    """Yield lines whose codes of colour say all that holds from there on.

    tmux says only what changes, also from line to line.
    """
    colour, bold = "", False
    for line in lines:
        text, last = "", 0
        for found in _SGR.finditer(line):
            code = _code(colour, bold=bold)
            text += _after(text, line[last : found.start()], code)
            last = found.end()
            for one in (found[1] or "0").split(";"):
                if one == "0":
                    colour, bold = "", False
                elif one == "1":
                    bold = True
                elif one == "39":
                    colour = ""
                elif one in _COLOURS:
                    colour = _COLOURS[one]
        yield (text + _after(text, line[last:], _code(colour, bold=bold))).rstrip()


_COLOURS: Final = {
    str(base + number): str(30 + number) for base in (30, 90) for number in range(8)
}
"""Codes of plain and bright colours -> that of the plain one."""


def _after(before: str, text: str, code: str) -> str:
    """Return a text with its code; blanks that begin a line have none."""
    if not text or not (before.strip() or text.strip()):
        return text
    if before.strip():
        return code + text
    blanks = len(text) - len(text.lstrip())
    return text[:blanks] + code + text[blanks:]


def _code(colour: str, *, bold: bool) -> str:
    return f"\x1b[{';'.join(filter(None, ('0', '1' if bold else '', colour)))}m"
