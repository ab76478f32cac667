"""Fills the parts of README.md that are made: tables, and real output.

A part stands between its kind and `<!-- end -->`. Kinds are `<!-- rules -->`,
`<!-- formats -->`, `<!-- output: COMMAND -->`, and `<!-- trained: COMMAND -->`, whose
output holds seconds and is made anew only on request.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_PART = re.compile(
    r"<!-- (rules|formats|output|trained)(?:: (.+?))? -->\n.*?<!-- end -->", re.DOTALL
)

_FAMILIES = {
    "KC0": "Files",
    "KC1": "Heads and losses",
    "KC2": "Labels",
    "KC3": "Metrics",
    "KC4": "The model as a whole",
}


def filled(text: str, root: Path, *, train: bool = False) -> str:
    """Return README.md with every part made anew; commands run in `root`.

    Args:
        text: README.md.
        root: Folder of the repository.
        train: Run commands that train as well; else their output is left as it is.
    """

    def made(match: re.Match[str]) -> str:
        kind, command = match[1], match[2]
        if kind == "trained" and not train:
            return match[0]
        head = f"<!-- {kind}: {command} -->" if command else f"<!-- {kind} -->"
        tables = {"rules": rules, "formats": formats}
        body = tables[kind]() if kind in tables else output(command, root)
        return f"{head}\n{body}<!-- end -->"

    return _PART.sub(made, text)


def output(command: str, root: Path) -> str:
    """Run one kerascheck command and return it with what it prints, as a block."""
    program, *arguments = shlex.split(command)
    if program != "kerascheck":
        raise ValueError(f"Expected a kerascheck command. Received: {command!r}.")
    done = subprocess.run(
        [sys.executable, "-m", "kerascheck", *arguments],
        cwd=root,
        env=_plain(root),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command} failed: {done.stderr}")
    return f"```console\n$ {command}\n{done.stdout}```\n"


def _plain(root: Path) -> dict[str, str]:
    """Return an environment in which output is the same on every machine."""
    left_out = ("FORCE_COLOR", "CI", "GITHUB_ACTIONS")
    kept = {k: v for k, v in os.environ.items() if k not in left_out}
    wanted = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    return {**kept, **wanted, "PYTHONPATH": str(root)}


def formats() -> str:
    """Return every format of a report as a row of a table."""
    from importlib import import_module

    from kerascheck import reporters

    lines = ["", "| format | is |", "|---|---|"]
    for name in reporters.formats():
        told = import_module(f"{reporters.__name__}.{name}").__doc__ or ""
        first = told.strip().partition("\n")[0].rstrip(".")
        lines.append(f"| `{name}` | {first[:1].lower()}{first[1:]} |")
    return "\n".join([*lines, "", ""])


def rules() -> str:
    """Return every code as rows of tables, one table a family."""
    return "".join(f"{line}\n" for line in _tables())


def _tables() -> Iterator[str]:
    from kerascheck.core.problems import CARDS, FileCard
    from kerascheck.core.rule import Rule
    from kerascheck.rules import all_rules

    cards: list[FileCard | Rule] = [*CARDS, *all_rules()]
    for prefix, title in _FAMILIES.items():
        yield f"\n**{title}**\n"
        yield "| code | name | finds | severity |"
        yield "|---|---|---|---|"
        for card in cards:
            if card.code.startswith(prefix):
                row = (card.code, card.name, card.summary, card.severity)
                yield f"| {' | '.join(row)} |"
    yield ""
