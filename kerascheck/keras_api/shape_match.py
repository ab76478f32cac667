"""What `fit` makes of an output, labels and a loss or metric: from their shapes alone.

Source: `squeeze_or_expand_to_same_rank`, the losses and the backends' `nn` of Keras
3.15.1, and `match_dtype_and_rank`, `squeeze_or_expand_dimensions` and `backend` of
tf_keras 2.21. `python -m tools shapes` asks both for the table that the tests hold this
module to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import product
from math import prod

from kerascheck.model.description import Head, Loss, LossKind, Shape
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final, TypeAlias, TypeVar

__all__ = [
    "BATCH",
    "KERAS_3",
    "RAISES",
    "Axes",
    "KerasUsed",
    "Match",
    "Outcome",
    "aligned",
    "axes_fit",
    "broadcast",
    "compared",
    "match_loss",
    "over_open_axes",
]

Axes: TypeAlias = tuple[int, ...]
"""A shape without unknown axes, batch first."""

AnyAxes = TypeVar("AnyAxes", Axes, Shape)

BATCH: Final = 999_983
"""Stands for the batch: a prime, so that no axis is as long, and no product."""

_UNSEEN: Final = -1
"""Stands for an axis of labels that has size 1, which TensorFlow cannot know."""

_OPEN: Final = (1_000_003, 1_000_033, 1_000_037)
"""Stand for axes of unknown size that nothing else is as long as."""


class Outcome(StrEnum):
    """What `fit` does with an output and labels of two shapes."""

    TRAINS = "trains"  # each value, or each id, meets its own output
    BROADCASTS = "broadcasts"  # no error, but values meet outputs of others
    RAISES = "raises"  # for every batch size but a few by chance
    UNKNOWN = "unknown"  # depends on an axis of unknown size


class Match(NamedTuple):
    """What `fit` does, and the shape that labels and output are compared in."""

    outcome: Outcome
    shape: Shape = ()  # batch first, which is None; () if it raises
    possible: frozenset[Outcome] = frozenset()  # if unknown: what sizes could lead to

    @property
    def trains(self) -> bool:
        """Say whether each value or id meets its own output."""
        return self.outcome is Outcome.TRAINS

    @property
    def broadcasts(self) -> bool:
        """Say whether there is no error, but values meet the outputs of others."""
        return self.outcome is Outcome.BROADCASTS

    @property
    def raises(self) -> bool:
        """Say whether `fit` raises."""
        return self.outcome is Outcome.RAISES

    @property
    def may_train(self) -> bool:
        """Say whether it trains, or does for some size of the unknown axes."""
        return self.outcome is Outcome.TRAINS or Outcome.TRAINS in self.possible

    @property
    def may_raise(self) -> bool:
        """Say whether it raises, or does for some size of the unknown axes."""
        return self.outcome is Outcome.RAISES or Outcome.RAISES in self.possible


class KerasUsed(NamedTuple):
    """Which Keras fits the model, as far as shapes depend on it."""

    major: int = 3  # 2 is tf_keras, and the Keras of TensorFlow 2.2 to 2.15
    backend: str = "tensorflow"
    sees_logits: bool | None = False  # Keras 2 finds logits behind the activation


KERAS_3: Final = KerasUsed()

RAISES: Final = Match(Outcome.RAISES)


def match_loss(
    output: Shape,
    labels: Shape,
    loss: Loss,
    keras: KerasUsed = KERAS_3,
    spec: Shape | None = None,
) -> Match:
    """Say what `fit` makes of labels of this shape under a loss of Keras.

    Args:
        output: Shape of the output, batch first; None is an axis of unknown size.
        labels: Shape of the labels, batch first.
        loss: One of Keras's own, however it was given. An own loss that is a plain
            function gets what squeezing leaves, and what it does then is unknown.
        keras: Which Keras fits.
        spec: Shape that a `tf.data.Dataset` declares for the labels, if it leaves an
            axis open that is known here.
    """
    rule = _RULES.get(loss.name)
    if loss.kind is LossKind.CUSTOM or rule is None:
        return Match(Outcome.UNKNOWN, possible=frozenset(Outcome))
    axis = _axis_of(loss)
    is_open = spec is not None and None in spec[1:] and keras.backend == "tensorflow"
    declared = spec if is_open else None

    def outcome(p: Axes, y: Axes) -> Match:
        if declared is not None:
            if keras.major > 2:
                y = _as_declared(y, declared)
            elif _is_squeezed(p, y, declared) and y[-1] != 1:
                return RAISES
        squeezed, y = aligned(p, y, keras.major)
        used = keras if squeezed == p else keras._replace(sees_logits=False)
        p = squeezed
        match = rule(p, y, axis, used, loss)
        if declared is not None and match.raises and rule in _COMPARED_FIRST:
            return _compared_late(p, y)
        return match

    return over_open_axes(output, labels, outcome)


def _is_squeezed(p: Axes, y: Axes, declared: Shape) -> bool:
    """Say whether Keras 2 squeezes a last axis of labels that it cannot know."""
    return len(y) == len(p) + 1 and declared[-1] is None


def _as_declared(y: Axes, declared: Shape) -> Axes:
    pairs = zip(y, declared, strict=True)
    return tuple(_UNSEEN if n == 1 and known is None else n for n, known in pairs)


def _compared_late(p: Axes, y: Axes) -> Match:
    """Return what happens if shapes are compared before all sizes are known.

    Some operations of TensorFlow broadcast what they would have refused.
    """
    if len(p) != len(y) or compared(p, y).raises:
        return RAISES
    possible = frozenset({Outcome.BROADCASTS, Outcome.RAISES})
    return Match(Outcome.UNKNOWN, possible=possible)


def over_open_axes(
    output: Shape, labels: Shape, outcome: Callable[[Axes, Axes], Match]
) -> Match:
    """Return what holds for every size of the unknown axes.

    Args:
        output: Batch first; None is unknown.
        labels: The same.
        outcome: What holds if all sizes are known; the batch is `BATCH`.
    """
    p, y = (BATCH, *output[1:]), (BATCH, *labels[1:])
    found: list[Match] = []
    for sizes in _sizes((*p, *y)):
        match = outcome(sizes[: len(p)], sizes[len(p) :])
        found.append(match)
    outcomes = frozenset(
        o for match in found for o in match.possible or {match.outcome}
    )
    if not found or len(outcomes) > 1 or Outcome.UNKNOWN in outcomes:
        return Match(Outcome.UNKNOWN, possible=outcomes or frozenset(Outcome))
    return found[0]._replace(shape=_common(found))


def _common(found: list[Match]) -> Shape:
    """Return the shape that the matches share; None where they differ."""
    first = found[0].shape
    if any(len(match.shape) != len(first) for match in found):
        return ()
    each = zip(*(match.shape for match in found), strict=True)
    return tuple(
        sizes[0] if len(set(sizes)) == 1 and sizes[0] != BATCH else None
        for sizes in each
    )


def _sizes(axes: Shape) -> Iterator[Axes]:
    """Yield the axes with each size for the unknown ones that could matter."""
    unknown = [i for i, size in enumerate(axes) if size is None]
    if not unknown:
        yield tuple(size for size in axes if size is not None)
        return
    if len(unknown) > len(_OPEN):
        return
    known = {size for size in axes if size is not None and size != BATCH}
    candidates = sorted({1, *known, *_OPEN[: len(unknown)]})
    for sizes in product(candidates, repeat=len(unknown)):
        filled = dict(zip(unknown, sizes, strict=True))
        yield tuple(filled.get(i, size or 1) for i, size in enumerate(axes))


def aligned(p: AnyAxes, y: AnyAxes, major: int) -> tuple[AnyAxes, AnyAxes]:
    """Return both shapes after Keras has squeezed a last axis of 1, or added one.

    Args:
        p: Shape of the output.
        y: Shape of the labels.
        major: Version of Keras, 2 or 3.
    """
    column = y[-1] == 1
    if major == 2:
        if len(y) == 1 and len(p) == 2:
            return p, (*y, 1)
        if len(p) == len(y) + 1 and p[-1] == 1:
            return p[:-1], y
        return (p, y[:-1]) if len(y) == len(p) + 1 and column else (p, y)
    if len(y) == len(p) + 1 and column:
        return ((*p, 1), y) if len(p) == 1 else (p, y[:-1])
    if len(p) == len(y) + 1 and p[-1] == 1:
        return (p, (*y, 1)) if len(y) == 1 else (p[:-1], y)
    return p, y


def squeezes_output(head: Head) -> bool:
    """Say whether a loss takes the last axis of 1 from the output, to fit the labels.

    What Keras on TensorFlow knows of the output is lost with it: its logits.
    """
    shape, labels = head.shape, head.labels
    if shape is None or labels is None or len(labels.shape) < 2:
        return False
    return len(aligned(shape, labels.shape, 3)[0]) < len(shape)


def broadcast(p: Axes, y: Axes) -> Axes | None:
    """Return the shape that two shapes broadcast to; None: they do not."""
    rank = max(len(p), len(y))
    sizes = []
    for a, b in zip(_padded(p, rank), _padded(y, rank), strict=True):
        if a != b and 1 not in (a, b):
            return None
        sizes.append(b if a == 1 else a)
    return tuple(sizes)


def _padded(shape: Axes, rank: int) -> Axes:
    return (1,) * (rank - len(shape)) + _seen(shape)


def _seen(shape: Axes) -> Axes:
    return tuple(abs(size) for size in shape)


def compared(p: Axes, y: Axes) -> Match:
    """Return what comparing value with value does."""
    shape = broadcast(p, y)
    if shape is None:
        return RAISES
    return Match(Outcome.TRAINS if p == _seen(y) else Outcome.BROADCASTS, shape)


Axis: TypeAlias = int | tuple[int, ...] | None


def _axis_of(loss: Loss) -> Axis:
    for name, value in loss.arguments:
        if name == "axis":
            if isinstance(value, int):
                return value
            if isinstance(value, (tuple, list)):
                return tuple(v for v in value if isinstance(v, int))
            return None
    return None if loss.kind is LossKind.OVERLAP else -1


def axes_fit(axis: Axis, rank: int) -> bool:
    """Say whether a shape of so many axes has all of these."""
    axes = () if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return all(-rank <= a < rank for a in axes)


_Rule: TypeAlias = Callable[[Axes, Axes, Axis, KerasUsed, Loss], Match]


def _value_by_value(p: Axes, y: Axes, *_: object) -> Match:
    return compared(p, y)


def _along_axis(p: Axes, y: Axes, axis: Axis, *_: object) -> Match:
    match = compared(p, y)
    ranks = (len(p), len(y), len(match.shape))
    return match if all(axes_fit(axis, rank) for rank in ranks) else RAISES


def _equal(p: Axes, y: Axes, axis: Axis, *_: object) -> Match:
    if p != _seen(y) or not axes_fit(axis, len(p)):
        return RAISES
    if len(p) > 1 and axis in (0, -len(p)):  # over the batch
        return Match(Outcome.UNKNOWN, possible=frozenset(Outcome))
    return Match(Outcome.TRAINS, p)


def _binary(p: Axes, y: Axes, axis: Axis, keras: KerasUsed, loss: Loss) -> Match:
    """Keras 2 compares the shapes only if it computes with logits."""
    if keras.major > 2 or p == y or loss.from_logits or keras.sees_logits:
        return _equal(p, y, axis)
    loose = _along_axis(p, y, axis)
    if keras.sees_logits is None and loose.outcome is not Outcome.RAISES:
        possible = frozenset({loose.outcome, Outcome.RAISES})
        return Match(Outcome.UNKNOWN, possible=possible)
    return loose


def _focal_rows(p: Axes, y: Axes, axis: Axis, keras: KerasUsed, loss: Loss) -> Match:
    """Only Keras 2 compares the shapes first."""
    return _equal(p, y, axis) if keras.major == 2 else _along_axis(p, y, axis)


def _ids(p: Axes, y: Axes, axis: Axis, keras: KerasUsed, loss: Loss) -> Match:
    if not isinstance(axis, int) or not axes_fit(axis, len(p)):
        return RAISES
    if keras.major == 2:
        return _ids_in_keras_2(p, y, axis)
    if len(y) == len(p) and y[axis] == 1:
        y = y[:axis] + y[axis:][1:]
    last = axis in (-1, len(p) - 1)
    if len(y) == len(p) and y[-1] == 1:
        y = y[:-1]
    y = _seen(y)
    if y != p[:-1] or (keras.backend == "tensorflow" and not last):
        return RAISES
    if last:
        return Match(Outcome.TRAINS, p)
    place = axis % len(p)
    return compared(p, (*y[:place], p[place], *y[place:]))


def _ids_in_keras_2(p: Axes, y: Axes, axis: int) -> Match:
    """Keras 2 compares no more than counts if ranks do not differ by one."""
    place = axis % len(p)
    rows = p[:place] + p[place + 1 :]
    fits = y == rows if len(y) == len(rows) else prod(y) == prod(rows)
    return Match(Outcome.TRAINS, p) if fits else RAISES


def _ids_as_rows(p: Axes, y: Axes, *_: object) -> Match:
    return compared(p, (*_seen(y), p[-1]))


def _sequences(p: Axes, y: Axes, *_: object) -> Match:
    fits = len(p) == 3 and len(y) == 2
    return Match(Outcome.TRAINS, p) if fits else RAISES


def _pairs_of_samples(p: Axes, y: Axes, *_: object) -> Match:
    """The labels are compared with their own transpose."""
    y = _seen(y)
    if len(p) > 2 or y[0] != BATCH or any(size != 1 for size in y[1:]):
        return RAISES
    if len(p) == 1 or len(y) > 2:
        pairs = broadcast(y, y[::-1]) if len(y) > 1 else (BATCH,)
        return Match(Outcome.BROADCASTS, broadcast((BATCH, BATCH), pairs or ()) or ())
    return Match(Outcome.TRAINS, p)


_COMPARED_FIRST: Final = (_equal, _binary, _focal_rows)
"""Rules of losses that compare the shapes before they compute."""

_RULES: Final[dict[str, _Rule]] = {
    "BinaryCrossentropy": _binary,
    "BinaryFocalCrossentropy": _binary,
    "CTC": _sequences,
    "CategoricalCrossentropy": _equal,
    "CategoricalFocalCrossentropy": _focal_rows,
    "CategoricalGeneralizedCrossEntropy": _ids_as_rows,
    "CategoricalHinge": _value_by_value,
    "Circle": _pairs_of_samples,
    "CosineSimilarity": _along_axis,
    "Dice": _along_axis,
    "Hinge": _value_by_value,
    "Huber": _value_by_value,
    "KLDivergence": _value_by_value,
    "LogCosh": _value_by_value,
    "MeanAbsoluteError": _value_by_value,
    "MeanAbsolutePercentageError": _value_by_value,
    "MeanSquaredError": _value_by_value,
    "MeanSquaredLogarithmicError": _value_by_value,
    "Poisson": _value_by_value,
    "SparseCategoricalCrossentropy": _ids,
    "SquaredHinge": _value_by_value,
    "Tversky": _along_axis,
}
"""Class of the loss -> what it does with shapes that have been aligned."""
