"""Entries of the cache of trainings, whose digest fits whatever they hold."""

from __future__ import annotations

import json
from typing import Any

from fuzz.mutators import json_values
from kerascheck.confirm.cache import CachedResults, _digest
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.model.description import Encoding

SETUP = Setup(
    units=1,
    activation="sigmoid",
    loss=Part(name="BinaryCrossentropy"),
    labels=LabelForm(encoding=Encoding.BINARY),
    class_weight=((0, 1.0), (1, 2.5)),
    metrics=(Part.of("AUC", from_logits=True),),
)
CONDITIONS = {"backend": "tensorflow", "device": "cpu", "seeds": 3}

mutated = json_values.mutated


class Entry:
    """A cache with one entry, whatever it is asked for."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.written: bytes | None = None
        self.ignored: list[str] = []

    def read(self, name: str) -> bytes:
        """Return the entry."""
        return self.data

    def write(self, name: str, data: bytes) -> None:
        """Keep what is written."""
        self.written = data

    def ignore(self, name: str, why: str) -> None:
        """Note that the entry is not used."""
        self.ignored.append(why)


def one_input(data: bytes) -> None:
    """Read the entry as it is, and its result under the right key and digest."""
    _require_sound(data)
    try:
        value = json.loads(data)
        key: list[Any] = [SETUP.to_dict(), CONDITIONS]
        digest = _digest(key, value)
        text = json.dumps({"key": key, "result": value, "digest": digest})
    except (ValueError, RecursionError):
        return
    _require_sound(text.encode())


def _require_sound(data: bytes) -> None:
    """Read an entry; what is read is written, and read again, as it was."""
    entry: Any = Entry(data)
    result = CachedResults(entry, CONDITIONS).get(SETUP)
    if result is None:
        assert all("\n" not in why for why in entry.ignored)
        return
    CachedResults(entry, CONDITIONS).put(result)
    again: Any = Entry(entry.written)
    assert repr(CachedResults(again, CONDITIONS).get(SETUP)) == repr(result)
