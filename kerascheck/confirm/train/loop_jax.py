"""The training loop on JAX: one jitted scan over the steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import keras

from kerascheck.confirm.train.keras_objects import Tensor
from kerascheck.confirm.train.loop import TrainingLoop
from kerascheck.confirm.train.network import Network, StackedBatch
from kerascheck.model.typed import Any

State = tuple[list[Tensor], list[Tensor]]
"""Values of the network's and of the optimizer's variables."""


def map_lanes(function: Callable[..., Tensor], *stacked: Tensor) -> Tensor:
    """Map over the first axis; the function is traced once, on one lane's shapes."""
    return jax.vmap(function)(*stacked)


def dry_run(function: Callable[..., Tensor], *arrays: Tensor) -> Tensor:
    """Run once without compiling, by shapes alone: values never raise on JAX."""
    return jax.eval_shape(function, *arrays)


def compile_function(
    function: Callable[..., Any], *, quickly: bool = True
) -> Callable[..., Any]:
    """Return the function compiled by XLA.

    Args:
        function: Of arrays.
        quickly: Compile in less time code that takes more, as for a single finding.
    """
    options = _QUICK if quickly and _knows_quick() else None
    run: Callable[..., Any] = jax.jit(function, compiler_options=options)
    return run


_QUICK = {"xla_backend_optimization_level": 0}


@cache
def _knows_quick() -> bool:
    """Say whether this version of XLA has the option."""
    try:
        jax.jit(lambda: 0, compiler_options=_QUICK)()
    except Exception:  # XLA has no type of its own for it
        return False
    return True


_FEW = 100
"""Lanes up to which compiling takes longer than running."""


class Loop(TrainingLoop):
    """Steps compiled into one scan, state passed in and out."""

    mixes_rates = True

    def __init__(self, network: Network, optimizer: Any) -> None:
        super().__init__(network, optimizer)
        few = network.lanes <= _FEW
        self._compiled_stretch = compile_function(self._stretch, quickly=few)
        self._compiled_outputs = compile_function(self._apply, quickly=few)

    def _train(self, batches: StackedBatch) -> Tensor:
        arrays = batches.x, batches.labels, batches.weights
        state, losses = self._compiled_stretch(self._state(), arrays)
        for variable, value in zip(self._network.variables, state[0], strict=True):
            variable.assign(value)
        for variable, value in zip(self._optimizer.variables, state[1], strict=True):
            variable.assign(value)
        return losses

    def _predict(self, x: Any) -> list[Tensor]:
        found: list[Tensor] = self._compiled_outputs(self._state()[0], x)
        return found

    def _state(self) -> State:
        return (
            [variable.value for variable in self._network.variables],
            [variable.value for variable in self._optimizer.variables],
        )

    def _stretch(self, state: State, arrays: Any) -> tuple[State, Tensor]:
        last, losses = jax.lax.scan(self._step, state, arrays)
        return last, losses

    def _step(self, state: State, arrays: Any) -> tuple[State, Tensor]:
        values, slots = state
        slopes, losses = jax.grad(self._total, has_aux=True)(
            values, StackedBatch(*arrays)
        )
        found, slots = self._optimizer.stateless_apply(slots, slopes, values)
        factors = self._network.factors
        if factors is not None:
            steps = zip(values, found, factors, strict=True)
            found = [old + (new - old) * factor for old, new, factor in steps]
        return (found, slots), losses

    def _total(
        self, values: list[Tensor], batch: StackedBatch
    ) -> tuple[Tensor, Tensor]:
        with self._with_values(values):
            losses = self._network.losses(batch, map_lanes)
        return losses.sum(), losses

    def _apply(self, values: list[Tensor], x: Tensor) -> list[Tensor]:
        with self._with_values(values):
            return self._network.outputs(x)

    def _with_values(self, values: list[Tensor]) -> Any:
        pairs = zip(self._network.variables, values, strict=True)
        return keras.StatelessScope(list(pairs))
