"""A check inside `fit`: of the model and of the labels that really arrive.

    model.fit(x, y, callbacks=[kerascheck.callback()])

Keras shows a callback no data. Its one place that sees them on every backend is the
function that trains a batch, `model.train_function`, which `fit` makes before it
calls `on_train_begin` and calls anew at each step. It is exchanged there for a
function that looks at the first batch, puts its own predecessor back, and hands the
batch on; after the first step nothing of kerascheck is left in the model.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from kerascheck.api import check
from kerascheck.model.errors import KerascheckError, UsageError
from kerascheck.model.vocabulary import FAIL_ON
from kerascheck.report.report import Report

__all__ = ["callback"]


def callback(fail_on: str = "error", *, verbose: int | None = None) -> Any:
    """Return a Keras callback that checks the first batch before the first step.

    A run with a finding at or above `fail_on` ends with `FindingsError` before a
    weight has changed; below it a short report is printed, and training goes on.

    Args:
        fail_on: "error", "warning", "note" or "never".
        verbose: 0 prints nothing; by default that of `fit` decides.

    Returns:
        A callback of the Keras that is imported, Keras 3 or `tf_keras`; where both
        are, it serves models of both. Its `report` is that of the first batch.

    Raises:
        UsageError: No Keras is imported, or `fail_on` is unknown.
    """
    if fail_on not in FAIL_ON:
        raise UsageError(f"Expected one of {FAIL_ON}. Received: {fail_on!r}.")
    return _class()(fail_on, verbose)


def _class() -> Any:
    """Return the callback class, derived from those of every Keras there is."""
    bases = tuple(
        sys.modules[name].callbacks.Callback
        for name in ("keras", "tf_keras")
        if name in sys.modules
    )
    if not bases:
        raise UsageError("import keras or tf_keras before `kerascheck.callback()`")
    return type("Kerascheck", (_FirstBatch, *bases), {"__doc__": _FirstBatch.__doc__})


class _FirstBatch:
    """Checks a model and its labels at the first batch of `fit`."""

    model: Any
    params: Any

    def __init__(self, fail_on: str, verbose: int | None) -> None:
        super().__init__()
        self.fail_on = fail_on
        self.verbose = verbose
        self.report: Report | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Have the next call of the train function looked at."""
        at_first_step(self.model, "train_function", self._check)

    def _check(self, batch: Any) -> None:
        _, y, weights = parts_of(batch)
        if y is None:
            return self._tell("kerascheck: the batch holds no labels; nothing checked")
        try:
            self.report = check(self.model, y, sample_weight=weights)
        except KerascheckError as error:
            return self._tell(f"kerascheck: not checked: {error}")
        self.report.raise_for_findings(self.fail_on)
        if self.report.findings:
            self._tell(str(self.report))
        return None

    def _tell(self, text: str) -> None:
        verbose = self.params.get("verbose") if self.verbose is None else self.verbose
        if verbose != 0:
            sys.stdout.write(f"\n{text.rstrip()}\n")


def at_first_step(model: Any, name: str, look: Callable[[Any], None]) -> Any:
    """Have the first batch looked at that one function of a model is given.

    Args:
        model: Of Keras 3 or Keras 2.
        name: "train_function" or "test_function", which is made already. It is
            exchanged until it is called.
        look: Given the batch, before the step. What it raises leaves through the step.

    Returns:
        The function that stands in its place.
    """
    function = getattr(model, name)

    def first_step(*given: Any) -> Any:
        setattr(model, name, function)
        batch, handed_on = _peeked(given[-1], model)
        with _weights_in_place(model, given):
            look(batch)
        return function(*given[:-1], handed_on)

    setattr(model, name, first_step)
    return first_step


def parts_of(batch: Any) -> tuple[Any, Any, Any]:
    """Return inputs, labels and sample weights of a batch as Keras hands it on."""
    if not isinstance(batch, (tuple, list)):
        return _of_one_device(batch), None, None
    x, y, weights = (list(map(_of_one_device, batch)) + [None] * 3)[:3]
    return x, y, weights


def _of_one_device(values: Any) -> Any:
    """Return the share of the first device, where a strategy spreads a batch."""
    if isinstance(values, Mapping):
        return {name: _of_one_device(inner) for name, inner in values.items()}
    if isinstance(values, (list, tuple)):
        return [_of_one_device(inner) for inner in values]
    return values.values[0] if type(values).__name__ == "PerReplica" else values


@contextmanager
def _weights_in_place(model: Any, given: tuple[Any, ...]) -> Iterator[None]:
    """Put the weights back that Keras on JAX took out of the model for a step.

    They stay there where an error ends the run.

    Source: `JAXTrainer` of Keras 3.15.1, whose `fit` and `evaluate` empty the
    variables for the first step, and fill them from `_jax_state` after it.
    """
    if len(given) == 1:
        yield
        return
    state = given[0]
    kinds = ["trainable", "non_trainable", "optimizer", "metrics"]
    if len(state) < len(kinds):  # of a test step
        kinds.remove("optimizer")
    names = (f"{kind}_variables" for kind in kinds)
    model._jax_state = dict(zip(names, state, strict=True))
    model._jax_state_synced = False
    model.jax_state_sync()
    yield
    model._jax_state_synced = False


def _steps(model: Any) -> int:
    """Return how many batches one call of the train function takes."""
    told = "steps_per_execution"
    steps = getattr(model, told if hasattr(model, told) else f"_{told}")
    if steps is None:
        return 1
    return int(steps.numpy() if hasattr(steps, "numpy") else steps)  # Keras 2: variable


def _peeked(batches: Any, model: Any) -> tuple[Any, Any]:
    """Return the first batch, and batches from that one on, for the train function.

    Args:
        batches: A list of batches, as on PyTorch; an iterator; or an iterator of
            tf.data, which a compiled function wants to be replaced by one alike.
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
    few = list(islice(rest, _steps(model)))
    dataset = sys.modules["tensorflow"].data.Dataset
    alike = dataset.from_generator(lambda: iter(few), output_signature=specification)
    return first, iter(alike)
