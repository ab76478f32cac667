"""How labels are laid out against an output: from their shapes, whatever the loss."""

from __future__ import annotations

from enum import StrEnum
from itertools import product

from kerascheck.model.description import Shape
from kerascheck.model.typed import Final

SEVERAL: Final = 1_000_003
"""Stands for an axis of unknown size that nothing else is as long as."""

_MAX_OPEN: Final = 4


class Layout(StrEnum):
    """How the shapes of labels and output match."""

    SAME = "same"  # value against value, (n,) against (n, 1) included
    IDS = "ids"  # one id for each row of units: (n,) against (n, k)
    ID_COLUMN = "id column"  # the same with a last axis of 1: (n, 1) against (n, k)
    ROWS_ON_ONE = "rows on one"  # (n, k) against (n, 1)
    WIDTH = "width"  # (n, j) against (n, k)
    RANK = "rank"  # nothing that squeezing could fix


def layouts(output: Shape, labels: Shape) -> frozenset[Layout]:
    """Return every layout for some size of the axes of the labels that are unknown."""
    open_axes = [i for i, size in enumerate(labels) if i and size is None]
    if not open_axes:
        return frozenset({layout(output, labels)})
    sizes = {1, SEVERAL, *(size for size in output[1:] if size is not None)}
    found = set()
    for chosen in product(sizes, repeat=min(len(open_axes), _MAX_OPEN)):
        filled = list(labels)
        for i, size in zip(open_axes, chosen, strict=False):
            filled[i] = size
        found.add(layout(output, tuple(filled)))
    return frozenset(found)


def layout(output: Shape, labels: Shape) -> Layout:
    """Compare shapes without their batch axes; None matches any size."""
    p, y = output[1:], labels[1:]
    if len(y) == len(p):
        return _same_rank(p, y)
    if len(y) + 1 == len(p) and _match(p[:-1], y):
        return Layout.SAME if p[-1] == 1 else Layout.IDS
    if len(y) == len(p) + 1 and y[-1] == 1 and _match(p, y[:-1]):
        return Layout.SAME
    return Layout.RANK


def _same_rank(p: Shape, y: Shape) -> Layout:
    if _match(p, y):
        return Layout.SAME
    if not _match(p[:-1], y[:-1]):
        return Layout.RANK
    if y[-1] == 1:
        return Layout.ID_COLUMN
    return Layout.ROWS_ON_ONE if p[-1] == 1 else Layout.WIDTH


def _match(p: Shape, y: Shape) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(p, y, strict=True))


def tail_shown(shape: Shape) -> str:
    """Return a shape as messages write it: (samples, 20, 3)."""
    inner = ", ".join("any" if n is None else str(n) for n in shape[1:])
    return f"(samples, {inner})" if inner else "(samples,)"
