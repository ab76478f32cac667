"""Names of dtypes, however a program writes them."""

from __future__ import annotations

from kerascheck.model.typed import Final
from kerascheck.readers.source.data.call import Value

__all__ = ["dtype_named"]

_NAMES: Final = {
    "bool": "bool",
    "bool_": "bool",
    "boolean": "bool",
    "category": None,
    "double": "float64",
    "f4": "float32",
    "f8": "float64",
    "float": "float64",
    "float_": "float64",
    "i4": "int32",
    "i8": "int64",
    "int": "int64",
    "int_": "int64",
    "long": "int64",
    "object": None,
    "single": "float32",
    "str": "str",
    "str_": "str",
    "string": "str",
    **{
        f"{sign}int{size}": f"{sign}int{size}"
        for sign in ("", "u")
        for size in (8, 16, 32, 64)
    },
    **{f"float{size}": f"float{size}" for size in (16, 32, 64)},
}


def dtype_named(value: Value) -> str | None:
    """Return numpy's name of a dtype; None: it is not known.

    Args:
        value: A text, a type of Python, or what the interpreter has for a type of a
            library: something with a qualified `name`.
    """
    if isinstance(value, type):
        value = value.__name__
    name = value if isinstance(value, str) else getattr(value, "name", None)
    if not isinstance(name, str):
        return None
    return _NAMES.get(name.rpartition(".")[2].lstrip("<>=|"))
