"""kerascheck: the linter for compiled Keras models.

    import kerascheck
    report = kerascheck.check("models")

Importing this package loads nothing else of it: every name below is fetched when it
is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes longer to import than all this

if TYPE_CHECKING:
    from kerascheck.api import check, confirm, describe
    from kerascheck.engine.finding import Confidence, Finding, Harm, Severity
    from kerascheck.labels.batches import Peeked
    from kerascheck.live.callback import callback
    from kerascheck.live.training_functions import check_training
    from kerascheck.model.description import Description
    from kerascheck.model.errors import (
        KerascheckError,
        UnreadableLabels,
        UnreadableModel,
        UsageError,
    )
    from kerascheck.model.version import __version__
    from kerascheck.report.report import FindingsError, Report

_HOMES = {
    "check": "api",
    "confirm": "api",
    "describe": "api",
    "Description": "model.description",
    "KerascheckError": "model.errors",
    "UnreadableLabels": "model.errors",
    "UnreadableModel": "model.errors",
    "UsageError": "model.errors",
    "__version__": "model.version",
    "Confidence": "engine.finding",
    "Finding": "engine.finding",
    "Harm": "engine.finding",
    "Severity": "engine.finding",
    "FindingsError": "report.report",
    "Report": "report.report",
    "Peeked": "labels.batches",
    "callback": "live.callback",
    "check_training": "live.training_functions",
}

__all__ = [
    "Confidence",
    "Description",
    "Finding",
    "FindingsError",
    "Harm",
    "KerascheckError",
    "Peeked",
    "Report",
    "Severity",
    "UnreadableLabels",
    "UnreadableModel",
    "UsageError",
    "__version__",
    "callback",
    "check",
    "check_training",
    "confirm",
    "describe",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
