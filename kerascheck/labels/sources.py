"""Which labels each model is judged with, and where they come from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kerascheck.labels.assign import LabelsByName, with_labels
from kerascheck.labels.find import Beside, LabelFolders
from kerascheck.model.description import Description, Problem
from kerascheck.model.errors import UnreadableLabels, UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.vocabulary import FIXED
from kerascheck.settings.globs import concerns
from kerascheck.settings.settings import ModelConfig, Settings
from kerascheck.trust.tree import Tree

MAX_NAMED = 3
"""Label files of one model that a note names."""


class LabelSources:
    """Labels for many models; every file is read once.

    The first of these that there is: labels given as values, a file given for all
    models, a file that the configuration gives for the model or for all, and a file
    that lies beside the model under a known name.
    """

    def __init__(
        self,
        config: Settings,
        *,
        file: str | None,
        y: object = None,
        tree: Tree | None = None,
        paths: Sequence[str] = (),
    ) -> None:
        """Take over what was given.

        Args:
            config: Its `labels` and `models` are used.
            file: A label file for all models.
            y: Labels as values; see `kerascheck.check`.
            tree: Where a link in it leads out of it, the labels are refused, but not
                those that `file` says; None: links may lead anywhere.
            paths: What is checked; label files found by their name may be links into
                the tree that it is in.

        Raises:
            UsageError: There is no such file.
        """
        self._config = config
        self._file = file if file is not None else config.labels
        self._given = file is not None
        self._y = y
        self._tree = tree
        self._read: dict[object, LabelsByName | Problem] = {}
        self._noted: set[Problem] = set()
        self._folders = LabelFolders(lambda: Tree.of(paths))
        if self._file is not None:
            _require(self._file, "" if self._given else config.where)

    def labelled(self, model: Description, about: ModelConfig | None) -> Description:
        """Return `model` with its labels; what is wrong with them as its problems.

        Raises:
            UsageError: The configuration names a file that does not exist.
            UnreadableLabels: The labels given as values can not be measured.
        """
        beside = self._beside(model, about)
        # Of files that serve all models of a folder the first model tells.
        notes = [note for note in _not_used(beside) if note not in self._noted]
        self._noted.update(notes)
        model = replace(model, problems=(*model.problems, *notes))
        labels = self._labels(model, about, beside.chosen)
        if labels is None:
            return model
        if isinstance(labels, Problem):
            return replace(model, problems=(*model.problems, labels))
        return with_labels(model, labels)

    def _labels(
        self, model: Description, about: ModelConfig | None, beside: str | None
    ) -> LabelsByName | Problem | None:
        heads = tuple(head.name for head in model.heads)
        if self._y is not None:
            return self._measured(heads)
        path = self._named(about) or beside
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

    def _named(self, about: ModelConfig | None) -> str | None:
        """Return the label file that the call or the configuration names."""
        if self._given or about is None or about.labels is None:
            return self._file
        _require(about.labels, self._config.where)
        return about.labels

    def _beside(self, model: Description, about: ModelConfig | None) -> Beside:
        """Return the label files beside a model, if those are what counts."""
        named = self._file is not None or (about is not None and about.labels)
        if self._y is not None or named or model.format == "live":
            return Beside()
        return self._folders.beside(model.path)

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


def about(config: Settings, path: str) -> ModelConfig | None:
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


def _not_used(beside: Beside) -> Iterator[Problem]:
    """Yield a note on label files that fit a model and are not what it is judged with.

    A file that somebody adds, or a link, must not change the labels unseen.
    """
    if beside.others:
        named = [repr(path) for path in beside.others[:MAX_NAMED]]
        more = len(beside.others) - MAX_NAMED
        if more > 0:
            named.append(f"{more} more")
        *first, last = named
        names = f"{', '.join(first)} and {last}" if first else last
        verb = "is" if len(beside.others) == 1 else "are"
        told = f"labels are read from {beside.chosen!r}, and {names} {verb} not used"
        yield Problem(kind="label-file-not-used", message=told)
    for path, why in beside.closed[:MAX_NAMED]:
        told = f"labels are not read from {path!r}: {why}"
        yield Problem(kind="label-file-not-used", message=told)


def _require(path: str, where: str) -> None:
    """Refuse a label file that does not exist.

    Args:
        path: The file.
        where: The configuration that names it; "": the call does.

    Raises:
        UsageError: There is no such file.
    """
    if not os.path.lexists(path):
        named = f"{where}: " if where else ""
        raise UsageError(f"{named}there is no label file {path!r}")


def _loaded(path: str, heads: tuple[str, ...]) -> LabelsByName | Problem:
    from kerascheck.labels.load import load_labels

    try:
        return load_labels(path, heads=heads)
    except UnreadableLabels as error:
        return Problem(kind="unreadable-labels", message=str(error))
