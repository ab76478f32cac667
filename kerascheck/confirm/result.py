"""What a reference training measured, as plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from enum import StrEnum
from math import isfinite
from statistics import fmean, stdev

from kerascheck.confirm.setup import Setup
from kerascheck.model.frozen import Frozen, field
from kerascheck.model.typed import Any

_NODE = re.compile(r"'\{\{node .*?\}\} = (\w+)\[.*?\]\(.*?\)'")
_NOISE = re.compile(r"\x1b\[[0-9;]*m|\{\{function_node .*?\}\} | Label values:.*")
"""Colours, the function TensorFlow ran, and the whole batch of labels it lists."""

_MAX_LENGTH = 300  # of a message, in characters


class Status(StrEnum):
    """How a setup ended."""

    TRAINED = "trained"
    RAISED = "raised"
    UNFINISHED = "unfinished"  # the deadline came first
    FAILED = "failed"  # not trained here, though an ordinary fit does not raise


class Raised(Frozen):
    """An exception of `compile` or `fit`.

    Attributes:
        type: Name of its class.
        message: Its first line, without the names that TensorFlow gives to nodes.
        cause: The line that says why, if the first does not ("Graph execution error:").
    """

    type: str
    message: str
    cause: str | None = None

    @property
    def text(self) -> str:
        """The class and the line that says why."""
        return f"{self.type}: {self.cause or self.message}"

    @classmethod
    def of(cls, error: BaseException) -> Raised:
        """Return an exception as plain values."""
        lines = _NOISE.sub("", str(error)).splitlines() or [""]
        first = _NODE.sub(r"\1", lines[0]).strip()
        graph = first.startswith("Graph execution error")
        return cls(
            type=type(error).__name__,
            message=first[:_MAX_LENGTH],
            cause=_cause(lines)[:_MAX_LENGTH] if graph else None,
        )


class Spread(Frozen):
    """Mean and scatter of one quantity over seeds.

    Attributes:
        mean: Over the seeds that have the quantity.
        deviation: Sample standard deviation; 0 for one seed.
        count: Seeds that have it.
    """

    mean: float
    deviation: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """Return the spread of finite values; None if there are none."""
        if not values:
            return None
        return cls(
            mean=fmean(values),
            deviation=stdev(values) if len(values) > 1 else 0.0,
            count=len(values),
        )


class SeedResult(Frozen):
    """One training, measured on held-out rows by numpy, except `reported`.

    Quantities that do not apply to the task, or are not finite, are None.

    Attributes:
        seed: Of rows and start.
        accuracy: Share of rows decided right; of tags, in the multilabel task.
        balanced_accuracy: Mean over classes (tags: and over both values) of recall.
        best_accuracy: Accuracy at the best threshold of the scores, two classes only.
        recall: Share of positive rows found, two classes only.
        precision: Share of rows called positive that are, two classes only.
        f1: Harmonic mean of the two, two classes only.
        exact_match: Share of rows with every tag right.
        per_label_accuracy: For each tag.
        auc: Area under the ROC curve; mean over classes or tags.
        ece: Calibration error in 10 bins of the probabilities as served.
        reliability: For each of these bins that is not empty: mean probability shown,
            share of rows for which it was true, number of rows.
        r_squared: Of the regression task.
        constant: Every row gets the same decision (regression: the same value).
        nan: A loss or an output is not finite.
        first_loss: Before the first step, on the first batch.
        last_loss: Mean over the last stretch of `loss_curve`.
        loss_curve: Mean loss in equal stretches of the training.
        accuracy_curve: Accuracy at the end of each stretch, on part of the rows.
        steps_to_accuracy: Steps until that reached `SetupResult.set_accuracy`.
        reported: Name of each metric -> value as Keras reports it.
    """

    seed: int
    accuracy: float | None = None
    balanced_accuracy: float | None = None
    best_accuracy: float | None = None
    recall: float | None = None
    precision: float | None = None
    f1: float | None = None
    exact_match: float | None = None
    per_label_accuracy: tuple[float, ...] = ()
    auc: float | None = None
    ece: float | None = None
    reliability: tuple[tuple[float, float, int], ...] = ()
    r_squared: float | None = None
    constant: bool = False
    nan: bool = False
    first_loss: float | None = None
    last_loss: float | None = None
    loss_curve: tuple[float | None, ...] = ()
    accuracy_curve: tuple[float | None, ...] = ()
    steps_to_accuracy: int | None = None
    reported: Mapping[str, float | None]

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> SeedResult:
        """Return the result that `asdict` wrote."""
        values = dict(plain)
        for name in ("per_label_accuracy", "loss_curve", "accuracy_curve"):
            values[name] = tuple(plain[name])
        bins = plain.get("reliability", ())
        values["reliability"] = tuple((p, share, int(n)) for p, share, n in bins)
        return cls(**values)


class SetupResult(Frozen):
    """All seeds of one setup.

    Attributes:
        setup: What was trained.
        status: How it ended.
        error: What `compile` or `fit` raised.
        reason: Why it is unfinished.
        warnings: Warnings of Keras, in order.
        seeds: One result a seed; () unless trained.
        not_reported: Watched metric -> what it raised.
        bayes_accuracy: Of the task.
        set_accuracy: What `steps_to_accuracy` counts towards.
        environment: Backend, versions and device.
        seconds: Its share of the time of its group.
    """

    setup: Setup
    status: Status
    error: Raised | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    seeds: tuple[SeedResult, ...] = ()
    not_reported: Mapping[str, Raised] = field(default_factory=dict)
    bayes_accuracy: float | None = None
    set_accuracy: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether it trained to its end, or raises, so that something is known."""
        return self.status in (Status.TRAINED, Status.RAISED)

    def values(self, name: str) -> tuple[float, ...]:
        """Return one quantity of every seed that has it.

        Args:
            name: A numeric attribute of `SeedResult`, or the name of a metric.
        """
        known = {one.name for one in fields(SeedResult)}
        found = (
            getattr(seed, name) if name in known else seed.reported.get(name)
            for seed in self.seeds
        )
        return tuple(value for value in found if value is not None)

    def spread(self, name: str) -> Spread | None:
        """Return mean and scatter of one quantity; None if no seed has it."""
        return Spread.of(self.values(name))

    def to_dict(self) -> dict[str, object]:
        """Return plain JSON values; `from_dict` reads them back."""
        plain = {
            known.name: getattr(self, known.name)
            for known in fields(self)
            if known.name not in ("setup", "status", "error", "seeds", "not_reported")
        }
        return plain | {
            "setup": self.setup.to_dict(),
            "status": str(self.status),
            "error": asdict(self.error) if self.error else None,
            "warnings": list(self.warnings),
            "seeds": [_plain(seed) for seed in self.seeds],
            "not_reported": {n: asdict(e) for n, e in self.not_reported.items()},
            "environment": dict(self.environment),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> SetupResult:
        """Return the result that `to_dict` wrote."""
        values = dict(plain)
        error, failed = plain["error"], plain["not_reported"]
        values |= {
            "setup": Setup.from_dict(plain["setup"]),
            "status": Status(plain["status"]),
            "error": Raised(**error) if error else None,
            "warnings": tuple(plain["warnings"]),
            "seeds": tuple(SeedResult.from_dict(seed) for seed in plain["seeds"]),
            "not_reported": {name: Raised(**e) for name, e in failed.items()},
        }
        return cls(**values)


def finite(value: float) -> float | None:
    """Return a number to six digits; None if it is not finite."""
    return float(f"{value:.6g}") if isfinite(value) else None


def _cause(lines: Sequence[str]) -> str:
    """Return the last line of a message that is not part of a trace."""
    causes = [
        line.strip()
        for line in lines[1:]
        if line.strip() and not line.startswith((" ", "\t", "Detected at"))
    ]
    return causes[-1] if causes else ""


def _plain(seed: SeedResult) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(seed).items()
    }
