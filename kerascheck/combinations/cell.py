"""A combination with what the rules say of it and what its trainings showed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from statistics import fmean
from typing import NamedTuple

from kerascheck import kit
from kerascheck.combinations.space import Combination, LabelChoice, TaskChoice
from kerascheck.combinations.space import combinations as all_of
from kerascheck.confirm.evidence.summarize import outcome
from kerascheck.confirm.evidence.table_row import Outcome
from kerascheck.confirm.evidence.trainings import (
    BACKENDS,
    ShippedTrainings,
    index_of,
)
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Part
from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.judge import judge
from kerascheck.engine.rule import Rule
from kerascheck.keras_api.losses import CROSSENTROPIES, LOSSES
from kerascheck.keras_api.program import keras_code
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Any, Final

_GOOD: Final = (Outcome.OK,)
_LEARNED: Final = 0.85
"""Of the variance of a target, of which 0.9 can be explained."""


def _is_usual(combination: Combination) -> bool:
    """Say whether the loss is one that is made for the task."""
    kind = LOSSES[combination.loss].kind
    if combination.task.name == "regression":
        return kind not in CROSSENTROPIES
    focal = combination.loss == "BinaryFocalCrossentropy"
    return kind in CROSSENTROPIES and not focal


class Verdict(StrEnum):
    """What to think of a combination, the best first."""

    RIGHT = "right"
    ALSO = "also works"  # as well in training, with a loss that is not the usual one
    WEAKER = "weaker"  # no fault, but less accurate or not calibrated in training
    ACCIDENT = "works by accident"  # a fault, and trainings that reach the best
    WRONG = "wrong"
    RAISES = "raises"


class Figures(NamedTuple):
    """Means over the starts of one training, on held-out rows.

    Attributes:
        task: Of reference training.
        outcome: In one word.
        error: The exception and its text; "" if it trained.
        accuracy: True one; None for a regression, which has `r_squared`.
        ece: Calibration error of the probabilities as served.
        curve: Training loss over the steps.
        reliability: Shown and true probability of bins, with their counts.
    """

    backend: str
    task: str
    outcome: Outcome
    error: str = ""
    accuracy: float | None = None
    r_squared: float | None = None
    ece: float | None = None
    first_loss: float | None = None
    last_loss: float | None = None
    curve: tuple[float | None, ...] = ()
    reliability: tuple[tuple[float, ...], ...] = ()


class Cell(Frozen):
    """A combination, judged and measured.

    Attributes:
        combination: Of head, loss and labels.
        findings: Of the rules, without those about metrics.
        figures: One for each backend and task that was trained.
        code: The Keras program for it; "" if code cannot express it.
    """

    combination: Combination
    findings: tuple[Finding, ...]
    figures: tuple[Figures, ...]
    code: str

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the findings, errors first."""
        return tuple(dict.fromkeys(finding.code for finding in self.findings))

    @property
    def verdict(self) -> Verdict:
        """Return what to think of it."""
        outcomes = [one.outcome for one in self.figures]
        if all(one is Outcome.RAISES for one in outcomes):
            return Verdict.RAISES
        faults = [f for f in self.findings if f.severity is not Severity.NOTE]
        if faults:
            accident = all(one in _GOOD for one in self._outcomes_of(BACKENDS[0]))
            return Verdict.ACCIDENT if accident else Verdict.WRONG
        if not all(one in _GOOD for one in outcomes):
            return Verdict.WEAKER
        usual = _is_usual(self.combination) and not self.findings
        return Verdict.RIGHT if usual else Verdict.ALSO

    def _outcomes_of(self, backend: str) -> list[Outcome]:
        return [one.outcome for one in self.figures if one.backend == backend]

    def mean(self, name: str) -> float | None:
        """Return the mean of a figure over backends and tasks."""
        values = [getattr(one, name) for one in self.figures]
        known = [value for value in values if value is not None]
        return fmean(known) if known else None


def cells(task: TaskChoice, labels: LabelChoice) -> list[Cell]:
    """Return every combination that was trained, the best first."""
    found = [
        cell
        for combination in all_of(task, labels)
        if (cell := cell_of(combination)) is not None
    ]
    order = list(Verdict)
    return sorted(found, key=lambda cell: order.index(cell.verdict))


def cell_of(combination: Combination) -> Cell | None:
    """Return a combination with findings and figures; None if none was trained."""
    figures = tuple(_figures(combination))
    if not figures:
        return None
    model = description(combination)
    return Cell(
        combination=combination,
        findings=judge(_rules(), model).findings,
        figures=figures,
        code=keras_code(model) or "",
    )


