"""Parts of arrays, and what still holds for them."""

from __future__ import annotations

from kerascheck.model.frozen import replace
from kerascheck.readers.source.data.array import Array, all_occur

__all__ = ["Fold", "chosen_of", "fold_of", "long_part_of", "some_of"]


class Fold(Array):
    """An index that takes a part of an array, as mixed as all of it."""

    stratified: bool = False  # has each class that there is, however they are ordered
    shuffled: bool = False


def some_of(array: Array) -> Array:
    """Return what holds for any part of the values, in the same shape."""
    return replace(array, classes=None, dense=False, data=None)


def long_part_of(array: Array) -> Array:
    """Return what holds for many values one after the other."""
    return replace(array, classes=None, data=None, dense=array.dense and array.ids)


def fold_of(array: Array, fold: Fold) -> Array:
    """Return what holds for the part that a fold takes."""
    if not (fold.stratified or fold.shuffled):
        return long_part_of(array)
    return replace(some_of(array), dense=all_occur(array) and array.ids)


def chosen_of(array: Array) -> Array:
    """Return what holds for values that are chosen, maybe by their class."""
    made = some_of(array)
    return replace(made, high=None, values=None) if array.ids else made
