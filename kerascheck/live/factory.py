"""A model that a function of the user's own builds: `package.module:build_model`.

This imports and calls the user's code, so only a name of this form leads here.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module

from kerascheck.live.call_sites import build_traced
from kerascheck.model.errors import UsageError
from kerascheck.model.origin import Origin
from kerascheck.model.typed import Any, Final
from kerascheck.readers.live import is_live

__all__ = ["build_model", "is_factory"]

_FACTORY: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


def is_factory(name: str) -> bool:
    """Say whether a name is MODULE:FUNCTION, and not an existing path."""
    return _FACTORY.fullmatch(name) is not None and not os.path.lexists(name)


def build_model(name: str) -> tuple[Any, Origin]:
    """Return the model that MODULE:FUNCTION builds, and where it builds it.

    The current folder is searched for the module, as `python -m` does.

    Raises:
        UsageError: There is no such module or function, it raises, or it does not
            return a model.
    """
    try:
        return build_traced(lambda: _called(name), name)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        text = " ".join(str(error).split())
        raise UsageError(f"{name} raised {type(error).__name__}: {text}") from error


def _called(name: str) -> Any:
    module, _, attribute = name.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError as error:
        if not f"{module}.".startswith(f"{error.name}."):
            raise  # one that the user's module imports
        raise UsageError(f"there is no module {error.name!r} for {name!r}") from None
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{module} has no {attribute!r}")
        found = getattr(found, part)
    model = found() if callable(found) and not is_live(found) else found
    if not is_live(model):
        raise UsageError(
            f"{name} does not return a Keras model. Expected a function without "
            f"required arguments that returns one. Received: {type(model).__name__}."
        )
    return model
