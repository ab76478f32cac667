"""kerascheck: the linter for compiled Keras models.

    import kerascheck
    report = kerascheck.check("models")

Importing this package loads nothing else of it: every name below is fetched when it
is first used.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # as in typing, which takes longer to import than all this

if TYPE_CHECKING:
    from kerascheck.api import check, confirm, describe
    from kerascheck.core.description import Description
    from kerascheck.core.errors import (
        KerascheckError,
        UnreadableLabels,
        UnreadableModel,
        UsageError,
    )
    from kerascheck.core.finding import Confidence, Finding, Harm, Severity
    from kerascheck.core.report import FindingsError, Report
    from kerascheck.during_fit import callback
    from kerascheck.labels.batches import Peeked
    from kerascheck.probing import check_training

_HOMES = {
    "check": "api",
    "confirm": "api",
    "describe": "api",
    "Description": "core.description",
    "KerascheckError": "core.errors",
    "UnreadableLabels": "core.errors",
    "UnreadableModel": "core.errors",
    "UsageError": "core.errors",
    "Confidence": "core.finding",
    "Finding": "core.finding",
    "Harm": "core.finding",
    "Severity": "core.finding",
    "FindingsError": "core.report",
    "Report": "core.report",
    "Peeked": "labels.batches",
    "callback": "during_fit",
    "check_training": "probing",
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
