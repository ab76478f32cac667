"""One loss or metric, in every form that Keras 2 and 3 save it in."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from kerascheck.keras_api.losses import (
    BY_SHAPE,
    LOSS_NAMES,
    LOSSES,
    OF_TENSORFLOW,
    TENSORFLOW_LOSSES,
    loss_called,
)
from kerascheck.keras_api.metrics import (
    ACCURACY,
    CROSSENTROPY,
    METRIC_NAMES,
    RESOLVED_BY_SHAPE,
    metric_called,
)
from kerascheck.model.description import (
    Arguments,
    Loss,
    LossKind,
    Metric,
    Scalar,
    Value,
)
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.activations import is_custom
from kerascheck.readers.config.graph import class_of
from kerascheck.readers.config.numbers import is_odd_number, shown_scalar
from kerascheck.readers.config.unknown import UNKNOWN, OwnLoss

__all__ = ["ReadLoss", "ReadMetric", "loss_of", "metric_of"]

_LEFT_OUT: Final = frozenset({"name", "dtype", "fn"})
_REDUCED: Final = ("sum_over_batch_size", "auto")  # by default, in Keras 3 and 2
_MAX_LISTED: Final = 1_000  # values of a list: no list of thresholds has as many
_MAX_ARGUMENTS: Final = 50  # arguments: no class of Keras has half as many
_EMPTY: Final[Mapping[str, Any]] = {}


class Odd(NamedTuple):
    """A value that is not what its argument accepts."""

    argument: str  # "" for the loss or metric itself
    value: str


class ReadLoss(NamedTuple):
    """A loss, and what about it was odd."""

    loss: Loss
    from_logits_at: str | None = None  # pointer below the loss; None: not on disk
    odd: tuple[Odd, ...] = ()


class ReadMetric(NamedTuple):
    """A metric, and what about it was odd."""

    metric: Metric
    odd: tuple[Odd, ...] = ()


def loss_of(saved: Any, units: int | None) -> ReadLoss:
    """Return the loss that was saved as `saved`.

    Args:
        saved: A string, or an object with `class_name`; anything else is odd.
        units: Width of the head, for the losses that Keras picks by shape.
    """
    if isinstance(saved, str):
        return ReadLoss(_loss_by_name(saved, units))
    if saved is UNKNOWN:
        return ReadLoss(_custom("unknown", "unknown"))
    if isinstance(saved, OwnLoss):
        return _loss_of_program(saved, units)
    if not isinstance(saved, dict) or not isinstance(saved.get("class_name"), str):
        return _odd_loss(saved)
    name, config = class_of(saved), saved.get("config")
    if name == "function" and isinstance(config, str):
        return ReadLoss(_loss_by_function(saved, config))
    if name == "__lambda__":
        return ReadLoss(_custom("<lambda>", "lambda"))
    if name == "partial":
        known = _partial_of(config, LOSS_NAMES)
        if known is not None:
            return _loss_by_object({}, *known)
        # Its arguments, from_logits among them, are not saved.
        name = config if isinstance(config, str) else "<partial>"
        return ReadLoss(_custom(name, "partial"))
    return _loss_by_object(saved, name, config if isinstance(config, dict) else _EMPTY)


def _partial_of(
    config: Any, known: Mapping[str, str]
) -> tuple[str, Mapping[str, Any]] | None:
    """Return the class whose function a partial is of, and the arguments it passes.

    None: no file of Keras holds them; live models and programs do.
    """
    if not isinstance(config, dict):
        return None
    function, arguments = config.get("function"), config.get("arguments")
    if not isinstance(function, str) or not isinstance(arguments, dict):
        return None
    return (known[function], arguments) if function in known else None


def _loss_of_program(own: OwnLoss, units: int | None) -> ReadLoss:
    """Return the loss of Keras that a function of the program computes."""
    read = loss_of(own.saved, units)
    given = OF_TENSORFLOW if own.over_tensorflow else "own"
    return ReadLoss(replace(read.loss, given=given, own=own.name))


def _odd_loss(saved: Any) -> ReadLoss:
    if isinstance(saved, (list, tuple)):
        return ReadLoss(_custom(f"{len(saved)} losses", "unknown"))
    shown = "an object" if isinstance(saved, dict) else shown_scalar(saved)
    return ReadLoss(_custom("unknown", "unknown"), None, (Odd("", shown),))


def _custom(name: str, given: str, arguments: Arguments = ()) -> Loss:
    return Loss(name=name, kind=LossKind.CUSTOM, arguments=arguments, given=given)


def _loss_by_name(name: str, units: int | None) -> Loss:
    if name == "<lambda>":
        return _custom(name, "lambda")
    if name.lower() in BY_SHAPE:
        # More than one unit is decided by the labels, which no file holds.
        return (
            loss_called("BinaryCrossentropy") if units == 1 else _custom(name, "string")
        )
    if name in LOSS_NAMES or name in TENSORFLOW_LOSSES:
        return loss_called(name)
    return _custom(name, "function")  # HDF5 and SavedModel save functions by name


def _loss_by_function(saved: dict[str, Any], name: str) -> Loss:
    if name == "<lambda>":
        return _custom(name, "lambda")
    if is_custom(saved):
        return _custom(name, "function")
    return loss_called(name, given="function")


def _loss_by_object(
    saved: dict[str, Any], name: str, config: Mapping[str, Any]
) -> ReadLoss:
    custom = is_custom(saved)
    if name == "LossFunctionWrapper" and not custom:
        fn = config.get("fn")
        inner = fn.get("config") if isinstance(fn, dict) else fn
        custom = isinstance(fn, dict) and is_custom(fn)
        name = inner if isinstance(inner, str) else name
    axis = LOSSES[name].axis if name in LOSSES else -1
    arguments, odd = _arguments(config, "from_logits", axis=axis)
    if custom or name not in LOSS_NAMES:
        kept, _ = _arguments(config, "")
        return ReadLoss(_custom(name, "object", kept), None, odd)
    from_logits = config.get("from_logits")
    if from_logits is UNKNOWN:
        loss = loss_called(name, arguments=arguments, given="object")
        return ReadLoss(replace(loss, from_logits=None), None, odd)
    if from_logits in (0, 1) and from_logits is not None:
        from_logits = bool(from_logits)
    loss = loss_called(
        name, from_logits=from_logits, arguments=arguments, given="object"
    )
    at = "/config/from_logits" if "from_logits" in config else None
    if from_logits is not None and not isinstance(from_logits, bool):
        loss = replace(loss, from_logits=None)
        odd = (*odd, Odd("from_logits", shown_scalar(from_logits)))
    return ReadLoss(loss, at, odd)


def _arguments(
    config: Mapping[str, Any], apart: str, *, axis: int | None = -1
) -> tuple[Arguments, tuple[Odd, ...]]:
    """Return the plain arguments of an object but `apart`, and what is odd in them."""
    kept: list[tuple[str, Value]] = []
    odd: list[Odd] = []
    for name, value in islice(config.items(), _MAX_ARGUMENTS):
        if name in _LEFT_OUT or name == apart or _is_usual(name, value, axis):
            continue
        plain = _listed(value) if isinstance(value, (list, tuple)) else value
        number = _odd_number(plain)
        if number is not None:
            odd.append(Odd(name, shown_scalar(number)))
        elif isinstance(plain, (str, int, float, tuple)) or value is None:
            kept.append((name, plain))
    kept.sort(key=lambda argument: argument[0])
    return tuple(kept), tuple(odd)


def _is_usual(name: str, value: Any, axis: int | None) -> bool:
    """Say whether an argument has its default, if it is omitted at that."""
    if name == "axis":
        return bool(value == axis)
    return name == "reduction" and value in _REDUCED


def _listed(values: list[Any] | tuple[Any, ...]) -> Value:
    """Return a list of plain values as a tuple; of too many, or of others, text."""
    if len(values) > _MAX_LISTED:
        return shown_scalar(values)
    plain = all(v is None or isinstance(v, (str, int, float)) for v in values)
    return tuple(values) if plain else None


def _odd_number(value: Value) -> Scalar:
    """Return the first number of a value that cannot be computed with, if any."""
    each = value if isinstance(value, tuple) else (value,)
    return next((one for one in each if is_odd_number(one)), None)


def metric_of(saved: Any, prefixes: tuple[str, ...] = ()) -> ReadMetric:
    """Return the metric that was saved as `saved`.

    Args:
        saved: A string, or an object with `class_name`; anything else is odd.
        prefixes: What Keras 2 put in front of its name, tried in this order.
    """
    if isinstance(saved, str):
        return ReadMetric(metric_called(saved))
    if saved is UNKNOWN:
        return ReadMetric(Metric(compiled="unknown", given="unknown", builtin=False))
    if not isinstance(saved, dict) or not isinstance(saved.get("class_name"), str):
        return _odd_metric(saved)
    name, config = class_of(saved), saved.get("config")
    if name == "function" and isinstance(config, str):
        return ReadMetric(_metric_by_function(config, config, custom=is_custom(saved)))
    partial = _partial_of(config, METRIC_NAMES) if name == "partial" else None
    if partial is not None:
        name, config = partial[0], {"name": "partial", **partial[1]}
        saved = {}
    if name in ("__lambda__", "partial"):
        given = name.strip("_")
        name = config if isinstance(config, str) else f"<{given}>"
        return ReadMetric(Metric(compiled=name, given=given, name=name, builtin=False))
    options = config if isinstance(config, dict) else _EMPTY
    shown = _own_name(options.get("name"), prefixes)
    if name == "MeanMetricWrapper" and not is_custom(saved):
        return ReadMetric(_metric_by_wrapper(options, shown))
    arguments, odd = _arguments(options, "")
    known = None if is_custom(saved) else METRIC_NAMES.get(name)
    return ReadMetric(
        Metric(
            compiled=known or name,
            given="object",
            resolved=known,
            arguments=arguments,
            name=shown,
            builtin=known is not None,
        ),
        odd,
    )


def _odd_metric(saved: Any) -> ReadMetric:
    shown = "an object" if isinstance(saved, dict) else shown_scalar(saved)
    unknown = Metric(compiled="unknown", given="unknown", builtin=False)
    return ReadMetric(unknown, (Odd("", shown),))


def _own_name(saved: Any, prefixes: tuple[str, ...]) -> str | None:
    if not isinstance(saved, str):
        return None
    name = saved
    for prefix in prefixes:
        name = name.removeprefix(prefix)
    return name


def _metric_by_function(function: str, name: str | None, *, custom: bool) -> Metric:
    """Return a metric that is a function: `accuracy` as such compares floats."""
    known = None if custom else METRIC_NAMES.get(function)
    return Metric(
        compiled=known or function,
        given="function",
        resolved=known,
        name=name,
        builtin=known is not None,
    )


def _metric_by_wrapper(config: Mapping[str, Any], name: str | None) -> Metric:
    """Return the metric around a function, by which Keras 2 saves most of them.

    Source: `MetricsContainer._get_metric_object` of tf_keras 2.21: "accuracy" is
    wrapped under its own name around the function it was resolved to.
    """
    fn = config.get("fn")
    function = fn.get("config") if isinstance(fn, dict) else fn
    if not isinstance(function, str):
        return Metric(
            compiled="MeanMetricWrapper", given="object", name=name, builtin=False
        )
    custom = isinstance(fn, dict) and is_custom(fn)
    known = None if custom else METRIC_NAMES.get(function)
    if name and name.lower() in ACCURACY | CROSSENTROPY and known in RESOLVED_BY_SHAPE:
        return Metric(compiled=name, resolved=known, name=name, frozen=True)
    return _metric_by_function(function, name, custom=custom)
