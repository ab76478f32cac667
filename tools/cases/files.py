"""Files that hold no compiled model, and must say so instead of looking clean."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tools import models
from tools.case import Case, error, note

_POINTER = """\
version https://git-lfs.github.com/spec/v1
oid sha256:{digest}
size 18342
"""


def cases() -> Iterator[Case]:
    """Yield a pointer, a torn archive, weights, an export and a model not compiled."""
    yield Case(
        name="file-git-lfs-pointer",
        why="Git LFS left its pointer in the place of the model.",
        model=_model,
        save=_save_pointer,
        finds=(error("KC002", None),),
    )
    yield Case(
        name="file-truncated",
        why="The archive was cut off half way.",
        model=_model,
        save=_save_half,
        finds=(error("KC001", None),),
    )
    yield Case(
        name="file-weights-only",
        why="The file holds weights and no model.",
        model=_model,
        file="model.weights.h5",
        save=_save_weights,
        finds=(note("KC003", None),),
    )
    yield Case(
        name="file-exported",
        why="The model was exported for serving, which leaves loss and layers out.",
        model=_model,
        file="model",
        save=_export,
        finds=(note("KC004", None),),
    )
    yield Case(
        name="file-uncompiled",
        why="The model was saved before it was compiled.",
        model=_uncompiled,
        finds=(note("KC005", None),),
    )


_model = partial(models.dense, 4, "sigmoid", "binary_crossentropy")


def _uncompiled() -> Any:
    import keras

    model = keras.Sequential(
        [
            keras.Input((4,), name="features"),
            keras.layers.Dense(1, activation="sigmoid", name="output"),
        ],
        name="model",
    )
    return models.with_fixed_weights(model)


def _save_pointer(_: Any, path: str) -> None:
    Path(path).write_text(_POINTER.format(digest="8" * 64))


def _save_half(model: Any, path: str) -> None:
    from tools.save import save_model

    save_model(model, path)
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole[: len(whole) // 2])


def _save_weights(model: Any, path: str) -> None:
    model.save_weights(path)


def _export(model: Any, path: str) -> None:
    model.export(path, verbose=False)
