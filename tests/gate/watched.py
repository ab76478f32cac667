"""Programs whose every import, run and open file is noted, that of children as well.

An audit hook (PEP 578) is put into the parent by a sitecustomize.py that PYTHONPATH
names, which no child reads; and into a child by an interpreter that starts the real
one with the hook before its first line. kerascheck itself knows nothing of this.
"""

import os
import subprocess
import sys
from ast import literal_eval
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

HOOK = """
import os, sys

def _watch():
    tree = os.environ["WATCHED_TREE"]
    log = os.open(os.environ["WATCHED_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    places = {"open": 0, "compile": 1, "import": 1, "ctypes.dlopen": 0}
    starts = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork",
              "os.spawn", "os.startfile", "pty.spawn")

    def hook(event, arguments):
        if event in places:
            place = arguments[places[event]]
        elif event == "exec":
            place = getattr(arguments[0], "co_filename", None)
        elif event in starts:
            place = None
        else:
            return
        if isinstance(place, bytes):
            place = os.fsdecode(place)
        if event not in starts:
            if not isinstance(place, str) or place.startswith("<"):
                return
            place = os.path.abspath(place)
            if not place.startswith(tree):
                return
        what = (event, place or repr(arguments)[:200], os.getpid())
        os.write(log, (repr(what) + "\\n").encode("utf-8", "backslashreplace"))

    sys.addaudithook(hook)

_watch()
"""

PYTHON = """#!{python} -IS
import os, sys
arguments = sys.argv[1:]
number = next(i for i, a in enumerate(arguments) if not a.startswith("-"))
options, script = arguments[:number], arguments[number]
assert not arguments[number + 1:] and options[:2] == ["-I", "-S"], arguments
code = open({hook!r}).read()
code += "\\nimport runpy\\nrunpy.run_path(%r, run_name='__main__')\\n" % script
os.execv({python!r}, [{python!r}, *options, "-c", code])
"""

SCRIPT = f"""#!{sys.executable}
import sys
from kerascheck.cli import main
if __name__ == "__main__":
    sys.exit(main())
"""
"""As installers write the command, on a path that has kerascheck."""


class Event(NamedTuple):
    """What a process did in the tree, or a process that it started."""

    what: str
    place: str  # below the tree; for a start its arguments
    process: int


class Watched(NamedTuple):
    """How a program ended, and what was noted of it and its children."""

    code: int
    out: str
    err: str
    events: tuple[Event, ...]
    process: int

    @property
    def ran(self) -> set[str]:
        """Files of the tree that were compiled, run or loaded by any process."""
        return {e.place for e in self.events if e.what in _RUNS}

    @property
    def opened(self) -> set[str]:
        """Files of the tree that were opened by any process."""
        return {event.place for event in self.events if event.what == "open"}

    @property
    def started_by_children(self) -> list[Event]:
        """What other processes than the first started."""
        return [
            event
            for event in self.events
            if event.what not in (*_RUNS, "open") and event.process != self.process
        ]


_RUNS = ("compile", "exec", "import", "ctypes.dlopen")


class Watch:
    """Starts programs in a tree and notes what they do in it."""

    def __init__(self, folder: Path, tree: Path) -> None:
        self._tree = tree
        self._folder = folder
        self._hooks = folder / "hooks"
        self._hooks.mkdir()
        hook, python = self._hooks / "hook.py", self._hooks / "python"
        hook.write_text(HOOK)
        customize = f"{HOOK}\nsys.executable = {str(python)!r}\n"
        (self._hooks / "sitecustomize.py").write_text(customize)
        (self._hooks / "usercustomize.py").write_text("")
        python.write_text(PYTHON.format(hook=str(hook), python=sys.executable))
        python.chmod(0o755)
        (folder / "kerascheck").write_text(SCRIPT)

    @property
    def command(self) -> list[str]:
        """The installed command."""
        return [sys.executable, str(self._folder / "kerascheck")]

    def run(self, *words: str, path: str = "", **settings: str) -> Watched:
        """Run a program in the tree.

        Args:
            words: The program and its arguments.
            path: What PYTHONPATH holds besides, "" for nothing.
            settings: Of the environment.
        """
        log = self._folder / "log"
        log.unlink(missing_ok=True)
        python_path = [str(self._hooks), str(self._home), path]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(python_path[: 3 if path else 2]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WATCHED_TREE": str(self._tree),
            "WATCHED_LOG": str(log),
            **settings,
        }
        child = subprocess.Popen(
            words,
            cwd=self._tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, err = child.communicate(timeout=300)
        events = tuple(Event(*literal_eval(line)) for line in _lines(log))
        return Watched(child.returncode, out, err, events, child.pid)

    @property
    def _home(self) -> Path:
        """A folder outside the tree that holds kerascheck."""
        return ROOT


def _lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []
