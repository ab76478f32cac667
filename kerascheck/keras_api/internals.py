"""The private parts of Keras that kerascheck uses, so that a release breaks one file.

Keras is never imported here: each function is given an object that the user made, of
Keras 3 or of Keras 2. Tested with Keras 3.15 and tf_keras 2.21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import ModuleType

MODEL_MODULES: Final = (
    "keras.src.models.model",
    "tf_keras.src.engine.training",
    "keras.src.engine.training",  # Keras 2.13 to 2.15
    "keras.engine.training",  # Keras 2 before
)
"""Modules that define `Model`, of each Keras."""

_JAX_STATE: Final = ("trainable", "non_trainable", "optimizer", "metrics")
"""Kinds of variables that a train step on JAX receives, in order."""


def model_and_layer(module: ModuleType) -> tuple[type, type]:
    """Return `Model`, and the `Layer` it is derived from, of a module that defines it.

    Args:
        module: One of `MODEL_MODULES`.
    """
    model: type = module.Model
    return model, next(kind for kind in model.__mro__ if kind.__name__ == "Layer")


def compile_arguments(model: Any) -> dict[str, Any] | None:
    """Return the arguments of `compile` as the user passed them; None: not compiled.

    The public `get_compile_config` returns them serialised.
    """
    saved = getattr(model, "_compile_config", None)
    return None if saved is None else dict(saved.config)


def function_arguments(loss: Any) -> Mapping[str, Any]:
    """Return the keyword arguments that a loss passes to its function."""
    arguments: Mapping[str, Any] = getattr(loss, "_fn_kwargs", {})
    return arguments


def layers_of(model: Any) -> list[Any]:
    """Return all layers of a model, those inside other layers included."""
    return list(model._flatten_layers(include_self=False))


def symbolic_ends(model: Any) -> tuple[Any, Any] | None:
    """Return inputs and outputs of a functional model; None: it has no graph.

    The graph of a user's subclass is there even if its `get_config` leaves it out.
    """
    graph = getattr(model, "_functional", None) or model  # of a Sequential, Keras 3
    for inputs, outputs in _ENDS:
        if hasattr(graph, outputs):
            return getattr(graph, inputs), getattr(graph, outputs)
    return None


_ENDS: Final = (
    ("_inputs_struct", "_outputs_struct"),
    ("_nested_inputs", "_nested_outputs"),  # Keras 2
)


@contextmanager
def nodes_restored(model: Any) -> Iterator[None]:
    """Remove what a symbolic call notes in each layer of a model, at the end."""
    before = {id(layer): _node_counts(layer) for layer in layers_of(model)}
    try:
        yield
    finally:
        for layer in layers_of(model):
            inbound, outbound = before.get(id(layer), (0, 0))
            del layer._inbound_nodes[inbound:]
            del layer._outbound_nodes[outbound:]


def _node_counts(layer: Any) -> tuple[int, int]:
    return len(layer._inbound_nodes), len(layer._outbound_nodes)


def steps_per_call(model: Any) -> int:
    """Return how many batches one call of the train function takes."""
    name = "steps_per_execution"  # Keras 2: a variable, and private
    steps = getattr(model, name if hasattr(model, name) else f"_{name}")
    if steps is None:
        return 1
    return int(steps.numpy() if hasattr(steps, "numpy") else steps)


@contextmanager
def variables_filled(model: Any, step_arguments: tuple[Any, ...]) -> Iterator[None]:
    """Fill the variables that Keras on JAX empties for a step, so that it is callable.

    They stay filled if an error ends the run.

    Args:
        model: Whose step it is.
        step_arguments: Of the train or test function: the data alone, or, on JAX,
            the values of all variables first.

    Source: `JAXTrainer` of Keras 3.15.1, whose `fit` and `evaluate` empty the
    variables for the first step, and fill them from `_jax_state` after it.
    """
    if len(step_arguments) == 1:
        yield
        return
    values = step_arguments[0]
    kinds = list(_JAX_STATE)
    if len(values) < len(kinds):  # of a test step
        kinds.remove("optimizer")
    names = (f"{kind}_variables" for kind in kinds)
    model._jax_state = dict(zip(names, values, strict=True))
    model._jax_state_synced = False
    model.jax_state_sync()
    yield
    model._jax_state_synced = False
