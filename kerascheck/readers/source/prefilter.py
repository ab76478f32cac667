"""Which files of Python may compile a model, by their bytes alone.

Ten thousand files that do not name Keras are to cost next to nothing: each is opened
once, read and searched for two words, and nothing of the interpreter is imported.
"""

from __future__ import annotations

import os
import re
from stat import S_ISREG

from kerascheck.model.typed import Final
from kerascheck.trust.unchanged import OPEN_FLAGS

__all__ = ["MAX_BYTES", "may_compile", "names_keras"]

MAX_BYTES: Final = 20_000_000
"""Bytes that are searched; what is larger is not read as a program anyway."""

_KERAS: Final = (b"keras", b"Keras", b"tensorflow")
_COMPILED: Final = re.compile(rb"\.(?:compile|fit|fit_generator)\s{0,9}\(")
_OURS: Final = re.compile(rb"\.compile\s{0,9}\((?=[^#]{0,200}?\b(?:loss|optimizer)\b)")
"""A call in a program that gets its model from elsewhere."""


def may_compile(path: str) -> bool:
    """Say whether the program at `path` may compile a model of Keras, or train one.

    Raises:
        OSError: It cannot be opened.
    """
    if not S_ISREG(os.stat(path).st_mode):
        return False
    descriptor = os.open(path, OPEN_FLAGS)
    try:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode):
            return False
        data = os.read(descriptor, min(status.st_size, MAX_BYTES))
    finally:
        os.close(descriptor)
    return names_keras(data)


def names_keras(data: bytes) -> bool:
    """Say whether the bytes of a program are those of one that may compile a model.

    Words are looked for one by one, which is several times faster than a pattern.
    """
    if b".compile" not in data and b".fit" not in data:
        return False
    if any(word in data for word in _KERAS):
        return _COMPILED.search(data) is not None
    if b"loss" not in data and b"optimizer" not in data:
        return False
    return _OURS.search(data) is not None
