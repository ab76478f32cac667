"""Labels next to a model, found by their name.

The first of these in the model's own folder is chosen:

1. `<model>.labels.npy`, `<model>_labels.npy`: the model's file name without ending,
2. `labels.npy`, `y_true.npy`, `y_test.npy`, `y_train.npy`, `y.npy`,

each with the endings npy, npz, csv and json in that order, in upper or lower case. A
model that is a folder is named by that folder; labels of the second kind are looked
for inside it first, then next to it. `<model>.fixed.keras`, a corrected copy, has the
labels of the model that it is a copy of, if it has none of its own. A link is followed
if it leads to a file of the tree. Every other file that fits is reported too: a file
that somebody adds must not take the place of another unnoticed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from stat import S_ISREG

from kerascheck.engine.skipped import LINK_NOWHERE, LINK_OUT
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.model.vocabulary import FIXED_SUFFIX
from kerascheck.trust.tree import Tree

ENDINGS: Final = (".npy", ".npz", ".csv", ".json")
"""In the order in which they are looked for."""

OWN_NAMES: Final = ("{model}.labels", "{model}_labels")
"""Names that belong to one model."""

SHARED_NAMES: Final = ("labels", "y_true", "y_test", "y_train", "y")
"""Names that serve all models of a folder."""

NOT_A_FILE: Final = "not a regular file"

_Names = dict[str, list[str]]
"""Names in a folder by their stem with the ending in lower case."""


class LabelFiles(NamedTuple):
    """The label files of one model.

    Attributes:
        chosen: Path of the one to read; None if absent.
        others: Paths of those that fit as well.
        not_opened: Paths of those that are not opened, and why.
    """

    chosen: str | None = None
    others: tuple[str, ...] = ()
    not_opened: tuple[tuple[str, str], ...] = ()


class LabelFolders:
    """Folders with models and labels, each names_by_stem once."""

    def __init__(self, tree: Callable[[], Tree]) -> None:
        """Take over a function that returns the tree that links may lead into."""
        self._make_tree = tree
        self._tree: Tree | None = None
        self._names: dict[str, _Names | None] = {}

    def files_of(self, model_path: str) -> LabelFiles:
        """Return the label files of a model.

        Args:
            model_path: A model file, or a folder that is one model.
        """
        usable, not_opened = [], []
        for path in self._candidates(model_path):
            if not _same(path, model_path):
                why = self._why_not_opened(path)
                if why is None:
                    usable.append(path)
                else:
                    not_opened.append((path, why))
        chosen, others = (usable[0], usable[1:]) if usable else (None, [])
        return LabelFiles(chosen, tuple(others), tuple(not_opened))

    def _candidates(self, model_path: str) -> Iterator[str]:
        """Yield the label files by their name, the first choice first."""
        if os.path.isdir(model_path):
            order = _folder_order(model_path)
        elif self._names_in(os.path.dirname(model_path)) == {}:
            return
        else:
            order = _file_order(model_path)
        for folder, names in order:
            names_by_stem = self._names_in(folder)
            if names_by_stem is None:
                yield from filter(os.path.lexists, _paths(folder, names))
            elif names_by_stem:
                for name in names:
                    for ending in ENDINGS:
                        for real in names_by_stem.get(name + ending, ()):
                            yield os.path.join(folder, real)

    def _names_in(self, folder: str) -> _Names | None:
        if folder not in self._names:
            self._names[folder] = _list(folder)
        return self._names[folder]

    def _why_not_opened(self, path: str) -> str | None:
        """Return why a file is not opened; None: it may be."""
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError):
            return LINK_NOWHERE if os.path.islink(path) else NOT_A_FILE
        if os.path.islink(path) and not self._leads_into_tree(path):
            return LINK_OUT
        return None if S_ISREG(mode) else NOT_A_FILE

    def _leads_into_tree(self, link: str) -> bool:
        if self._tree is None:
            self._tree = self._make_tree()
        return self._tree.holds(link)


class NamesOfLabels:
    """The names in a folder of a store that labels may have."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take over the names of all files in it."""
        self._names = _by_stem(sorted(names, reverse=True))

    def of(self, model: str) -> tuple[str, ...]:
        """Return those that are labels of a model, the first choice first.

        Args:
            model: The name of the model, a file in the folder.
        """
        found = [name for _, wanted in _file_order(model) for name in self._any(wanted)]
        return tuple(name for name in dict.fromkeys(found) if name != model)

    def own(self, folder: str) -> tuple[str, ...]:
        """Return those that are labels of one model, a folder in the folder."""
        return self._any(_own_names([folder]))

    @property
    def shared(self) -> tuple[str, ...]:
        """Those that serve all models of the folder."""
        return self._any(SHARED_NAMES)

    def _any(self, wanted: Iterable[str]) -> tuple[str, ...]:
        if not self._names:
            return ()
        return tuple(
            real
            for name in wanted
            for ending in ENDINGS
            for real in self._names.get(name + ending, ())
        )


def _list(folder: str) -> _Names | None:
    """Return the names in a folder; None: it may be entered but not listed."""
    try:
        entries = os.listdir(folder or os.curdir)
    except PermissionError:
        return None
    except (OSError, ValueError):
        return {}
    return _by_stem(sorted(entries, reverse=True))  # lower case first


def _by_stem(entries: Iterable[str]) -> _Names:
    names: _Names = {}
    for name in entries:
        stem, ending = os.path.splitext(name)
        if ending.lower() in ENDINGS:
            names.setdefault(stem + ending.lower(), []).append(name)
    return names


def _folder_order(model_path: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield folders, each with the names that labels of a folder have, in order."""
    parent, name = os.path.split(model_path.rstrip(os.sep))
    models = [os.path.splitext(name)[0]]
    if name in ("", os.curdir, os.pardir):
        parent = os.path.join(model_path, os.pardir)
        name = os.path.basename(os.path.abspath(model_path))
    yield parent, _own_names([name, *models])
    yield model_path, SHARED_NAMES
    yield parent, SHARED_NAMES


def _file_order(model_path: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the same for a model that is a file."""
    parent, name = os.path.split(model_path)
    yield parent, _own_names([os.path.splitext(name)[0]])
    yield parent, SHARED_NAMES


def _own_names(models: Sequence[str]) -> Iterable[str]:
    """Return the names of labels that belong to one model, and to what it copies."""
    copied = [m.removesuffix(FIXED_SUFFIX) for m in models if m.endswith(FIXED_SUFFIX)]
    return dict.fromkeys(
        form.format(model=model) for model in (*models, *copied) for form in OWN_NAMES
    )


def _paths(folder: str, names: Iterable[str]) -> Iterator[str]:
    return (os.path.join(folder, n + ending) for n in names for ending in ENDINGS)


def _same(path: str, other: str) -> bool:
    return os.path.normpath(path) == os.path.normpath(other)
