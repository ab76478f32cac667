"""Findings that are known already: a file of fingerprints, kept next to the models.

What the file names is counted and does not fail; what is new does. The file holds
neither dates of its own nor weights nor messages, one entry a line in the order of
the models, so that two branches that each add a line merge without a conflict.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from kerascheck.engine.finding import Finding
from kerascheck.engine.fingerprint import place_of_models, split_number
from kerascheck.engine.outcome import UNUSED
from kerascheck.model.description import IN_PROGRAM
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any
from kerascheck.report.report import Report
from kerascheck.settings.expiry import is_day, is_over
from kerascheck.settings.file import MAX_BASELINE
from kerascheck.settings.settings import place_from
from kerascheck.suppress.apply import SuppressedBy, apply_suppressions
from kerascheck.suppress.unused import Coverage, Scope, ScopedEntry, unused_findings
from kerascheck.trust.tree import is_address

MAX_ENTRIES = 25_000
"""Each may become a line of the report, if it is not needed any more."""

VERSION = 1

BY = "baseline"

_NEVER_KNOWN = frozenset({"KC000", "KC001", "KC002", "KC026", UNUSED})
"""Codes that are never written: what was not looked at, and this file's own."""


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
"""Keys of an entry in the file, in the order of `Entry`, and their defaults."""


class Baseline(NamedTuple):
    """A baseline file."""

    path: str
    entries: tuple[Entry, ...] = ()


class UnusedEntry(NamedTuple):
    """An entry that knows more findings than there are, and why."""

    entry: Entry
    found: int
    why: str


def load(path: str, data: bytes | None = None) -> Baseline:
    """Read a baseline.

    Args:
        path: The file, for messages as well.
        data: What it holds, if that is known already, as from a revision.

    Raises:
        UsageError: It is missing, not a baseline, or larger than `MAX_BASELINE`.
    """
    import json

    from kerascheck.trust.json_limits import excess

    shown = path.replace(os.sep, "/")
    data = _bytes(path, shown) if data is None else data
    if len(data) > MAX_BASELINE:
        raise UsageError(f"{shown}: larger than {MAX_BASELINE} bytes")
    if b"\n<<<<<<< " in data or b"\n>>>>>>> " in data:
        raise UsageError(f"{shown}: it has a merge conflict; keep both sides")
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
    place: Callable[[str], str],
    *,
    known: Sequence[Entry] = (),
    reason: str | None = None,
    until: str | None = None,
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """Return entries for all findings, and the findings that cannot be known.

    Args:
        report: From a check without a baseline.
        place: Turns the path of a model into its place.
        known: Earlier entries, whose reasons and dates stay.
        reason: Why the new ones are known.
        until: Last day that the new ones count.
    """
    if until is not None:
        _require_date(until, "--until")
    before = {entry.fingerprint: entry for entry in known}
    place = place_of_models(report.models, place)
    entries: dict[str, Entry] = {}
    refused = []
    for finding in _all(report.findings):
        if finding.code in _NEVER_KNOWN:
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


def apply_baseline(baseline: Baseline, report: Report, *, today: str) -> Report:
    """Return the report with known findings suppressed.

    Args:
        baseline: Entries whose day is over suppress nothing.
        report: Findings with fingerprints.
        today: The date, 2026-12-31.
    """
    counting = {
        e.fingerprint: e for e in baseline.entries if not is_over(e.until, today)
    }

    def suppressed_by(finding: Finding) -> SuppressedBy | None:
        key, number = split_number(finding.fingerprint)
        entry = counting.get(key)
        return (
            SuppressedBy(BY, entry.reason) if entry and number <= entry.times else None
        )

    reported, suppressed = apply_suppressions(
        report.findings, lambda _: None, suppressed_by
    )
    return replace(report, findings=reported, suppressed=report.suppressed + suppressed)


def unused_in_baseline(
    baseline: Baseline, report: Report, *, home: str, today: str
) -> Iterator[Finding]:
    """Yield a finding for each entry that is over or not needed any more.

    Args:
        baseline: The entries.
        report: Findings with fingerprints.
        home: The directory that the places of models start at.
        today: The date, 2026-12-31.
    """
    unused = {item.entry: item.why for item in unused_entries(baseline, report, home)}
    file = baseline.path.replace(os.sep, "/")
    entries = (
        ScopedEntry(
            title=f"the entry for {entry.code} at {entry.model}",
            file=file,
            why_unused=unused.get(entry),
            until=entry.until,
            fingerprint=f"{UNUSED}-{entry.fingerprint}",
        )
        for entry in baseline.entries
    )
    return unused_findings(entries, today=today)


def unused_entries(
    baseline: Baseline, report: Report, home: str
) -> Iterator[UnusedEntry]:
    """Yield the entries that know more findings than this run certainly has."""
    coverage = Coverage(report, place_from(home))
    programs = {place_from(home)(p.path) for p in report.programs if p.why is None}
    found: dict[str, int] = {}
    for finding in _all([*report.findings, *(s.finding for s in report.suppressed)]):
        key, _ = split_number(finding.fingerprint)
        found[key] = found.get(key, 0) + 1
    for entry in baseline.entries:
        number, model = found.get(entry.fingerprint, 0), entry.model
        if number >= entry.times or model in coverage.unread:
            continue
        if model not in coverage.read:
            file, is_inside, _ = model.partition(IN_PROGRAM)
            is_gone = not (
                is_address(model) or os.path.lexists(os.path.join(home, model))
            )
            if is_inside and os.path.lexists(os.path.join(home, file)):
                is_gone = file in programs
            if is_gone:
                yield UnusedEntry(entry, 0, "the model is gone")
        elif coverage.decided(Scope({model}, {entry.code}, {entry.code})):
            left = f"{number} of {entry.times} is left" if number else "it is fixed"
            yield UnusedEntry(entry, number, left)


def pruned(
    baseline: Baseline, report: Report, *, home: str, today: str
) -> tuple[Entry, ...]:
    """Return the entries that are still needed, each at the count that was found."""
    found = {item.entry: item.found for item in unused_entries(baseline, report, home)}
    kept = [e for e in baseline.entries if not is_over(e.until, today)]
    fewer = [e._replace(times=found.get(e, e.times)) for e in kept]
    return tuple(entry for entry in fewer if entry.times)
