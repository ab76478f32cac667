"""Reads a stored result back, field by field: a file on disk is not evidence.

Every value must have the type and be in the range that a training gives, and every list
must have the length; otherwise the whole result is refused and trained again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import SEVERAL_LABELS, Setup
from kerascheck.model.typed import Any

MAX_BYTES = 1e100
"""Of a measured number. Trainings compute with float32, whose largest is 3.4e38; the
square of this one is a float64 still."""

MAX_STRETCHES = 100  # points of a curve
MAX_NAMES = 100  # metrics, versions, warnings
MAX_BINS = 10
MAX_LENGTH = 10_000  # characters of a warning
MAX_NAME = 500
MAX_TRAINING = 1e7  # seconds

Check = Callable[[object], bool]
Plain = Mapping[str, Any]


def read_result(plain: object, *, setup: Setup, seeds: int) -> SetupResult:
    """Return the result that `SetupResult.to_dict` wrote.

    Args:
        plain: From JSON; anything at all.
        setup: What it must be the result of.
        seeds: How many trainings it must hold, unless the setup raised.

    Raises:
        ValueError: It is not such a result; the text names what is wrong.
    """
    known = _check_fields(plain, _RESULT, "the result")
    if json.dumps(known["setup"], sort_keys=True) != setup.key:
        raise ValueError("the result is that of another setup")
    _check_end(known, seeds)
    for number, seed in enumerate(known["seeds"]):
        _check_seed(_check_fields(seed, _SEED, "a training"), number, setup)
    _check_lengths(known["seeds"])
    return SetupResult.from_dict({**known, "setup": setup.to_dict()})


def _check_end(result: Plain, seeds: int) -> None:
    """Refuse a result whose status does not agree with its parts."""
    raised = result["status"] == Status.RAISED
    if raised != (result["error"] is not None):
        raise ValueError("status and error do not agree")
    if len(result["seeds"]) != (0 if raised else seeds):
        raise ValueError(f"expected {seeds} trainings, got {len(result['seeds'])}")


def _check_seed(seed: Plain, number: int, setup: Setup) -> None:
    tags = setup.classes if setup.task in SEVERAL_LABELS else 0
    for what, met in (
        ("seed", seed["seed"] == number),
        ("per_label_accuracy", len(seed["per_label_accuracy"]) in (0, tags)),
        ("steps_to_accuracy", (seed["steps_to_accuracy"] or 0) <= setup.steps),
    ):
        if not met:
            raise ValueError(f"{what} of training {number} does not fit its setup")


def _check_lengths(seeds: list[Plain]) -> None:
    """Refuse trainings that differ in the length of a curve or in their metrics."""
    shapes = {
        (
            len(seed["loss_curve"]),
            len(seed["accuracy_curve"]),
            tuple(sorted(seed["reported"])),
        )
        for seed in seeds
    }
    if len(shapes) > 1:
        raise ValueError("its trainings differ in length, or in their metrics")


def _check_fields(
    plain: object, checks: Mapping[str, Check], what: str
) -> dict[str, Any]:
    """Return a mapping with exactly the fields of `checks`, each of which passes."""
    if not isinstance(plain, dict) or plain.keys() != checks.keys():
        raise ValueError(f"{what} does not have the fields of one")
    for name, check in checks.items():
        if not check(plain[name]):
            raise ValueError(f"{name} of {what} is out of range, or of another type")
    return plain


def _number(low: float, high: float) -> Check:
    """Return a check for a number in a range; NaN is in none."""
    return lambda value: (
        isinstance(value, int | float)
        and (not isinstance(value, bool) and low <= value <= high)
    )


def _count(value: object) -> bool:
    return type(value) is int and 0 <= value <= 10**9


def _truth(value: object) -> bool:
    return type(value) is bool


def _text(longest: int) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _list(check: Check, most: int) -> Check:
    return lambda value: (
        isinstance(value, list) and len(value) <= most and all(map(check, value))
    )


def _mapping(check: Check) -> Check:
    return lambda value: (
        isinstance(value, dict)
        and len(value) <= MAX_NAMES
        and all(map(_text(MAX_NAME), value))
        and all(map(check, value.values()))
    )


def _is_raised(value: object) -> bool:
    return isinstance(value, dict) and _fits(value, _RAISED)


def _is_bin(value: object) -> bool:
    """Say whether this is [mean probability, share, rows]."""
    if not isinstance(value, list) or len(value) != len(_BIN):
        return False
    return all(check(one) for check, one in zip(_BIN, value, strict=True))


def _fits(plain: Plain, checks: Mapping[str, Check]) -> bool:
    return plain.keys() == checks.keys() and all(
        check(plain[name]) for name, check in checks.items()
    )


_MEASURED = _optional(_number(-MAX_BYTES, MAX_BYTES))
_SHARE = _optional(_number(0, 1))
_CURVE = _list(_MEASURED, MAX_STRETCHES)
_BIN: tuple[Check, ...] = (_number(0, 1), _number(0, 1), _count)

_RAISED: Mapping[str, Check] = {
    "type": _text(MAX_NAME),
    "message": _text(MAX_NAME),
    "cause": _optional(_text(MAX_NAME)),
}

_SEED: Mapping[str, Check] = {
    "seed": _count,
    "accuracy": _SHARE,
    "balanced_accuracy": _SHARE,
    "best_accuracy": _SHARE,
    "recall": _SHARE,
    "precision": _SHARE,
    "f1": _SHARE,
    "exact_match": _SHARE,
    "per_label_accuracy": _list(_number(0, 1), MAX_NAMES),
    "auc": _SHARE,
    "ece": _SHARE,
    "reliability": _list(_is_bin, MAX_BINS),
    "r_squared": _optional(_number(-MAX_BYTES, 1)),
    "constant": _truth,
    "nan": _truth,
    "first_loss": _MEASURED,
    "last_loss": _MEASURED,
    "loss_curve": _CURVE,
    "accuracy_curve": _list(_SHARE, MAX_STRETCHES),
    "steps_to_accuracy": _optional(_count),
    "reported": _mapping(_MEASURED),
}

_RESULT: Mapping[str, Check] = {
    "setup": lambda value: isinstance(value, dict),
    "status": lambda value: value in (Status.TRAINED.value, Status.RAISED.value),
    "error": _optional(_is_raised),
    "reason": _optional(_text(MAX_NAME)),
    "warnings": _list(_text(MAX_LENGTH), MAX_NAMES),
    "seeds": lambda value: isinstance(value, list),
    "not_reported": _mapping(_is_raised),
    "bayes_accuracy": _SHARE,
    "set_accuracy": _SHARE,
    "environment": _mapping(_text(MAX_NAME)),
    "seconds": _number(0, MAX_TRAINING),
}
