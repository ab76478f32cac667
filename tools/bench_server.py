"""How fast the server of editors answers, as a client on its pipes sees it.

Start: from the start of the process to the answer to `initialize`, against a process
that imports pygls's server and ends, and against a server of pygls without features.
First: from that answer to the diagnostics of a program that is opened. Edit: from a
change of one line in a program of 500 lines, after a pause, to its diagnostics.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any, Final

from kerascheck.model.frozen import Frozen
from tools.bench_source import program_of_100_lines
from tools.bench_static import median_seconds

PACKAGE_PARENT: Final = Path(__file__).resolve().parents[1]
IMPORT: Final = [sys.executable, "-c", "import pygls.lsp.server"]
SERVER: Final = [sys.executable, "-m", "kerascheck", "server"]
EMPTY: Final = [
    *(sys.executable, "-c"),
    "from pygls.lsp.server import LanguageServer; "
    "LanguageServer('empty', '1').start_io()",
]

EDITED: Final = "# edited"
PAUSE: Final = 0.3
"""Seconds between edits, so that each is the first after a pause."""


class Effort(Frozen):
    """How much to measure."""

    runs: int = 15  # of each command
    edits: int = 25


def bench(effort: Effort, say: Callable[[str], None]) -> None:
    """Measure everything and say it: a line a figure, at the end one line of JSON."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        starts: dict[str, list[float]] = {"server": [], "empty": []}
        imports, firsts = [], []
        for _ in range(effort.runs):  # in turn, so that noise meets all alike
            imports.append(median_seconds({"import": IMPORT}, 1)["import"])
            starts["empty"].append(_started(EMPTY, folder).seconds)
            once = _started(SERVER, folder, first=True)
            starts["server"].append(once.seconds)
            firsts.append(once.first)
        answers = _answers(folder, effort.edits)
    imported, start = median(imports), median(starts["server"])
    figures: dict[str, Any] = {
        "benchmark": "server",
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "import of pygls's server, seconds": round(imported, 4),
        "empty server, seconds to its answer": round(median(starts["empty"]), 4),
        "start, seconds to the answer": round(start, 4),
        "start / import": round(start / imported, 2),
        "start / empty server": round(start / median(starts["empty"]), 2),
        "first diagnostics, seconds after initialize": round(median(firsts), 4),
        **{name: round(median(each), 4) for name, each in answers.items()},
    }
    for name, value in figures.items():
        if isinstance(value, float | int):
            say(f"{name:<60}{value:>10}")
    say(json.dumps(figures))


class _Start(Frozen):
    seconds: float
    first: float = 0.0


class Client:
    """The other end of the pipes of a server."""

    def __init__(self, command: list[str], folder: Path) -> None:
        """Start a server in a folder."""
        path = os.environ | {"PYTHONPATH": str(PACKAGE_PARENT)}
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._folder = folder
        self._number = 0

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def notify(self, method: str, **params: object) -> None:
        """Send what has no answer."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: object) -> Any:
        """Send a request and return its answer."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == number)

    def initialize(self) -> None:
        """Say hello."""
        root = self._folder.as_uri()
        folders = [{"uri": root, "name": "project"}]
        self.ask(
            "initialize",
            processId=None,
            rootUri=root,
            workspaceFolders=folders,
            capabilities={},
        )

    def wait(self, holds: Callable[[Mapping[str, Any]], bool]) -> Any:
        """Return the first message of the server of which something holds."""
        while True:
            message = self._receive()
            if holds(message):
                return message

    def _send(self, message: Mapping[str, object]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def _receive(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None
        size = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        if not size:
            raise RuntimeError("the server ended")
        message: Mapping[str, Any] = json.loads(self._process.stdout.read(size))
        return message


def _started(command: list[str], folder: Path, *, first: bool = False) -> _Start:
    start = perf_counter()
    with Client(command, folder) as client:
        client.initialize()
        answered = perf_counter()
        if not first:
            return _Start(seconds=answered - start)
        client.notify("initialized")
        _open(client, folder, program_of_100_lines(1))
        shown = perf_counter()
        return _Start(seconds=answered - start, first=shown - answered)


def _open(client: Client, folder: Path, text: str) -> str:
    uri = (folder / "train.py").as_uri()
    client.notify(
        "textDocument/didOpen",
        textDocument={"uri": uri, "languageId": "python", "version": 1, "text": text},
    )
    client.wait(is_published)
    return uri


def is_published(message: Mapping[str, Any]) -> bool:
    """Say whether a message shows diagnostics."""
    return message.get("method") == "textDocument/publishDiagnostics"


def program_of_500_lines() -> str:
    """Return a program of five networks, one of them wrong."""
    parts = [program_of_100_lines(number) for number in range(5)]
    return "".join(parts).replace("softmax", "sigmoid", 1) + f"{EDITED}\n"


def _answers(folder: Path, edits: int) -> dict[str, list[float]]:
    """Return the seconds of each answer in a program of 500 lines."""
    text = program_of_500_lines()
    edit: list[float] = []
    hover: list[float] = []
    actions: list[float] = []
    with Client(SERVER, folder) as client:
        client.initialize()
        client.notify("initialized")
        uri = _open(client, folder, text)
        for version in range(2, edits + 2):
            sleep(PAUSE)
            changed = text.replace(EDITED, f"{EDITED} {version}")
            start = perf_counter()
            client.notify(
                "textDocument/didChange",
                textDocument={"uri": uri, "version": version},
                contentChanges=[{"text": changed}],
            )
            shown = client.wait(is_published)["params"]["diagnostics"]
            edit.append(perf_counter() - start)
            place = shown[0]["range"]
            here = {"textDocument": {"uri": uri}}
            start = perf_counter()
            client.ask("textDocument/hover", **here, position=place["start"])
            hover.append(perf_counter() - start)
            start = perf_counter()
            context = {"diagnostics": shown}
            client.ask("textDocument/codeAction", **here, range=place, context=context)
            actions.append(perf_counter() - start)
    return {
        "edit in 500 lines, seconds to its diagnostics": edit,
        "hover, seconds": hover,
        "code actions, seconds": actions,
    }
