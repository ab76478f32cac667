"""Where a program made a live model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kerascheck.model.description import Description
from kerascheck.model.frozen import replace


class Origin(NamedTuple):
    """What watching a program tells of a model, besides the model itself.

    Places are FILE:LINE; the file is told from the folder that the program started in.
    """

    name: str
    """What the model is called in the report."""

    compiled: str | None = None
    """Place of the call of `compile`; None: not seen, or not in a file."""

    layers: Mapping[str, str] = {}
    """Name of a layer -> place of the call that made it."""

    def told_of(self, model: Description) -> Description:
        """Return a description of the model with these places."""
        heads = tuple(
            replace(head, source=self.layers.get(head.layer or ""))
            for head in model.heads
        )
        return replace(model, source=self.compiled, heads=heads)
