"""Renews the tables and the output in README.md and docs/*.md.

The blocks of a guide run from top to bottom, in one folder that holds a copy of
fixtures/ and nothing else:

- ```console: bash runs each line that begins with "$ "; what it prints is below it;
- ```python: Python runs it, and names stay from block to block; what it prints is in a
  ```text block right after it;
- a block of any language right after a line "`NAME`:" is written to that file;
- others, also ```bash and ```sh, are shown and never run. Tests check that toml, yaml,
  json and shell are right.

A line `<!-- trained -->` before a block says that it takes long or needs Keras: it runs
on request alone, so later blocks must not depend on it. Seconds may differ. Tables that
are made are between `<!-- NAME -->`, one of `tools.tables.TABLES`, and `<!-- end -->`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from tools.session import Session, session
from tools.tables import TABLES

BLOCK = re.compile(
    r"(?P<trained>^<!-- trained -->\n)?"
    r"(?:^`(?P<file>[^`\n]+)`:\n\n)?"
    r"^(?P<fence>`{3,})(?P<language>\w+)\n(?P<text>.*?)^(?P=fence)$"
    r"(?P<printed>\n\n```text\n.*?^```$)?",
    re.MULTILINE | re.DOTALL,
)

_SECONDS = re.compile(r"\b\d+(?:\.\d+)? ?m?s\b")
"""How long something took: if nothing else differs, a block stays as it is."""

_TABLE = re.compile(rf"<!-- ({'|'.join(TABLES)}) -->\n.*?<!-- end -->", re.DOTALL)


def guides(root: Path) -> list[Path]:
    """Return README.md and every guide of the repository at `root`."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def filled(text: str, root: Path, *, train: bool = False) -> str:
    """Return a guide with every table and every output renewed.

    Args:
        text: The guide.
        root: Folder of the repository.
        train: Also run blocks that take long; otherwise they stay as they are.
    """
    text = _TABLE.sub(_table, text)
    if not any(_runs(block) for block in BLOCK.finditer(text)):
        return text
    with session(root) as here:
        return BLOCK.sub(lambda block: _made(block, here, train=train), text)


def stale(
    root: Path, names: Collection[str] = (), *, train: bool = False
) -> Mapping[Path, str]:
    """Return the guides that are out of date, each with what it should be.

    Args:
        root: Folder of the repository.
        names: Of guides, without ".md"; by default all.
        train: Also run blocks that take long.
    """
    found = {}
    for path in guides(root):
        if names and path.stem not in names:
            continue
        text = path.read_text(encoding="utf-8")
        fresh = filled(text, root, train=train)
        if fresh != text:
            found[path] = fresh
    return found


def _table(part: re.Match[str]) -> str:
    return f"<!-- {part[1]} -->\n{TABLES[part[1]]()}<!-- end -->"


def _runs(block: re.Match[str]) -> bool:
    return block["file"] is not None or block["language"] in ("console", "python")


def _made(block: re.Match[str], here: Session, *, train: bool) -> str:
    fresh = _fresh(block, here, train=train)
    same = _SECONDS.sub("0 s", fresh) == _SECONDS.sub("0 s", block[0])
    return block[0] if same else fresh


def _fresh(block: re.Match[str], here: Session, *, train: bool) -> str:
    if block["file"]:
        here.write(block["file"], block["text"])
        return block[0]
    if block["trained"] and not train:
        return block[0]
    if block["language"] == "console":
        return _with_text(block, here.console(block["text"]))
    if block["language"] == "python":
        return _with_output(block, here.python(block["text"]))
    return block[0]


def _with_text(block: re.Match[str], text: str) -> str:
    if block["fence"] in text.splitlines():
        raise ValueError(f"Expected a longer fence around {text[:60]!r}…")
    whole, start = block.string, block.start("text")
    before, after = whole[block.start() : start], whole[block.end("text") : block.end()]
    return f"{before}{text}{after}"


def _with_output(block: re.Match[str], printed: str) -> str:
    code = block[0].removesuffix(block["printed"] or "")
    return f"{code}\n\n```text\n{printed}```" if printed else code
