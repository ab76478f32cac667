"""Where a finding stands in the tree, for formats that show it beside the code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from kerascheck.core.description import Description
from kerascheck.core.finding import Finding
from kerascheck.core.lines import Lines
from kerascheck.core.report import Report

_FILES = {"saved-model": "saved_model.pb", "keras-dir": "config.json"}
"""The file that stands for a folder that is one model."""


class Place(NamedTuple):
    """A file and a line of it; the first line of a file that has none."""

    file: str  # POSIX, from the current directory where it lies below that
    line: int = 1


class Places:
    """The places of the models of one report."""

    def __init__(self, report: Report) -> None:
        self._models = {model.path: model for model in report.models}
        self._lines = Lines(report.models)

    def of(self, finding: Finding) -> Place:
        """Return where to show a finding: at a line of source where one is known."""
        places = (place for _, place in self.lines(finding))
        return next(places, None) or self.model(finding.model)

    def lines(self, finding: Finding) -> Iterator[tuple[str, Place]]:
        """Yield the lines of source of a finding, each with what stands there."""
        for what, told in self._lines.of(finding):
            place = _line(told)
            if place is not None:
                yield what, place

    def model(self, path: str) -> Place:
        """Return the file of the model at `path`."""
        model = self._models.get(path)
        return Place(relative(path if model is None else _file(model)))


def _file(model: Description) -> str:
    inside = _FILES.get(model.format or "")
    return model.path if inside is None else f"{model.path}/{inside}"


def _line(source: str) -> Place | None:
    file, _, line = source.rpartition(":")
    if not file or not (line.isascii() and line.isdigit() and 0 < len(line) < 8):
        return None
    return Place(relative(file.replace(os.sep, "/")), max(int(line), 1))


def relative(path: str) -> str:
    """Return a path from the current directory, without "./"; above it, as it is."""
    if not os.path.isabs(path):
        return os.path.normpath(path).replace(os.sep, "/")
    inside = os.path.relpath(path).replace(os.sep, "/")
    return path if inside.partition("/")[0] == ".." else inside
