"""The summary of a run: what was found, and what could not be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from kerascheck.in_pytest.properties import FINDING, MODEL, NOT_CHECKED
from kerascheck.trust.printable import count

NOTHING = "no model was checked"


def summarise(
    terminal: pytest.TerminalReporter, properties: Iterable[tuple[str, str]]
) -> None:
    """Write a section, or one line if there is little to say.

    Args:
        terminal: Where to write.
        properties: Those of all tests.
    """
    kept = {name: set[str]() for name in (MODEL, FINDING, NOT_CHECKED)}
    for name, value in properties:
        kept.setdefault(name, set()).add(value)
    verbosity = terminal.config.get_verbosity()
    unwanted = ("no_summary", "collectonly")
    if verbosity < -1 or any(map(terminal.config.getoption, unwanted)):
        return
    if kept[MODEL] and not kept[FINDING] and not kept[NOT_CHECKED]:
        return
    lines = list(_lines(kept, verbose=verbosity > 0)) if verbosity >= 0 else []
    if not lines:
        terminal.write_line(f"kerascheck: {_counts(kept)}")
        return
    terminal.write_sep("=", "kerascheck")
    for line in (*lines, _counts(kept)):
        terminal.write_line(line)


def _lines(kept: dict[str, set[str]], *, verbose: bool) -> Iterator[str]:
    if verbose:
        yield from (f"checked: {model}" for model in sorted(kept[MODEL]))
    yield from (f"not checked: {model}" for model in sorted(kept[NOT_CHECKED]))
    yield from sorted(kept[FINDING])


def _counts(kept: dict[str, set[str]]) -> str:
    if not kept[MODEL] and not kept[NOT_CHECKED]:
        return NOTHING
    models, findings = count(len(kept[MODEL]), "model"), len(kept[FINDING])
    found = count(findings, "finding") if findings else "no findings"
    missed = len(kept[NOT_CHECKED])
    return f"{models}: {found}" + (f"; {missed} not checked" if missed else "")
