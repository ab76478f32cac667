"""Which labels belong to which head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.description import Description, Head, Labels, Problem
from kerascheck.model.frozen import replace

LabelsByName = Mapping[str | None, Labels]
"""Labels by the name of their head; None: one array that has no name."""

MAX_NAMES = 3
"""Names that a message lists; the others are counted."""


def with_labels(model: Description, labels: LabelsByName) -> Description:
    """Return `model` with labels at its heads and its metrics resolved with them.

    One array goes to the only head, whatever its name; several go by name. Labels
    that match no head become a problem of kind "labels-for-no-head".
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
    if strangers:
        problems = (*problems, _for_no_head(strangers, model.heads))
    return with_resolved_metrics(replace(model, heads=heads, problems=problems))


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
