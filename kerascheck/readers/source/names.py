"""Qualified names of libraries, and the one name that each part of Keras has here."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from kerascheck.model.typed import Final
from kerascheck.readers.source.values import Library

__all__ = ["are_one", "canonical", "is_keras", "star_name", "undefined"]

_ROOTS: Final = frozenset({"keras", "tf_keras"})
_INNER: Final = frozenset({"api", "_v2", "_v1", "src", "_tf_keras", "v2", "v1"})
_TENSORFLOW: Final = frozenset({"tensorflow", "tensorflow_core"})
_KERAS_IN_TENSORFLOW: Final = frozenset(
    {"losses", "metrics", "optimizers", "initializers"}
)
"""Modules of TensorFlow 2 that are those of Keras: `tf.losses is tf.keras.losses`."""

_SECTIONS: Final = frozenset(
    {"layers", "models", "losses", "metrics", "optimizers", "applications", "utils"}
    | {"datasets", "preprocessing", "callbacks", "regularizers", "initializers"}
    | {"backend", "activations", "Model", "Sequential", "Input", "ops", "constraints"}
)
_MODELS: Final = frozenset({"Sequential", "Model", "load_model", "model_from_json"})


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """Return a name with Keras called `keras`, wherever it was imported from."""
    parts = name.split(".")
    if parts[0] in _TENSORFLOW:
        if "keras" in parts[1:5]:
            parts = parts[parts.index("keras", 1) :]
        elif parts[1:2] == ["compat"]:
            parts = ["tensorflow", *parts[3:]]
        elif parts[1:2] and parts[1] in _KERAS_IN_TENSORFLOW:
            parts = ["keras", *parts[1:]]
    if parts[0] == "keras_preprocessing":
        return ".".join(["keras", "preprocessing", *parts[1:]])
    if parts[0] not in _ROOTS:
        return ".".join(parts)
    rest = parts[1:]
    while rest and rest[0] in _INNER | {"keras"}:
        rest = rest[1:]
    return ".".join(["keras", *rest])


def are_one(one: Library, other: Library) -> bool:
    """Say whether two names mean one thing, as both names of Sequential do."""
    return canonical(one.name).split(".")[-1] == canonical(other.name).split(".")[-1]


def is_keras(name: str) -> bool:
    """Say whether a name is of Keras."""
    return canonical(name).partition(".")[0] == "keras"


def star_name(module: str, wanted: str) -> Library | None:
    """Return what `from module import *` binds to a name; None: nothing."""
    from kerascheck.keras_api.layer_arguments import LAYER_ARGUMENTS

    section = canonical(module).partition(".")[2].partition(".")[0]
    found = {
        "": wanted in _SECTIONS,
        "layers": wanted in LAYER_ARGUMENTS or wanted in _FUNCTIONS,
        "models": wanted in _MODELS,
    }.get(section, False)
    if section in ("losses", "metrics", "optimizers", "applications", "activations"):
        from kerascheck.keras_api.activations import BY_NAME
        from kerascheck.keras_api.losses import LOSS_NAMES
        from kerascheck.keras_api.metrics import METRIC_NAMES

        table: dict[str, Collection[str]] = {
            "losses": LOSS_NAMES,
            "metrics": METRIC_NAMES,
            "activations": BY_NAME,
        }
        found = wanted in table.get(section, ()) or (
            section in ("optimizers", "applications") and wanted[:1].isupper()
        )
    return Library(f"{module}.{wanted}") if found else None


_USUAL: Final = {
    "keras": "keras",
    "tf": "tensorflow",
    "tensorflow": "tensorflow",
    "np": "numpy",
    "pd": "pandas",
    "layers": "keras.layers",
    "models": "keras.models",
    "K": "keras.backend",
}
"""Names that excerpts of programs use without an import."""


def undefined(name: str) -> Library | None:
    """Return what a name means that the program never defines; None: unknown.

    A program that runs defines it: in an excerpt it is what everybody calls so.
    """
    if name in _USUAL:
        return Library(_USUAL[name])
    if name in _MODELS:
        return Library(f"keras.models.{name}")
    from kerascheck.keras_api.layer_arguments import LAYER_ARGUMENTS

    if name in LAYER_ARGUMENTS or name == "Input":
        return Library(f"keras.layers.{name}")
    return None


_FUNCTIONS: Final = frozenset({"Input", "add", "concatenate", "multiply", "average"})
