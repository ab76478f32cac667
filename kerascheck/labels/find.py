"""Labels that lie beside a model, found by their name.

Looked for in the model's own folder, the first that is there is taken:

1. `<model>.labels.npy`, `<model>_labels.npy`: the model's file name without ending,
2. `labels.npy`, `y_true.npy`, `y_test.npy`, `y_train.npy`, `y.npy`,

each with the endings npy, npz, csv and json in that order. A model that is a folder
is named by that folder; labels of the second kind are looked for inside it first,
then beside it. `<model>.fixed.keras`, a corrected copy, has the labels of the model
that it is a copy of, where it has none of its own. Symbolic links are not followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from stat import S_ISREG
from typing import Final

from kerascheck.core.vocabulary import FIXED

ENDINGS: Final = (".npy", ".npz", ".csv", ".json")
"""In the order in which they are looked for."""

OWN_NAMES: Final = ("{model}.labels", "{model}_labels")
"""Names that belong to one model."""

SHARED_NAMES: Final = ("labels", "y_true", "y_test", "y_train", "y")
"""Names that serve all models of a folder."""


def find_labels(model_path: str) -> str | None:
    """Return the path of the labels that lie beside a model, or None.

    Args:
        model_path: A model file, or a folder that is one model.
    """
    found = (path for path in _places(model_path) if _is_file(path))
    return next((path for path in found if not _same(path, model_path)), None)


def _places(model_path: str) -> Iterator[str]:
    beside, name = os.path.split(model_path.rstrip(os.sep))
    models, folders = [os.path.splitext(name)[0]], [beside]
    if os.path.isdir(model_path):
        if name in ("", os.curdir, os.pardir):
            beside = os.path.join(model_path, os.pardir)
            name = os.path.basename(os.path.abspath(model_path))
        models, folders = [name, *models], [model_path, beside]
    models += [m.removesuffix(FIXED) for m in models if m.endswith(FIXED)]
    own = [form.format(model=model) for model in models for form in OWN_NAMES]
    yield from _named(beside, own)
    for folder in folders:
        yield from _named(folder, SHARED_NAMES)


def _named(folder: str, names: Iterable[str]) -> Iterator[str]:
    return (os.path.join(folder, n + ending) for n in names for ending in ENDINGS)


def _is_file(path: str) -> bool:
    try:
        return S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _same(path: str, other: str) -> bool:
    return os.path.normpath(path) == os.path.normpath(other)
