"""What is open, when it is checked, and what is shown of it.

The first change after a pause is checked at once, further ones when no other has come
for a while. One thread checks, so that messages are answered meanwhile; it imports
what checking needs, while the client starts. A program that cannot be read keeps what
was last found, moved with its lines.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from lsprotocol import types

from kerascheck.editor.checking import Checked, check_text, warm
from kerascheck.editor.documents import Document
from kerascheck.editor.found import (
    Call,
    Found,
    Spot,
    calls_of,
    found_in,
    moved,
    real,
    without_doubles,
)
from kerascheck.editor.options import EditorOptions
from kerascheck.editor.positions import TextLines, Units, units_of
from kerascheck.model.errors import KerascheckError
from kerascheck.model.typed import TYPE_CHECKING, Final, TypeVar
from kerascheck.trust.import_path import keep_out
from kerascheck.trust.tree import Tree, is_within

if TYPE_CHECKING:
    from kerascheck.report.report import Report

__all__ = ["Program", "Session"]

Publish = Callable[[str, int | None, Sequence[types.Diagnostic]], None]
Say = Callable[[str], None]
Result = TypeVar("Result")

_STACK: Final = 64 * 1024 * 1024
"""Bytes of the stack of the thread that checks; some systems give it little."""


class Program:
    """One program or notebook that is open.

    Attributes:
        document: As it is now.
        good: As it was when it was last understood; None: never.
        report: Of that version.
        found: Of that version.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.good: Document | None = None
        self.report: Report | None = None
        self.found: tuple[Found, ...] = ()
        self.calls: frozenset[Call] = frozenset()
        self.imports: frozenset[str] = frozenset()
        self.checked: Document | None = None
        self.changed_at = -1e9
        self.task: asyncio.Task[None] | None = None

    def take(self, checked: Checked, found: Iterable[Found]) -> None:
        """Note what came of the current version."""
        self.checked = self.document
        if not checked.understood and self.good is not None:
            return
        self.good = self.document if checked.understood else None
        self.report, self.found = checked.report, tuple(found)
        self.calls, self.imports = frozenset(), frozenset()
        if checked.report is not None:
            own = self.document.path
            self.calls = frozenset(calls_of(checked.report, but=own))
            files = (f for one in checked.report.programs for f in one.imports)
            self.imports = frozenset(map(real, files))

    @property
    def is_current(self) -> bool:
        """Say whether the report is of the text as it is now."""
        return self.report is not None and self.good is self.document

    @property
    def unbroken(self) -> Document:
        """The last version that can be imported."""
        broken = self.checked is self.document and self.good is not self.document
        return self.good if broken and self.good is not None else self.document

    def line_now(self, spot: Spot) -> int:
        """Return the line of a text of it that a line of the good version is on."""
        before = None if self.good is None else self.good.texts().get(spot.uri)
        after = self.document.texts().get(spot.uri)
        if before is None or after is None or before == after:
            return spot.line
        return moved(before.split("\n"), after.split("\n"))(spot.line)


