"""Which saved model a folder is, judged by the names in it."""

from __future__ import annotations

import os
import re
from collections.abc import Set

from kerascheck.model.typed import Final, Literal
from kerascheck.trust.regular_file import RegularFile

CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
SAVED_MODEL: Final = "saved_model.pb"
KERAS_METADATA: Final = "keras_metadata.pb"
SAVED_MODEL_TEXT: Final = "saved_model.pbtxt"

_WEIGHTS: Final = frozenset(
    {"model.weights.h5", "model.weights.npz", "model.weights.json"}
)
"""Keras 3, `saving_lib`: one file, NumPy, or an index of shards."""
PRESET: Final = frozenset(
    {
        "audio_converter.json",
        "image_converter.json",
        "preprocessor.json",
        "task.json",
        "task.weights.h5",
        "tokenizer.json",
        "video_converter.json",
    }
)
"""KerasHub 0.32, `preset_utils`: what a preset holds next to its backbone."""
_ORBAX: Final = frozenset(
    {"orbax.checkpoint", "pytree.orbax-checkpoint", "checkpoint_metadata"}
)
"""Keras 3.15, `orbax_util.is_orbax_checkpoint`."""
_ORBAX_STEP: Final = _ORBAX | {"_CHECKPOINT_METADATA"}

MEMBERS: Final = frozenset({CONFIG, METADATA, SAVED_MODEL, KERAS_METADATA})
"""Names in a folder that reading the model may open."""

_WEIGHTS_FILE: Final = re.compile(r"model(_\d{5})?\.weights\.(h5|npz|json)")
"""Keras 3.15, `saving_lib`: `ShardedH5IOStore` numbers the shards."""

Kind = Literal["keras-dir", "saved-model", "orbax"]


class LocalFolder:
    """A folder on this machine, for the readers of models that are folders."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        """Take over its path."""
        self.path = path

    def open(self, name: str) -> RegularFile:
        """Open a file in it; as `RegularFile`."""
        return RegularFile(os.path.join(self.path, name))

    def holds(self, name: str) -> bool:
        """Return whether there is an entry of this name, a dangling link included."""
        return holds(self.path, name)


def kind(folder: str, names: Set[str]) -> Kind | None:
    """Return which saved model `folder` is for Keras; None: it is just a folder.

    Args:
        folder: Path of the folder.
        names: The names of all entries in it.
    """
    return next(iter(kinds(folder, names)), None)


def kinds(folder: str, names: Set[str]) -> tuple[Kind, ...]:
    """Return all saved models that `folder` can be loaded as; the usual one first."""
    found: list[Kind] = []
    if CONFIG in names and (METADATA in names or names & _WEIGHTS):
        found.append("keras-dir")
    if names & {SAVED_MODEL, SAVED_MODEL_TEXT, KERAS_METADATA}:
        found.append("saved-model")
    if names & _ORBAX or _has_orbax_step(folder, names):
        found.append("orbax")
    return tuple(found)


def is_preset(metadata: bytes) -> bool:
    """Say whether a folder with this `metadata.json` is a preset of KerasHub."""
    return b'"keras_hub_version"' in metadata


def is_weights(name: str) -> bool:
    """Say whether a file of an unzipped model holds its weights, by its name."""
    return _WEIGHTS_FILE.fullmatch(name) is not None


def folder_of_member(path: str) -> str | None:
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
    steps = sorted(name for name in names if name.isdigit())
    return any(
        holds(os.path.join(folder, step), marker)
        for step in steps
        for marker in _ORBAX_STEP
    )
