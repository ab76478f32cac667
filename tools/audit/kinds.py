"""Compares what was measured with what the rules say, and groups what differs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from tools.audit.setups import HeadSetup, Setup, call
from tools.audit.tasks import ROWS
from tools.audit.thresholds import (
    ERROR,
    MISCALIBRATION,
    MISREPORT,
    MISREPORT_WARNED,
    SHORTFALL,
    Zone,
)

HarmType = Literal["raises", "training", "calibration", "metric", "weights", "refused"]

_CLAIMS: Mapping[str, HarmType] = {
    "raises": "raises",
    "no-learning": "training",
    "worse-training": "training",
    "fragile": "training",
    "misreported": "metric",
    "miscalibrated": "calibration",
}
"""Harm that a finding claims -> the type that is measured."""

_REAL = ("target", "fraction", "count")


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of one head.

    Attributes:
        type: What was measured.
        head: Place of the head; None: the setup as a whole.
        zone: Whether it is a harm.
        text: The figure in words.
        metric: The metric, if it is about one.
        size: How far off it is.
    """

    type: HarmType
    head: int | None
    zone: Zone
    text: str
    metric: str = ""
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A harm that no finding explains, or a finding whose harm was not measured.

    Attributes:
        silent: There is a harm and no finding.
        what: The type of harm, or the code of the finding.
        signature: What those of one kind have in common.
        setup: Where it was seen.
        text: What was measured and said.
    """

    silent: bool
    what: str
    signature: str
    setup: Setup
    text: str

    @property
    def key(self) -> tuple[bool, str, Setup]:
        """Return what stays if the setup is trained again."""
        return self.silent, self.what, self.setup


@dataclass(frozen=True, slots=True)
class Kind:
    """Disagreements of one signature, with the plainest setup as the example."""

    silent: bool
    signature: str
    count: int
    example: Disagreement


def kinds(disagreements: Sequence[Disagreement]) -> list[Kind]:
    """Return the kinds, silent harms first, the most frequent first."""
    groups: dict[tuple[bool, str], list[Disagreement]] = {}
    for one in disagreements:
        groups.setdefault((one.silent, one.signature), []).append(one)
    found = [
        Kind(silent, signature, len(g), min(g, key=lambda one: one.setup.oddness))
        for (silent, signature), g in groups.items()
    ]
    return sorted(found, key=lambda k: (not k.silent, -k.count, k.signature))


def disagreements(result: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield where rules and measurement clearly disagree about one setup."""
    setup = Setup.from_dict(result["setup"])
    said = result["findings"]
    seen = list(measured(setup, result))
    for one in seen:
        if one.zone == "harm" and not _explained(one, said):
            signature = _signature(setup, one)
            yield Disagreement(True, one.type, signature, setup, one.text)
    if not any(one.type in ("raises", "refused") for one in seen):
        yield from _without_harm(setup, said, seen)


def measured(setup: Setup, result: Mapping[str, Any]) -> Iterator[Measured]:
    """Yield the figures of a setup, each with its zone."""
    if result["refused"]:  # nothing was looked at, so nothing else is silent
        yield Measured("refused", None, "harm", result["refused"])
        return
    if result["raised"]:
        part, head, text = result["raised"]
        metric = _metric_of(setup, head) if part == "metric" else ""
        yield Measured("raises", head, "harm", f"{part} raises: {text}", metric)
        return
    if result["weights"]:
        yield Measured("weights", None, "harm", result["weights"])
    for place, (head, figures) in enumerate(
        zip(setup.heads, result["heads"], strict=True)
    ):
        yield from _of_head(place, head, figures)


def _of_head(
    place: int, head: HeadSetup, figures: Mapping[str, Any]
) -> Iterator[Measured]:
    short = figures["shortfall"]
    if short is not None:
        scale = ERROR if head.task in _REAL else SHORTFALL
        mean = fmean(short)
        zone = scale.zone(mean)
        if zone == "none" and scale.zone(max(short)) == "harm":
            zone = "unclear"
        what = "unexplained variance" if head.task in _REAL else "accuracy below best"
        yield Measured("training", place, zone, _figures(what, short), size=mean)
    off = figures["miscalibration"]
    if off is not None:
        zone = MISCALIBRATION.zone(fmean(off))
        text = _figures("probabilities off by", off)
        yield Measured("calibration", place, zone, text, size=fmean(off))
    for one in figures["metrics"]:
        if one["reported"] is None or one["true"] is None:
            continue
        gap = fmean(
            abs(r - t) for r, t in zip(one["reported"], one["true"], strict=True)
        )
        text = (
            f"{one['metric']} reports {fmean(one['reported']):.3f}, "
            f"true {fmean(one['true']):.3f}"
        )
        yield Measured("metric", place, MISREPORT.zone(gap), text, one["metric"], gap)


