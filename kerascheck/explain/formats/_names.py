"""What figures are called: `Loss`, `train_acc` and `Val Accuracy` as Keras has them."""

from __future__ import annotations

import re

from kerascheck.explain.log import VALIDATION, Epoch
from kerascheck.model.typed import Final

TRAINING: Final = ("train", "training")
HELD_OUT: Final = ("val", "valid", "validation", "dev", "test", "eval")

_WORD: Final = re.compile(r"[\s_/\-.]+")

FIGURES: Final = frozenset(
    ("loss", "acc", "accuracy", "mae", "rmse", "auc", "precision", "recall")
)

_NEUTRAL: Final = frozenset(("epoch", "avg", "average", "mean", "total"))
"""Words that say nothing of what a figure is, next to `loss` and the like."""

_METRICS: Final = ("binary", "categorical", "sparse")
"""First words of names that metrics of Keras have."""

_OF_STEPS: Final = frozenset(("step", "batch"))


def canonical(name: str) -> str | None:
    """Return the name that Keras would show; None for a figure of a single step.

    What is not one of the usual figures keeps its name, in lower case.
    """
    lower = name.strip().lower()
    words = [word for word in _WORD.split(lower) if word]
    usual = [word for word in words if word in FIGURES]
    if len(usual) != 1:
        return lower
    others = [word for word in words if word not in FIGURES]
    if any(word in _OF_STEPS for word in others):
        return None
    if not all(word in (*_NEUTRAL, *TRAINING, *HELD_OUT) for word in others):
        return lower.replace(" ", "_") if others[0] in _METRICS else lower
    held_out = any(word in HELD_OUT for word in others)
    return VALIDATION * held_out + usual[0]


def is_usual(name: str) -> bool:
    """Say whether a name of `canonical` is that of a usual figure."""
    return name.removeprefix(VALIDATION) in FIGURES


def is_share(name: str) -> bool:
    """Say whether a figure is between 0 and 1, and may be shown as a percentage."""
    return name.endswith(("acc", "accuracy", "precision", "recall"))


def decimals(number: str) -> int:
    """Return how many digits behind the point a number is shown with."""
    mantissa, _, power = number.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    return places - int(power) if power.lstrip("+-").isdigit() else places


def shares(epochs: list[Epoch], digits: dict[str, int]) -> list[Epoch]:
    """Return epochs whose percentages are shares: what is above 1 cannot be one.

    Args:
        epochs: As they are shown.
        digits: Figure -> digits behind the point, which are two more then.
    """
    largest: dict[str, float] = {}
    for epoch in epochs:
        for name, value in epoch.values.items():
            if is_share(name):
                base = name.removeprefix(VALIDATION)
                largest[base] = max(value, largest.get(base, 0.0))
    percent = {name for name, most in largest.items() if 1 < most <= 100}
    if not percent:
        return epochs

    def share(name: str, value: float) -> float:
        return value / 100 if name.removeprefix(VALIDATION) in percent else value

    for name in digits:
        digits[name] += 2 * (name.removeprefix(VALIDATION) in percent)
    return [
        epoch._replace(values={n: share(n, v) for n, v in epoch.values.items()})
        for epoch in epochs
    ]
