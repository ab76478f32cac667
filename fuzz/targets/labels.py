"""Label files: measured, and judged under two heads that they may fit."""

from __future__ import annotations

import random

from fuzz.mutators import embedded, json_values, raw
from fuzz.oracle import report_on, sometimes
from kerascheck import kit
from kerascheck.labels.files.load import load_labels
from kerascheck.model.errors import UnreadableLabels
from kerascheck.stores.address import Address

IMPORTS = frozenset({"numpy", "pickle"})  # NumPy imports it

ENDINGS = (".npy", ".npz", ".csv", ".json", ".tsv", ".txt", "")
"""The first byte of an input chooses one."""


def one_input(data: bytes) -> None:
    """Read the rest as the kind of file that the first byte names."""
    if not data:
        return
    found = _labels(data)
    if found is None:
        return
    if sometimes(data):
        assert repr(_labels(data)) == repr(found)
    for measured in found.values():
        classes = measured.classes or 2
        if classes < 1000:
            report_on(
                kit.classifier("softmax", kit.CCE, units=classes, labels=measured)
            )
        report_on(kit.classifier("sigmoid", "bce", metrics=("acc",), labels=measured))


def _labels(data: bytes) -> dict[str | None, kit.Labels] | None:
    address = Address(f"memory://a/labels{ENDINGS[data[0] % len(ENDINGS)]}")
    address.data = data[1:]
    try:
        return load_labels(address)
    except UnreadableLabels as error:
        assert "\n" not in str(error)
        return None


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change JSON and archives as what they are, and anything else as bytes."""
    kind, rest = data[:1], data[1:]
    if rest.startswith(b"PK"):
        return kind + embedded.in_archive(rest, chance, raw.changed)
    if kind == b"\x03":
        return kind + json_values.mutated(rest, chance)
    return data
