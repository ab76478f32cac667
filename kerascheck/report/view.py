"""One finding as rows of a label and what it says, the same rows for every format.

A format only frames the rows: text puts labels in a column, Markdown makes list items,
HTML makes a table. Whatever a finding is to say in addition is one more `Row` here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerascheck.engine.finding import Confidence, Confirmation, Finding, TrainedOn
from kerascheck.engine.fix import Applicability, SetActivation, SetUnits
from kerascheck.model.description import Description, Head
from kerascheck.model.named import NamedTuple
from kerascheck.trust.printable import count

HARMS = {
    "raises": "compile, build or fit raises",
    "no-learning": "true accuracy stays near chance or the majority class",
    "misreported": "a reported metric differs from the true one",
    "miscalibrated": "probabilities as served are wrong, the ranking is right",
    "worse-training": "learns slower, or to a worse end",
    "fragile": "works by accident: on one backend or in one mode",
    "none": "",
}
"""What each harm means."""

APPLICABILITIES = {
    Applicability.SAFE: " (safe: predictions stay the same)",
    Applicability.UNSAFE: " (unsafe: train the model again)",
    Applicability.DISPLAY: "",
}
"""What applying a fix costs."""

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
"""Backend -> its name in a sentence."""

CACHED = "from the cache"
"""Marks a verdict that rests on results of an earlier run."""

COMPILED = "compiled at"
LAYER = "layer at"
HERE = "at"
"""What a line of source is; `HERE` is that of the finding itself, in a program."""

_OF_LAYER = frozenset(
    {"activation", "after", "before", "layer", "shape", "softmax_axis", "units"}
)
"""Facts of a head that the call of its last layer decides."""


class Code(str):
    """A name or value inside a text, which a format may set as code."""

    __slots__ = ()


Text = tuple[str, ...]
"""Words, and names as `Code`, to be joined without anything between them."""


class Row(NamedTuple):
    """One thing that a finding says."""

    label: str
    text: Text
    origin: str = ""  # where the fact was found
    code: tuple[str, ...] = ()  # lines of Python
    continues: bool = False  # belongs to the row above, which has the same label

    @property
    def heading(self) -> str:
        """The label, or "" for a row that continues the one above."""
        return "" if self.continues else self.label


def rows(finding: Finding, *, verbose: bool = False) -> Iterator[Row]:
    """Yield what a finding says beyond its message: why, the fix and its proof.

    Args:
        finding: What to show.
        verbose: Include what shipped reference training showed of findings like it.
    """
    for i, fact in enumerate(finding.evidence):
        text = _equality(fact.fact, fact.value)
        yield Row("because", text, fact.origin, continues=i > 0)
    if finding.expected:
        yield Row("expected", _equalities(finding.expected))
    if harm(finding):
        yield Row("harm", (harm(finding),))
    yield from _fix(finding)
    if verbose and finding.measured is not None:
        yield Row("measured", (finding.measured,))
    if finding.confirmation is not None:
        yield from _proof(finding.confirmation)


def _fix(finding: Finding) -> Iterator[Row]:
    fix = finding.fix
    if fix is not None:
        title = fix.title + APPLICABILITIES[fix.applicability]
        code = finding.code_lines or tuple(map(str, fix.edits))
        yield Row("fix", (title,), code=code)
    for other in finding.follows:
        text = ("also fixed: ", Code(f"{other.code} {other.name}"))
        yield Row("fix", text, continues=fix is not None)


def _proof(confirmation: Confirmation) -> Iterator[Row]:
    yield Row("proof", (proof(confirmation),))
    if confirmation.trained is not None:
        yield Row("proof", (training(confirmation.trained),), continues=True)
    for other in confirmation.elsewhere:
        cached = f" ({CACHED})" if other.source == "cache" else ""
        text = f"on {other.backend}: {other.status}: {other.reason}{cached}"
        yield Row("proof", (text,), continues=True)


def _equality(name: str, value: object) -> Text:
    return Code(name), " is ", Code(value)


def _equalities(facts: Iterable[tuple[str, object]]) -> Text:
    parts: list[str] = []
    for name, value in facts:
        parts += (", ", *_equality(name, value)) if parts else _equality(name, value)
    return tuple(parts)


def harm(finding: Finding) -> str:
    """Return what the finding does to training, and how sure that is; "" if nothing."""
    meaning = HARMS[finding.harm.value]
    if not meaning:
        return ""
    sure = finding.confidence is Confidence.HIGH
    doubt = "" if sure else f" ({finding.confidence} confidence)"
    return f"{finding.harm}: {meaning}{doubt}"


def proof(confirmation: Confirmation) -> str:
    """Return the verdict of reference training with its setting, on one line."""
    setting = []
    if confirmation.seeds:
        setting.append(count(confirmation.seeds, "seed"))
    if 0 < confirmation.starts_shown < confirmation.seeds:
        setting.append(f"figures of the {confirmation.starts_shown} that learn")
    if confirmation.source == "shipped":
        setting.append(_measured_with(confirmation))
    elif confirmation.backend:
        setting.append(confirmation.backend)
    if confirmation.source == "cache":
        setting.append(CACHED)
    elif confirmation.seconds:
        setting.append(f"{confirmation.seconds:.0f} s")
    verdict = f"{confirmation.status}: {confirmation.reason}"
    return f"{verdict} ({', '.join(setting)})" if setting else verdict


def _measured_with(confirmation: Confirmation) -> str:
    """Return what the trainings that ship were made with, as they are not of here."""
    backends = [confirmation.backend or ""]
    backends += [o.backend for o in confirmation.elsewhere if o.source == "shipped"]
    names = " and ".join(BACKENDS.get(name, name) for name in backends)
    version = dict(confirmation.versions).get("keras", "")
    device = (confirmation.device or "").upper()
    return f"measured with Keras {version} on {names}, {device}"


def training(trained: TrainedOn) -> str:
    """Return what was trained, on one line."""
    noun = "labels" if trained.task.startswith("multilabel") else "classes"
    classes = f"{trained.classes} {noun}"
    if trained.task == "regression":
        classes = "one real target"
    elif trained.task == "regression_several":
        classes = f"{trained.classes} real targets"
    if trained.task.endswith("_hard"):
        classes += " that overlap"
    elif trained.task.endswith("_faint"):
        classes += " that hardly differ"
    if trained.task.startswith("binary_imbalanced"):
        classes += ", one of them rare"
    if "regression" not in trained.task and trained.classes_of_model != trained.classes:
        classes += f" (the model has {trained.classes_of_model})"
    if trained.axes_flattened:
        classes += ", each step or pixel a sample of its own"
    if trained.loss_defaults:
        names = " and ".join(trained.loss_defaults)
        classes += f", the default {names} of the loss"
    assumed = trained.assumed_labels
    labels = f", labels assumed {assumed}" if assumed else ""
    return (
        f"trained on {classes}{labels}: {trained.hidden_units} hidden units, "
        f"{trained.steps} steps of {trained.batch} rows, "
        f"{trained.optimizer} at {trained.learning_rate:g}"
    )


class SourceLine(NamedTuple):
    """One line of source that a finding is about."""

    what: str  # HERE, COMPILED or LAYER
    place: str  # FILE:LINE, or FILE:cell 3:LINE


class SourceLines:
    """The compile calls and last layers that are known of some models."""

    def __init__(self, models: Iterable[Description]) -> None:
        """Take the models that findings are about."""
        self._models = {model.path: model for model in models}

    def find(self, finding: Finding) -> tuple[SourceLine, ...]:
        """Return the lines of a finding, first the one to look at; at most three."""
        if finding.source is not None:
            return (SourceLine(HERE, finding.source),)
        model = self._models.get(finding.model)
        if model is None:
            return ()
        head = next((h for h in model.heads if h.name == finding.head), None)
        layer = None if head is None else head.source
        lines = [SourceLine(COMPILED, model.source)] if model.source else []
        if model.program is not None:
            return _in_program(finding, model.path, head, lines)
        if layer and layer != model.source:
            at = 0 if is_about_layer(finding) else 1
            lines.insert(at, SourceLine(LAYER, layer))
        return tuple(lines)


def _in_program(
    finding: Finding, path: str, head: Head | None, compiled: list[SourceLine]
) -> tuple[SourceLine, ...]:
    """Return the line of the argument or layer first, then those of the others."""
    here = path
    if head is not None:
        fact = finding.location.removeprefix(f"heads.{finding.head}").lstrip(".")
        if is_about_layer(finding) and head.source is not None:
            here = head.source
        else:
            here = head.origin(fact) or head.origin("loss") or path
        if head.source is not None:
            compiled = [*compiled, SourceLine(LAYER, head.source)]
    others = dict.fromkeys(line for line in compiled if line.place != here)
    return (SourceLine(HERE, here), *others)


def file_and_line(place: str) -> tuple[str, int | None, int | None]:
    """Return file, cell and line of FILE:LINE or FILE:cell 3:LINE, or None each."""
    file, _, line = place.rpartition(":")
    if not file or not _is_number(line):
        return place, None, None
    inner, _, cell = file.rpartition(":cell ")
    if inner and _is_number(cell):
        return inner, int(cell), int(line)
    return file, None, int(line)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) < 8


def is_about_layer(finding: Finding) -> bool:
    """Say whether the fault or its fix is in the call that makes the last layer."""
    fact = finding.location.removeprefix(f"heads.{finding.head}.")
    edits = () if finding.fix is None else finding.fix.edits
    alone = bool(edits) and all(isinstance(e, (SetActivation, SetUnits)) for e in edits)
    return alone or fact in _OF_LAYER


def place(finding: Finding, lines: tuple[SourceLine, ...] = ()) -> Text:
    """Return where a finding is: its model, the fact, and lines of source."""
    parts: list[str] = [Code(finding.model)]
    if lines and lines[0].what == HERE:
        parts, lines = [Code(lines[0].place)], lines[1:]
    if finding.location:
        parts += (": ", Code(finding.location))
    for i, line in enumerate(lines):
        parts += (f", {line.what} " if i else " (", Code(line.place))
    return (*parts, ")") if lines else tuple(parts)
