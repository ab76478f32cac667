"""A finding of a rule, and later its confirmation."""

from __future__ import annotations

from enum import StrEnum

from kerascheck.engine.fix import Fix
from kerascheck.model.description import Evidence, Scalar
from kerascheck.model.frozen import Frozen, field
from kerascheck.model.typed import Any, Literal


class Severity(StrEnum):
    """How bad it is: certainly wrong, probably wrong, worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Return 0 for a note, 1 for a warning, 2 for an error."""
        return ("note", "warning", "error").index(self.value)


class Confidence(StrEnum):
    """How sure the finding is: how much of it rests on facts, not on likelihood."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Harm(StrEnum):
    """What the rule claims training will show."""

    RAISES = "raises"
    NO_LEARNING = "no-learning"
    MISREPORTED = "misreported"
    MISCALIBRATED = "miscalibrated"
    WORSE_TRAINING = "worse-training"
    FRAGILE = "fragile"
    NONE = "none"  # for KC0xx, which are about files and not about training


class Verdict(StrEnum):
    """The result of reference training for a finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not-run"


class Measurement(Frozen):
    """What reference training measured in one setup, as means over the seeds.

    Accuracies, AUC and ECE are in [0, 1]; losses are in nats; None: not measured or
    not a number.
    """

    true_accuracy: float | None = None
    reported_accuracy: float | None = None  # None too: the metric is not an accuracy
    balanced_accuracy: float | None = None
    auc: float | None = None
    ece: float | None = None
    loss: float | None = None
    first_loss: float | None = None
    constant: bool | None = None
    raises: str | None = None  # exception type and first line
    curve: tuple[float | None, ...] = ()  # training loss, evenly spaced over the steps
    reported: tuple[tuple[str, float | None], ...] = ()  # metrics as Keras reports them
    spread: float | None = None  # standard deviation of true_accuracy over seeds
    # Bins of probability as served: its mean, share right (both in [0, 1]), samples.
    reliability: tuple[tuple[float, float, int], ...] = ()


Source = Literal["shipped", "cache", "trained"]
"""Where the results of a verdict come from: the package, an earlier run, this one."""


class TrainedOn(Frozen):
    """The reference training behind a verdict, and how it differs from the model."""

    task: str  # "binary_hard"
    classes: int  # of the task; tags if it is multilabel
    classes_of_model: int  # before they were reduced to those of the task
    hidden_units: int  # of the one layer before the head
    steps: int
    batch: int
    learning_rate: float
    optimizer: str
    assumed_labels: str | None = None  # encoding; None: that of the labels given
    axes_flattened: int = 0  # of steps or pixels: each of them is a sample there
    loss_defaults: tuple[str, ...] = ()  # arguments of the loss that had their defaults


class OtherBackend(Frozen):
    """The result of reference training for the same finding on another backend."""

    backend: str
    status: Verdict
    reason: str
    source: Source | None = None


Found = Literal["same", "weaker", "absent"]
"""Of a harm under another condition: it is confirmed again; its figures are on the same
side, too small or too scattered to confirm it; it is not there."""


class OtherCondition(Frozen):
    """What came of a harm that was confirmed, with one thing changed."""

    task: str
    network: str  # "narrow", "deep"
    learning_rate: float
    found: Found | None  # None: it was not tried
    reason: str


class Confirmation(Frozen):
    """The reference training of one finding, before and after its fix."""

    status: Verdict
    reason: str  # what the verdict rests on, or why there is no verdict
    source: Source | None = None  # "cache" if any part was cached; None: no result
    backend: str | None = None
    versions: tuple[tuple[str, str], ...] = ()
    device: str | None = None
    seeds: int = 0
    failed_starts: int = 0  # of these, as compiled, that never learn
    starts_shown: int = 0  # that the figures of both sides are means over
    trained: TrainedOn | None = None  # None: not a reference training
    before: Measurement | None = None
    after: Measurement | None = None
    difference: float | None = None  # paired mean of what the verdict looks at
    interval: tuple[float, float] | None = None  # its 95 % interval
    seconds: float = 0.0
    conditions: tuple[OtherCondition, ...] = ()  # of what the usual training confirms
    elsewhere: tuple[OtherBackend, ...] = ()  # if the harm depends on the backend


class Finding(Frozen):
    """One thing that does not fit, where it is, and how to fix it."""

    code: str
    name: str
    severity: Severity
    harm: Harm
    message: str
    model: str
    head: str | None = None
    location: str = ""  # heads.digit.loss.from_logits
    pointer: str = ""  # /compile_config/loss/config/from_logits
    confidence: Confidence = Confidence.HIGH
    evidence: tuple[Evidence, ...] = ()
    seen: tuple[tuple[str, Scalar], ...] = ()
    expected: tuple[tuple[str, Scalar], ...] = ()
    fix: Fix | None = None
    # Code of the fix, made once it is known what else is found in the model.
    snippet: str | None = None  # the whole compile() call
    layer_line: str | None = None  # the last layer, if the fix changes it
    labels_line: str | None = None  # what converts the labels, if the fix does
    follows: tuple[Finding, ...] = ()  # findings that the same fix removes
    confirmation: Confirmation | None = None
    by_backend: bool = False  # the harm depends on the backend
    measured: str | None = None  # shipped reference training of findings like it
    fingerprint: str = field(default="")
    source: str | None = None  # FILE:LINE, if it is about a line and not about a model

    def __str__(self) -> str:
        from kerascheck.trust.printable import printable

        text = f"{self.model}: {self.code} {self.severity}: {self.message}"
        return printable(text)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show one of several findings in a notebook, or in IPython, as a line."""
        printer.text(f"<Finding {self}>")

    def _repr_html_(self) -> str:
        from importlib import import_module

        html: str = import_module("kerascheck.report.notebook").finding_fragment(self)
        return html

    @property
    def key(self) -> tuple[str, str]:
        """Code and place: what stays of a finding when other facts change."""
        return self.code, self.location

    @property
    def code_lines(self) -> tuple[str, ...]:
        """All code that changes: layer, labels and compile() call, line by line."""
        call = self.snippet if self.fix is None or self.fix.changes_call else None
        parts = (self.layer_line, self.labels_line, call)
        return tuple(line for part in parts if part for line in part.split("\n"))


def worst_first(finding: Finding) -> tuple[int, bool, str, str]:
    """Return what findings are sorted by if the worst is to be first.

    A loss that raises comes before what its training would lead to, as that is what
    users see. A metric that raises does not: it may fit once the loss does.
    """
    stops = finding.harm is Harm.RAISES and ".metrics" not in finding.location
    return -finding.severity.rank, not stops, finding.code, finding.location
