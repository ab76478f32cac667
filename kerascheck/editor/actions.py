"""What can be done about findings: their fixes, and comments that suppress them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lsprotocol import types
from pygls.uris import from_fs_path

from kerascheck.editor.documents import Document
from kerascheck.editor.found import Found, real
from kerascheck.editor.positions import TextLines, Units
from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import Applicability
from kerascheck.fix.files import Files
from kerascheck.fix.splices import Unfixable
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.comments import comments_in
from kerascheck.readers.source.text import NotUnderstood, program_text
from kerascheck.report.report import Report
from kerascheck.report.view import APPLICABILITIES
from kerascheck.trust.printable import shown

__all__ = ["Edits", "Workplace", "fix_all", "fix_of", "ignoring"]

Edits = Mapping[str, Sequence[types.TextEdit]]
"""Edits by the URI of their text."""

_COMMENT: Final = re.compile(r"#+\s*kerascheck:\s*ignore\s*\[([^\]]*)\]")


class Workplace(NamedTuple):
    """What edits are made of.

    Attributes:
        document: The program that was checked.
        report: Of the program as it is now.
        opened: All that is open, by real path.
        project: Folders of the workspace that the program is in.
        units: How the client counts characters.
    """

    document: Document
    report: Report
    opened: Mapping[str, Document]
    project: tuple[str, ...]
    units: Units

    @property
    def unsaved(self) -> dict[str, bytes]:
        """What files hold instead of what is saved, by real path."""
        own = {real(self.document.path): self.document.data}
        others = {path: one.data for path, one in self.opened.items()}
        return {**others, **own}


class FixAction(NamedTuple):
    """A fix that can be made."""

    title: str
    edits: Edits
    preferred: bool  # `--fix` makes it as well


def fix_of(finding: Finding, place: Workplace) -> FixAction | None:
    """Return the fix of one finding; None: no edit can be made of it.

    One that changes training is offered as well: who chooses it reads what it says.
    """
    fix = finding.fix
    if fix is None or fix.applicability is Applicability.DISPLAY:
        return None
    alone = replace(place.report, findings=(finding,))
    title = shown(fix.title) + APPLICABILITIES[fix.applicability]
    for unsafe in (False, True):
        edits = _edits(alone, place, unsafe=unsafe)
        if edits:
            return FixAction(title, edits, preferred=not unsafe)
    return None


def fix_all(place: Workplace) -> Edits:
    """Return the edits that `--fix` makes, nothing if there are none."""
    return _edits(place.report, place, unsafe=False)


def _edits(report: Report, place: Workplace, *, unsafe: bool) -> Edits:
    paths = (place.document.path, *place.project)
    files = Files(report, (), unsafe=unsafe, paths=paths, unsaved=place.unsaved)
    for model in report.models:
        files.add(model)
    found = {}
    for source, splices in files.edits():
        document = place.opened.get(real(source.path))
        uri = from_fs_path(source.path) if document is None else document.uri
        shown = source.text if document is None else document.text
        lines = TextLines(shown, place.units)
        mark = len(shown) - len(source.text)  # BOM, which is not of the source
        if uri is not None:
            found[uri] = [
                types.TextEdit(lines.range(start + mark, end + mark), text)
                for start, end, text in splices
            ]
    return found


def ignoring(found: Found, text: str, units: Units) -> types.TextEdit | None:
    """Return the edit that adds a comment which suppresses a finding.

    It is at the end of the line, else on a line above it; None: neither is a comment
    there that counts for the line, as inside a string.
    """
    lines = TextLines(text, units)
    for edit in _comments(found, lines):
        if _counts(text, edit, lines, found):
            return edit
    return None


def _comments(found: Found, lines: TextLines) -> Iterator[types.TextEdit]:
    number, code = found.at.line, found.finding.code
    line, start = lines.line(number), lines.start(number)
    there = _COMMENT.search(line)
    if there:
        end = start + there.end(1)
        yield types.TextEdit(lines.range(end, end), f", {code}")
        return
    end = start + len(line.rstrip())
    comment = f"# kerascheck: ignore[{code}]"
    yield types.TextEdit(lines.range(end, start + len(line)), f"  {comment}")
    indent = line[: len(line) - len(line.lstrip())]
    yield types.TextEdit(lines.range(start, start), f"{indent}{comment}\n")


def _counts(text: str, edit: types.TextEdit, lines: TextLines, found: Found) -> bool:
    """Say whether the program stays as it is, with a comment for the line."""
    change = types.TextDocumentContentChangePartial(
        range=edit.range, text=edit.new_text
    )
    after = lines.replaced(change)
    try:
        before = program_text("it.py", text.encode("utf-8", "surrogatepass"))
        read = program_text("it.py", after.encode("utf-8", "surrogatepass"))
    except (NotUnderstood, Unfixable):
        return False
    if ast.dump(before.tree) != ast.dump(read.tree):
        return False
    line = found.at.line + 1 + edit.new_text.count("\n")
    return any(
        comment.line == line and found.finding.code in comment.codes
        for comment in comments_in(read)
    )
