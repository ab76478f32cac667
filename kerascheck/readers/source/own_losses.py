"""What a loss of the program's own computes, where it passes on to one of Keras.

The function is followed with y_true and y_pred. Known is one that returns a loss of
Keras or of `tf.nn` of the outputs as they are, reduced, scaled, weighted or added to.
Where it changes or weighs labels, nothing is said of them.
"""

from __future__ import annotations

import ast

from kerascheck.keras_api.losses import (
    LOSS_NAMES,
    REFUSED_LOSSES,
    TENSORFLOW_LOSSES,
    WITH_FROM_LOGITS,
)
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.unknown import UNKNOWN, OwnLoss
from kerascheck.readers.source.keras_values import KerasObject
from kerascheck.readers.source.names import canonical
from kerascheck.readers.source.run import Exhausted, Raised, Run
from kerascheck.readers.source.scores import saved_score
from kerascheck.readers.source.values import (
    BoundMethod,
    Closure,
    Library,
    Unknown,
    Value,
)

__all__ = ["Score", "Side", "called", "computed", "followed", "part"]

_MAX_DEPTH: Final = 3
_MAX_STEPS: Final = 5_000
"""Expressions and statements of one loss that are evaluated."""

_SAME: Final = frozenset({"cast", "convert_to_tensor", "identity"})
_REDUCED: Final = frozenset({"mean", "reduce_mean", "reduce_sum", "sum"})
_ON_LOGITS: Final = {
    name.removesuffix("_v2"): full
    for name, full in (TENSORFLOW_LOSSES | REFUSED_LOSSES).items()
}
"""Function of `tf.nn` -> Keras class of the same loss."""

_LABELS: Final = "y_true"
_OUTPUTS: Final = "y_pred"
_SIDES: Final = (
    (_LABELS, _OUTPUTS),
    ("target", "output"),
    ("labels", "logits"),
)
"""What arguments for labels and outputs are called."""


class Side(Unknown):
    """Labels or outputs, as a loss is given them."""

    __slots__ = ()


class Score(Unknown):
    """What a loss makes of labels and outputs.

    Attributes:
        saved: The loss, as a saved file holds it.
        over_tensorflow: Whether a function of `tf.nn` computes it.
        weighs: Whether something that is not known weighs it or is added to it, or
            labels are changed before.
    """

    __slots__ = ("over_tensorflow", "saved", "weighs")

    def __init__(
        self, saved: Any, *, over_tensorflow: bool = False, weighs: bool = False
    ) -> None:
        super().__init__("what a loss makes of labels and outputs")
        self.saved = saved
        self.over_tensorflow = over_tensorflow
        self.weighs = weighs

    def weighted(self) -> Score:
        """Return this, weighted by what is not known."""
        return Score(self.saved, over_tensorflow=self.over_tensorflow, weighs=True)


def followed(run: Run, value: Value, node: ast.AST, depth: int = _MAX_DEPTH) -> Value:
    """Return losses with what those of the program compute, as far as it is known."""
    if isinstance(value, (Closure, BoundMethod)):
        return _followed(run, value, node) or value
    if depth and type(value) is list:
        return [followed(run, each, node, depth - 1) for each in value]
    if depth and type(value) is dict:
        return {k: followed(run, v, node, depth - 1) for k, v in value.items()}
    return value


def _followed(
    run: Run, function: Closure | BoundMethod, node: ast.AST
) -> OwnLoss | None:
    decided, run.decided = run.decided, {}
    flippable, run.flippable = run.flippable, {}
    spared = max(run.budget.steps - _MAX_STEPS, 0)
    run.budget.steps -= spared
    run.models.scores = True
    try:
        found = run.call(function, [Side(_LABELS), Side(_OUTPUTS)], {}, node)
        depends = bool(run.decided)
    except Raised:
        return None
    except Exhausted:
        if run.budget.late:
            raise
        return None
    finally:
        run.models.scores = False
        run.decided, run.flippable = decided, flippable
        run.budget.steps = max(run.budget.steps, 0) + spared
    if depends or not isinstance(found, Score):
        return None
    own = function.function if isinstance(function, BoundMethod) else function
    return OwnLoss(
        name=own.name,
        saved=found.saved,
        over_tensorflow=found.over_tensorflow,
        weighs=found.weighs,
    )


