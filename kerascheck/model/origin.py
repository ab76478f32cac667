"""Where a program made a live model."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.model.description import Description
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple


class Origin(NamedTuple):
    """Where a program made a model, and the name of the model.

    Places are FILE:LINE, relative to the folder that the program started in.
    """

    name: str
    """Name of the model in the report."""

    compiled: str | None = None
    """Place of the call of `compile`; None: unknown, or not in a file."""

    layers: Mapping[str, str] = {}
    """Name of a layer -> place of the call that made it."""

    def add_to(self, model: Description) -> Description:
        """Return a description of the model with these places."""
        heads = tuple(
            replace(head, source=self.layers.get(head.layer or ""))
            for head in model.heads
        )
        return replace(model, source=self.compiled, heads=heads)
