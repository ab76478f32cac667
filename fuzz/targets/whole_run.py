"""Runs of the command line over a tree: models, labels, settings, known findings."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr, redirect_stdout

from fuzz.mutators import json_values
from fuzz.oracle import sometimes
from fuzz.trees import files_in, object_in, tree_of
from kerascheck.cli.program import exit_code

IMPORTS = frozenset({"numpy", "pickle"})  # NumPy imports it
MAX_BYTES = 8192

mutated = json_values.mutated

COMMANDS = (
    ("check", "."),
    ("check", ".", "--output-format", "json"),
    ("check", ".", "--locked", "--output-format", "sarif"),
    ("check", ".", "--statistics", "--fail-on", "note"),
    ("check", ".", "--fix", "--unsafe-fixes"),
    ("check", ".", "--diff", "--unsafe-fixes"),
    ("check", ".", "--report", "html=out.html", "--report", "junit=out.xml"),
    ("inspect", "m.keras"),
    ("inspect", "m.json"),
    ("baseline", "write", "."),
    ("baseline", "prune", "."),
    ("check", ".", "--show-settings"),
    ("check", ".", "--show-files"),
    ("explain", "fit.log"),
    ("check", ".", "--output-format", "jsonl"),
    ("check", "m.keras", "--labels", "m.labels.csv", "--task", "binary"),
)
"""The value of "command" is the number of one."""

DOCUMENTED = frozenset({0, 1, 2, 3})
_OF_ATHERIS = re.compile(r"^INFO: Instrumenting .*\n", re.MULTILINE)
"""What it says of a module that is imported during a run."""


def one_input(data: bytes) -> None:
    """Run a command in the tree twice."""
    value = object_in(data)
    if value is None:
        return
    number = value.pop("command", 0)
    number = number if isinstance(number, int) else 0
    command = COMMANDS[number % len(COMMANDS)]
    files = files_in(value)
    ended = _run(command, files)
    if sometimes(data):
        again = _run(command, files)
        assert again == ended, _difference(ended, again)


def _run(command: tuple[str, ...], files: dict[str, bytes]) -> tuple[int, str, str]:
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with tree_of(files), redirect_stdout(out), redirect_stderr(err):
        code = exit_code(list(command))
    said = [_text(out), _text(err)]
    assert code in DOCUMENTED, code
    for text in said:
        assert "Traceback" not in text
        assert "internal error" not in text, text
        assert "a fault of kerascheck" not in text, text
    return code, said[0], _OF_ATHERIS.sub("", said[1])


def _difference(one: object, other: object) -> str:
    first, second = repr(one), repr(other)
    at = next(
        (n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), -1
    )
    return f"{first[max(at - 80, 0) :][:200]} is then {second[max(at - 80, 0) :][:200]}"


def _text(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")
