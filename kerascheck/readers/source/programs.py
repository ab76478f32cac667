"""One program, from its bytes to the models that it compiles, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kerascheck.model.description import Description, Head, InProgram
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.readers.source.comments import Comment, comments_in
from kerascheck.readers.source.project import ProjectFiles
from kerascheck.readers.source.read import SourceModel, read_program
from kerascheck.readers.source.sites import CompileSite, compile_sites
from kerascheck.readers.source.text import (
    MAX_NOTEBOOK_BYTES,
    Place,
    ProgramText,
    program_text,
)
from kerascheck.trust.regular_file import RegularFile
from kerascheck.trust.tree import Tree

__all__ = ["PlacedComment", "ReadProgram", "read_source"]

MAX_MODELS: Final = 200
"""Models of one program."""


class PlacedComment(NamedTuple):
    """A comment for kerascheck, and the lines that it counts for, as places."""

    comment: Comment
    at: Place  # of the comment
    counts_for: str  # place of the line of code
    models: frozenset[str]  # paths of the models whose compile call it is at


class ReadProgram(NamedTuple):
    """One program that was read."""

    path: str
    models: tuple[Description, ...] = ()
    comments: tuple[PlacedComment, ...] = ()
    imports: tuple[str, ...] = ()  # files of the project that were read


def read_source(path: str, tree: Tree, data: bytes | None = None) -> ReadProgram:
    """Read one program.

    Args:
        path: As the user gave it.
        tree: What is checked; files that the program imports are in it.
        data: The bytes, if it is not a file, as on stdin.

    Raises:
        NotUnderstood: It is not Python 3, or too large.
        UnreadableModel: It cannot be read at all.
    """
    text = program_text(path, _bytes(path) if data is None else data)
    texts = (text, *text.written.values())
    files = ProjectFiles(text, tree)
    models: list[Description] = []
    comments: list[PlacedComment] = []
    for each in texts:
        read = tuple(_models(each, files))
        models += read
        comments += _placed(each, read)
    return ReadProgram(path, tuple(models), tuple(comments), tuple(files.used))


def _bytes(path: str) -> bytes:
    try:
        with RegularFile(path) as file:
            return file.read(0, min(file.size, MAX_NOTEBOOK_BYTES + 1))
    except UnreadableModel as error:
        if error.kind == "empty":
            return b""
        raise
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UnreadableModel("io-error", f"it cannot be opened: {why}") from None


def _models(text: ProgramText, files: ProjectFiles) -> Iterator[Description]:
    sites = compile_sites(text.tree)
    met: dict[str, int] = {}
    seen: set[Description] = set()
    for model in read_program(text, text.path, files.find)[:MAX_MODELS]:
        if model.description in seen:
            continue
        seen.add(model.description)
        site = next((s for s in sites if s.node.lineno == model.line), None)
        site = site or next((s for s in sites if s.covers(model.line)), None)
        described = _described(text, model, site, files)
        met[described.path] = number = met.get(described.path, 0) + 1
        yield described if number == 1 else _numbered(described, number)


def _described(
    text: ProgramText, model: SourceModel, site: CompileSite | None, files: ProjectFiles
) -> Description:
    place = text.at(model.line if site is None else site.node.lineno)
    end = text.at(model.line if site is None else site.node.end_lineno or model.line)
    program = InProgram(
        file=text.path,
        line=place.line,
        cell=place.cell,
        end=end.line,
        name=f"line {place.line}" if site is None else site.name or "model",
        cells=text.cell_lines,
        unknown=model.why,
        imports=tuple(files.used),
    )
    described = model.description
    names = [head.name for head in described.heads]
    lines = {} if site is None else site.lines(names)
    heads = tuple(
        _with_lines(head, lines.get(head.name, {}), text) for head in described.heads
    )
    return replace(
        described,
        path=str(place),
        format="source",
        source=str(place),
        heads=heads,
        program=program,
    )


def _with_lines(head: Head, lines: dict[str, int], text: ProgramText) -> Head:
    """Return a head whose loss and metrics are at the lines of their arguments."""
    found = {fact: text.place(line) for fact, line in lines.items()}
    known = {fact: place for fact, place in head.origins if fact not in found}
    kept = {
        fact: place
        for fact, place in known.items()
        if not any(fact.startswith(f"{one}.") for one in found)
    }
    return replace(head, origins=tuple(sorted({**kept, **found}.items())))


def _numbered(model: Description, number: int) -> Description:
    """Return another model of the same call of compile."""
    assert model.program is not None
    program = replace(model.program, name=f"{model.program.name}({number})")
    return replace(model, path=f"{model.path} ({number})", program=program)


def _placed(
    text: ProgramText, models: Sequence[Description]
) -> Iterator[PlacedComment]:
    for comment in comments_in(text):
        at, counts_for = text.at(comment.written_at), text.at(comment.line)
        paths = {
            model.path
            for model in models
            if (p := model.program) is not None
            and p.cell == counts_for.cell
            and p.line <= counts_for.line <= max(p.end, p.line)
        }
        yield PlacedComment(comment, at, str(counts_for), frozenset(paths))
