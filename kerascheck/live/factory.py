"""A model that a function of the user's own makes: `package.module:build_model`.

This imports and calls the user's code, so only a name of this form leads here.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from typing import Any, Final

from kerascheck.live.call_sites import made
from kerascheck.model.errors import UsageError
from kerascheck.model.origin import Origin
from kerascheck.readers.live import is_live

__all__ = ["is_factory", "model_of"]

_FACTORY: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


def is_factory(name: str) -> bool:
    """Say whether a name is MODULE:FUNCTION, and of nothing that lies here."""
    return _FACTORY.fullmatch(name) is not None and not os.path.lexists(name)


def model_of(name: str) -> tuple[Any, Origin]:
    """Return the model that MODULE:FUNCTION makes, and where it makes it.

    The current folder is searched for the module, as `python -m` does.

    Raises:
        UsageError: There is no such module or function, it raises, or it gives no
            model.
    """
    try:
        model, origin = made(lambda: _called(name), name)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        told = " ".join(str(error).split())
        raise UsageError(f"{name} raised {type(error).__name__}: {told}") from error
    return model, origin


def _called(name: str) -> Any:
    module, _, attribute = name.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError as error:
        if not f"{module}.".startswith(f"{error.name}."):
            raise  # one that the user's module wants
        raise UsageError(f"there is no module {error.name!r} for {name!r}") from None
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{module} has no {attribute!r}")
        found = getattr(found, part)
    model = found() if callable(found) and not is_live(found) else found
    if not is_live(model):
        raise UsageError(
            f"{name} gives no Keras model. Expected a function without required "
            f"arguments that returns one. Received: {type(model).__name__}."
        )
    return model
