"""What each edit of a fix does, in words, from what it changes in a head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kerascheck.keras_api.compile_call import (
    loss_arguments,
    metric_arguments,
    value_code,
)
from kerascheck.keras_api.layers import NOISE, NORMALIZATIONS
from kerascheck.keras_api.metrics import METRIC_NAMES
from kerascheck.model.description import (
    Activation,
    Encoding,
    Head,
    Loss,
    Metric,
    Value,
)
from kerascheck.model.typed import Any

_ENCODED = {
    Encoding.BINARY: "encode the two classes as 0 and 1",
    Encoding.CLASS_IDS: "number the classes from 0",
    Encoding.ONE_HOT: "one-hot encode the labels",
}

_UNSET = object()


def joined(parts: Iterable[str]) -> str:
    """Return parts as "a, b and c", each once."""
    *first, last = dict.fromkeys(parts)
    return f"{', '.join(first)} and {last}" if first else last


def loss_words(before: Loss | None, after: Loss) -> str:
    """Say how to compile a head with another loss, or with other arguments."""
    from kerascheck.keras_api.defaults import LOSSES

    if before is not None and before.own is not None:
        called = _called(after.name, loss_arguments(after))
        return f"have {before.own}() compute {called}"
    if before is not None and before.name == after.name:
        old, new = (
            {**dict(loss.arguments), "from_logits": bool(loss.from_logits)}
            for loss in (before, after)
        )
        changed = _changed(old, new, LOSSES[3].get(after.name, {}))
        if changed:
            return f"compile {after.name} with {changed}"
    return f"compile with {_called(after.name, loss_arguments(after))}"


def metric_words(before: Metric | None, after: Metric | None) -> str:
    """Say how to replace a metric, change its arguments or remove it."""
    from kerascheck.keras_api.defaults import METRICS

    if after is None:
        return f"remove {'the metric' if before is None else _shown(before)}"
    if before is None:
        return f"use {_shown(after)}"
    name, old = _class(after), dict(before.arguments)
    if name == _class(before):
        changed = _changed(old, dict(after.arguments), METRICS[3].get(name, {}))
        if changed and before.given == "object":
            return f"compile {name} with {changed}"
    if _shown(after) == _shown(before):
        return f"compile with {_shown(after)} again"
    return f"use {_shown(after)} in place of {_shown(before)}"


def weighed_words(metric: Metric | None, void: int) -> str:
    """Say how to leave labels without a class out of a metric."""
    what = "the metric" if metric is None else _shown(metric)
    return (
        f"report {what} as one of `weighted_metrics`, with a sample weight of 0 for "
        f"labels of {void}"
    )


def added_words(metric: Metric) -> str:
    """Say which metric to add."""
    return f"add {_shown(metric)}"


def activation_words(before: Head | None, activation: Activation) -> str:
    """Say what to end a head in, and what is no longer around it."""
    words = f"end the head in {activation}"
    if before is None:
        return words
    if activation is Activation.SOFTMAX and before.softmax_axis not in (None, -1):
        words += " over the last axis"
    after = list(before.layers_after)
    if before.layer_class in (*NOISE, *NORMALIZATIONS) and not after:
        after = [before.layer_class]
    gone = [f"{joined(f'the {layer}' for layer in after)} after it"] if after else []
    if before.activation is activation and before.inner_activations:
        gone += [f"{joined(f'the {a}' for a in before.inner_activations)} before it"]
    elif before.inner_activations and not gone:
        words += " alone"
    return f"{words}, without {joined(gone)}" if gone else words


def units_words(units: int) -> str:
    """Say how many units to give a head."""
    return f"give the head {units} unit{'s' * (units != 1)}"


def labels_words(before: Head | None, to: Encoding, *, column: bool) -> str:
    """Say how to encode the labels, and which shape to give them."""
    old = before.labels if before is not None else None
    two = old is not None and old.classes == 2 and to is Encoding.CLASS_IDS
    as_what = Encoding.BINARY if two else to  # ids of two classes are 0 and 1
    encoded = _ENCODED.get(as_what, f"encode the labels as {to}")
    if not column:
        return encoded
    axis = "give the labels a last axis of 1"
    return axis if old is None or old.encoding is to else f"{encoded}, {axis}"


def _class(metric: Metric) -> str:
    return METRIC_NAMES.get(metric.compiled, metric.compiled)


def _shown(metric: Metric) -> str:
    """Return a string as it was written, an object with what is not its default."""
    if metric.given == "string" or not metric.builtin:
        return repr(metric.name or metric.compiled)
    arguments = metric_arguments(metric)
    arguments.pop("name", None)
    return _called(_class(metric), arguments)


def _called(name: str, arguments: Mapping[str, Value]) -> str:
    inside = ", ".join(_pairs(arguments))
    return f"{name}({inside})" if inside else name


def _changed(
    old: Mapping[str, Value], new: Mapping[str, Value], defaults: Mapping[str, object]
) -> str:
    """Return the arguments that differ, with their new values; "" if none does."""
    values = {n: defaults[n] for n in old if n in defaults} | dict(new)
    changed = {
        name: value
        for name, value in values.items()
        if old.get(name, defaults.get(name, _UNSET)) != value
    }
    return joined(_pairs(changed)) if changed else ""


def _pairs(arguments: Mapping[str, Any]) -> list[str]:
    return [f"{name}={value_code(value)}" for name, value in arguments.items()]
