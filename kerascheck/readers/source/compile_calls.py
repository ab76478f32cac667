"""The arguments of compile and fit."""

from __future__ import annotations

import ast

from kerascheck.model.typed import Final
from kerascheck.readers.source.binding import STAR, OpenArgs
from kerascheck.readers.source.keras_values import CompileCall, FitCallSite, ModelValue
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["COMPILES", "FITS", "TRAINS", "compile_call", "fit_site"]

COMPILES: Final = frozenset({"compile"})
FITS: Final[dict[str, tuple[str, ...]]] = {
    "fit": ("x", "y", "batch_size", "epochs"),
    "fit_generator": ("x", "steps_per_epoch", "epochs"),
    "evaluate": ("x", "y", "batch_size", "verbose", "sample_weight"),
    "evaluate_generator": ("x", "steps"),
    "test_on_batch": ("x", "y", "sample_weight"),
    "train_on_batch": ("x", "y", "sample_weight", "class_weight"),
}
"""Method of a model that uses what it is compiled with -> its first arguments."""

TRAINS: Final = frozenset({"fit", "fit_generator", "train_on_batch"})


def compile_call(
    model: ModelValue, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> CompileCall:
    """Return a call of compile with its arguments by name."""
    line = int(getattr(node, "lineno", 0))
    nodes: dict[str, int] = {}
    for keyword in getattr(node, "keywords", ()):
        if keyword.arg:
            nodes[keyword.arg] = keyword.value.lineno
    given = dict(kwargs)
    is_open = given.pop(STAR, None) is not None
    positional = [each for each in args if not isinstance(each, OpenArgs)]
    is_open = is_open or len(positional) < len(args)
    names = _places(positional)
    for name, value in zip(names, positional, strict=False):
        given.setdefault(name, value)
    for name, each in zip(names, getattr(node, "args", ()), strict=False):
        nodes.setdefault(name, each.lineno)
    made = CompileCall(model, given, nodes, line)
    made.open = is_open
    return made


def _places(args: list[Value]) -> tuple[str, ...]:
    """Return the names of positional arguments.

    The third is `loss_weights` in Keras 3 and `metrics` in Keras 2: what it is shows.
    """
    third = args[2] if len(args) > 2 else None
    if _are_weights(third):
        return "optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"
    return "optimizer", "loss", "metrics", "loss_weights", "weighted_metrics"


def _are_weights(value: Value) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and value:
        return all(isinstance(each, (int, float)) for each in value)
    return False


def fit_site(
    method: str, args: list[Value], kwargs: dict[str, Value], node: ast.AST
) -> FitCallSite:
    """Return a call of fit with its arguments by name."""
    given = dict(zip(FITS[method], args, strict=False))
    given.update(kwargs)
    if "generator" in given:
        given.setdefault("x", given.pop("generator"))
    if STAR in given:
        given.pop(STAR)
        for name in ("y", "class_weight", "sample_weight"):
            given.setdefault(name, Unknown("further arguments"))
    line = int(getattr(node, "lineno", 0))
    return FitCallSite(given, line, method, _line_of_labels(method, node, line))


def _line_of_labels(method: str, node: ast.AST, line: int) -> int:
    """Return the line of y, or of what yields it with x."""
    written = dict(zip(FITS[method], getattr(node, "args", ()), strict=False))
    written |= {each.arg: each.value for each in getattr(node, "keywords", ())}
    found = written.get("y", written.get("x", written.get("generator")))
    return line if found is None else int(found.lineno)
