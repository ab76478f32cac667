"""Which labels each model is judged with, and where they come from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kerascheck.config import Config, ModelConfig, concerns
from kerascheck.core.description import Description, Problem
from kerascheck.core.errors import UnreadableLabels, UsageError
from kerascheck.core.matching import LabelsByName, with_labels
from kerascheck.core.vocabulary import FIXED
from kerascheck.labels.find import ENDINGS, find_labels

if TYPE_CHECKING:
    from kerascheck.trust.tree import Tree

_FILES = ("keras", "hdf5", "keras-json")
"""Formats of models that are one file, with labels in the folder of that file."""


class LabelSources:
    """Labels for many models; every file is read once.

    The first of these that there is: labels given as values, a file given for all
    models, a file that the configuration gives for the model or for all, and a file
    that lies beside the model under a known name.
    """

    def __init__(
        self,
        config: Config,
        *,
        file: str | None,
        y: object = None,
        tree: Tree | None = None,
    ) -> None:
        """Take over what was given.

        Args:
            config: Its `labels` and `models` are used.
            file: A label file for all models.
            y: Labels as values; see `kerascheck.check`.
            tree: Where a link in it leads out of it, the labels are refused, but not
                those that `file` says; None: links may lead anywhere.

        Raises:
            UsageError: There is no such file.
        """
        self._config = config
        self._file = file if file is not None else config.labels
        self._given = file is not None
        self._y = y
        self._tree = tree
        self._read: dict[object, LabelsByName | Problem] = {}
        self._folders: dict[str, bool] = {}
        if self._file is not None:
            _require(self._file)

    def labelled(self, model: Description, about: ModelConfig | None) -> Description:
        """Return `model` with its labels; what is wrong with them as its problems.

        Raises:
            UsageError: The configuration names a file that does not exist.
            UnreadableLabels: The labels given as values can not be measured.
        """
        labels = self._labels(model, about)
        if labels is None:
            return model
        if isinstance(labels, Problem):
            return replace(model, problems=(*model.problems, labels))
        return with_labels(model, labels)

    def _labels(
        self, model: Description, about: ModelConfig | None
    ) -> LabelsByName | Problem | None:
        heads = tuple(head.name for head in model.heads)
        if self._y is not None:
            return self._measured(heads)
        path = self._path(model, about)
        if path is None:
            return None
        key = path if path.endswith(".npy") else (path, heads)
        if key not in self._read:
            self._read[key] = self._refused(path) or _loaded(path, heads)
        return self._read[key]

    def _refused(self, path: str) -> Problem | None:
        """Return what is wrong with opening a file that a link may have put here."""
        if self._given or self._tree is None:
            return None
        from kerascheck.trust.confinement import leads_out

        if not leads_out(self._tree, path):
            return None
        return Problem(
            kind="unreadable-labels",
            message=f"the labels of {path!r} are not opened: a link leads them out of "
            "the tree that is checked (pass --labels FILE to have them read)",
        )

    def _path(self, model: Description, about: ModelConfig | None) -> str | None:
        if self._given or about is None or about.labels is None:
            return self._file or self._beside(model)
        _require(about.labels)
        return about.labels

    def _beside(self, model: Description) -> str | None:
        if model.format == "live":
            return None
        # Of many models in a folder without any label file, one listing tells.
        folder = os.path.dirname(model.path)
        if model.format in _FILES:
            if folder not in self._folders:
                self._folders[folder] = _may_hold_labels(folder)
            if not self._folders[folder]:
                return None
        return find_labels(model.path)

    def _measured(self, heads: tuple[str, ...]) -> LabelsByName:
        # A list of arrays is one array for a model with one head.
        key = heads if isinstance(self._y, (list, tuple)) and len(heads) > 1 else ()
        if key not in self._read:
            self._read[key] = measured(self._y, key)
        labels = self._read[key]
        assert not isinstance(labels, Problem)
        return labels


def measured(y: object, heads: tuple[str, ...] = ()) -> LabelsByName:
    """Measure labels given as values, by the name of their head.

    Args:
        y: An array, a dict of arrays, or a list of one array for each head.
        heads: Names of the heads that a list stands for; empty: it is one array.

    Raises:
        UnreadableLabels: They can not be measured, or are not one for each head.
    """
    from kerascheck.labels.measure import measure

    if isinstance(y, Mapping):
        return {str(name): measure(values) for name, values in y.items()}
    if not heads:
        return {None: measure(y)}
    assert isinstance(y, Iterable)
    several = list(y)
    if len(several) != len(heads):
        raise UnreadableLabels(
            f"Expected labels for each of {len(heads)} heads. Received: {len(several)}."
        )
    return {name: measure(v) for name, v in zip(heads, several, strict=True)}


def about(config: Config, path: str) -> ModelConfig | None:
    """Return what the configuration tells about the model at `path`, the last wins.

    Of a corrected copy it tells what it tells of the model, if nothing else.
    """
    for name in names_of(path):
        for one in reversed(config.models):
            if concerns(config, one.pattern, name):
                return one
    return None


def names_of(path: str) -> tuple[str, ...]:
    """Return a model's path, and of a corrected copy that of the model as well."""
    stem, ending = os.path.splitext(path)
    return tuple(dict.fromkeys((path, stem.removesuffix(FIXED) + ending)))


def _may_hold_labels(folder: str) -> bool:
    try:
        return any(name.endswith(ENDINGS) for name in os.listdir(folder or os.curdir))
    except OSError:  # it can be entered and not listed
        return True


def _require(path: str) -> None:
    if not os.path.lexists(path):
        raise UsageError(f"there is no label file {path!r}")


def _loaded(path: str, heads: tuple[str, ...]) -> LabelsByName | Problem:
    from kerascheck.labels.load import load_labels

    try:
        return load_labels(path, heads=heads)
    except UnreadableLabels as error:
        return Problem(kind="unreadable-labels", message=str(error))
