"""Where a finding stands in the tree, for formats that show it beside the code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from kerascheck.engine.finding import Finding
from kerascheck.model.description import Description
from kerascheck.report.lines import Lines
from kerascheck.report.report import Report

_FILES = {"saved-model": "saved_model.pb", "keras-dir": "config.json"}
"""The file that stands for a folder that is one model."""

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables that name the root of the checkout, from which paths are looked for."""


class Place(NamedTuple):
    """A file and a line of it; the first line of a file that has none."""

    file: str  # POSIX, from the root of the checkout where it lies below that
    line: int = 1


class Places:
    """The places of the models of one report."""

    def __init__(self, report: Report) -> None:
        self._models = {model.path: model for model in report.models}
        self._lines = Lines(report.models)
        self._above = _above()

    def of(self, finding: Finding) -> Place:
        """Return where to show a finding: at a line of source where one is known."""
        places = (place for _, place in self.lines(finding))
        return next(places, None) or self.model(finding.model)

    def lines(self, finding: Finding) -> Iterator[tuple[str, Place]]:
        """Yield the lines of source of a finding, each with what stands there."""
        for what, told in self._lines.of(finding):
            file, line = _split(told)
            if line is not None:
                yield what, Place(self._relative(file), line)

    def file(self, path: str) -> Place:
        """Return the place of a file as a whole."""
        return Place(self._relative(path))

    def model(self, path: str) -> Place:
        """Return the file of the model at `path`."""
        model = self._models.get(path)
        return self.file(path if model is None else _file(model))

    def _relative(self, path: str) -> str:
        """Return a path from the root of the checkout; an absolute one elsewhere as is.

        Without a known root, it is the path from the current directory.
        """
        inside = os.path.relpath(path) if os.path.isabs(path) else path
        inside = os.path.normpath(os.path.join(self._above, inside))
        inside = inside.replace(os.sep, "/")
        outside = inside.partition("/")[0] == os.pardir
        return path if outside and os.path.isabs(path) else inside


def _file(model: Description) -> str:
    inside = _FILES.get(model.format or "")
    return model.path if inside is None else f"{model.path}/{inside}"


def _split(told: str) -> tuple[str, int | None]:
    """Return file and line of FILE:LINE; None: it is not of that form."""
    file, _, line = told.rpartition(":")
    if not file or not (line.isascii() and line.isdigit() and 0 < len(line) < 8):
        return told, None
    return file.replace(os.sep, "/"), max(int(line), 1)


def _above() -> str:
    """Return the path from the root of the checkout to here; "" where CI names none."""
    here = os.path.realpath(os.curdir)
    for root in filter(None, map(os.environ.get, _CHECKOUTS)):
        path = os.path.relpath(here, os.path.realpath(root))
        if path.partition(os.sep)[0] != os.pardir:
            return path
    return ""
