"""The last word on a run: what was found, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from kerascheck.in_pytest.properties import FINDING, MODEL, NOT_CHECKED
from kerascheck.trust.printable import count

NOTHING = "no model was checked"


def summarise(
    terminal: pytest.TerminalReporter, properties: Iterable[tuple[str, str]]
) -> None:
    """Write a section of what there is to say; a line where that is little.

    Args:
        terminal: Where to write.
        properties: Those of all tests.
    """
    told = {name: set[str]() for name in (MODEL, FINDING, NOT_CHECKED)}
    for name, value in properties:
        told.setdefault(name, set()).add(value)
    verbosity = terminal.config.get_verbosity()
    unwanted = ("no_summary", "collectonly")
    if verbosity < -1 or any(map(terminal.config.getoption, unwanted)):
        return
    if told[MODEL] and not told[FINDING] and not told[NOT_CHECKED]:
        return
    lines = list(_lines(told, verbose=verbosity > 0)) if verbosity >= 0 else []
    if not lines:
        terminal.write_line(f"kerascheck: {_counts(told)}")
        return
    terminal.write_sep("=", "kerascheck")
    for line in (*lines, _counts(told)):
        terminal.write_line(line)


def _lines(told: dict[str, set[str]], *, verbose: bool) -> Iterator[str]:
    if verbose:
        yield from (f"checked: {model}" for model in sorted(told[MODEL]))
    yield from (f"not checked: {model}" for model in sorted(told[NOT_CHECKED]))
    yield from sorted(told[FINDING])


def _counts(told: dict[str, set[str]]) -> str:
    if not told[MODEL] and not told[NOT_CHECKED]:
        return NOTHING
    models, findings = count(len(told[MODEL]), "model"), len(told[FINDING])
    found = count(findings, "finding") if findings else "no findings"
    missed = len(told[NOT_CHECKED])
    return f"{models}: {found}" + (f"; {missed} not checked" if missed else "")
