"""What a tutorial says, and what its training measured; values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kerascheck.model.frozen import Frozen, field
from kerascheck.model.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerascheck.confirm.tutorials._claims import Claim, Rows

Figures = Mapping[str, float]
"""Quantity -> value of one training."""


class Trial(Frozen):
    """One setting of a tutorial: a row of its table.

    Attributes:
        name: Short, and its own in the tutorial.
        setting: In words, as a table shows it.
        measure: Trains once from a seed and returns figures; raises what Keras raises.
        claims: What the text says of it.
        against: Name of the row that it is compared with if the text says nothing.
        same_data: Whether it trains on the rows of the text, or by its recipe.
    """

    name: str
    setting: str
    measure: Callable[[int], Figures]
    claims: tuple[Claim, ...] = ()
    against: str | None = None
    same_data: bool = True


class Conclusion(Frozen):
    """What follows from some rows, if all of them were trained.

    Attributes:
        rows: Their names.
        say: Makes the sentence from the figures; "" if they do not say it.
    """

    rows: tuple[str, ...]
    say: Callable[[Rows], str]


class Tutorial(Frozen):
    """One published text.

    Attributes:
        name: Stem of its module, with dashes.
        title: What it is about.
        setting: What it trains, in a sentence.
        trials: Its settings, and slips near them; made when it is trained.
        data: Says on which rows, when it is trained.
        conclusions: What follows from its figures.
    """

    name: str
    title: str
    setting: str
    trials: Callable[[], tuple[Trial, ...]]
    data: Callable[[], str]
    conclusions: tuple[Conclusion, ...] = ()


class TrialResult(Frozen):
    """What one setting did.

    Attributes:
        name: As in the trial.
        setting: As in the trial.
        same_data: As in the trial.
        measured: Quantity -> one value a seed.
        seeds: Trainings that ended.
        error: Class of the exception that it raised.
        message: First line of that, or why it was not trained.
    """

    name: str
    setting: str
    same_data: bool = True
    measured: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    seeds: int = 0
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
        reason: Why nothing was measured; "" if something was.
    """

    tutorial: Tutorial
    trials: tuple[TrialResult, ...] = ()
    data: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    seeds: int = 0
    reason: str = ""