def _explained(harm: Measured, said: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether some finding explains a harm.

    A finding about training or labels explains what it does to probabilities, and one
    about training what it does to metrics. A metric that is only a little off may be a
    note.
    """
    if harm.type == "weights":
        return any(f["code"].startswith("KC4") for f in said)
    here = [f for f in said if harm.head is None or _place(f) in (None, harm.head)]
    loud = [f for f in here if f["severity"] != "note"]
    claimed = {_CLAIMS.get(f["harm"]) for f in loud}
    if harm.type == "raises":
        return "raises" in claimed
    if harm.type == "metric":
        small = harm.size < MISREPORT_WARNED
        if small and any(f["harm"] == "misreported" for f in here):
            return True
        return bool(claimed & {"metric", "training", "calibration", "raises"})
    return bool(claimed & {"training", "calibration", "raises"} or _labels(loud))


def _labels(loud: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a finding is about labels: whoever reads it changes them."""
    return any(f["code"].startswith("KC2") for f in loud)


def _without_harm(
    setup: Setup, said: Sequence[Mapping[str, Any]], seen: Sequence[Measured]
) -> Iterator[Disagreement]:
    for finding in said:
        claim = _CLAIMS.get(finding["harm"])
        if finding["severity"] == "note" or claim is None:
            continue
        place = _place(finding)
        same = [one for one in seen if one.type == claim and place in (None, one.head)]
        if claim == "raises":
            text = "it trains"
        elif not same or any(one.zone != "none" for one in same):
            continue  # not measured, unclear, or as claimed
        else:
            text = "; ".join(one.text for one in same)
        if finding["harm"] == "fragile":
            continue  # three seeds cannot show it
        about = _about(setup, place, finding)
        signature = f"{finding['code']} claims {finding['harm']}: {about}"
        text = f"{finding['message']} <> {text}"
        yield Disagreement(False, finding["code"], signature, setup, text)


def _about(setup: Setup, place: int | None, finding: Mapping[str, Any]) -> str:
    if place is None:
        return "the whole model"
    head = setup.heads[place]
    if _CLAIMS.get(finding["harm"]) == "metric":
        return f"{_metric_names(head)}, {_labels_of(head)}"
    return f"{_loss(head)} on {head.activation}, {_labels_of(head)}"


def _signature(setup: Setup, harm: Measured) -> str:
    if harm.type == "refused":
        return f"refused: {_weights(setup)}: {harm.text.split(':')[0]}"
    if harm.type == "weights":
        return f"weights: {_weights(setup)}, {_labels_of(setup.heads[0])}"
    if harm.head is None:
        return f"{harm.type}: {_weights(setup)}, rank {_rank(setup)}"
    head = setup.heads[harm.head]
    if harm.type == "raises":
        what = harm.metric.partition("(")[0] or head.loss[0]
        policy = f", {setup.policy}" if "raises: under " in harm.text else ""
        return (
            f"{'metric' if harm.metric else 'loss'} raises: {what}, "
            f"{_form(head)}, {_units(head)}, rank {_rank(setup)}{policy}"
        )
    if harm.type == "metric":
        off = "0.1 off" if harm.size >= MISREPORT_WARNED else "a little off"
        return (
            f"metric {off}: {harm.metric}, {_labels_of(head)}, {_units(head)}, "
            f"{_scale(head)}"
        )
    behind = f" > {head.behind}" if head.behind else ""
    policy = "" if setup.policy == "float32" else f", {setup.policy}"
    return (
        f"{harm.type}: {_loss(head)} on {_units(head)} of {head.activation}{behind}, "
        f"{_labels_of(head)}{policy}"
    )


def _form(head: HeadSetup) -> str:
    """Return what of the labels decides whether something raises: their shape."""
    if head.encoding == "strings":
        return "strings"
    rows = "rows" if head.encoding in ROWS else head.layout
    return "one label a sample" if head.layout == "sample" else f"{rows} labels"


def _units(head: HeadSetup) -> str:
    return "1 unit" if head.units == 1 else "several units"


def _rank(setup: Setup) -> str:
    return "2" if setup.rank == 2 else "3 or 4"


def _loss(head: HeadSetup) -> str:
    return head.loss[0] + "".join(
        f" {key}" + ("" if value is True else f"={value}")
        for key, value in head.loss[1]
    )


def _labels_of(head: HeadSetup) -> str:
    layout = "" if head.layout in ("rows", "flat") else f" {head.layout}"
    real = head.task in _REAL
    return f"real {head.encoding}{layout}" if real else f"{head.encoding}{layout}"


def _scale(head: HeadSetup) -> str:
    if head.activation in ("sigmoid", "softmax", "hard_sigmoid"):
        return "probabilities"
    return "logits" if head.from_logits else head.activation


def _metric_of(setup: Setup, head: int | None) -> str:
    return _metric_names(setup.heads[head]) if head is not None else ""


def _metric_names(head: HeadSetup) -> str:
    return "+".join(call(metric) for metric in head.metrics)


def _weights(setup: Setup) -> str:
    weight = f"class_weight {setup.class_weight}" if setup.class_weight else ""
    other = f"sample_weight {setup.sample_weight}" if setup.sample_weight else ""
    heads = " of several heads" if len(setup.heads) > 1 else ""
    return f"{weight or other or 'no weights'}{heads}"


def _place(finding: Mapping[str, Any]) -> int | None:
    name = finding["head"] or ""
    number = name.removeprefix("head_")
    return int(number) if number.isdigit() else None


def _figures(what: str, values: Sequence[float]) -> str:
    if any(math.isnan(value) for value in values):
        return f"{what}: not a number"
    return f"{what} {fmean(values):.3f} ({min(values):.3f} to {max(values):.3f})"
