"""README.md and the guides, and the blocks of code in them."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tools.guides import BLOCK, guides

ROOT = Path(__file__).parents[2]
GUIDES = guides(ROOT)
TEXTS = {path: path.read_text(encoding="utf-8") for path in GUIDES}

PAGES = {**TEXTS, **{p: p.read_text(encoding="utf-8") for p in ROOT.glob("*.md")}}
"""Guides, and the other pages at the top of the repository."""

EVERY_PAGE = pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in PAGES]
)
EVERY_GUIDE = pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in GUIDES]
)


class Block(NamedTuple):
    """A block of code in a guide."""

    guide: str
    language: str
    text: str
    file: str | None


BLOCKS = [
    Block(path.stem, found["language"], found["text"], found["file"])
    for path, text in TEXTS.items()
    for found in BLOCK.finditer(text)
]


def every_block(*languages):
    """Run a test on every block in one of these languages."""
    found = [block for block in BLOCKS if block.language in languages]
    return pytest.mark.parametrize(
        "block", [pytest.param(block, id=block.guide) for block in found]
    )
