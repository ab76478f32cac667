"""The head of a saved task of keras-hub, from its arguments and its backbone's."""

from __future__ import annotations

from kerascheck.keras_api.keras_hub import PACKAGES, TASKS, Task
from kerascheck.model.description import Activation
from kerascheck.model.typed import Any
from kerascheck.readers.config.activations import Applied, applied
from kerascheck.readers.config.dtypes import dtype_of
from kerascheck.readers.config.heads import Outlet, Output
from kerascheck.readers.config.layer_effects import TensorFacts, width

__all__ = ["head_of_task"]


def head_of_task(saved: dict[str, Any], at: str) -> tuple[Outlet, Output] | None:
    """Return the one output of a task; None: it is no task whose head is known.

    Args:
        saved: An object with `class_name` and `config`.
        at: Its JSON pointer.
    """
    name, config = saved.get("registered_name"), saved.get("config")
    if not isinstance(name, str) or not name.startswith(PACKAGES):
        return None
    task = TASKS.get(name.partition(">")[2])
    if task is None or not isinstance(config, dict):
        return None
    backbone = config.get("backbone")
    inner = backbone.get("config") if isinstance(backbone, dict) else None
    inner = inner if isinstance(inner, dict) else {}
    owner, place = config, f"{at}/config"
    if task.of_backbone:
        owner, place = inner, f"{at}/config/backbone/config"
    units = width(owner.get(task.units))
    found = _activation(task, config, inner)
    facts = TensorFacts(
        found.activation,
        task.layer,
        task.layer_class,
        units,
        found.as_saved,
        found.axis,
        activation_at=_place(config, f"{at}/config", task.activation),
        units_at=_place(owner, place, task.units),
    )
    shape = (*(None,) * (task.rank - 1), units)
    outlet = Outlet(task.layer, task.layer, ())
    return outlet, Output(facts, shape, units, dtype_of(inner, ""), missing=False)


def _activation(task: Task, config: dict[str, Any], inner: dict[str, Any]) -> Applied:
    if task.cap and inner.get(task.cap) is not None:
        return Applied(Activation.UNKNOWN)
    if not task.activation:
        return Applied(Activation.LINEAR)
    if task.activation not in config:
        return Applied(Activation.UNKNOWN)  # of a version that did not save it
    return applied(config[task.activation])


def _place(config: dict[str, Any], at: str, name: str) -> str:
    return f"{at}/{name}" if name in config else at
