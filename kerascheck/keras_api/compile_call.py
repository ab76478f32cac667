"""The one writer of Keras code: a loss, a metric, and the whole call of compile().

Defaults of a class in that Keras are not written; everything else that the
description holds is, so that a call that is pasted loses nothing of the user's own.
Names come from model files, and what is written is copied and run: no name from a
file is ever written as a call, except for the classes of Keras.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from keyword import iskeyword

from kerascheck.keras_api.losses import LOSS_NAMES, WITH_FROM_LOGITS, snake_case
from kerascheck.keras_api.metrics import METRIC_NAMES, auto_name, is_by_shape
from kerascheck.model.description import (
    Arguments,
    Description,
    Head,
    Loss,
    Metric,
    Value,
)

NEWEST = 3
"""Major version of Keras that is written for if a description has none."""

_WIDTH = 79
_WITHOUT_STRING = ("CategoricalGeneralizedCrossEntropy",)
"""Losses that Keras 3.15.1 does not find by a string."""

_BY_OTHER_STRINGS = ("KLDivergence", "LogCoshError")
"""Metrics that not every Keras finds by the name of their function."""


def major(model: Description) -> int:
    """Return the major version of Keras that a model is compiled with, 2 or 3."""
    return 2 if model.legacy else NEWEST


def loss_code(loss: Loss, keras: int = NEWEST) -> str:
    """Return Python for a loss of Keras: a string if all arguments are defaults.

    Args:
        loss: For one of the user's own, `model.loss`; see `head_loss_code`.
        keras: Major version of Keras.
    """
    if loss.own is not None:
        return loss.own if _is_name(loss.own) else "model.loss"
    if loss.name not in LOSS_NAMES:
        return "model.loss"
    arguments = loss_arguments(loss, keras)
    if not arguments and loss.name not in _WITHOUT_STRING:
        return repr(snake_case(loss.name))
    return f"keras.losses.{loss.name}({_keywords(arguments)})"


def loss_arguments(loss: Loss, keras: int = NEWEST) -> dict[str, Value]:
    """Return the arguments of a loss that are not its defaults, from_logits first."""
    from kerascheck.keras_api.defaults import LOSSES

    defaults = LOSSES[keras].get(loss.name, {})
    arguments = _not_default(loss.arguments, defaults)
    if "axis" not in defaults:
        arguments.pop("axis", None)  # kept from a loss that has it; this one does not
    logits = loss.from_logits and loss.name in WITH_FROM_LOGITS
    return {**({"from_logits": True} if logits else {}), **arguments}


def head_loss_code(head: Head, keras: int = NEWEST) -> str:
    """Return Python for the loss of a head; one of the user's own is the model's."""
    if head.loss is None:
        return "None"
    code = loss_code(head.loss, keras)
    return f"model.loss{_key_below_loss(head)}" if code == "model.loss" else code


def _key_below_loss(head: Head) -> str:
    """Return `["name"]` or `[0]` if the losses were given by head, else nothing."""
    _, separator, below = head.origin("loss").rpartition("/loss/")
    if not separator or "/" in below:
        return ""
    key = below.replace("~1", "/").replace("~0", "~")
    return f"[{key}]" if key.isascii() and key.isdecimal() else f"[{key!r}]"


def metric_code(metric: Metric, keras: int = NEWEST) -> str:
    """Return Python for a metric: its string if it was one, else an object.

    One of the user's own is its bare name, which Keras makes a metric of.
    """
    if not metric.builtin:
        return own_name(metric) or repr(metric.name or metric.compiled)
    full = METRIC_NAMES.get(metric.compiled)
    if metric.given == "string" or full is None or _is_string(metric, full):
        return repr(metric.name or metric.compiled)
    return f"keras.metrics.{full}({_keywords(metric_arguments(metric, keras))})"


def _is_string(metric: Metric, full: str) -> bool:
    """Say whether a function of Keras is what the string of its name stands for."""
    name = metric.name or ""
    known = METRIC_NAMES.get(name) == full and full not in _BY_OTHER_STRINGS
    return metric.given == "function" and known and not is_by_shape(name)


def metric_arguments(metric: Metric, keras: int = NEWEST) -> dict[str, Value]:
    """Return the arguments of a metric that are not its defaults, its name last."""
    from kerascheck.keras_api.defaults import METRICS

    full = METRIC_NAMES.get(metric.compiled, metric.compiled)
    defaults = METRICS[keras].get(full, {})
    arguments = _not_default(metric.arguments, defaults)
    if "thresholds" in arguments:
        arguments.pop("num_thresholds", None)  # Keras counts them, and ignores it then
    if metric.name is not None and not _is_default_name(metric.name, full, defaults):
        arguments["name"] = metric.name
    return arguments


def _is_default_name(name: str, full: str, defaults: Mapping[str, object]) -> bool:
    default = defaults.get("name")
    if default is not None:
        return name == default
    return re.sub(r"_\d+\Z", "", name) == auto_name(full)  # auc, auc_1, …


def own_name(metric: Metric) -> str | None:
    """Return the name of a metric of the user's own, if it is an identifier."""
    name = metric.compiled.rpartition(">")[2]
    return name if _is_name(name) else None


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and not iskeyword(name)


