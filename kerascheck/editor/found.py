"""Where the findings of a report are, in what the editor shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pygls.uris import from_fs_path

from kerascheck.editor.documents import Document
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.engine.finding import Finding
    from kerascheck.model.description import InProgram
    from kerascheck.report.report import Report

__all__ = [
    "Call",
    "Found",
    "Spot",
    "calls_of",
    "found_in",
    "moved",
    "real",
    "without_doubles",
]

Call = tuple[str, int | None, int]
"""File, cell and line of a call of compile."""


class Spot(NamedTuple):
    """A line of a text of the editor."""

    uri: str
    line: int  # from 0 on


class Found(NamedTuple):
    """A finding and its lines.

    Attributes:
        finding: What was found.
        at: Where to show it.
        others: Further lines that it is about, each with what is there.
        call: The call that compiles its model; None: it is about no model.
        origin: URI of the program that was checked.
    """

    finding: Finding
    at: Spot
    others: tuple[tuple[str, Spot], ...]
    call: Call | None
    origin: str


def found_in(
    report: Report, document: Document, opened: Mapping[str, Document]
) -> Iterator[Found]:
    """Yield the findings of a program that are at a line of a program.

    Args:
        report: Of the program.
        document: The program.
        opened: All that is open, by real path.
    """
    from kerascheck.report.view import SourceLines, file_and_line

    lines = SourceLines(report.models)
    programs = {m.path: m.program for m in report.models if m.program is not None}
    by_file = {program.file: program for program in programs.values()}

    def spot(place: str) -> Spot | None:
        file, cell, line = file_and_line(place)
        if line is None:
            return None
        return _spot(_document_at(file, document, opened), file, cell, line, by_file)

    for finding in report.findings:
        program = programs.get(finding.model)
        spots = [(one.what, spot(one.place)) for one in lines.find(finding)]
        known = [(what, one) for what, one in spots if one is not None]
        if not known and finding.model == document.path:
            known = [("", Spot(document.uri, 0))]
        if known:
            call = None if program is None else _call(program)
            at = known[0][1]
            yield Found(finding, at, tuple(known[1:]), call, document.uri)


def _document_at(
    file: str, document: Document, opened: Mapping[str, Document]
) -> Document | None:
    return document if file == document.path else opened.get(real(file))


def _spot(
    document: Document | None,
    file: str,
    cell: int | None,
    line: int,
    programs: Mapping[str, InProgram],
) -> Spot | None:
    if document is not None and document.cells:
        if cell is None or cell > len(document.cells):
            return None
        return Spot(document.cells[cell - 1][0], line - 1)
    if cell is not None:
        program = programs.get(file)
        line = 1 if program is None else program.line_of_file(cell, line)
    uri = document.uri if document is not None else from_fs_path(file)
    return None if uri is None else Spot(uri, line - 1)


def calls_of(report: Report, *, but: str) -> Iterator[Call]:
    """Yield the calls of compile that a program leads to in files that it imports.

    Args:
        report: Of the program.
        but: Its own path.
    """
    for model in report.models:
        if model.program is not None and model.program.file != but:
            yield _call(model.program)


def _call(program: InProgram) -> Call:
    return real(program.file), program.cell, program.line


def real(path: str) -> str:
    """Return what names a file whichever way a path leads to it."""
    return os.path.realpath(path)


def without_doubles(found: Iterable[Found]) -> Iterator[Found]:
    """Yield findings, those that say the same of one line once."""
    seen = set()
    for one in found:
        key = (one.at, one.finding.code, one.finding.message)
        if key not in seen:
            seen.add(key)
            yield one


def moved(before: Sequence[str], after: Sequence[str]) -> Callable[[int], int]:
    """Return where lines of a text are after an edit in one place.

    Lines above the edit stay, those below move with it, those inside stay as near as
    they can.
    """
    most = min(len(before), len(after))
    top = 0
    while top < most and before[top] == after[top]:
        top += 1
    bottom = 0
    while bottom < most - top and before[-1 - bottom] == after[-1 - bottom]:
        bottom += 1
    shift = len(after) - len(before)

    def place(line: int) -> int:
        if line < top:
            return line
        if line >= len(before) - bottom:
            return line + shift
        return max(min(line, len(after) - bottom - 1), 0)

    return place