class Session:
    """All that is open in one editor."""

    def __init__(self, publish: Publish, say: Say) -> None:
        """Start with nothing open.

        Args:
            publish: Shows the diagnostics of a text: its URI, version, and they.
            say: Shows a line to the user.
        """
        self.units: Units = units_of(None)
        self.options = EditorOptions()
        self.folders: tuple[str, ...] = ()
        self._publish = publish
        self._say = say
        self._said: set[str] = set()
        self._programs: dict[str, Program] = {}
        self._sent: dict[str, list[types.Diagnostic]] = {}
        threading.stack_size(_STACK)
        self._worker = ThreadPoolExecutor(1, "check")
        self._worker.submit(warm)

    # what the editor does

    def enter(self, folders: Iterable[str]) -> None:
        """Take the folders of the workspace; from here on nothing is imported there."""
        self.folders = tuple(map(real, folders))
        keep_out(Tree.of(self.folders))

    def put(self, document: Document) -> None:
        """Take a new version of a program, or one that is opened."""
        program = self._programs.get(document.uri)
        if program is None:
            keep_out(Tree.of([document.path]))
            program = self._programs[document.uri] = Program(document)
            self._check_soon(program, 0.0)
            return
        program.document = document
        if self.options.run == "onType":
            now, delay = monotonic(), self.options.delay / 1000
            waits = now - program.changed_at < delay
            program.changed_at = now
            self._check_soon(program, delay if waits else 0.0)

    def save(self, uri: str) -> None:
        """Check what is saved again: its settings may have changed as well."""
        program = self._programs.get(uri)
        if program is not None:
            self._check_soon(program, 0.0)

    def close(self, uri: str) -> None:
        """Forget a program and take away what is shown of it."""
        program = self._programs.pop(uri, None)
        if program is None:
            return
        if program.task is not None:
            program.task.cancel()
        self._show({*program.document.texts(), *(one.at.uri for one in program.found)})
        for text in program.document.texts():
            self._sent.pop(text, None)

    def configure(self, options: EditorOptions) -> None:
        """Take settings of the editor; if they differ, all is checked again."""
        if options != self.options:
            self.options = options
            self.check_all()

    def check_all(self) -> None:
        """Check again all that is open."""
        for program in self._programs.values():
            self._check_soon(program, 0.0)

    def say(self, line: str) -> None:
        """Show a line to the user, once."""
        if line not in self._said:
            self._said.add(line)
            self._say(line)

    # what it asks for

    def program_of(self, uri: str) -> Program | None:
        """Return the program that a text, it or a cell of it, is of."""
        program = self._programs.get(uri)
        if program is not None:
            return program
        each = self._programs.values()
        return next((p for p in each if uri in p.document.texts()), None)

    async def settled(self, uri: str) -> Program | None:
        """Return the program of a text once its current version is checked."""
        program = self.program_of(uri)
        if program is not None and program.checked is not program.document:
            self._check_soon(program, 0.0)
            if program.task is not None:
                await asyncio.wait({program.task})
        return program

    def found_at(self, uri: str, first: int, last: int) -> list[tuple[Program, Found]]:
        """Return what is shown at some lines of a text, each with its program."""
        return [
            (self._programs[one.origin], one)
            for one in self._found_in(uri)
            if first <= self._line_now(one.at) <= last
        ]

    @property
    def opened(self) -> dict[str, Document]:
        """All that is open, by real path."""
        return {real(p.document.path): p.document for p in self._programs.values()}

    def project_of(self, path: str) -> tuple[str, ...]:
        """Return the folders of the workspace that a file is in."""
        place = real(path)
        return tuple(folder for folder in self.folders if is_within(place, folder))

    async def in_worker(self, work: Callable[[], Result]) -> Result:
        """Do something in the thread that reads programs."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    # checks

    def _check_soon(self, program: Program, delay: float) -> None:
        if program.task is not None:
            program.task.cancel()
        program.task = asyncio.get_running_loop().create_task(
            self._check(program, delay)
        )

    async def _check(self, program: Program, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        document, options = program.document, self.options
        project = self.project_of(document.path)
        unsaved = {
            real(p.document.path): p.unbroken.data for p in self._programs.values()
        }
        opened = self.opened

        def check() -> tuple[Checked, list[Found]]:
            data = document.data
            checked = check_text(
                document.path, data, options, project=project, unsaved=unsaved
            )
            report = checked.report
            found = [] if report is None else found_in(report, document, opened)
            return checked, list(found)

        try:
            checked, found = await self.in_worker(check)
        except KerascheckError as error:
            self.say(str(error))
            return
        except Exception as error:
            self.say(f"internal error: {type(error).__name__}: {error}")
            return
        if program.document is not document:
            return
        before = {one.at.uri for one in program.found}
        program.take(checked, found)
        after = {one.at.uri for one in program.found}
        self._show({*before, *after} - set(document.texts()), own=document)
        if program.is_current:
            self._check_importers(real(document.path))

    def _check_importers(self, path: str) -> None:
        """Check again what imports a file of which a new version is known."""
        for other in self._programs.values():
            if path in other.imports and real(other.document.path) != path:
                self._check_soon(other, 0.0)

    # what is shown

    def _found_in(self, uri: str) -> Iterator[Found]:
        """Yield the findings in one text.

        What a program says of a call of its own does not count if another one that is
        open leads to the call: that says what it is called with.
        """
        owner = self.program_of(uri)
        others = [p for p in self._programs.values() if p is not owner]
        led = {call for program in others for call in program.calls}
        each: list[Found] = []
        if owner is not None:
            path = real(owner.document.path)
            each += (
                one
                for one in owner.found
                if (one.call or (path, None, one.at.line + 1)) not in led
            )
        each += (one for program in others for one in program.found)
        yield from without_doubles(one for one in each if one.at.uri == uri)

    def _line_now(self, spot: Spot) -> int:
        owner = self.program_of(spot.uri)
        return spot.line if owner is None else owner.line_now(spot)

    def _show(self, uris: Iterable[str], own: Document | None = None) -> None:
        """Send the diagnostics of texts, of others than its own only if they differ."""
        from kerascheck.editor.diagnostics import diagnostic

        texts = {
            uri: TextLines(text, self.units)
            for program in self._programs.values()
            for uri, text in program.document.texts().items()
        }
        for uri in (*(own.texts() if own else ()), *uris):
            shown = [
                diagnostic(one, texts, self._line_now) for one in self._found_in(uri)
            ]
            is_own = own is not None and uri in own.texts()
            if is_own or shown != self._sent.get(uri, []):
                self._sent[uri] = shown
                whole = is_own and own is not None and not own.cells
                self._publish(uri, own.version if whole and own else None, shown)
