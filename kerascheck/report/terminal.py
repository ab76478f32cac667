"""A report as plain text, shared by `str(report)` and the text reporter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerascheck.engine.finding import (
    Confidence,
    Confirmation,
    Finding,
    Severity,
    Verdict,
)
from kerascheck.engine.fix import Applicability, Fix
from kerascheck.engine.outcome import NotRun
from kerascheck.engine.skipped import passed_over
from kerascheck.model.description import Evidence, Scalar
from kerascheck.report.lines import Line, Lines, told
from kerascheck.report.report import Report
from kerascheck.report.sparkline import sparkline
from kerascheck.trust.printable import (
    MAX_TEXT,
    Style,
    columns,
    count,
    padded,
    printable,
    shortened,
    shown,
    wrapped,
)

MAX_FINDINGS = 1000
"""Findings that text shows before it only counts."""

MAX_REASONS = 3
"""Reasons for undecided rules that the summary tells apart."""

NO_LABELS = "no labels were given"

HARMS = {
    "raises": "compile, build or fit raises",
    "no-learning": "true accuracy stays near chance or the majority class",
    "misreported": "a reported metric differs from the true one",
    "miscalibrated": "probabilities as served are wrong, the ranking is right",
    "worse-training": "learns slower, or to a worse end",
    "fragile": "works by accident: on one backend or in one mode",
    "none": "",
}
"""What each harm means, for people."""

APPLICABILITIES = {
    Applicability.SAFE: " (safe: predictions stay the same)",
    Applicability.UNSAFE: " (unsafe: train the model again)",
    Applicability.DISPLAY: "",
}
"""What a fix costs, for people."""

_COLOURS = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.NOTE: "1;36",
}
_PROVEN = {
    Verdict.CONFIRMED: "32",
    Verdict.REFUTED: "33",
    Verdict.INCONCLUSIVE: "33",
    Verdict.NOT_RUN: "",
}
_BOLD, _DIM, _CODE = "1", "2", "36"
"""Codes of ANSI terminals (ECMA-48, SGR)."""

_GUTTER = 11


def plain(report: Report) -> str:
    """Return the report as text, 80 columns, without colour."""
    return rendered(report, Style())


def rendered(report: Report, style: Style) -> str:
    """Return the report as text: findings, what stayed open, a summary."""
    blocks = ["\n".join(lines) for lines in _blocks(report, style) if lines]
    return "\n".join(blocks) + "\n" if blocks else ""


def _blocks(report: Report, style: Style) -> Iterator[list[str]]:
    if style.statistics:
        yield list(statistics_lines(report, style))
    else:
        lines = Lines(report.models)
        for finding in report.findings[:MAX_FINDINGS]:
            yield [*finding_lines(finding, style, lines.of(finding)), ""]
        yield _left_out(report)
    if style.suppressed:
        yield list(_aside_lines(report, style))
    if style.verbose:
        yield list(_open_lines(report, style))
    if not style.quiet:
        yield list(summary_lines(report, style))


def _left_out(report: Report) -> list[str]:
    more = len(report.findings) - MAX_FINDINGS
    return [f"and {count(more, 'finding')} more, in the other formats"] * (more > 0)


def finding_lines(
    finding: Finding, style: Style, lines: tuple[Line, ...] = ()
) -> Iterator[str]:
    """Yield one finding as lines: what, where, why, what to do, what was proven.

    Args:
        finding: What to show.
        style: Width, colour and characters to use.
        lines: Of source, from `Lines`.
    """
    colour = _COLOURS[finding.severity]
    title = _painted(f"{finding.severity}[{finding.code}]", colour, style)
    yield f"{title} {_painted(shown(finding.name), _BOLD, style)}"
    yield from _part("at", _place(finding, lines), style)
    yield from _part("", finding.message, style)
    yield from _because(finding.evidence, style)
    if finding.expected:
        yield from _part("expected", _facts(finding.expected), style)
    yield from _part("harm", harm_of(finding), style)
    if finding.fix is not None:
        yield from _fix(finding.fix, finding.code_lines, style)
    for other in finding.follows:
        yield from _part("also", f"mended: {other.code} {other.name}", style)
    if finding.measured is not None and style.verbose:
        yield from _part("known", finding.measured, style)
    if finding.confirmation is not None:
        colour = _PROVEN[finding.confirmation.status]
        yield from _part("proof", proof(finding.confirmation), style, colour)
        for there in finding.confirmation.elsewhere:
            told = f"on {there.backend}: {there.status}: {there.reason}"
            told += f" ({CACHED})" if there.source == "cache" else ""
            yield from _part("", told, style)
        for line in figures(finding.confirmation, unicode=style.unicode):
            yield from _part("", line, style)


def _painted(text: str, colour: str, style: Style) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if style.colour and colour else text


def _gutter(label: str, style: Style) -> str:
    """Return what stands before a line: the label of a part, or as much room."""
    if not label:
        return " " * _GUTTER
    return f"  {_painted(label, _DIM, style)}{' ' * (_GUTTER - 2 - len(label))}"


def _part(label: str, text: str, style: Style, colour: str = "") -> Iterator[str]:
    if not text:
        return
    safe = shown(text, unicode=style.unicode)
    for i, line in enumerate(wrapped(safe, max(style.width - _GUTTER, 20))):
        yield _gutter(label if i == 0 else "", style) + _painted(line, colour, style)


def _place(finding: Finding, lines: tuple[Line, ...] = ()) -> str:
    place = (
        f"{finding.model}: {finding.location}" if finding.location else finding.model
    )
    return f"{place} ({told(lines)})" if lines else place


def _because(evidence: tuple[Evidence, ...], style: Style) -> Iterator[str]:
    room = max(style.width - _GUTTER, 20)
    facts = [
        (
            shown(f"{e.fact} is {e.value}", unicode=style.unicode),
            shown(e.origin, unicode=style.unicode),
        )
        for e in evidence
    ]
    left = max((columns(fact) for fact, _ in facts), default=0)
    right = max((columns(origin) for _, origin in facts), default=0)
    for i, (fact, origin) in enumerate(facts):
        label = "because" if i == 0 else ""
        if left + 2 + right <= room:
            place = f"  {_painted(origin, _DIM, style)}" if origin else ""
            line = padded(fact, left) if origin else fact
            yield f"{_gutter(label, style)}{line}{place}"
            continue
        lines = wrapped(fact, room)
        if origin:
            places = wrapped(f"in {origin}", room - 2)
            lines += [f"  {_painted(line, _DIM, style)}" for line in places]
        for j, line in enumerate(lines):
            yield _gutter(label if j == 0 else "", style) + line


def _facts(facts: Iterable[tuple[str, Scalar]]) -> str:
    return ", ".join(f"{fact} is {value}" for fact, value in facts)


def harm_of(finding: Finding) -> str:
    """Return what the finding does to training, and how sure that is."""
    meaning = HARMS[finding.harm.value]
    if not meaning:
        return ""
    sure = finding.confidence is Confidence.HIGH
    doubt = "" if sure else f" ({finding.confidence} confidence)"
    return f"{finding.harm}: {meaning}{doubt}"


def _fix(fix: Fix, code: tuple[str, ...], style: Style) -> Iterator[str]:
    yield from _part("fix", fix.title + APPLICABILITIES[fix.applicability], style)
    for line in code or map(str, fix.edits):
        safe = printable(shortened(line, MAX_TEXT))
        indent = len(safe) - len(safe.lstrip(" "))
        yield " " * (_GUTTER + indent) + _painted(safe[indent:], _CODE, style)


CACHED = "from the cache"
"""Said of a verdict that rests on results of an earlier run."""


def proof(confirmation: Confirmation) -> str:
    """Return what reference training said of a finding, on one line."""
    setting = []
    if confirmation.seeds:
        setting.append(count(confirmation.seeds, "seed"))
    if confirmation.backend:
        setting.append(confirmation.backend)
    if confirmation.source == "cache":
        setting.append(CACHED)
    elif confirmation.seconds:
        setting.append(f"{confirmation.seconds:.0f} s")
    told = f"{confirmation.status}: {confirmation.reason}"
    return f"{told} ({', '.join(setting)})" if setting else told


_FIGURES = (
    ("true accuracy", "true_accuracy"),
    ("reported", "reported_accuracy"),
    ("AUC", "auc"),
    ("calibration error", "ece"),
)


def figures(confirmation: Confirmation, *, unicode: bool = True) -> Iterator[str]:
    """Yield what was measured before and after the fix, and both loss curves."""
    before, after = confirmation.before, confirmation.after
    if before is None or after is None:
        return
    arrow = " → " if unicode else " -> "
    told = [
        f"{name} {_figure(old)}{arrow}{_figure(new)}"
        for name, field in _FIGURES
        for old, new in [(getattr(before, field), getattr(after, field))]
        if old is not None or new is not None
    ]
    if told:
        yield ", ".join(told)
    for name, side in (("before", before), ("after", after)):
        if side.raises is not None:
            yield f"{name} raises {side.raises}"
        elif side.curve:
            ends = f"{_figure(side.first_loss)}{arrow}{_figure(side.loss)}"
            yield f"loss {name:<6} {sparkline(side.curve, unicode=unicode)} {ends}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def statistics_lines(report: Report, style: Style) -> Iterator[str]:
    """Yield how often each rule found something, and whether it has a fix."""
    rows = statistics(report)
    for code, name, number, fixable in rows:
        mark = "*" if fixable else " "
        yield f"{number:>5}  {code}  [{mark}] {shown(name, unicode=style.unicode)}"
    if any(fixable for *_, fixable in rows):
        yield "[*] has a fix"


def statistics(report: Report) -> list[tuple[str, str, int, bool]]:
    """Return code, name, number and whether one has a fix, commonest first."""
    rows: dict[str, tuple[str, str, int, bool]] = {}
    for f in report.findings:
        _, _, number, fixable = rows.get(f.code, ("", "", 0, False))
        edits = f.fix is not None and bool(f.fix.edits)
        rows[f.code] = (f.code, f.name, number + 1, fixable or edits)
    return sorted(rows.values(), key=lambda row: (-row[2], row[0]))


def _open_lines(report: Report, style: Style) -> Iterator[str]:
    for item in report.not_run:
        place = f"{item.model}: heads.{item.head}" if item.head else item.model
        text = f"{item.code} {item.name} at {place}: {item.why}"
        yield from _listed("undecided", text, style)
    for path, why in report.skipped:
        yield from _listed("skipped", f"{path}: {why}", style)


def _aside_lines(report: Report, style: Style) -> Iterator[str]:
    for item in report.suppressed:
        place = _place(item.finding)
        text = f"{item.finding.code} {item.finding.name} at {place}: {item.why}"
        yield from _listed("set aside", text, style)


def _listed(label: str, text: str, style: Style) -> Iterator[str]:
    room = max(style.width - len(label) - 1, 20)
    for i, line in enumerate(wrapped(shown(text, unicode=style.unicode), room)):
        yield f"{label if i == 0 else ' ' * len(label)} {line}"


def summary_lines(report: Report, style: Style) -> Iterator[str]:
    """Yield what was looked at, what was found, and what was not looked at."""
    yield from wrapped(outline(report), style.width)
    proofs = _proofs(report)
    if proofs:
        yield from wrapped(f"by reference training: {proofs}", style.width)
    for number, why in _reasons(report.not_run):
        yield from wrapped(
            f"{number} undecided: {shown(why, unicode=style.unicode)}", style.width
        )
    yield from unseen_lines(report, style)


def unseen_lines(report: Report, style: Style) -> Iterator[str]:
    """Yield what a report does not show because of a configuration, or of its place.

    What was passed over is counted in the last line, which is never wrapped: scripts
    look for it.
    """
    for use in report.configuration:
        if use.sentence:
            yield from wrapped(shown(use.sentence, unicode=style.unicode), style.width)
    counted = passed_over(report.skipped)
    if counted:
        yield counted


def outline(report: Report) -> str:
    """Return the report in a line: how many models, findings and decided rules."""
    models = count(len(report.models), "model")
    if report.unreadable:
        models += f" ({report.unreadable} unreadable)"
    return f"{models}: {_counts(report)}; {count(report.decided, 'rule')} decided"


def _counts(report: Report) -> str:
    counts = [
        count(number, severity.value)
        for severity in Severity
        if (number := report.count(severity))
    ]
    known = sum(item.by == "baseline" for item in report.suppressed)
    if len(report.suppressed) > known:
        counts.append(f"{len(report.suppressed) - known} suppressed")
    if known:
        counts.append(f"{known} known in the baseline")
    return ", ".join(counts) or "no findings"


def _proofs(report: Report) -> str:
    """Return how many findings each verdict has; "" where none was trained."""
    counts = [
        f"{number} {verdict}"
        for verdict in Verdict
        if (number := report.confirmed(verdict))
    ]
    kept = sum(
        finding.confirmation is not None and finding.confirmation.source == "cache"
        for finding in report.findings
    )
    return ", ".join(counts) + (f" ({kept} from the cache)" if kept else "")


def _reasons(not_run: Iterable[NotRun]) -> list[tuple[int, str]]:
    numbers: dict[str, int] = {}
    for item in not_run:
        numbers[item.why] = numbers.get(item.why, 0) + 1
    ordered = sorted(
        ((n, why) for why, n in numbers.items()), key=lambda r: (-r[0], r[1])
    )
    rest = ordered[MAX_REASONS:]
    told = [
        (n, f"{why} (see --labels)" if why == NO_LABELS else why) for n, why in ordered
    ]
    if not rest:
        return told
    others = f"{count(len(rest), 'other reason')} (see -v)"
    return [*told[:MAX_REASONS], (sum(n for n, _ in rest), others)]
