"""From a live, compiled model of Keras 2 or 3 to the `Description` of its saved file.

The model serialises itself as `model.save` has it do, in memory; nothing is written,
and nothing is built again. Keras is never imported here: the module that the model
came from is used, whichever Keras that is.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from kerascheck.keras_api.internals import (
    compile_arguments,
    function_arguments,
    nodes_restored,
    symbolic_ends,
)
from kerascheck.keras_api.losses import LOSSES
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.description import Problem, Scalar
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import Container

if TYPE_CHECKING:
    from kerascheck.model.description import Description

__all__ = ["UNNAMED", "backend_of", "is_live", "keras_of", "read_live"]

UNNAMED: Final = "<live model>"
"""Path of a model that has no name."""

MAX_ROWS: Final = 32
"""Rows of `x` that a model is called on if its config does not define its outputs."""

_ROOTS: Final = ("keras", "tf_keras")
_UNCOMPILED: Final = Problem(kind="not-compiled", message="the model is not compiled")


def is_live(value: object) -> bool:
    """Say whether this is a model object of any Keras."""
    return _home(type(value)) is not None


def keras_of(model: object) -> Any:
    """Return the module of the Keras that `model` was made with.

    Raises:
        UsageError: It is not a model of Keras.
    """
    home = _home(type(model))
    if home is None:
        raise UsageError(f"Expected a Keras model. Received: {type(model).__name__}.")
    return sys.modules[home]


def backend_of(keras: Any) -> str:
    """Return the backend that a Keras runs on."""
    if str(keras.__version__).startswith("2."):
        return "tensorflow"
    return str(keras.backend.backend())


def read_live(model: Any, x: Any = None) -> Description:
    """Describe a live model as if it had been saved and read back.

    Args:
        model: Of Keras 3 or Keras 2, Sequential, Functional or subclassed.
        x: Inputs, shape (samples, …), or a list or dict of them. Only a model whose
            heads are defined in Python code, or that is not built yet, is called on
            them, on at most 32 rows; that builds it.
    """
    keras = keras_of(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lambdas, which cannot be loaded again
        container = _container(model, keras)
        described = describe_config(container, str(model.name or UNNAMED))
        if described.opaque is not None:
            described = _of_graph(model, keras, container, described)
        described = _with_added_loss(model, described)
        if x is None:
            return described
        opaque = described.opaque is not None
        if not opaque and all(head.shape is not None for head in described.heads):
            return described
        try:
            rows = _first_rows(x)
        except Exception:  # whatever the user's inputs raise
            return described
        if opaque:
            return _traced(model, keras, container, described, rows)
        return _measured(model, described, rows)


def _with_added_loss(model: Any, described: Description) -> Description:
    """Return the description with what `add_loss` gave the model itself."""
    losses = [head.loss for head in described.heads]
    if described.regularized or all(losses) or not described.compiled:
        return described
    try:
        added = len(model.losses)
    except Exception:  # code of the user's own layers
        return described
    why = "the model has a loss that was added to it by `add_loss`"
    return replace(described, added_loss=why) if added else described


def _home(kind: type) -> str | None:
    """Return the name of the Keras that a class of models comes from."""
    for base in kind.__mro__:
        root = base.__module__.partition(".")[0]
        if base.__name__ == "Model" and root in _ROOTS and root in sys.modules:
            return root
    return None


def _container(model: Any, keras: Any) -> Container:
    architecture = _json(_serialised(model, keras))
    training = architecture.get("compile_config") or None
    losses = (compile_arguments(model) or {}).get("loss")
    if training and losses is not None:
        training = {**training, "loss": _completed(training.get("loss"), losses)}
    return Container(
        format="live",
        architecture=architecture,
        training=training,
        architecture_at="",
        training_at="/compile_config",
        member="model",
        keras_version=str(keras.__version__),
        backend=backend_of(keras),
        problems=tuple(_lost_arguments(losses)) if training else (_UNCOMPILED,),
        floatx=str(keras.backend.floatx()),
    )


def _lost_arguments(losses: Any) -> Iterator[Problem]:
    """Yield what `model.save` omits of a loss, if that is not its default."""
    for loss in _each(losses):
        name = type(loss).__name__
        for argument, value in _not_saved(loss).items():
            _, default = _unsaved(name)
            yield Problem(
                kind="loss-argument-not-saved",
                message=f"{name}({argument}={value}) is saved without {argument}, "
                f"which is {default} once it is loaded",
            )


def _unsaved(name: str) -> tuple[str, Scalar]:
    """Return the argument that `get_config` of a loss leaves out, and its default."""
    row = LOSSES.get(name)
    return (row and row.unsaved) or ("", None)


def _not_saved(loss: Any) -> dict[str, Any]:
    """Return the argument that a loss is saved without, if it is not the default."""
    argument, default = _unsaved(type(loss).__name__)
    value = function_arguments(loss).get(argument, default)
    return {} if value == default else {argument: value}


def _dtype(loss: Any) -> dict[str, Any]:
    """Return the dtype of a loss of Keras 3, which no config holds."""
    dtype = getattr(loss, "dtype", None)
    return {"dtype": dtype} if isinstance(dtype, str) else {}


def _completed(saved: Any, losses: Any) -> Any:
    """Return losses as saved, with the arguments that `model.save` omits."""
    if isinstance(losses, Mapping) and isinstance(saved, Mapping):
        return {key: _completed(each, losses.get(key)) for key, each in saved.items()}
    lists = isinstance(losses, (list, tuple)) and isinstance(saved, list)
    if lists and len(losses) == len(saved):
        pairs = zip(saved, losses, strict=True)
        return [_completed(each, loss) for each, loss in pairs]
    omitted = {**_not_saved(losses), **_dtype(losses)}
    if not omitted or not isinstance(saved, Mapping):
        return saved
    return {**saved, "config": {**(saved.get("config") or {}), **omitted}}


def _each(losses: Any) -> Iterator[Any]:
    if isinstance(losses, Mapping):
        losses = list(losses.values())
    yield from losses if isinstance(losses, (list, tuple)) else [losses]


def _serialised(model: Any, keras: Any) -> dict[str, Any]:
    serialise = keras.saving.serialize_keras_object
    try:
        found: dict[str, Any] = serialise(model)
    except Exception:  # own code, or a part that cannot be saved: part by part then
        return {
            "module": type(model).__module__,
            "class_name": type(model).__name__,
            "config": _config(model),
            "compile_config": _compile_config(model, serialise),
        }
    return found


def _config(model: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = model.get_config()
    except Exception:  # the user's code, or NotImplementedError of Keras
        return {}
    return found


def _compile_config(model: Any, serialise: Callable[[Any], Any]) -> dict[str, Any]:
    arguments = compile_arguments(model) or {}
    return {key: _part(value, serialise) for key, value in arguments.items()}


def _part(value: Any, serialise: Callable[[Any], Any]) -> Any:
    """Return one compile setting as saved; its class alone if it cannot be."""
    if isinstance(value, Mapping):
        return {key: _part(inner, serialise) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_part(inner, serialise) for inner in value]
    if isinstance(value, partial):
        return _of_partial(value)
    try:
        return serialise(value)
    except Exception:  # get_config of the user's own loss or metric
        kind = type(value)
        return {
            "module": kind.__module__,
            "class_name": kind.__name__,
            "config": {},
            "registered_name": kind.__name__,
        }


def _of_partial(given: partial[Any]) -> dict[str, Any]:
    """Return a partial with what it passes to a function of Keras, if it is of one."""
    found: dict[str, Any] = {"module": "functools", "class_name": "partial"}
    function = getattr(given.func, "__name__", "")
    arguments = {name: _plain(value) for name, value in given.keywords.items()}
    if given.args or not _is_of_keras(given.func, function):
        return found
    if not all(isinstance(value, (str, int, float)) for value in arguments.values()):
        return found
    return {**found, "config": {"function": function, "arguments": arguments}}


def _plain(value: Any) -> Any:
    """Return a number of numpy as one of Python."""
    scalar = type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0
    return value.item() if scalar else value


def _is_of_keras(function: Any, name: str) -> bool:
    """Say whether this is the function of that name in Keras, not a class."""
    root = str(getattr(function, "__module__", "")).partition(".")[0]
    if isinstance(function, type) or root not in _ROOTS or root not in sys.modules:
        return False
    keras = sys.modules[root]
    homes = (keras.losses, keras.metrics)
    return any(getattr(home, name, None) is function for home in homes)


def _json(value: Any) -> Any:
    """Return plain JSON values, as they come back from a file."""
    import json

    return json.loads(json.dumps(value, default=str))


def _first_rows(x: Any) -> Any:
    """Return the first rows of inputs, as numpy arrays."""
    import numpy as np

    if isinstance(x, Mapping):
        return {name: _first_rows(inner) for name, inner in x.items()}
    if isinstance(x, (list, tuple)) and hasattr(x[0], "shape"):
        return [_first_rows(inner) for inner in x]
    return np.asarray(x[:MAX_ROWS])


def _of_graph(
    model: Any, keras: Any, container: Container, opaque: Description
) -> Description:
    """Describe a subclass of a functional model whose config leaves its graph out."""
    ends = symbolic_ends(model)
    if ends is None:
        return opaque
    try:
        with nodes_restored(model):
            graph = keras.Model(*ends)
            architecture = _json(keras.saving.serialize_keras_object(graph))
        replaced = replace(container, architecture=architecture)
        found = describe_config(replaced, opaque.path)
    except Exception:  # a layer whose own get_config fails
        return opaque
    return replace(found, model_class=opaque.model_class)


def _traced(
    model: Any, keras: Any, container: Container, opaque: Description, x: Any
) -> Description:
    """Describe a model that is Python code as far as calling it shows."""
    try:
        with nodes_restored(model):
            graph = _graph(model, keras, x)
            architecture = _json(keras.saving.serialize_keras_object(graph))
        traced = replace(container, architecture=architecture)
        found = describe_config(traced, opaque.path)
    except Exception:  # code that cannot be traced symbolically
        return _measured(model, opaque, x)
    if found.opaque is not None:
        return _measured(model, opaque, x)
    return replace(found, model_class=opaque.model_class)


def _graph(model: Any, keras: Any, x: Any) -> Any:
    """Return the graph that the `call` of a model makes of symbolic inputs."""
    inputs = _mapped(lambda a: keras.Input(a.shape[1:], dtype=a.dtype.name), x)
    return keras.Model(inputs, model.call(inputs))


def _mapped(change: Callable[[Any], Any], x: Any) -> Any:
    if isinstance(x, dict):
        return {name: _mapped(change, inner) for name, inner in x.items()}
    if isinstance(x, list):
        return [_mapped(change, inner) for inner in x]
    return change(x)


def _measured(model: Any, opaque: Description, x: Any) -> Description:
    """Return the description with the shapes that one forward pass gives."""
    try:
        outputs = model(x, training=False)
    except Exception:  # the user's code, or inputs that do not fit the model
        return opaque
    if isinstance(outputs, Mapping):
        outputs = list(outputs.values())
    if not isinstance(outputs, (list, tuple)):
        outputs = [outputs]
    if len(outputs) != len(opaque.heads):
        return opaque
    heads = []
    for head, output in zip(opaque.heads, outputs, strict=True):
        shape = (None, *(int(size) for size in output.shape[1:]))
        units = shape[-1] if len(shape) > 1 else None
        heads.append(replace(head, shape=shape, units=units))
    return with_resolved_metrics(replace(opaque, heads=tuple(heads), opaque=None))
