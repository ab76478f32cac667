"""The lines of Python that a finding is about: the compile call and the last layer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import SetActivation, SetUnits
from kerascheck.model.description import Description

COMPILED = "compiled at"
LAYER = "layer at"

_OF_LAYER = frozenset(
    {"activation", "after", "before", "layer", "shape", "softmax_axis", "units"}
)
"""Facts of a head that the call of its last layer decides."""


class Line(NamedTuple):
    """One line of source."""

    what: str  # COMPILED or LAYER
    place: str  # FILE:LINE


class Lines:
    """The lines that are known for the findings of one report."""

    def __init__(self, models: Iterable[Description]) -> None:
        """Take over the models that the findings are about."""
        self._models = {model.path: model for model in models}

    def of(self, finding: Finding) -> tuple[Line, ...]:
        """Return the lines of a finding, first the one to look at; at most two."""
        model = self._models.get(finding.model)
        if model is None:
            return ()
        layer = next((h.source for h in model.heads if h.name == finding.head), None)
        lines = [Line(COMPILED, model.source)] if model.source else []
        if layer and layer != model.source:
            lines.insert(0 if is_about_layer(finding) else 1, Line(LAYER, layer))
        return tuple(lines)


def is_about_layer(finding: Finding) -> bool:
    """Say whether a finding is mended, or lies, where the last layer is made."""
    fact = finding.location.removeprefix(f"heads.{finding.head}.")
    edits = () if finding.fix is None else finding.fix.edits
    alone = bool(edits) and all(isinstance(e, (SetActivation, SetUnits)) for e in edits)
    return alone or fact in _OF_LAYER


def told(lines: tuple[Line, ...]) -> str:
    """Return lines for people: the first as it is, the other with what it is."""
    return ", ".join(
        place if i == 0 else f"{what} {place}" for i, (what, place) in enumerate(lines)
    )
