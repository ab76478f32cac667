"""One program, from its bytes to the models that it compiles, each with its place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from kerascheck.model.description import Description, Head, InProgram
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.readers.source.comments import Comment, comments_in
from kerascheck.readers.source.project import ProjectFiles
from kerascheck.readers.source.read import SourceModel, read_program
from kerascheck.readers.source.sites import CompileSite, compile_sites, is_of_keras
from kerascheck.readers.source.text import (
    MAX_NOTEBOOK_BYTES,
    Place,
    ProgramText,
    program_text,
)
from kerascheck.trust.regular_file import RegularFile
from kerascheck.trust.tree import Tree

__all__ = ["NOT_REACHED", "PlacedComment", "ReadProgram", "by_file", "read_source"]

NOT_REACHED: Final = "a constant turns its branch off, or nothing leads to it"


class PlacedComment(NamedTuple):
    """A comment for kerascheck, and where it is."""

    comment: Comment
    at: Place  # of the comment
    counts_for: Place  # of the line of code

    def is_at(self, model: Description) -> bool:
        """Say whether it is on the compile call of a model, or directly above."""
        program, line = model.program, self.counts_for
        return (
            program is not None
            and program.file == line.file
            and program.cell == line.cell
            and program.line <= line.line <= max(program.end, program.line)
        )


class ReadProgram(NamedTuple):
    """One program that was read."""

    path: str
    models: tuple[Description, ...] = ()
    comments: tuple[PlacedComment, ...] = ()
    imports: tuple[str, ...] = ()  # files of the project that were read
    left: tuple[tuple[Place, str], ...] = ()  # compile calls not understood, and why


def read_source(
    path: str,
    tree: Tree,
    data: bytes | None = None,
    unsaved: Mapping[str, bytes] | None = None,
) -> ReadProgram:
    """Read one program; its models may be compiled in files that it imports.

    Args:
        path: As the user gave it.
        tree: What is checked; files that the program imports are in it.
        data: The bytes, if it is not a file, as on stdin.
        unsaved: What files hold instead of what is saved, by real path.

    Raises:
        NotUnderstood: It is not Python 3, or too large.
        UnreadableModel: It cannot be read at all.
    """
    text = program_text(path, _bytes(path) if data is None else data)
    models: list[Description] = []
    comments: list[PlacedComment] = []
    imports: dict[str, None] = {}
    left: list[tuple[Place, str]] = []
    for each in (text, *text.written.values()):
        files = ProjectFiles(each, tree, unsaved or {})
        why: list[str] = []
        read = list(_models(each, files, why))
        left += [(place, (why or [NOT_REACHED])[0]) for place in _left(each, read)]
        models += read
        imports |= dict.fromkeys(files.used)
        places = {model.program.file for model in read if model.program}
        for one in (each, *files.used.values()):
            if one is each or one.path in places:
                comments += _placed(one)
    found = (tuple(models), tuple(comments), tuple(imports))
    return ReadProgram(path, *found, tuple(left))


def _left(text: ProgramText, models: Sequence[Description]) -> Iterator[Place]:
    """Yield the compile calls of a program that made no model."""
    lines = {
        (model.program.cell, model.program.line)
        for model in models
        if model.program is not None and model.program.file == text.path
    }
    for site in compile_sites(text.tree, text.code):
        first, last = site.line, site.node.end_lineno or site.node.lineno
        if not is_of_keras(site):
            continue
        places = [text.at(line) for line in range(first, last + 1)]
        if not any((place.cell, place.line) in lines for place in places):
            yield text.at(site.node.lineno)


def by_file(programs: Sequence[ReadProgram]) -> list[ReadProgram]:
    """Return the models of all programs, each with the file that compiles it.

    A file that another program imports is better understood from there: the caller
    says what it passes to a function. So what the file alone says of a call counts only
    if no caller leads to it.
    """
    elsewhere: dict[str, list[Description]] = {}
    comments: dict[str, dict[PlacedComment, None]] = {}
    for program in programs:
        for model in program.models:
            assert model.program is not None
            if model.program.file != program.path:
                elsewhere.setdefault(model.program.file, []).append(model)
        for comment in program.comments:
            comments.setdefault(comment.at.file, {})[comment] = None
    files = dict.fromkeys((*(program.path for program in programs), *elsewhere))
    own = {program.path: program for program in programs}
    joined = []
    for file in files:
        program = own.get(file, ReadProgram(file))
        called = elsewhere.get(file, [])
        met = {_call(model) for model in called}
        alone = [
            model
            for model in program.models
            if model.program is not None
            and model.program.file == file
            and _call(model) not in met
        ]
        models = sorted([*alone, *called], key=_order)
        each = tuple(comments.get(file, ()))
        lines = {_call(model) for model in models}
        left = tuple(
            (place, why)
            for place, why in program.left
            if (place.cell or 0, place.line) not in lines
        )
        numbered = tuple(_numbered(models))
        joined.append(program._replace(models=numbered, comments=each, left=left))
    return joined


def _call(model: Description) -> tuple[int, int]:
    assert model.program is not None
    return model.program.cell or 0, model.program.line


_order = _call


def _numbered(models: Sequence[Description]) -> Iterator[Description]:
    """Yield models that differ, each under a path of its own."""
    seen: set[Description] = set()
    met: dict[str, int] = {}
    for model in models:
        bare = replace(model, program=None)
        if bare in seen:
            continue
        seen.add(bare)
        met[model.path] = number = met.get(model.path, 0) + 1
        if number == 1:
            yield model
            continue
        assert model.program is not None
        program = replace(model.program, name=f"{model.program.name}({number})")
        yield replace(model, path=f"{model.path} ({number})", program=program)


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


class _Whole(NamedTuple):
    """A program, and the places of its lines and of those that it imports."""

    tree: ast.Module
    place: Callable[[int], str]


def _models(
    text: ProgramText, files: ProjectFiles, left: list[str]
) -> Iterator[Description]:
    whole = _Whole(text.tree, lambda line: str(files.at(line)))
    sites: dict[str, list[CompileSite]] = {}
    for model in read_program(whole, text.path, files.find, left):
        inside, line = files.of_line(model.line)
        if inside.path not in sites:
            above = model.line - line
            sites[inside.path] = compile_sites(inside.tree, inside.code, above)
        each = sites[inside.path]
        site = next((s for s in each if s.node.lineno == model.line), None)
        site = site or next((s for s in each if s.covers(model.line)), None)
        yield _described(inside, line, model, site, files)


def _described(
    text: ProgramText,
    line: int,
    model: SourceModel,
    site: CompileSite | None,
    files: ProjectFiles,
) -> Description:
    place, end = text.at(line), text.at(line)
    if site is not None:
        end = files.at(site.node.end_lineno or model.line)
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
        _with_lines(head, lines.get(head.name, {}), files) for head in described.heads
    )
    return replace(
        described,
        path=str(place),
        format="source",
        source=str(place),
        heads=heads,
        program=program,
    )


def _with_lines(head: Head, lines: dict[str, int], files: ProjectFiles) -> Head:
    """Return a head whose loss and metrics are at the lines of their arguments."""
    found = {fact: str(files.at(line)) for fact, line in lines.items()}
    kept = {
        fact: place
        for fact, place in head.origins
        if fact not in found and not any(fact.startswith(f"{one}.") for one in found)
    }
    return replace(head, origins=tuple(sorted({**kept, **found}.items())))


def _placed(text: ProgramText) -> Iterator[PlacedComment]:
    for comment in comments_in(text):
        at, counts_for = text.at(comment.written_at), text.at(comment.line)
        if at.cell != counts_for.cell:  # at the end of a cell: nothing is below it
            counts_for = at
        yield PlacedComment(comment, at, counts_for)
