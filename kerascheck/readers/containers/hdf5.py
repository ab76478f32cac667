"""Legacy HDF5 models: text attributes of the root group, in every Keras version."""

from __future__ import annotations

from typing import Any, Final

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.containers import hdf5_attributes, json_text
from kerascheck.readers.containers.keras_json import UNCOMPILED, plain_text
from kerascheck.readers.containers.limits import Limits
from kerascheck.readers.containers.values import Container
from kerascheck.trust.regular_file import RegularFile

_MODEL: Final = "model_config"
_TRAINING: Final = "training_config"
_FACTS: Final = ("keras_version", "backend")
_NAMES: Final = frozenset(name.encode() for name in (_MODEL, _TRAINING, *_FACTS))
_WEIGHTS_ONLY: Final = Problem(
    kind="weights-only",
    message="HDF5 without model_config: weights only, so that neither layers nor loss "
    "are known; save the whole model",
)

_Texts = dict[bytes, bytes | None]


def read(file: RegularFile, superblock_at: int, name: str, limits: Limits) -> Container:
    """Read what a legacy HDF5 file says about its model.

    Args:
        file: The HDF5 file.
        superblock_at: Where its superblock begins.
        name: The file's name.
        limits: Budgets.

    Raises:
        UnreadableModel: Damaged, over a budget, laid out as Keras never does it, or
            with a config that is no JSON.
    """
    texts = hdf5_attributes.read_texts(file, superblock_at, _NAMES, limits)
    model, problems = _json(texts, _MODEL, limits)
    training, odd = _json(texts, _TRAINING, limits)
    problems += odd
    facts = {}
    for fact in _FACTS:
        text = texts.get(fact.encode(), b"")
        value = None if text is None else text.decode("utf-8", "replace")
        facts[fact], problems = plain_text(
            {fact: value or None}, fact, limits, problems
        )
    if model is None:
        problems += (_WEIGHTS_ONLY,)
    elif not isinstance(model, dict) or "class_name" not in model:
        raise UnreadableModel(
            "not-a-model", f"{_MODEL} describes no model: it has no class_name"
        )
    elif not training:
        problems += (UNCOMPILED,)
    return Container(
        format="hdf5",
        architecture=model,
        training=training or None,
        architecture_at=f"/{_MODEL}",
        training_at=f"/{_TRAINING}",
        member=name,
        keras_version=facts["keras_version"],
        backend=facts["backend"],
        problems=problems,
    )


def _json(texts: _Texts, name: str, limits: Limits) -> tuple[Any, tuple[Problem, ...]]:
    """Return the value of an attribute that holds JSON; None: it is not there."""
    try:
        text = texts[name.encode()]
    except KeyError:
        return None, ()
    if text is None:
        raise UnreadableModel("not-text", f"the attribute {name} is not text")
    return json_text.parse(text, name, limits)
