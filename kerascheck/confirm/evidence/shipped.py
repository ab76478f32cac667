"""Measured figures that ship with the package, for findings to cite at once.

One file a backend and device, made by `python -m tools.reference_sheet`. Nothing here
needs Keras or numpy; a file is read when its first figure is needed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache

from kerascheck.confirm.build import NotBuildable, pair_of, setup_of
from kerascheck.confirm.evidence.matrix import name_of
from kerascheck.confirm.evidence.table_row import Outcome, Row, Sheet
from kerascheck.confirm.evidence.tables import environment_text
from kerascheck.confirm.setup import Part, Setup
from kerascheck.engine.finding import Finding, Harm
from kerascheck.engine.rule import Rule
from kerascheck.keras_api.metrics import ACCURACY, METRIC_NAMES
from kerascheck.model.description import Description, Metric, Scalar
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any
from kerascheck.report.report import Report
from kerascheck.trust.printable import count

FOLDER = os.path.join(os.path.dirname(__file__), "measured")

BACKEND = "tensorflow"
"""Backend of the figures for models that do not name theirs."""

_HIGHEST_CUT = 1e6
"""Thresholds beyond it, NaN among them, are in no evidence."""

NOTABLE = 0.01
"""Difference in accuracy or calibration error that is worth a second figure."""


_INTRODUCTION = (
    "Rows of `kerascheck reference`, task/units/activation/loss/labels; `_fl` is "
    "`from_logits=True`."
)


class ShippedFigures(NamedTuple):
    """Shipped figures of a head as compiled, and as fixed if that was trained."""

    before: Row
    after: Row | None
    file: Mapping[str, Any]


def sheet_names() -> list[str]:
    """Return the names of the files that ship: "tensorflow-cpu", "jax-gpu"."""
    names = (name.removesuffix(".json") for name in os.listdir(FOLDER))
    return sorted(name for name in names if not name.startswith("."))


def load_sheet(name: str) -> Sheet:
    """Return all rows of a file.

    Raises:
        UsageError: The file does not exist.
    """
    if name not in sheet_names():
        raise UsageError(
            f"Expected one of {', '.join(sheet_names())}. Received: {name!r}"
        )
    return Sheet.from_dict(_file(name))


def row_of(setup: Setup, *, backend: str = BACKEND, device: str = "cpu") -> Row | None:
    """Return the shipped row of a setup; None if none like it was trained.

    Metrics are ignored, and so are label dtypes that do not matter for training.
    """
    name = f"{backend}-{device}"
    return _row(name, setup) if name in sheet_names() else None


def shipped_figures(finding: Finding, model: Description) -> ShippedFigures | None:
    """Return what shipped reference training showed for a finding.

    A fragile setup is shown on the first backend on which it differs from the fixed
    one.

    Args:
        finding: Of a rule.
        model: In which it was found.
    """
    try:
        before, after = _setups(finding, model)
    except NotBuildable:
        return None
    own = [name for name in sheet_names() if name == f"{model.backend or BACKEND}-cpu"]
    others = [
        name for name in sheet_names() if name.endswith("-cpu") and name not in own
    ]
    known = list(_find(before, after, own))
    if finding.harm is Harm.FRAGILE:
        known += _find(before, after, others)
        return next((one for one in known if _differs(one)), None)
    return next(iter(known), None)


def citation(finding: Finding, model: Description) -> str | None:
    """Return what shipped reference training showed for a finding, in one sentence.

    Returns:
        "in reference training: true accuracy 0.50, reported 0.99 (5 seeds, Keras 3.15,
        TensorFlow, CPU)"; None if it showed nothing for such a finding.
    """
    found = shipped_figures(finding, model)
    if found is None:
        return None
    text = _figures_text(finding, model, found)
    return (
        f"in reference training: {text} ({_environment_text(found.file)})"
        if text
        else None
    )


def with_citations(report: Report) -> Report:
    """Return the report with shipped figures on the findings that have some."""

    models = {model.path: model for model in report.models}
    findings = tuple(
        replace(f, measured=citation(f, models[f.model])) if f.head else f
        for f in report.findings
    )
    return report.with_findings(findings)


def measured_lines(rule: Rule) -> list[str]:
    """Return what was measured of the bad examples of a rule, as Markdown lines."""
    from kerascheck.engine.judge import judge

    lines: dict[str, None] = {}
    for model in rule.bad():
        for finding in judge([rule], model).findings:
            found = shipped_figures(finding, model) if finding.head else None
            text = _figures_text(finding, model, found) if found else None
            if found and text:
                lines[
                    f"- `{found.before.name}`: {text} ({_environment_text(found.file)})"
                ] = None
    return [_INTRODUCTION, "", *lines] if lines else []


_LIKE = {
    "binary_faint": "binary_hard",
    "binary_imbalanced_hard": "binary_imbalanced",
}
"""Task of a setup -> the task of the matrices whose figures are shown for it."""


@cache
def _file(name: str) -> Mapping[str, Any]:
    with open(os.path.join(FOLDER, f"{name}.json"), encoding="utf-8") as file:
        plain: Mapping[str, Any] = json.load(file)
    return plain


def _row(file: str, setup: Setup) -> Row | None:
    task = _LIKE.get(setup.task, setup.task)
    plain, name = _file(file), str(name_of(replace(setup, task=task)))
    packed = plain["rows"].get(name)
    return Row.unpack(name, packed, plain["metrics"]) if packed else None


def _setups(finding: Finding, model: Description) -> tuple[Setup, Setup | None]:
    try:
        pair = pair_of(finding, model)
    except NotBuildable:
        return setup_of(model.head(finding.head or ""), finding.harm), None
    return pair.before, pair.after


def _find(
    before: Setup, after: Setup | None, files: list[str]
) -> Iterator[ShippedFigures]:
    for file in files:
        row = _row(file, before)
        if row is not None:
            fixed = _row(file, after) if after else None
            yield ShippedFigures(row, fixed, _file(file))


def _differs(found: ShippedFigures) -> bool:
    """Say whether a setup behaved differently from the fixed one."""
    before, after = found.before, found.after
    if after is None or before.error is not None:
        return before.error is not None
    pairs = ((before.quality, after.quality), (before.ece, after.ece))
    return any(
        a is not None and b is not None and abs(a - b) > NOTABLE for a, b in pairs
    )


def _figures_text(
    finding: Finding, model: Description, found: ShippedFigures
) -> str | None:
    """Return the figures for a finding; None if they do not show it."""
    row = found.before
    if ".metrics" in finding.location or finding.harm is Harm.MISREPORTED:
        return _misreported_text(finding, model, row)
    if row.outcome is Outcome.RAISES:
        return f"it raises {row.error}"
    if row.outcome is Outcome.NAN:
        return "losses or outputs are NaN"
    if found.after is None or found.after.error is not None:
        return None
    if finding.harm is Harm.MISCALIBRATED or _only_calibration(row, found.after):
        return _before_and_after("calibration error", row.ece, found.after.ece)
    return _accuracy_text(row, found.after)


def _only_calibration(row: Row, after: Row) -> bool:
    """Say whether the fix changes calibration, and not accuracy."""
    if None in (row.quality, after.quality, row.ece, after.ece):
        return False
    same = abs((row.quality or 0) - (after.quality or 0)) <= NOTABLE
    return same and (row.ece or 0) - (after.ece or 0) > NOTABLE


def _accuracy_text(row: Row, after: Row) -> str | None:
    name = "balanced" if row.name.task == "binary_imbalanced" else "true"
    text = _before_and_after(f"{name} accuracy", row.quality, after.quality)
    shown, true = row.reported_value("accuracy"), row.accuracy
    if text is None or shown is None or true is None or abs(shown - true) <= NOTABLE:
        return text
    return f"{text}, reported {shown:.2f}"


def _misreported_text(finding: Finding, model: Description, row: Row) -> str | None:
    metric = _metric(finding, model)
    shown = dict(row.reported).get(metric or "")
    if isinstance(shown, str):
        return f"{metric} raises {shown}"
    true, name = row.quality, "true accuracy"
    if metric == "AUC":
        true, name = row.auc, "true AUC"
    elif row.name.task == "binary_imbalanced":
        name = "balanced accuracy"
    return _two_figures(name, true, "reported", shown)


def _metric(finding: Finding, model: Description) -> str | None:
    """Return the reported metric that a finding is about, by its name in rows."""
    metrics = model.head(finding.head or "").metrics or ()
    _, _, index = finding.location.partition(".metrics.")
    if index.isdigit() and int(index) < len(metrics):
        return _column_of(metrics[int(index)])
    return next((_column_of(m) for m in metrics if "acc" in m.compiled.lower()), None)


def _column_of(metric: Metric) -> str | None:
    if metric.frozen:  # neither the word nor the metric it became is what was meant
        return None
    if metric.given == "string" and metric.compiled.lower() in ACCURACY:
        return "accuracy"
    name = METRIC_NAMES.get(metric.resolved or metric.compiled)
    if name is None:
        return None
    threshold = metric.argument("threshold")
    if name == "BinaryAccuracy" and threshold not in (None, 0.5):
        return _with_threshold(name, threshold)
    return "AUC(from_logits=True)" if metric.argument("from_logits") else name


def _with_threshold(name: str, threshold: Scalar) -> str | None:
    """Return the name of a metric that cuts elsewhere; None: at no number."""
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        return None
    if not abs(threshold) < _HIGHEST_CUT:
        return None
    return Part.of(name, threshold=float(threshold)).text


def _before_and_after(
    what: str, before: float | None, after: float | None
) -> str | None:
    return _two_figures(what, before, "once fixed", after)


def _two_figures(
    what: str, one: float | None, other: str, two: float | None
) -> str | None:
    """Return two figures, with a third digit if two digits are equal."""
    if one is None or two is None:
        return None
    digits = 2 if f"{one:.2f}" != f"{two:.2f}" else 3
    return f"{what} {one:.{digits}f}, {other} {two:.{digits}f}"


def _environment_text(file: Mapping[str, Any]) -> str:
    environment = dict(file["environment"])
    environment.pop(environment["backend"], None)
    environment["keras"] = ".".join(environment["keras"].split(".")[:2])
    return f"{count(file['seeds'], 'seed')}, {environment_text(environment)}"
