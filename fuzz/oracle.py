"""What must hold of every input, whatever the target."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from time import process_time
from zlib import crc32

from kerascheck.checks.checking import Checking
from kerascheck.model.description import Description
from kerascheck.report.report import Report
from kerascheck.settings.settings import Settings
from kerascheck.suppress.rule_selection import RuleSelection, select_rules

SECONDS = 8.0
"""Of the processor, for one input; the code is slowed by what counts its branches."""

HEAVY = frozenset({"h5py", "jax", "keras", "numpy", "pandas", "pickle", "tensorflow"})
"""Packages that reading a file must not import."""

_OUTSIDE = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "pty.")
"""How audit events begin of what a target never does."""


class BrokenPromise(BaseException):
    """Something happened that kerascheck promises not to do; nothing may catch it."""


class Guard:
    """Ends what leaves the process, imports what is heavy, or takes too long."""

    def __init__(self, imports: frozenset[str] = frozenset()) -> None:
        """Watch this process from now on; only inside `watching` does it count.

        Args:
            imports: Packages that may be imported all the same.
        """
        self._refused = HEAVY - imports
        self._is_on = False
        self.slowest = 0.0
        sys.addaudithook(self._heard)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hold one input to the promises.

        Raises:
            BrokenPromise: One was broken.
        """
        began, self._is_on = process_time(), True
        try:
            yield
        finally:
            self._is_on = False
        taken = process_time() - began
        self.slowest = max(self.slowest, taken)
        if taken > SECONDS:
            raise BrokenPromise(f"{taken:.1f} s of the processor for one input")

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._is_on:
            return
        if event == "import":
            package = str(arguments[0]).partition(".")[0]
            if package in self._refused:
                raise BrokenPromise(f"{package} is imported")
        elif event.startswith(_OUTSIDE):
            raise BrokenPromise(f"{event} {arguments!r:.200}")


@cache
def selection() -> RuleSelection:
    """Return all rules, at their own levels."""
    return select_rules(Settings())


def sometimes(data: bytes) -> bool:
    """Say whether an input is one of the quarter on which all is done twice."""
    return crc32(data) % 4 == 0


def raise_crash(what: str, crash: Exception) -> None:
    """Raise what a rule or a reader raised, which a check reports and goes on."""
    raise crash


@lru_cache(maxsize=512)
def report_on(model: Description) -> Report:
    """Return what all rules say of a model; a rule that crashes raises here.

    Most changed inputs hold a model that was judged before.

    Raises:
        BrokenPromise: They say something else the second time.
    """
    report = _report_on(model)
    is_checked = sometimes(repr(model).encode("utf-8", "surrogatepass"))
    if is_checked and repr(_report_on(model)) != repr(report):
        raise BrokenPromise("the same model is judged in two ways")
    return report


def _report_on(model: Description) -> Report:
    checking = Checking(selection(), on_crash=raise_crash)
    checking.judge(model)
    return checking.report(str)
