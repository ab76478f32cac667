"""Lines of the program for places of the config."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.typed import Any
from kerascheck.readers.containers.values import Container
from kerascheck.readers.source.keras_values import CompileCall
from kerascheck.readers.source.network_config import Lines

__all__ = ["Locator", "Place"]

Place = Callable[[int], str]
"""Returns a line of the program as it is shown."""


class Locator:
    """Finds the line of a place in the config."""

    __slots__ = ("_compiled", "_container", "_lines", "_place")

    def __init__(
        self, container: Container, compiled: CompileCall, lines: Lines, place: Place
    ) -> None:
        self._container = container
        self._compiled = compiled
        self._lines = lines
        self._place = place

    def at(self, origin: str) -> str:
        """Return the line of "file: /config/layers/2/config/units" as it is shown."""
        pointer = origin.rpartition(": ")[2]
        steps = pointer.split("/")[1:]
        if steps[:1] == ["compile_config"]:
            name = steps[1] if len(steps) > 1 else ""
            line = self._compiled.lines.get(name, self._compiled.line)
            return self._place(line)
        value: Any = self._container.architecture
        line = self._compiled.line
        for step in steps:
            line = self._lines.by_id.get(id(value), line)
            if isinstance(value, dict):
                value = value.get(step.replace("~1", "/").replace("~0", "~"))
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
        line = self._lines.by_id.get(id(value), line)
        return self._place(line)