def _not_default(
    arguments: Iterable[tuple[str, Value]], defaults: Mapping[str, object]
) -> dict[str, Value]:
    """Return the arguments that a class does not have by default."""
    return {
        name: value
        for name, value in arguments
        if name not in ("name", "dtype", "fn")
        and _is_name(name)
        and not _is_default(value, defaults, name)
    }


def _is_default(value: Value, defaults: Mapping[str, object], name: str) -> bool:
    return name in defaults and value == defaults[name]


def _keywords(arguments: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={value_code(v)}" for name, v in arguments.items())


def value_code(value: Value) -> str:
    """Return Python for an argument; a list stays one."""
    return repr(list(value) if isinstance(value, tuple) else value)


LossCode = Callable[[Head, int], str]
MetricCode = Callable[[Metric, int], str]


def call_arguments(
    heads: Sequence[Head],
    *,
    by_name: bool,
    keras: int = NEWEST,
    loss_code: LossCode = head_loss_code,
    metric_code: MetricCode = metric_code,
) -> dict[str, str]:
    """Return what compile() is called with, except the optimizer, as Python.

    Args:
        heads: All that are written.
        by_name: Whether each argument is a dict by head; else there is one head.
        keras: Major version of Keras.
        loss_code: Writes the loss of a head.
        metric_code: Writes a metric.
    """
    lists = {"metrics": False, "weighted_metrics": True}
    codes = {"loss": [loss_code(head, keras) for head in heads]}
    for argument, weighted in lists.items():
        metrics = (
            [m for m in h.metrics or () if m.weighted is weighted] for h in heads
        )
        codes[argument] = [
            f"[{', '.join(metric_code(metric, keras) for metric in each)}]"
            for each in metrics
        ]
    arguments = {
        argument: _by_head(heads, each, by_name=by_name)
        for argument, each in codes.items()
        if argument == "loss" or set(each) != {"[]"}
    }
    weights = [head.loss_weight for head in heads]
    if set(weights) == {None}:
        return arguments
    shares = [repr(1.0 if weight is None else weight) for weight in weights]
    one = f"[{shares[0]}]"
    by_head = _by_head(heads, shares, by_name=True)
    return {**arguments, "loss_weights": by_head if by_name else one}


def _by_head(heads: Sequence[Head], codes: Sequence[str], *, by_name: bool) -> str:
    if not by_name:
        return codes[0]
    pairs = zip(heads, codes, strict=True)
    return f"{{{', '.join(f'{head.name!r}: {code}' for head, code in pairs)}}}"


_AGAIN = "model.optimizer.from_config(model.optimizer.get_config())"


def compile_call(
    heads: Sequence[Head],
    *,
    by_name: bool,
    keras: int = NEWEST,
    clear_metrics: bool = False,
    new_optimizer: bool = False,
    options: Arguments = (),
) -> str:
    """Return the call that compiles these heads as described, with its optimizer.

    Args:
        heads: All that are written.
        by_name: Whether each argument is a dict by head; else there is one head.
        keras: Major version of Keras.
        clear_metrics: Write `metrics=[]` if there are none. Keras 3 keeps those that
            the model has if it is called with neither argument.
        new_optimizer: Make the optimizer again. If a metric raised in `fit` on
            TensorFlow, the old one is left with variables that have no value.
        options: Arguments of compile() that are about the model as a whole.
    """
    codes = call_arguments(heads, by_name=by_name, keras=keras)
    if clear_metrics and not {"metrics", "weighted_metrics"} & codes.keys():
        codes["metrics"] = "[]"
    codes |= {name: value_code(value) for name, value in options}
    optimizer = _AGAIN if new_optimizer else "model.optimizer"
    arguments = [f"optimizer={optimizer}", *(f"{n}={c}" for n, c in codes.items())]
    call = f"model.compile({', '.join(arguments)})"
    if len(call) <= _WIDTH:
        return call
    return "model.compile(\n" + "".join(f"    {a},\n" for a in arguments) + ")"
