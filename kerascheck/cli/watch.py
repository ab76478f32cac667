"""check --watch: check again when a file changes that the check may depend on.

The system says which files change (watchfiles); no tree is searched for that. Folders
that are checked are watched with all below them. A file that is named, imported or
configured is watched by its folder, as editors replace files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Thread

from kerascheck.cli.arguments import MODELS, STDIN
from kerascheck.cli.streams import clear_screen, complain
from kerascheck.labels.files.find import ENDINGS as LABELS
from kerascheck.model.errors import KerascheckError, UsageError
from kerascheck.model.typed import TYPE_CHECKING, NoReturn
from kerascheck.trust.printable import count
from kerascheck.trust.tree import is_address, is_within

if TYPE_CHECKING:
    from kerascheck.report.report import Report
    from kerascheck.settings.settings import Settings

Check = Callable[[], Iterable[str]]
"""Checks and shows once; returns further files on which that depends."""

_MATTER = (*MODELS, *LABELS, ".toml")
"""Endings of files that a check may depend on."""

_STEP = 100
"""Milliseconds without a change after which those before it are complete."""

_TURN = 1.0
"""Seconds after which Python looks whether it was interrupted, as Windows needs."""


def require_watchable(paths: Sequence[str], *, writes: bool) -> None:
    """Refuse what cannot be checked again and again.

    Args:
        paths: What is to be checked.
        writes: Whether fixes are to be shown or written.

    Raises:
        UsageError: The call asks for such a thing, or watchfiles is not installed.
    """
    if writes:
        raise UsageError("--watch only checks; call --fix or --diff without it")
    if STDIN in paths:
        raise UsageError("--watch needs the names of files or folders, not -")
    for path in paths:
        if is_address(path):
            raise UsageError(f"--watch checks files of this machine, not {path!r}")
        if ":" in path and not os.path.lexists(path):
            raise UsageError(
                f"--watch checks files, not {path!r}, which is imported once"
            )
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        raise UsageError(
            "--watch needs watchfiles: pip install 'kerascheck[watch]'"
        ) from None


def check_and_watch(
    check: Check, paths: Sequence[str], written: Iterable[str]
) -> NoReturn:
    """Check, and again after each change, until the user interrupts.

    Args:
        check: What to do each time.
        paths: What is checked.
        written: Reports, which each check writes.

    Raises:
        KeyboardInterrupt: The user ends it.
        KerascheckError: The first check fails; later ones only say so.
    """
    changes = _Changes(written)
    changes.add(paths)
    changes.add(check())
    while True:
        complain("watching for changes; Ctrl-C ends this")
        names = sorted(map(os.path.relpath, changes.wait()))
        more = f" and {count(len(names) - 1, 'other file')}" if names[1:] else ""
        clear_screen()
        complain(f"{names[0]}{more} changed")
        try:
            changes.add(check())
        except KerascheckError as error:
            complain(str(error))


def files_behind(report: Report, settings: Settings) -> Iterator[str]:
    """Yield files outside what was named on which a report depends."""
    for program in report.programs:
        yield from program.imports
    for model in report.models:
        for head in model.heads:
            if head.labels is not None and head.labels.path:
                yield head.labels.path
    for path in (settings.path, settings.baseline):
        if path is not None:
            yield path


class _Changes:
    """Collects the files that change, as the system names them."""

    def __init__(self, written: Iterable[str]) -> None:
        self._queue: SimpleQueue[set[str]] = SimpleQueue()
        self._trees: list[str] = []
        self._folders: set[str] = set()  # watched without what is below
        self._files: set[str] = set()
        self._written = {os.path.realpath(path) for path in written}

    def add(self, paths: Iterable[str]) -> None:
        """Watch folders with all below them, and files."""
        for path in paths:
            self._add(os.path.realpath(path))

    def _add(self, path: str) -> None:
        if os.path.isdir(path):
            if not self._in_tree(path):
                self._trees.append(path)
                self._start(path, recursive=True)
            return
        self._files.add(path)
        folder = os.path.dirname(path)
        watched = self._in_tree(path) or folder in self._folders
        if not watched and os.path.isdir(folder):
            self._folders.add(folder)
            self._start(folder, recursive=False)

    def wait(self) -> set[str]:
        """Return the files that changed since the last call, at least one."""
        changed: set[str] = set()
        while not changed:
            try:
                changed |= self._queue.get(timeout=_TURN)
            except Empty:
                continue
        while not self._queue.empty():
            changed |= self._queue.get()
        return changed

    def _start(self, folder: str, *, recursive: bool) -> None:
        Thread(target=self._watch, args=(folder, recursive), daemon=True).start()

    def _watch(self, folder: str, recursive: bool) -> None:
        from watchfiles import Change, DefaultFilter, watch

        usual = DefaultFilter()

        def matters(kind: Change, path: str) -> bool:
            """Take a new folder as well: files in it may be there before it is seen."""
            if not usual(kind, path):
                return False
            is_new_folder = kind == Change.added and os.path.isdir(path)
            return is_new_folder or self._matters(path)

        changes = watch(
            folder,
            recursive=recursive,
            step=_STEP,
            watch_filter=matters,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        try:
            for several in changes:
                self._queue.put({path for _, path in several})
        except OSError as error:  # as where the system watches no more folders
            complain(f"changes in {os.path.relpath(folder)!r} are not seen: {error}")

    def _matters(self, path: str) -> bool:
        if path in self._files:
            return True
        return path.lower().endswith(_MATTER) and path not in self._written

    def _in_tree(self, path: str) -> bool:
        return any(is_within(path, tree) for tree in self._trees)
