"""What was understood of one model, in the look of model.summary()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from kerascheck.engine.facts import share_shown
from kerascheck.engine.facts import shown as fact_shown
from kerascheck.engine.outcome import Outcome
from kerascheck.keras_api.compile_call import metric_code, value_code
from kerascheck.keras_api.dtypes import FLOATX
from kerascheck.model.description import (
    Activation,
    Description,
    Head,
    InProgram,
    Labels,
    Loss,
)
from kerascheck.model.description import Metric as MetricFact
from kerascheck.trust.printable import Style, columns, count, padded, shown, wrapped

UNKNOWN = "unknown"

Row = tuple[str, str, str]
"""Fact, value, and where it was found."""

_BOX = {
    True: (tuple("┏━┳┓"), tuple("┡━╇┩"), tuple("├─┼┤"), tuple("└─┴┘"), "┃", "│"),
    False: (tuple("+=++"), tuple("+=++"), tuple("+-++"), tuple("+-++"), "|", "|"),
}


def overview(outcome: Outcome, rules: Sequence[str], style: Style) -> str:
    """Return a table for each head of the only model, its problems and its rules.

    Args:
        outcome: Of one model.
        rules: Codes of the rules that were run.
        style: Width and characters to use.
    """
    (model,) = outcome.models
    lines = [*_title(model, style)]
    for head in model.heads:
        lines += ["", *_table(head, rows(head, model), style)]
    if not model.heads:
        lines += ["", *_line(f"No head is known: {model.opaque or UNKNOWN}", style)]
    if model.program is not None and model.program.unknown:
        lines += ["", *_unknown(model.program, style)]
    lines += ["", *_rules(outcome, rules, style)]
    return "\n".join(lines) + "\n"


def _title(model: Description, style: Style) -> Iterator[str]:
    yield from _line(f'Model: "{model.path}"', style)
    facts = [
        model.model_class or "class unknown",
        f"{model.format} format",
        f"Keras {model.keras_version or UNKNOWN}",
        *([f"backend {model.backend}"] if model.backend else []),
        _compiled(model),
        *([f"task {model.task}"] if model.task else []),
        *([f"compiled at {model.source}"] if _has_other_source(model) else []),
    ]
    yield from _line(", ".join(facts), style)


def _has_other_source(model: Description) -> bool:
    return model.source is not None and model.program is None


def _compiled(model: Description) -> str:
    if model.compiled is None:
        return "no compile information"
    if not model.compiled:
        return "not compiled"
    return f"compiled with {model.optimizer or 'an unknown optimizer'}"


def _line(text: str, style: Style) -> list[str]:
    return wrapped(shown(text, unicode=style.unicode), style.width)


def rows(head: Head, model: Description) -> Iterator[Row]:
    """Yield what is known of one head; a fact without a name goes on from the last."""
    layer = f"{head.layer or UNKNOWN} ({head.layer_class or UNKNOWN})"
    yield "layer", layer, head.origin("layer")
    if head.source is not None:
        yield "", f"made at {head.source}", ""
    yield "units", _or_unknown(head.units), head.origin("units")
    yield "shape", _shape(head), head.origin("shape")
    yield "activation", _activation(head), head.origin("activation")
    if head.compute_dtype != FLOATX or head.is_cast is not False:
        yield "dtype", _dtype(head), head.origin("activation")
    if model.compiled:
        yield "loss", _loss(head.loss), head.origin("loss")
        if head.loss_weight is not None:
            weight = fact_shown(head.loss_weight)
            yield "loss weight", weight, head.origin("loss_weight")
        yield from _metrics(head)
    if head.class_weight is not None:
        weights = ", ".join(f"{c}: {fact_shown(w)}" for c, w in head.class_weight)
        yield "class weight", weights, "configuration"
    yield from _labels(head.labels)


def _or_unknown(value: object) -> str:
    return UNKNOWN if value is None else fact_shown(value)


def _dtype(head: Head) -> str:
    dtype = head.compute_dtype or UNKNOWN
    if head.loss is None or head.is_cast is False:
        return dtype
    return f"{dtype}, cast to {head.loss.dtype or UNKNOWN} for the loss"


def _shape(head: Head) -> str:
    # The batch axis is None as in model.summary(), here and in Keras.
    return UNKNOWN if head.shape is None else fact_shown(head.shape)


def _activation(head: Head) -> str:
    told = str(head.activation)
    if head.activation is Activation.UNKNOWN and head.activation_as_saved:
        told = f"{head.activation_as_saved} (not Keras's own)"
    if head.softmax_axis not in (None, -1):
        told += f" over axis {head.softmax_axis}"
    if head.inner_activations:
        told += f", of {', '.join(str(one) for one in head.inner_activations)}"
    if head.layers_after:
        told += f", then {', '.join(head.layers_after)}"
    return f"{told}, hidden from the loss" if head.logits_hidden else told


def _loss(loss: Loss | None) -> str:
    if loss is None:
        return "none"
    arguments = list(loss.arguments)
    if loss.from_logits is not None:
        arguments.insert(0, ("from_logits", loss.from_logits))
    told = ", ".join(f"{name}={value_code(value)}" for name, value in arguments)
    by = f", by {loss.own}()" if loss.own is not None else ""
    return f"{loss.name}({told}), {loss.kind}{by}"


def _metrics(head: Head) -> Iterator[Row]:
    if head.metrics is None:
        yield "metrics", UNKNOWN, head.origin("metrics")
    for i, metric in enumerate(head.metrics or ()):
        label = "metrics" if i == 0 else ""
        yield label, _metric(metric), head.origin(f"metrics.{i}")


def _metric(metric: MetricFact) -> str:
    if not metric.builtin:
        return f"{metric.compiled} (not Keras's own)"
    if metric.resolved is None:
        return f"{metric.compiled} -> depends on labels"
    if metric.resolved == metric.compiled:
        return metric_code(metric).removeprefix("keras.metrics.")
    return f"{metric.compiled} -> {metric.resolved}"


def _labels(labels: Labels | None) -> Iterator[Row]:
    if labels is None:
        yield "labels", "none were given (see --labels)", ""
        return
    first, *others = labels.candidates or (labels.encoding,)
    doubt = f" (or {', '.join(map(str, others))})" if others else ""
    yield "labels", f"{first}{doubt}", labels.path or ""
    yield "", f"{labels.dtype}, shape {fact_shown(labels.shape)}", ""
    seen = list(_seen(labels))
    if seen:
        yield "", ", ".join(seen), ""


def _seen(labels: Labels) -> Iterator[str]:
    if labels.classes is not None:
        yield count(labels.classes, "class", "classes")
    if labels.low is not None and labels.high is not None:
        yield f"{fact_shown(labels.low)} to {fact_shown(labels.high)}"
    if labels.majority is not None:
        yield f"commonest {share_shown(labels.majority)}"
    if labels.nans:
        yield f"{labels.nans} NaN"
    if labels.infinities:
        yield f"{labels.infinities} infinite"


def _table(head: Head, rows: Iterable[Row], style: Style) -> Iterator[str]:
    title = ("Head", head.name, "Found in")
    cells = [
        tuple(shown(cell, unicode=style.unicode) for cell in row)
        for row in [title, *rows]
    ]
    widths = _widths(cells, style.width)
    top, under_title, between, bottom, heavy, light = _BOX[style.unicode]
    yield _rule_line(top, widths)
    yield from _row(cells[0], widths, heavy)
    yield _rule_line(under_title, widths)
    for i, row in enumerate(cells[1:]):
        if i and row[0]:
            yield _rule_line(between, widths)
        yield from _row(row, widths, light)
    yield _rule_line(bottom, widths)


def _widths(rows: Sequence[tuple[str, ...]], width: int) -> list[int]:
    """Return the columns of each cell, the two right ones narrowed to fit `width`."""
    fact, value, origin = (max(map(columns, each)) for each in zip(*rows, strict=True))
    room = width - fact - 10
    if value + origin > room:
        value = min(value, max(room - origin, room // 2))
        origin = room - value
    return [fact, value, origin]


def _rule_line(characters: tuple[str, ...], widths: Sequence[int]) -> str:
    left, dash, joint, right = characters
    return left + joint.join(dash * (width + 2) for width in widths) + right


def _row(cells: Sequence[str], widths: Sequence[int], edge: str) -> Iterator[str]:
    lines = [wrapped(c, w) for c, w in zip(cells, widths, strict=True)]
    for parts in zip_longest(*lines, fillvalue=""):
        full = map(padded, parts, widths)
        yield f"{edge} {f' {edge} '.join(full)} {edge}"


def _unknown(program: InProgram, style: Style) -> Iterator[str]:
    yield "Not known from the program"
    for fact, why in program.unknown:
        yield from _indented(f"{fact}: {why}", style)


def _rules(outcome: Outcome, rules: Sequence[str], style: Style) -> Iterator[str]:
    yield f"{count(outcome.decided, 'rule')} decided, {len(outcome.not_run)} undecided"
    for finding in outcome.findings:
        text = f"{finding.severity}[{finding.code}] {finding.message}"
        yield from _indented(text, style)
    quiet = _quiet(outcome, rules)
    if outcome.decided and quiet:
        yield from _indented(f"found nothing: {', '.join(quiet)}", style)
    for (head, why), codes in _undecided(outcome).items():
        whom = f" for {head!r}" if head else ""
        yield from _indented(f"undecided{whom}, {why}: {', '.join(codes)}", style)


def _quiet(outcome: Outcome, rules: Sequence[str]) -> list[str]:
    """Return the rules that were decided for every head and found nothing."""
    told = {item.code for item in outcome.not_run}
    for finding in outcome.findings:
        told |= {finding.code, *(other.code for other in finding.follows)}
    return [code for code in rules if code not in told]


def _undecided(outcome: Outcome) -> dict[tuple[str | None, str], list[str]]:
    several = len(outcome.models[0].heads) > 1
    reasons: dict[tuple[str | None, str], list[str]] = {}
    for item in outcome.not_run:
        head = item.head if several else None
        reasons.setdefault((head, item.why), []).append(item.code)
    return reasons


def _indented(text: str, style: Style) -> Iterator[str]:
    lines = wrapped(shown(text, unicode=style.unicode), style.width - 4)
    yield f"  {lines[0]}"
    for line in lines[1:]:
        yield f"    {line}"
