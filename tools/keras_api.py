"""Reads the arguments and defaults of Keras's losses and metrics off real Keras.

What is written is `kerascheck/keras_api/defaults.py`, from the Keras 3 and the
tf_keras that are installed.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

HOME: Final = Path("kerascheck", "keras_api", "defaults.py")
"""Where the data stands, below the root of the repository."""

MODULES: Final = {3: "keras", 2: "tf_keras"}
"""Major version -> module."""

Signature = Mapping[str, object]

_BASES: Final = {
    "losses": ("Loss",),
    "metrics": ("Metric", "MeanMetricWrapper", "MeanTensor"),
}
"""Kind of class -> the class that all come from, and others that no call names."""

_WITHOUT: Final = ("self", "dtype", "kwargs")
_WIDTH: Final = 88

_HEAD: Final = '''"""Arguments of the losses and metrics of Keras, and their defaults.

Made by `python -m tools keras-api` from {versions}.
`...` stands for an argument that has no default; `dtype` is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Defaults = Mapping[int, Mapping[str, Mapping[str, object]]]
"""Major version of Keras -> class -> argument -> default, in the order of the call."""
'''


def signatures(keras: Any, kind: str) -> dict[str, Signature]:
    """Return the arguments of every class of a kind, with their defaults.

    Args:
        keras: The module.
        kind: losses or metrics.
    """
    module = getattr(keras, kind)
    base = getattr(module, _BASES[kind][0])
    return {
        name: signature(each)
        for name, each in sorted(vars(module).items())
        if inspect.isclass(each)
        and issubclass(each, base)
        and name not in _BASES[kind]
        and name == each.__name__
    }


def signature(kind: Any) -> Signature:
    """Return the arguments of one class; `...` where one has no default."""
    return {
        name: ... if each.default is inspect.Parameter.empty else each.default
        for name, each in inspect.signature(kind.__init__).parameters.items()
        if name not in _WITHOUT
    }


def module_text() -> str:
    """Return the data of the Keras that is installed, as a module."""
    found = {major: importlib.import_module(name) for major, name in MODULES.items()}
    versions = " and ".join(f"{MODULES[m]} {k.__version__}" for m, k in found.items())
    lines = [_HEAD.format(versions=versions)]
    for kind in _BASES:
        tables = {major: signatures(keras, kind) for major, keras in found.items()}
        lines += [f"{kind.upper()}: Final[Defaults] = {{", *_rows(tables, 1), "}", ""]
    return "\n".join(lines)


def _rows(table: Mapping[Any, Any], depth: int) -> Iterator[str]:
    """Yield a mapping as the formatter writes it, a row each where it is long."""
    indent = "    " * depth
    for key, value in table.items():
        row = f"{indent}{_code(key)}: {_code(value)},"
        if not isinstance(value, Mapping) or (depth > 1 and len(row) <= _WIDTH):
            yield row
            continue
        yield f"{indent}{_code(key)}: {{"
        yield from _rows(value, depth + 1)
        yield f"{indent}}},"


def _code(value: object) -> str:
    if value is ...:
        return "..."
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        pairs = (f"{_code(key)}: {_code(each)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value)
