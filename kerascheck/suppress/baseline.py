"""Findings that are known already: a file of fingerprints, kept beside the models.

What the file names is counted and does not fail; what is new does. The file holds
neither dates of its own nor weights nor messages, one entry a line in the order of
the models, so that two branches that each add a line merge without a conflict.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kerascheck.engine.finding import Finding, Severity
from kerascheck.engine.fingerprint import split_number
from kerascheck.engine.outcome import UNUSED
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.settings.configuration import MAX_BASELINE
from kerascheck.settings.expiry import is_day, is_over
from kerascheck.suppress.apply import SuppressedBy, apply_suppressions

FILE = "kerascheck-baseline.json"
"""Name that is looked for beside the configuration."""

MAX_ENTRIES = 25_000
"""Each may become a line of the report, about what is not needed any more."""

VERSION = 1

BY = "baseline"

_NEVER = frozenset({"KC000", "KC001", "KC002", "KC026", UNUSED})
"""Codes that are never written down: what was not looked at, and this file's own."""

Place = Callable[[str], str]
"""Turns the path of a model into its path from the home of the baseline."""


class Entry(NamedTuple):
    """One known finding, or several that no rule tells apart."""

    fingerprint: str
    code: str
    model: str  # from the directory of the configuration or the baseline; POSIX
    head: str | None = None  # for people; an automatic name may change
    times: int = 1  # "count" in the file
    reason: str | None = None
    until: str | None = None  # last day it counts: 2026-12-31


_KEYS = {
    "fingerprint": None,
    "code": None,
    "model": None,
    "head": None,
    "count": 1,
    "reason": None,
    "until": None,
}
"""Keys of an entry in the file, in the order of `Entry`, and what they are without."""


class Baseline(NamedTuple):
    """A baseline file."""

    path: str
    entries: tuple[Entry, ...] = ()


class Left(NamedTuple):
    """An entry that found less than it stands for, and why."""

    entry: Entry
    found: int
    why: str


