"""Which saved model a folder is, judged by the names in it."""

from __future__ import annotations

import os
from collections.abc import Set
from typing import Final, Literal

CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
SAVED_MODEL: Final = "saved_model.pb"
KERAS_METADATA: Final = "keras_metadata.pb"
SAVED_MODEL_TEXT: Final = "saved_model.pbtxt"

_WEIGHTS: Final = frozenset(
    {"model.weights.h5", "model.weights.npz", "model.weights.json"}
)
"""Keras 3, `saving_lib`: one file, NumPy, or an index of shards."""
_ORBAX: Final = frozenset(
    {"orbax.checkpoint", "pytree.orbax-checkpoint", "checkpoint_metadata"}
)
"""Keras 3.15, `orbax_util.is_orbax_checkpoint`."""
_ORBAX_STEP: Final = _ORBAX | {"_CHECKPOINT_METADATA"}

Kind = Literal["keras-dir", "saved-model", "orbax"]


def kind(folder: str, names: Set[str]) -> Kind | None:
    """Return which saved model `folder` is; None: it is just a folder.

    Args:
        folder: Path of the folder.
        names: The names of all entries in it.
    """
    if CONFIG in names and (METADATA in names or names & _WEIGHTS):
        return "keras-dir"
    if SAVED_MODEL in names or SAVED_MODEL_TEXT in names:
        return "saved-model"
    if names & _ORBAX or _has_orbax_step(folder, names):
        return "orbax"
    return None


def stood_for_by(path: str) -> str | None:
    """Return the model folder that a file in it stands for; None: just a file."""
    folder, name = os.path.split(path)
    folder = folder or os.curdir
    if name in {SAVED_MODEL, KERAS_METADATA}:
        return folder
    return folder if name == CONFIG and holds(folder, METADATA) else None


def holds(folder: str, name: str) -> bool:
    """Return whether there is an entry `name`, a dangling link included."""
    return os.path.lexists(os.path.join(folder, name))


def _has_orbax_step(folder: str, names: Set[str]) -> bool:
    """Return whether a numbered folder in it is one step of a checkpoint.

    The number alone proves nothing: serving folders number their SavedModels too.
    """
    steps = (name for name in sorted(names) if name.isdigit())
    return any(
        holds(os.path.join(folder, step), marker)
        for step in steps
        for marker in _ORBAX_STEP
    )
