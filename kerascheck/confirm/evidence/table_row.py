"""One row of a matrix: what Keras does with a setup, in figures and one word.

Values only; nothing here needs Keras or numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from kerascheck.confirm.evidence.matrix import Name
from kerascheck.model.errors import KerascheckError
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Any


class Outcome(StrEnum):
    """The outcome of a setup, the worst first.

    A seed fails if its accuracy is in the lower half between chance and the best
    possible; imbalanced tasks count balanced accuracy.
    """

    RAISES = "raises"
    UNFINISHED = "unfinished"  # not trained to the end: nothing is known
    NAN = "nan"  # a loss or an output is not finite, in any seed
    NO_LEARNING = "no-learning"  # every seed fails
    DECISION_OFF = "decision-off"  # every seed fails, and another threshold would not
    UNSTABLE = "unstable"  # some seeds fail
    WORSE = "worse"  # the mean is more than 0.03 below the best possible
    MISCALIBRATED = "miscalibrated"  # accurate; calibration error above 0.08
    OK = "ok"


class Row(Frozen):
    """A setup and what was measured, as means over the seeds on held-out rows.

    Accuracies, AUC and ECE are in [0, 1], losses are as Keras gives them; None: not
    measured, or not applicable.

    Attributes:
        name: Of the setup.
        outcome: In one word.
        error: Class of the exception that `fit` raised.
        message: The line that says why, or why the row is unfinished; "" if unknown.
        accuracy: True share of right decisions.
        deviation: Of that over the seeds.
        balanced: True accuracy, with equal weight for each class.
        auc: True area under the ROC curve.
        ece: Calibration error of the probabilities as served.
        first_loss: Before training.
        last_loss: At its end.
        reported: Metric -> its value; the class of an exception if it raises.
    """

    name: Name
    outcome: Outcome
    error: str | None = None
    message: str = ""
    accuracy: float | None = None
    deviation: float | None = None
    balanced: float | None = None
    auc: float | None = None
    ece: float | None = None
    first_loss: float | None = None
    last_loss: float | None = None
    reported: tuple[tuple[str, float | str | None], ...] = ()

    @property
    def quality(self) -> float | None:
        """Accuracy; balanced accuracy if the task is imbalanced."""
        imbalanced = self.name.task == "binary_imbalanced"
        return self.balanced if imbalanced else self.accuracy

    def reported_value(self, metric: str) -> float | None:
        """Return what a metric reports; None if it raises or was not measured."""
        value = dict(self.reported).get(metric)
        return None if isinstance(value, str) else value

    def pack(self) -> list[object]:
        """Return the row without its name, as short as JSON allows."""
        if self.error is not None:
            return [self.outcome.value, self.error]
        return [
            self.outcome.value,
            self.accuracy,
            self.deviation,
            self.balanced,
            self.auc,
            self.ece,
            self.first_loss,
            self.last_loss,
            [value for _, value in self.reported],
        ]

    @classmethod
    def unpack(cls, name: str, packed: Sequence[Any], metrics: Sequence[str]) -> Row:
        """Return the row that `pack` wrote.

        Args:
            name: Of the row.
            packed: What `pack` returned.
            metrics: Names of the reported values, in order.
        """
        parsed, word = Name.parse(name), Outcome(packed[0])
        if word is Outcome.RAISES:
            return cls(name=parsed, outcome=word, error=packed[1])
        accuracy, deviation, balanced, auc, ece, first, last, reported = packed[1:]
        return cls(
            name=parsed,
            outcome=word,
            accuracy=accuracy,
            deviation=deviation,
            balanced=balanced,
            auc=auc,
            ece=ece,
            first_loss=first,
            last_loss=last,
            reported=tuple(zip(metrics, reported, strict=True)),
        )


class Sheet(Frozen):
    """Rows that were trained in the same way.

    Attributes:
        rows: In the order of the matrices.
        environment: Backend, versions and device.
        seeds: Trainings of each row.
    """

    rows: tuple[Row, ...]
    environment: Mapping[str, str]
    seeds: int

    def to_dict(self) -> dict[str, object]:
        """Return compact JSON values; `from_dict` reads them back.

        Raises:
            ValueError: A row is unfinished, or rows report different metrics.
        """
        trained = [row for row in self.rows if row.error is None]
        metrics = {tuple(name for name, _ in row.reported) for row in trained}
        if len(metrics) > 1:
            raise ValueError(f"Expected one list of metrics. Received: {metrics}")
        if any(row.outcome is Outcome.UNFINISHED for row in self.rows):
            raise ValueError("Expected finished rows. Received: an unfinished one")
        return {
            "schema_version": "1",
            "environment": dict(self.environment),
            "seeds": self.seeds,
            "metrics": list(next(iter(metrics), ())),
            "rows": {str(row.name): row.pack() for row in self.rows},
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Sheet:
        """Return the sheet that `to_dict` wrote.

        Raises:
            UnreadableSheet: It has another form.
        """
        if plain.get("schema_version") != "1":
            raise UnreadableSheet("results of reference training in an unknown form")
        metrics = plain["metrics"]
        rows = plain["rows"].items()
        return cls(
            rows=tuple(Row.unpack(name, packed, metrics) for name, packed in rows),
            environment=plain["environment"],
            seeds=plain["seeds"],
        )


class UnreadableSheet(KerascheckError):
    """A file of results that this version does not understand."""
