"""Puts back what Keras 1 asks of TensorFlow and Python, and imports it."""

from __future__ import annotations

import collections
import collections.abc
import importlib
import inspect
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple


class _Arguments(NamedTuple):
    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def _getargspec(function: Any) -> _Arguments:
    found = inspect.getfullargspec(function)
    return _Arguments(found.args, found.varargs, found.varkw, found.defaults)


def import_keras_1(source: Path) -> Any:
    """Return the module `keras` of Keras 1; no other Keras can be used afterwards.

    Args:
        source: Folder that holds the package.
    """
    os.environ["HOME"] = tempfile.mkdtemp()  # it writes its settings there
    tf = importlib.import_module("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    control = importlib.import_module("tensorflow.python.ops.control_flow_ops")
    loops = importlib.import_module("tensorflow.python.ops.while_loop")
    for module, name, value in (
        (control, "while_loop", loops.while_loop),
        (inspect, "getargspec", _getargspec),
        (collections, "Iterable", collections.abc.Iterable),
    ):
        setattr(module, name, value)
    for name in [n for n in sys.modules if n.partition(".")[0] == "keras"]:
        del sys.modules[name]
    sys.modules["tensorflow"] = tf
    sys.path.insert(0, str(source))
    keras = importlib.import_module("keras")
    if not keras.__version__.startswith("1."):
        raise RuntimeError(f"Expected Keras 1. Received: {keras.__version__}.")
    return keras
