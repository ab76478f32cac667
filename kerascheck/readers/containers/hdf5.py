"""Legacy HDF5 models: text attributes of the root group, in every Keras version."""

from __future__ import annotations

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.containers import (
    hdf5_attributes,
    json_text,
    known_layers,
)
from kerascheck.readers.containers.limits import Limits
from kerascheck.readers.containers.values import (
    Container,
    Problems,
    container_of,
    versions_of,
)

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import ByteSource

_MODEL: Final = "model_config"
_TRAINING: Final = "training_config"
_VERSIONS: Final = ("keras_version", "backend")
_LAYERS: Final = "layer_names"
"""Attribute of weights that Keras 2 saved, and Keras 3 under an old name."""
_NAMES: Final = frozenset(
    name.encode() for name in (_MODEL, _TRAINING, _LAYERS, *_VERSIONS)
)
_WEIGHTS: Final = "weights"
"""What the name of a file of weights has in it; Keras 3 asks for `.weights.h5`."""
_WEIGHTS_ONLY: Final = Problem(
    kind="weights-only",
    message="HDF5 without model_config: weights only, so neither layers nor loss are "
    "known; save the whole model",
)

_Texts = dict[bytes, bytes | None]


def read(file: ByteSource, superblock_at: int, name: str, limits: Limits) -> Container:
    """Read what a legacy HDF5 file says about its model.

    Args:
        file: The HDF5 file.
        superblock_at: Where its superblock begins.
        name: The file's name.
        limits: Budgets.

    Raises:
        UnreadableModel: Damaged, over a budget, laid out as Keras never does it, with a
            config that is not JSON, or not of Keras.
    """
    texts = hdf5_attributes.read_texts(file, superblock_at, _NAMES, limits)
    if not texts and _WEIGHTS not in name.lower():
        raise UnreadableModel(
            "foreign-hdf5", "HDF5, but not of Keras: it has neither a model nor weights"
        )
    model, problems = _json(texts, _MODEL, limits)
    training, odd = _json(texts, _TRAINING, limits)
    version, backend, doubts = versions_of(_versions(texts), limits)
    return container_of(
        format="hdf5",
        member=name,
        architecture=model,
        architecture_at=f"/{_MODEL}",
        training=training,
        training_at=f"/{_TRAINING}",
        keras_version=version,
        backend=backend,
        problems=problems + odd + doubts,
        missing=_WEIGHTS_ONLY,
    )


def is_foreign(file: ByteSource, name: str, limits: Limits) -> bool:
    """Say whether a file is HDF5 that another program wrote.

    Raises:
        UnreadableModel: It cannot be read that far.
    """
    if _WEIGHTS in name.lower():
        return False
    superblock_at = hdf5_attributes.find_superblock(file)
    if superblock_at is None:
        return False
    return not hdf5_attributes.read_texts(file, superblock_at, _NAMES, limits)


def _versions(texts: _Texts) -> dict[str, str | None]:
    """Return what is saved about the versions; None is absent, or not a text."""
    saved = {name: texts.get(name.encode()) for name in _VERSIONS}
    return {
        name: data.decode("utf-8", "replace") if data else None
        for name, data in saved.items()
    }


def _json(texts: _Texts, name: str, limits: Limits) -> tuple[Any, Problems]:
    """Return the value of an attribute that holds JSON; None: it is not there."""
    try:
        text = texts[name.encode()]
    except KeyError:
        return None, ()
    if text is None:
        raise UnreadableModel("not-text", f"the attribute {name} is not text")
    parse = known_layers.parse if name == _MODEL else json_text.parse
    return parse(text, name, limits)