def require_in_tree(path: str) -> None:
    """Refuse a baseline that nobody names where it is no file of the tree.

    Raises:
        UsageError: It is really a file outside of its folder, the current one, and the
            checkouts around; or a pipe or a device, which may never end.
    """
    if os.path.islink(path):
        from kerascheck.trust.confinement import require_no_link_out, tree_around

        require_no_link_out(tree_around([os.path.dirname(path)]), path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError(f"{path!r} is not a regular file, so it is not opened")


def load(path: str, data: bytes | None = None) -> Baseline:
    """Read a baseline.

    Args:
        path: The file, for messages as well.
        data: What it holds, where that is known already, as from a revision.

    Raises:
        UsageError: It is missing, no baseline, or larger than `MAX_BASELINE`.
    """
    import json

    from kerascheck.trust.json_limits import excess

    shown = path.replace(os.sep, "/")
    data = _bytes(path, shown) if data is None else data
    if len(data) > MAX_BASELINE:
        raise UsageError(f"{shown}: larger than {MAX_BASELINE} bytes")
    if b"\n<<<<<<< " in data or b"\n>>>>>>> " in data:
        raise UsageError(f"{shown}: a merge conflict is left in it; keep both sides")
    beyond = excess(data)
    if beyond is not None:
        raise UsageError(f"{shown}: too much to parse: {beyond}")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{shown}: not JSON: {error}") from None
    return Baseline(path, tuple(_entries(document, shown)))


def _bytes(path: str, shown: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BASELINE + 1)
    except OSError as error:
        raise UsageError(f"{shown}: reading it failed: {error.strerror}") from None


def _entries(document: Any, where: str) -> Iterator[Entry]:
    version = document.get("version") if isinstance(document, dict) else None
    if version != VERSION:
        raise UsageError(
            f"{where}: Expected a baseline of version {VERSION}. "
            f"Received: {version!r:.40}."
        )
    lines = document.get("entries")
    if not isinstance(lines, list):
        raise UsageError(f"{where}: Expected a list of entries")
    if len(lines) > MAX_ENTRIES:
        raise UsageError(
            f"{where}: Expected at most {MAX_ENTRIES} entries. Received: {len(lines)}."
        )
    merged: dict[str, Entry] = {}
    for number, line in enumerate(lines, 1):
        if line is None:  # ends the list, so that every entry ends in a comma
            continue
        entry = _entry(line, f"{where}: entry {number}")
        twin = merged.setdefault(entry.fingerprint, entry)
        if twin.times < entry.times:  # a merge kept the line of either branch
            merged[entry.fingerprint] = entry
    yield from merged.values()


def _entry(line: Any, where: str) -> Entry:
    if not isinstance(line, dict) or not set(_KEYS).issuperset(line):
        raise UsageError(f"{where}: Expected the keys {', '.join(_KEYS)}")
    texts = ("fingerprint", "code", "model")
    maybe = ("head", "reason", "until")
    count = line.get("count", 1)
    sound = (
        all(isinstance(line.get(key), str) for key in texts)
        and all(isinstance(line.get(key), (str, type(None))) for key in maybe)
        and type(count) is int
        and count > 0
    )
    if not sound:
        raise UsageError(f"{where}: a value has the wrong type")
    _require_date(line.get("until"), where)
    values: list[Any] = [line.get(key, default) for key, default in _KEYS.items()]
    return Entry(*values)


def _require_date(until: str | None, where: str) -> None:
    if until is not None and not is_day(until):
        raise UsageError(
            f"{where}: Expected a date such as 2026-12-31. Received: {until!r:.40}."
        )


def text(entries: Iterable[Entry]) -> str:
    """Return the file that holds these entries, one a line, sorted."""
    import json

    lines = [
        f"{json.dumps(_line(entry))},\n"
        for entry in sorted(entries, key=lambda e: (e.model, e.code, e.fingerprint))
    ]
    return f'{{"version": {VERSION}, "entries": [\n{"".join(lines)}null\n]}}\n'


def _line(entry: Entry) -> dict[str, object]:
    pairs = zip(_KEYS.items(), entry, strict=True)
    return {key: value for (key, default), value in pairs if value != default}


def entries_of(
    report: Report,
    place: Place,
    *,
    known: Sequence[Entry] = (),
    reason: str | None = None,
    until: str | None = None,
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """Return entries for all findings, and the findings that are never written down.

    Args:
        report: From a check without a baseline.
        place: Turns the path of a model into its place.
        known: Entries of before, whose reasons and dates stay.
        reason: Why the new ones are known.
        until: Last day that the new ones count.
    """
    if until is not None:
        _require_date(until, "--until")
    before = {entry.fingerprint: entry for entry in known}
    entries: dict[str, Entry] = {}
    refused = []
    for finding in _all(report.findings):
        if finding.code in _NEVER:
            refused.append(finding)
            continue
        key, _ = split_number(finding.fingerprint)
        old = before.get(key)
        entry = entries.get(key) or Entry(
            fingerprint=key,
            code=finding.code,
            model=place(finding.model),
            head=finding.head,
            times=0,
            reason=old.reason if old else reason,
            until=old.until if old else until,
        )
        entries[key] = entry._replace(times=entry.times + 1)
    return tuple(entries.values()), tuple(refused)


def _all(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from _all(finding.follows)


def under(baseline: Baseline, report: Report, *, today: str) -> Report:
    """Return the report with known findings set aside.

    Args:
        baseline: Entries whose day is over set nothing aside.
        report: Findings with fingerprints.
        today: The date, 2026-12-31.
    """
    counting = {
        e.fingerprint: e for e in baseline.entries if not is_over(e.until, today)
    }

    def aside(finding: Finding) -> SuppressedBy | None:
        key, number = split_number(finding.fingerprint)
        entry = counting.get(key)
        return (
            SuppressedBy(BY, entry.reason) if entry and number <= entry.times else None
        )

    stay, away = apply_suppressions(report.findings, lambda _: None, aside)
    return replace(report, findings=stay, suppressed=report.suppressed + away)


def unneeded(
    baseline: Baseline, report: Report, place: Place, *, home: str, today: str
) -> Iterator[Finding]:
    """Yield a finding for each entry that is over or that nothing needs any more.

    Args:
        baseline: The entries.
        report: Findings with fingerprints.
        place: Turns the path of a model into its place.
        home: The directory that places start at.
        today: The date, 2026-12-31.
    """
    left = {item.entry: item for item in vanished(baseline, report, place, home=home)}
    shown = baseline.path.replace(os.sep, "/")
    for entry in baseline.entries:
        what = f"{entry.code} at {entry.model}"
        if is_over(entry.until, today):
            message = f"the entry for {what} counted until {entry.until}"
            yield _finding(shown, entry, message, Severity.WARNING)
        elif entry in left:
            message = f"the entry for {what} is not needed: {left[entry].why}"
            yield _finding(shown, entry, message, Severity.NOTE)


def _finding(path: str, entry: Entry, message: str, severity: Severity) -> Finding:
    from kerascheck.engine.file_findings import unused_suppression

    finding = unused_suppression(message, path, severity)
    return replace(finding, fingerprint=f"{UNUSED}-{entry.fingerprint}")


def vanished(
    baseline: Baseline, report: Report, place: Place, *, home: str
) -> Iterator[Left]:
    """Yield the entries that this run shows to stand for more than there is.

    An entry is left alone where its model was not read, its rule did not run, or
    where it could not be decided: nothing is known of it then.
    """
    read = {place(m.path): m.path for m in report.models if m.format is not None}
    unread = {place(m.path) for m in report.models if m.format is None}
    undecided = {(place(item.model), item.code) for item in report.not_run}
    selected = {rule.code for rule in report.rules}
    found: dict[str, int] = {}
    for finding in _all([*report.findings, *(s.finding for s in report.suppressed)]):
        key, _ = split_number(finding.fingerprint)
        found[key] = found.get(key, 0) + 1
    for entry in baseline.entries:
        number = found.get(entry.fingerprint, 0)
        if entry.model in unread or number >= entry.times:
            continue
        if entry.model not in read:
            if not os.path.lexists(os.path.join(home, entry.model)):
                yield Left(entry, 0, "the model is gone")
        elif (entry.model, entry.code) not in undecided and (
            entry.code in selected or entry.code.startswith("KC0")
        ):
            why = "it is mended" if not number else f"{number} of {entry.times} is left"
            yield Left(entry, number, why)


def pruned(
    baseline: Baseline, report: Report, place: Place, *, home: str, today: str
) -> tuple[Entry, ...]:
    """Return the entries that are still needed, each at the count that was found."""
    left = {i.entry: i.found for i in vanished(baseline, report, place, home=home)}
    kept = [e for e in baseline.entries if not is_over(e.until, today)]
    fewer = [e._replace(times=left.get(e, e.times)) for e in kept]
    return tuple(entry for entry in fewer if entry.times)
