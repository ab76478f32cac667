"""What a file holds that Keras does not load again, or loads as something else.

Every case was seen by saving and loading with Keras 3.15.1, or by loading files of
Keras 2.12 and 2.15 with it; the pages of KC020 to KC025 name the versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kerascheck.keras_api.activations import TENSORFLOW_NAMES
from kerascheck.keras_api.losses import LOSSES
from kerascheck.model.description import Problem, ProblemKind, generation
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kerascheck.readers.containers.values import Container

__all__ = ["NEWEST_KERAS", "find_load_problems"]

NEWEST_KERAS: Final = (3, 16)
"""Newest Keras whose source was looked at; what is measured is 3.15."""

_JUDGED_AS: Final = "3.15"

_SHORT: Final = frozenset(row.short for row in LOSSES.values() if row.short)
"""Losses that `load_model` mistakes for metrics of `keras.metrics`, in HDF5 alone."""

_MAX_REASONS: Final = 3
"""Reasons that a message names."""

_MAX_LAYERS: Final = 10_000
"""Layers that are looked at."""

_MAX_LOSSES: Final = 1000
_MAX_DEPTH: Final = 20


class _Saved(NamedTuple):
    """An object of a config, and its JSON pointer."""

    value: Any
    at: str


def find_load_problems(container: Container) -> list[Problem]:
    """Return what will be lost, or will not load, as problems."""
    version = generation(container.keras_version)
    if version is None:
        return []
    problems = [_newer(container)] if version > NEWEST_KERAS else []
    if container.format in ("live", "source"):
        return problems  # nothing is saved yet
    losses = list(_losses(container))
    legacy = version < (3, 0)
    found = _cross_loading(container) if legacy else _reloading(container, losses)
    return [*problems, *_once([*_partials(container, losses), *found])]


def _once(problems: list[Problem]) -> list[Problem]:
    """Return the first problem of each message: a cause is reported once."""
    if len(problems) < 2:
        return problems
    last = {problem.message: problem for problem in reversed(problems)}
    return list(last.values())[::-1]


def _newer(container: Container) -> Problem:
    version = container.keras_version
    message = f"Keras {version} is newer than kerascheck knows: judged as {_JUDGED_AS}"
    return Problem(kind="unknown-keras-version", message=message)


def _partials(container: Container, losses: list[_Saved]) -> Iterator[Problem]:
    for loss in losses:
        if isinstance(loss.value, dict) and loss.value.get("class_name") == "partial":
            message = "the loss is a functools.partial, whose arguments are not saved"
            yield _problem("partial-as-loss", message, loss.at, container)


def _reloading(container: Container, losses: list[_Saved]) -> Iterator[Problem]:
    """Yield what Keras 3 does not load from its own files as it was."""
    for loss in losses:
        yield from _short_name(loss, container)
    for layer in _layers(container):
        yield from _foreign_activation(layer, container)
        yield from _lambda(layer, container)


def _short_name(loss: _Saved, container: Container) -> Iterator[Problem]:
    if container.format != "hdf5" or not isinstance(loss.value, str):
        return
    if loss.value.lower() in _SHORT:
        message = f"Keras 3 does not load the loss {loss.value!r} from HDF5"
        yield _problem("short-loss-name-in-hdf5", message, loss.at, container)


def _foreign_activation(layer: _Saved, container: Container) -> Iterator[Problem]:
    for key in ("activation", "recurrent_activation"):
        function = layer.value["config"].get(key)
        if not isinstance(function, dict) or function.get("class_name") != "function":
            continue
        name = function.get("config")
        if function.get("module") != "builtins" or not isinstance(name, str):
            continue
        if name in TENSORFLOW_NAMES:
            message = f"Keras does not load the activation {name!r}, not one of its own"
            at = f"{layer.at}/config/{key}"
            yield _problem("activation-that-does-not-load", message, at, container)


def _lambda(layer: _Saved, container: Container) -> Iterator[Problem]:
    function = layer.value["config"].get("function")
    if layer.value.get("class_name") != "Lambda" or not isinstance(function, dict):
        return
    if function.get("class_name") == "__lambda__":
        message = "a Lambda layer holds a Python lambda, which load_model() refuses"
        yield _problem("lambda-layer", message, layer.at, container)


def _cross_loading(container: Container) -> Iterator[Problem]:
    """Yield why Keras 3 does not load a file of Keras 2, as one problem."""
    if container.format not in ("keras", "keras-dir", "hdf5"):
        return
    if any(
        problem.kind == "container-under-wrong-name" for problem in container.problems
    ):
        return  # which is reason enough
    from kerascheck.readers.config.cross_loading import reasons

    found = list({reason.text: reason for reason in reasons(container)}.values())
    if not found:
        return
    texts = [reason.text for reason in found[:_MAX_REASONS]]
    more = len(found) - len(texts)
    if more:
        texts.append(f"and {more} more reason{'s' * (more > 1)}")
    wrote = f"Keras 3 does not load this file of Keras {container.keras_version}"
    compiling = all(reason.compiling for reason in found)
    kind: ProblemKind = "keras-2-compile-settings" if compiling else "keras-2-file"
    if (generation(container.keras_version) or (2, 0)) < (2, 0):
        kind = "keras-1-file"
    yield _problem(kind, f"{wrote}: {'; '.join(texts)}", found[0].at, container)


def _problem(kind: ProblemKind, message: str, at: str, container: Container) -> Problem:
    return Problem(kind=kind, message=message, origin=f"{container.member}: {at}")


def _losses(container: Container) -> Iterator[_Saved]:
    """Yield each loss, out of the list or dict that it is in."""
    training = container.training
    if not isinstance(training, dict):
        return
    loss, at = training.get("loss"), f"{container.training_at}/loss"
    if isinstance(loss, dict) and "class_name" not in loss:
        for key in islice(loss, _MAX_LOSSES):
            yield _Saved(loss[key], f"{at}/{key}")
    elif isinstance(loss, list):
        for place, one in enumerate(loss[:_MAX_LOSSES]):
            yield _Saved(one, f"{at}/{place}")
    elif loss is not None:
        yield _Saved(loss, at)


def _layers(container: Container) -> Iterator[_Saved]:
    """Yield layers whose config may not load, those of nested models too."""
    waiting = [(_Saved(container.architecture, container.architecture_at), 0)]
    for _ in range(_MAX_LAYERS):
        if not waiting:
            return
        layer, depth = waiting.pop()
        config = layer.value.get("config") if isinstance(layer.value, dict) else None
        if not isinstance(config, dict) or depth > _MAX_DEPTH:
            continue
        yield layer
        below = config.get("layers")
        if isinstance(below, list):
            inner = [
                (_Saved(one, f"{layer.at}/config/layers/{place}"), depth + 1)
                for place, one in enumerate(below[:_MAX_LAYERS])
                if _is_looked_at(one)
            ]
            waiting += reversed(inner)
        if "layer" in config:
            waiting.append(
                (_Saved(config["layer"], f"{layer.at}/config/layer"), depth + 1)
            )


def _is_looked_at(layer: Any) -> bool:
    """Say whether a layer holds other layers, or may have what does not load.

    Nearly all do not, and there are hundreds: they get no pointer.
    """
    config = layer.get("config") if isinstance(layer, dict) else None
    if not isinstance(config, dict):
        return False
    return (
        isinstance(config.get("activation"), dict)
        or "recurrent_activation" in config
        or "layers" in config
        or "layer" in config
        or layer.get("class_name") == "Lambda"
    )
