"""Configuration files."""

from __future__ import annotations

import random

from fuzz.mutators import lines
from kerascheck.model.errors import UsageError
from kerascheck.settings.parse import (
    _IGNORE_KEYS,
    _KEYS,
    _MODEL_KEYS,
    has_our_table,
    parsed,
)
from kerascheck.settings.settings import SHARED_FILE
from kerascheck.suppress.rule_selection import select_rules

MAX_BYTES = 2048

LINES = tuple(
    line.encode()
    for line in (
        *(f"{key} = " for key in (*_KEYS, *_IGNORE_KEYS, *_MODEL_KEYS)),
        '[per-model-ignores."a/*.keras"]',
        '[[per-model-ignores."*"]]',
        '[models."m.keras"]',
        "[levels]",
        "[tool.kerascheck]",
        "[tool.kerascheck.levels]",
    )
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change lines, and bring in others with the keys that there are."""
    return lines.mutated(data, chance, LINES)


def one_input(data: bytes) -> None:
    """Read a file of our own, and the same text as a pyproject.toml."""
    for path in ("kerascheck.toml", SHARED_FILE):
        try:
            settings = parsed(path, data, path)
        except UsageError as error:
            assert "\n" not in str(error)
            continue
        try:
            select_rules(settings)
        except UsageError:
            continue
        assert parsed(path, data, path) == settings
        if path == SHARED_FILE:
            assert has_our_table(path, data, path)
