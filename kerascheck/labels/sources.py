"""Which labels each model is checked with, and where they come from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from kerascheck.labels.assign import LabelsByName, named_for_heads, with_labels
from kerascheck.labels.files.find import LabelFiles, LabelFolders
from kerascheck.labels.structure import Path
from kerascheck.model.description import (
    Description,
    FitCall,
    Head,
    Labels,
    Problem,
    Shape,
)
from kerascheck.model.errors import UnreadableLabels, UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.typed import cast
from kerascheck.model.vocabulary import FIXED_SUFFIX
from kerascheck.settings.globs import concerns
from kerascheck.settings.settings import ModelConfig, Settings
from kerascheck.trust.tree import Tree, is_address

MAX_LISTED = 3
"""Label files of one model that a problem lists."""


class LabelSources:
    """Labels for many models; every file is read once.

    The first of these that exists is used: labels passed as values, a file passed for
    all models, a file that the configuration names for the model or for all, and a
    file with a known name next to the model.
    """

    def __init__(
        self,
        config: Settings,
        *,
        file: str | None,
        y: object = None,
        watched: bool = False,
        declared: Mapping[Path, Shape] | None = None,
        tree: Tree | None = None,
        paths: Sequence[str] = (),
    ) -> None:
        """Take over the places where labels may come from.

        Args:
            config: Its `labels` and `models` are used.
            file: A label file for all models.
            y: Labels as values; see `kerascheck.check`.
            watched: Keras has received them: what is wrong with them is a reason for
                undecided rules, not a finding.
            declared: As in `FitSample`.
            tree: If a link in it leads out of it, the labels are refused, except those
                of `file`; None: links may lead anywhere.
            paths: What is checked; label files found by their name may be links into
                its tree.

        Raises:
            UsageError: The file does not exist.
        """
        self._config = config
        self._file = file if file is not None else config.labels
        self._file_is_passed = file is not None
        self._y = y
        self._watched = watched
        self._declared = declared
        self._tree = tree
        self._measured: dict[object, tuple[LabelsByName, tuple[Problem, ...]]] = {}
        self._read: dict[object, LabelsByName | Problem] = {}
        self._reported: set[Problem] = set()
        self._folders = LabelFolders(lambda: Tree.of(paths))
        self._in_stores: dict[str, LabelFiles] = {}
        if self._file is not None:
            _require_file(self._file, "" if self._file_is_passed else config.where)

    def found_in_store(self, model_path: str, files: LabelFiles) -> None:
        """Take notice of label files next to a model that is in a store."""
        self._in_stores[model_path] = files

    def attach(self, model: Description, entry: ModelConfig | None) -> Description:
        """Return `model` with its labels; what is wrong with them as its problems.

        Args:
            model: Without labels.
            entry: From `entry_for`.

        Raises:
            UsageError: The configuration names a file that does not exist.
        """
        if self._y is not None:
            return self._with_values(model)
        files = self._files_next_to(model, entry)
        # Files that serve all models of a folder are reported for the first model.
        unused = [one for one in _unused(files) if one not in self._reported]
        self._reported.update(unused)
        if unused:
            model = replace(model, problems=(*model.problems, *unused))
        labels = self._labels(model, entry, files.chosen)
        if labels is None:
            return model
        if isinstance(labels, Problem):
            return replace(model, problems=(*model.problems, labels))
        return with_labels(model, labels)

    def _labels(
        self, model: Description, entry: ModelConfig | None, found: str | None
    ) -> LabelsByName | Problem | None:
        heads = tuple(head.name for head in model.heads)
        path = self._configured(entry) or found
        if path is None:
            return None
        key = path if path.endswith(".npy") else (path, heads)
        if key not in self._read:
            self._read[key] = self._refusal(path) or _load(path, heads)
        return self._read[key]

    def _refusal(self, path: str) -> Problem | None:
        """Return why a file that may be reached by a link is not opened."""
        if self._file_is_passed or self._tree is None or is_address(path):
            return None
        from kerascheck.trust.confinement import leads_out

        if not leads_out(self._tree, path):
            return None
        return Problem(
            kind="unreadable-labels",
            message=f"the labels of {path!r} are not opened: a link leads out of "
            "the tree that is checked (pass --labels FILE to read them)",
        )

    def _configured(self, entry: ModelConfig | None) -> str | None:
        """Return the label file that the call or the configuration names."""
        if self._file_is_passed or entry is None or entry.labels is None:
            return self._file
        _require_file(entry.labels, self._config.where)
        return entry.labels

    def _files_next_to(
        self, model: Description, entry: ModelConfig | None
    ) -> LabelFiles:
        """Return the label files next to a model, if no others are named."""
        named = self._file is not None or (entry is not None and entry.labels)
        if named or model.format in ("live", "source"):
            return LabelFiles()
        if is_address(model.path):
            return self._in_stores.pop(model.path, LabelFiles())
        return self._folders.files_of(model.path)

    def _with_values(self, model: Description) -> Description:
        key = tuple((head.name, head.loss is None) for head in model.heads)
        if key not in self._measured:
            self._measured[key] = measure_values(self._y, model.heads, self._declared)
        labels, problems = self._measured[key]
        known = len(model.problems)
        model = replace(model, problems=(*model.problems, *problems))
        model = with_labels(model, labels)
        if not self._watched or len(model.problems) == known:
            return model
        return _undecided(model, known)


def _undecided(model: Description, known: int) -> Description:
    """Return `model` with its last problems as reasons why labels are unknown."""
    call = model.fit or FitCall()
    reasons = tuple(("y", problem.message) for problem in model.problems[known:])
    call = replace(call, unread=(*call.unread, *reasons))
    return replace(model, fit=call, problems=model.problems[:known])


def measure_values(
    y: object,
    heads: Sequence[Head] = (),
    declared: Mapping[Path, Shape] | None = None,
) -> tuple[LabelsByName, tuple[Problem, ...]]:
    """Measure labels passed as values, by the name of their head.

    Args:
        y: An array, or arrays in the structure of the outputs.
        heads: Of the model.
        declared: Shapes that a dataset declares for them, by the path of the array.

    Returns:
        Labels by head, and a problem for each array that cannot be measured.
    """
    from kerascheck.labels.measure import measure
    from kerascheck.labels.structure import leaves

    labels: dict[str | None, Labels] = {}
    problems = []
    known = {head.name for head in heads}
    found = leaves(y)
    places = [(path, None if values is None else path) for path, values in found]
    paths = cast("dict[str | None, Path]", named_for_heads(heads, places))
    shapes = declared or {}
    for name, values in named_for_heads(heads, found).items():
        try:
            labels[name] = replace(measure(values), declared=shapes.get(paths[name]))
        except UnreadableLabels as error:
            head = name if name in known else None
            problem = Problem(kind="unreadable-labels", message=str(error), head=head)
            problems.append(problem)
    return labels, tuple(dict.fromkeys(problems))


def entry_for(config: Settings, path: str) -> ModelConfig | None:
    """Return the entry of the configuration for the model at `path`; the last wins.

    A corrected copy has the entry of its model, if none of its own.
    """
    if not config.models:
        return None
    for name in names_of(path):
        for entry in reversed(config.models):
            if concerns(config, entry.pattern, name):
                return entry
    return None


def names_of(path: str) -> tuple[str, ...]:
    """Return the path of a model, and for a corrected copy that of the model too."""
    stem, ending = os.path.splitext(path)
    return tuple(dict.fromkeys((path, stem.removesuffix(FIXED_SUFFIX) + ending)))


def _unused(files: LabelFiles) -> Iterator[Problem]:
    """Yield a problem for label files that fit a model and are not used.

    A file that somebody adds, or a link, must not change the labels unnoticed.
    """
    if files.others:
        named = [repr(path) for path in files.others[:MAX_LISTED]]
        more = len(files.others) - MAX_LISTED
        if more > 0:
            named.append(f"{more} more")
        *first, last = named
        names = f"{', '.join(first)} and {last}" if first else last
        verb = "is" if len(files.others) == 1 else "are"
        message = f"labels are read from {files.chosen!r}, and {names} {verb} not used"
        yield Problem(kind="label-file-not-used", message=message)
    for path, why in files.not_opened[:MAX_LISTED]:
        message = f"labels are not read from {path!r}: {why}"
        yield Problem(kind="label-file-not-used", message=message)


def _require_file(path: str, where: str) -> None:
    """Raise if a label file does not exist.

    Args:
        path: The file.
        where: The configuration that names it; "": the call does.

    Raises:
        UsageError: The file does not exist.
    """
    if not is_address(path) and not os.path.lexists(path):
        named = f"{where}: " if where else ""
        from kerascheck.model.suggest import near_path

        raise UsageError(
            f"{named}the label file {path!r} does not exist{near_path(path)}"
        )


def _load(path: str, heads: tuple[str, ...]) -> LabelsByName | Problem:
    from kerascheck.labels.files.load import load_labels

    try:
        return load_labels(path, heads=heads)
    except UnreadableLabels as error:
        return Problem(kind="unreadable-labels", message=str(error))
