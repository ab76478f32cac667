"""Programs that are written for Keras 2: what only that Keras accepts."""

from __future__ import annotations

import ast

from kerascheck.model.description import Problem
from kerascheck.model.typed import Final

__all__ = ["is_demand_of_keras_3", "is_for_keras_2"]

_ARGUMENTS: Final = frozenset({"lr", "decay", "nb_epoch", "output_dim"})
"""Arguments that Keras 3 refuses; `Embedding` alone still has `output_dim`."""

_METHODS: Final = frozenset(
    {"fit_generator", "evaluate_generator", "predict_generator", "predict_classes"}
)
_MODULES: Final = (
    "keras.layers.convolutional",
    "keras.layers.core",
    "keras.layers.embeddings",
    "keras.layers.merge",
    "keras.layers.normalization",
    "keras.layers.recurrent",
    "keras.utils.np_utils",
    "keras.wrappers",
    "tensorflow.compat.v1",
    "tensorflow.python.keras",
    "tensorflow_addons",
    "tf_keras",
)
"""Modules that Keras 3 does not have, or that do not work with it."""


def is_for_keras_2(tree: ast.AST) -> bool:
    """Say whether a program does what only Keras 2 accepts."""
    return any(map(_is_of_keras_2, ast.walk(tree)))


def _is_of_keras_2(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        given = {keyword.arg for keyword in node.keywords} & _ARGUMENTS
        return name in _METHODS or bool(given and name != "Embedding")
    if isinstance(node, ast.ImportFrom):
        return _is_old(node.module or "")
    if isinstance(node, ast.Attribute):
        return node.attr == "wrappers" and _is_called_keras(node.value)
    if isinstance(node, ast.Import):
        return any(_is_old(alias.name) for alias in node.names)
    return False


def _is_called_keras(node: ast.expr) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) == "keras"


def _is_old(module: str) -> bool:
    names = (module, module.removeprefix("tensorflow."))
    return any(f"{name}.".startswith(f"{old}.") for name in names for old in _MODULES)


def is_demand_of_keras_3(problem: Problem) -> bool:
    """Say whether Keras 2 accepts what Keras 3 refuses here.

    Keras 2 scores every head with each metric of a flat list, and takes a weight for
    each head of one loss.
    """
    flat = problem.kind == "metric-mismatch" and "entries in metrics" in problem.message
    return flat or "Keras 3 expects" in problem.message
