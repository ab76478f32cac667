"""Where a finding is in the tree, for formats that show it next to the code."""

from __future__ import annotations

import os
from collections.abc import Iterator

from kerascheck.engine.finding import Finding
from kerascheck.engine.outcome import Outcome
from kerascheck.model.description import Description
from kerascheck.model.named import NamedTuple
from kerascheck.report.view import SourceLines, file_and_line
from kerascheck.trust.tree import is_address

_FILES = {"saved-model": "saved_model.pb", "keras-dir": "config.json"}
"""The file that a folder that is one model is shown at."""

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables that name the root of the checkout, which paths start at."""


class FileLine(NamedTuple):
    """A file and a line of it; the first line if no line is known."""

    file: str  # POSIX, from the root of the checkout if it is inside
    line: int = 1


class Locator:
    """Finds the files and lines of the models of one report."""

    def __init__(self, outcome: Outcome) -> None:
        self._models = {model.path: model for model in outcome.models}
        self._programs = {
            m.program.file: m.program for m in outcome.models if m.program is not None
        }
        self._lines = SourceLines(outcome.models)
        self._above = _path_from_root()

    def locate(self, finding: Finding) -> FileLine:
        """Return where to show a finding: at a line of source if one is known."""
        places = (place for _, place in self.lines(finding))
        return next(places, None) or self.model(finding.model)

    def lines(self, finding: Finding) -> Iterator[tuple[str, FileLine]]:
        """Yield the lines of source of a finding, each with what is there."""
        for what, place in self._lines.find(finding):
            line = self._file_line(place)
            if line is not None:
                yield what, line

    def _file_line(self, place: str) -> FileLine | None:
        """Return the line of the file that a place names; None: it names no line."""
        file, cell, line = file_and_line(place)
        if line is None:
            return None
        if cell is not None:
            program = self._programs.get(file)
            line = 1 if program is None else program.line_of_file(cell, line)
        return FileLine(self._relative(file.replace(os.sep, "/")), max(line, 1))

    def file(self, path: str) -> FileLine:
        """Return the first line of a file."""
        return FileLine(self._relative(path))

    def model(self, path: str) -> FileLine:
        """Return the first line of the file of the model at `path`."""
        model = self._models.get(path)
        if model is not None and model.program is not None:
            return self._file_line(model.source or path) or self.file(model.file)
        return self.file(path if model is None else _file(model))

    def _relative(self, path: str) -> str:
        """Return a path from the root of the checkout; an absolute one if outside.

        If the root is unknown, it is the path from the current directory.
        """
        if is_address(path):
            return path
        inside = os.path.relpath(path) if os.path.isabs(path) else path
        inside = os.path.normpath(os.path.join(self._above, inside))
        inside = inside.replace(os.sep, "/")
        outside = inside.partition("/")[0] == os.pardir
        return path if outside and os.path.isabs(path) else inside


def _file(model: Description) -> str:
    inside = _FILES.get(model.format or "")
    return model.path if inside is None else f"{model.path}/{inside}"


def _path_from_root() -> str:
    """Return the path from the root of the checkout to here; "" if CI names no root."""
    here = os.path.realpath(os.curdir)
    for root in filter(None, map(os.environ.get, _CHECKOUTS)):
        path = os.path.relpath(here, os.path.realpath(root))
        if path.partition(os.sep)[0] != os.pardir:
            return path
    return ""