def called(function: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what a function or loss makes of terms of a loss; None: not known."""
    given = [*args, *kwargs.values()]
    if not any(isinstance(each, (Side, Score)) for each in given):
        return None
    if isinstance(function, KerasObject):
        terms = _terms(args, kwargs)
        if terms is None or terms.others:
            return None
        return Score(saved_score(function, "losses"), weighs=terms.changed)
    if not isinstance(function, Library):
        return None
    name = canonical(function.name)
    last = name.rpartition(".")[2]
    if last in _SAME and not isinstance(given[0], Score):
        return given[0]
    if last in _REDUCED and isinstance(given[0], Score):
        return given[0]
    if name.startswith("tensorflow.nn.") and last in _ON_LOGITS:
        return _on_logits(last, args, kwargs)
    if name.startswith("keras.") and last in LOSS_NAMES and not last[:1].isupper():
        return _of_keras(LOSS_NAMES[last], args, kwargs)
    return None


class Terms(NamedTuple):
    """Arguments of a loss, of which the outputs are as the model makes them."""

    others: dict[str, Value]
    changed: bool  # whether labels are not as `fit` is given them


def _terms(args: list[Value], kwargs: dict[str, Value]) -> Terms | None:
    """Return the arguments of a loss; None: outputs are changed before."""
    names = next((pair for pair in _SIDES if kwargs.keys() & set(pair)), _SIDES[0])
    others = dict(zip(names, args, strict=False)) | kwargs
    labels, outputs = (others.pop(name, None) for name in names)
    if not isinstance(outputs, Side) or outputs.why != _OUTPUTS or labels is outputs:
        return None
    changed = not isinstance(labels, Side) or labels.why != _LABELS
    return Terms(others, changed)


def _of_keras(full: str, args: list[Value], kwargs: dict[str, Value]) -> Score | None:
    """Return the score of a function of Keras; from_logits is its third argument."""
    terms = _terms(args[:2], kwargs)
    if terms is None or len(args) > 3 - (full not in WITH_FROM_LOGITS):
        return None
    others = terms.others | ({"from_logits": args[2]} if len(args) == 3 else {})
    plain = (bool, int, float)
    config = {k: v if isinstance(v, plain) else UNKNOWN for k, v in others.items()}
    saved = {"module": "keras.losses", "class_name": full, "config": config}
    return Score(saved, weighs=terms.changed)


def _on_logits(last: str, args: list[Value], kwargs: dict[str, Value]) -> Score | None:
    terms = _terms(args[:2], kwargs)
    if terms is None:
        return None
    saved = {
        "module": "keras.losses",
        "class_name": _ON_LOGITS[last],
        "config": {"from_logits": True},
    }
    return Score(saved, over_tensorflow=True, weighs=terms.changed)


def computed(op: ast.AST, left: Value, right: Value) -> Value:
    """Return what an operator makes of terms of a loss; None: none is one."""
    if not isinstance(left, (Side, Score)) and not isinstance(right, (Side, Score)):
        return None
    return _weighted(op, left, right) or Unknown("a term of a loss")


def _weighted(op: ast.AST, left: Value, right: Value) -> Score | None:
    """Return a score that an operator scales, weighs or adds to."""
    if isinstance(left, Score) and isinstance(right, Score):
        same = left.saved == right.saved and isinstance(op, ast.Add)
        return left.weighted() if same else None
    if isinstance(left, Score):
        kept = isinstance(op, (ast.Add, ast.Sub, ast.Mult, ast.Div))
        score, other = left, right
    else:
        kept = isinstance(op, (ast.Add, ast.Mult))
        score, other = right, left
    if not kept or not isinstance(score, Score):
        return None
    if isinstance(other, (int, float)):
        return score if other > 0 else None
    return score.weighted()


def part(value: Value) -> Value:
    """Return an item of a term of a loss; None: it is not one."""
    found = isinstance(value, (Side, Score))
    return Unknown("a part of a term of a loss") if found else None
