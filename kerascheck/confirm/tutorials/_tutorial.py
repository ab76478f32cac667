"""What a tutorial says, and what its training measured; values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kerascheck.model.frozen import Frozen, field

Figures = Mapping[str, float]
"""Quantity -> value of one training."""


class Trial(Frozen):
    """One setting of a tutorial.

    Attributes:
        setting: In words, as a table shows it.
        measure: Trains once from a seed and returns figures; raises what Keras raises.
        published: Quantity, or "raises", -> the figure that the text gives.
    """

    setting: str
    measure: Callable[[int], Figures]
    published: Mapping[str, str] = field(default_factory=dict)


class Tutorial(Frozen):
    """One published text.

    Attributes:
        name: Stem of its module, with dashes.
        title: What it is about.
        setting: What it trains, in a sentence.
        trials: Its settings, and slips near them; made when it is trained.
        data: Says on which rows, when it is trained.
        today: What is dated or wrong there, and what holds instead.
    """

    name: str
    title: str
    setting: str
    trials: Callable[[], tuple[Trial, ...]]
    data: Callable[[], str]
    today: str


class TrialResult(Frozen):
    """What one setting did.

    Attributes:
        setting: As in the trial.
        published: As in the trial.
        measured: Quantity -> one value a seed.
        error: Class of the exception that it raised.
        message: First line of that, or why it was not trained to the end.
    """

    setting: str
    published: Mapping[str, str]
    measured: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    error: str | None = None
    message: str = ""

    @property
    def finished(self) -> bool:
        """Whether anything is known."""
        return bool(self.measured) or self.error is not None

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> TrialResult:
        """Return the result that `dataclasses.asdict` wrote."""
        values = dict(plain)
        values["measured"] = {n: tuple(v) for n, v in plain["measured"].items()}
        return cls(**values)


class TutorialResult(Frozen):
    """All settings of a tutorial.

    Attributes:
        tutorial: Its card.
        trials: In order.
        data: The rows it was trained on.
        environment: Backend, versions and device.
        seeds: Trainings of each setting.
        seconds: In all.
        reason: Why nothing was measured; "" if something was.
    """

    tutorial: Tutorial
    trials: tuple[TrialResult, ...] = ()
    data: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    seeds: int = 0
    seconds: float = 0.0
    reason: str = ""
