"""The first batch of a run, looked at before the first step.

Keras shows a callback no data. Its one place that sees them on every backend is the
function that trains a batch, `model.train_function`, which `fit` makes before it
calls `on_train_begin` and calls again at each step. It is replaced there by a
function that looks at the first batch, restores the original, and passes the batch
on; after the first step nothing of kerascheck is left in the model.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from itertools import chain, islice

from kerascheck.keras_api.internals import steps_per_call, variables_filled
from kerascheck.model.typed import Any

__all__ = ["as_arrays", "at_first_step", "split_batch"]


def at_first_step(model: Any, name: str, look: Callable[[Any], None]) -> Any:
    """Have `look` called with the first batch that a function of a model receives.

    Args:
        model: Of Keras 3 or Keras 2.
        name: "train_function" or "test_function", which is made already. It is
            replaced until it is called.
        look: Called with the batch, before the step. What it raises leaves the step.

    Returns:
        The function that takes its place.
    """
    function = getattr(model, name)

    def first_step(*arguments: Any) -> Any:
        setattr(model, name, function)
        batch, batches = _peek(arguments[-1], model)
        with variables_filled(model, arguments):
            look(batch)
        return function(*arguments[:-1], batches)

    setattr(model, name, first_step)
    return first_step


def split_batch(batch: Any) -> tuple[Any, Any, Any]:
    """Return inputs, labels and sample weights of a batch as Keras passes it on."""
    if not isinstance(batch, (tuple, list)):
        return _on_first_device(batch), None, None
    x, y, weights = (list(map(_on_first_device, batch)) + [None] * 3)[:3]
    return x, y, weights


def as_arrays(x: Any) -> Any:
    """Return the inputs of a batch as numpy arrays.

    None: they are not dense arrays, or none at all.
    """
    try:
        return _arrays(x)
    except Exception:  # ragged and sparse tensors, objects of the user's own
        return None


def _arrays(x: Any) -> Any:
    import numpy as np

    if isinstance(x, Mapping):
        return {name: _arrays(inner) for name, inner in x.items()}
    if isinstance(x, (list, tuple)):
        return [_arrays(inner) for inner in x]
    found = np.asarray(x.detach().cpu() if hasattr(x, "detach") else x)
    if found.dtype == object or not found.shape:
        raise TypeError(x)
    return found


def _on_first_device(values: Any) -> Any:
    """Return the share of the first device if a strategy spreads a batch."""
    if isinstance(values, Mapping):
        return {name: _on_first_device(inner) for name, inner in values.items()}
    if isinstance(values, (list, tuple)):
        return [_on_first_device(inner) for inner in values]
    return values.values[0] if type(values).__name__ == "PerReplica" else values


def _peek(batches: Any, model: Any) -> tuple[Any, Any]:
    """Return the first batch, and batches from that one on, for the train function.

    Args:
        batches: A list of batches, as on PyTorch; an iterator; or an iterator of
            tf.data, for which a compiled function needs a similar one.
            tf.data may fetch ahead, so it gets as many as one call takes.
        model: Whose function it is.
    """
    if isinstance(batches, (list, tuple)):
        return (batches[0] if batches else None), batches
    try:
        first = next(batches)
    except StopIteration:
        return None, iter(())
    rest = chain((first,), batches)
    specification = getattr(batches, "element_spec", None)
    if specification is None or model.run_eagerly:
        return first, rest
    few = list(islice(rest, steps_per_call(model)))
    dataset = sys.modules["tensorflow"].data.Dataset
    similar = dataset.from_generator(lambda: iter(few), output_signature=specification)
    return first, iter(similar)
