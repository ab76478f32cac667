"""Where a metric was before fixes that remove others.

A finding of a metric is known by the place of the metric in its head. Removing one
moves those after it, which must not look as if they had its findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import Fix, SetMetric, metric_places
from kerascheck.model.description import Description

Places = Mapping[str, Sequence[int]]
"""Name of a head that lost metrics -> where each of those that it has was before."""


def former_places(model: Description, fixes: Sequence[Fix]) -> Places:
    """Return where the metrics of each head were, by their place after the fixes.

    Args:
        model: As it was before.
        fixes: Each one of `model` itself.
    """
    removing = [
        edit.head
        for fix in fixes
        for edit in fix.edits
        if isinstance(edit, SetMetric) and edit.metric is None
    ]
    places = {}
    for name in dict.fromkeys(removing):
        count = len(model.head(name).metrics or ())
        each = [metric_places(fix.edits, name, count) for fix in fixes]
        left = [i for i in range(count) if all(i in kept for kept in each)]
        added = sum(kept.count(None) for kept in each)
        places[name] = (*left, *range(count, count + added))
    return places


def former_key(finding: Finding, places: Places) -> tuple[str, str]:
    """Return code and place of a finding after fixes, as they were before."""
    code, location = finding.key
    of_head = places.get(finding.head or "")
    metrics = f"heads.{finding.head}.metrics."
    if of_head is None or not location.startswith(metrics):
        return code, location
    place, *rest = location[len(metrics) :].split(".")
    return code, metrics + ".".join((str(of_head[int(place)]), *rest))
