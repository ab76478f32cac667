"""Which labels belong to which head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kerascheck.keras_api.fit_labels import why_labels_refused
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.labels.structure import Path
from kerascheck.model.description import Description, Head, Labels, Problem
from kerascheck.model.errors import Undecided
from kerascheck.model.frozen import replace

LabelsByName = Mapping[str | None, Labels]
"""Labels by the name of their head; None: one array that has no name."""

MAX_NAMES = 3
"""Names that a message lists; the others are counted."""


def named_for_heads(
    heads: Sequence[Head], found: Sequence[tuple[Path, object]]
) -> dict[str | None, object]:
    """Return the arrays of labels by the name of the head that Keras gives them to.

    By name if all names are heads; otherwise in order, to all heads or, if there are as
    many arrays as losses, to the heads with a loss. What no head gets keeps its own
    name, or None if there is but one array.

    Args:
        heads: Of the model.
        found: The arrays with their paths, from `structure.leaves`.

    Source: `CompileLoss.call`, Keras 3.15.1.
    """
    names = ["/".join(map(str, path)) for path, _ in found]
    values = [value for _, value in found]
    known = {head.name for head in heads}
    if all(names) and known.issuperset(names):
        return _present(names, values)
    by_key = any(isinstance(key, str) for path, _ in found for key in path)
    if len(found) == len(heads) and _in_order(heads, found):
        return _present([head.name for head in heads], values)
    trained = [head.name for head in heads if head.loss is not None]
    if len(found) == len(heads) and (not by_key or len(heads) == 1):
        return _present([head.name for head in heads], values)
    if len(found) == len(trained) and (not by_key or len(trained) == 1):
        return _present(trained, values)
    if not heads or (found and not all(names)):
        return {None: values[0]}
    return _present(names, values)


def _in_order(heads: Sequence[Head], found: Sequence[tuple[Path, object]]) -> bool:
    """Say whether a list in which some items are dicts follows the heads."""
    return all(
        isinstance(path[0], int)
        and (len(path) == 1 or "/".join(map(str, path)) == head.name)
        for head, (path, _) in zip(heads, found, strict=True)
        if path
    )


def _present(
    names: Sequence[str], values: Sequence[object]
) -> dict[str | None, object]:
    pairs = zip(names, values, strict=True)
    return {name: value for name, value in pairs if value is not None}


def with_labels(model: Description, labels: LabelsByName) -> Description:
    """Return `model` with labels at its heads and its metrics resolved with them.

    One array goes to the only head, whatever its name; several go by name. Labels
    that match no head become a problem of kind "labels-for-no-head", unless `fit` is
    known to refuse them, for which there is a rule.
    """
    if not model.heads or not labels:
        return model
    if len(labels) == 1 and len(model.heads) == 1:
        (head,), (only,) = model.heads, labels.values()
        return with_resolved_metrics(replace(model, heads=(_head_with(head, only),)))
    known = {head.name for head in model.heads}
    heads = tuple(_head_with(head, labels.get(head.name)) for head in model.heads)
    strangers = [name for name in labels if name not in known]
    problems = model.problems
    if strangers and not _is_refused(model):
        problems = (*problems, _for_no_head(strangers, model.heads))
    return with_resolved_metrics(replace(model, heads=heads, problems=problems))


def _is_refused(model: Description) -> bool:
    """Say whether `fit` raises for the structure of the labels."""
    try:
        return why_labels_refused(model) is not None
    except Undecided:
        return False


def _head_with(head: Head, labels: Labels | None) -> Head:
    return head if labels is None else replace(head, labels=labels)


def _for_no_head(names: Sequence[str | None], heads: Sequence[Head]) -> Problem:
    listed = _listed([name for name in names if name is not None])
    subject = f"labels {listed}" if listed else "one array of labels without a name"
    message = f"{subject} match no head; heads are {_listed([h.name for h in heads])}"
    return Problem(kind="labels-for-no-head", message=message)


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(repr(name) for name in names[:MAX_NAMES])
    more = len(names) - MAX_NAMES
    return f"{listed} and {more} more" if more > 0 else listed