def description(combination: Combination, *metrics: Any) -> Description:
    """Return the model that a combination stands for.

    Args:
        combination: Of head, loss and labels.
        metrics: Names, or values of `kit.metric`.
    """
    labels = combination.labels
    values = labels.form.values
    changes: dict[str, Any] = {}
    if values:
        changes = {"low": values[0], "high": values[-1], "values": values}
    classes = combination.task.classes
    return kit.classifier(
        combination.activation,
        combination.loss,
        units=combination.units,
        from_logits=combination.from_logits,
        metrics=metrics,
        labels=kit.labels(
            labels.encoding.value, classes, column=labels.column, **changes
        ),
    )


@cache
def _rules() -> Sequence[Rule]:
    from kerascheck.rules import our_rules

    return tuple(our_rules())


@cache
def _trainings() -> ShippedTrainings:
    return ShippedTrainings(backends=BACKENDS)


def _figures(combination: Combination) -> Iterator[Figures]:
    for backend in BACKENDS:
        for setup in combination.setups():
            result = _trainings().get(setup, backend)
            if result is not None:
                yield _figures_of(result, backend)


def _figures_of(result: SetupResult, backend: str) -> Figures:
    task = result.setup.task
    if result.error is not None:
        error = result.error
        text = f"{error.type}: {error.cause or error.message}"
        return Figures(backend, task, Outcome.RAISES, text)
    first = next((one for one in result.seeds if one.reliability), result.seeds[0])
    return Figures(
        backend,
        task,
        _outcome(result),
        accuracy=_mean(result, "accuracy"),
        r_squared=_mean(result, "r_squared"),
        ece=_mean(result, "ece"),
        first_loss=_mean(result, "first_loss"),
        last_loss=_mean(result, "last_loss"),
        curve=tuple(result.seeds[0].loss_curve),
        reliability=tuple(tuple(one) for one in first.reliability),
    )


def _outcome(result: SetupResult) -> Outcome:
    """Return the outcome in one word, of regressions as well."""
    if result.setup.task != "regression" or result.status is not Status.TRAINED:
        return outcome(result)
    if any(seed.nan for seed in result.seeds):
        return Outcome.NAN
    reached = result.values("r_squared")
    if not reached or max(reached) < _LEARNED / 2:
        return Outcome.NO_LEARNING
    if min(reached) < _LEARNED / 2:
        return Outcome.UNSTABLE
    return Outcome.OK if fmean(reached) >= _LEARNED else Outcome.WORSE


def _mean(result: SetupResult, name: str) -> float | None:
    values = result.values(name)
    return round(fmean(values), 4) if values else None


class Shown(NamedTuple):
    """What a metric shows of a trained combination.

    Attributes:
        metric: As in compile().
        code: Python for it.
        values: Task of reference training -> what it shows; an error's class.
        codes: Findings about the metric.
    """

    metric: str
    code: str
    values: dict[str, float | str]
    codes: tuple[str, ...]


def shown(cell: Cell, metric: Part) -> Shown | None:
    """Return what a metric shows; None if it was not measured of this combination."""
    values: dict[str, float | str] = {}
    for setup in cell.combination.setups(metric):
        result = _trainings().get(setup, BACKENDS[0])
        if result is None:
            continue
        if result.error is not None:
            values[setup.task] = result.error.type
        else:
            found = [v for s in result.seeds for v in s.reported.values()]
            known = [v for v in found if v is not None]
            if known:
                values[setup.task] = round(fmean(known), 4)
    if not values:
        return None
    given = _metric(metric)
    findings = judge(_rules(), description(cell.combination, given)).findings
    known_codes = set(cell.codes)
    codes = dict.fromkeys(f.code for f in findings if f.code not in known_codes)
    return Shown(metric.text, _code(metric), values, tuple(codes))


def _code(part: Part) -> str:
    if part.name == "accuracy":
        return '"accuracy"'
    return f"keras.metrics.{part.text}" + ("" if part.arguments else "()")


def _metric(part: Part) -> Any:
    if not part.arguments and part.name == "accuracy":
        return part.name
    return kit.metric(part.name, **dict(part.arguments))


def environment() -> str:
    """Return what the trainings were made with, in words."""
    index = index_of(BACKENDS[0])
    keras = ".".join(index.environment["keras"].split(".")[:2])
    return f"Keras {keras}, TensorFlow and JAX, CPU, {index.seeds} starts each"
