"""The report of an audit as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tools.audit.accepted import reason
from tools.audit.kinds import Kind, disagreements, kinds, measured
from tools.audit.setups import Setup

_COLUMNS = ("error", "warning", "note", "silent")


Seen = frozenset[tuple[bool, str, Setup]]
"""Keys of the disagreements that were seen in a fit of their own."""


def report(results: Sequence[Mapping[str, Any]], alone: Seen | None) -> str:
    """Return totals and kinds of all results; `alone` is None if none was trained."""
    found = kinds([one for result in results for one in disagreements(result)])
    return "\n\n".join([totals(results), *_sections(found, alone)])


def totals(results: Sequence[Mapping[str, Any]]) -> str:
    """Return the setups by measured harm and worst finding."""
    counts = Counter((zone_of(result), said(result)) for result in results)
    rows = [f"{'':<10}" + "".join(f"{column:>9}" for column in _COLUMNS)]
    for zone in ("raises", "harm", "unclear", "none"):
        cells = "".join(f"{counts[zone, column]:>9}" for column in _COLUMNS)
        rows.append(f"{zone:<10}{cells}")
    return "\n".join(rows)


def zone_of(result: Mapping[str, Any]) -> str:
    """Return the worst zone of a setup, or "raises"."""
    if result["raised"]:
        return "raises"
    zones = {one.zone for one in measured(Setup.from_dict(result["setup"]), result)}
    return next((zone for zone in ("harm", "unclear") if zone in zones), "none")


def said(result: Mapping[str, Any]) -> str:
    """Return the worst severity, or "silent"."""
    found = {finding["severity"] for finding in result["findings"]}
    return next((column for column in _COLUMNS if column in found), "silent")


def _sections(found: Sequence[Kind], alone: Seen | None) -> list[str]:
    silent = [kind for kind in found if kind.silent]
    loud = [kind for kind in found if not kind.silent]
    return [
        _section("Silent harm", silent, alone),
        _section("Findings without harm", loud, alone),
    ]


def _section(title: str, found: Sequence[Kind], alone: Seen | None) -> str:
    total = sum(kind.count for kind in found)
    lines = [f"{title}: {total} in {len(found)} kinds"]
    for kind in found:
        seen = alone is None or kind.example.key in alone
        doubt = "" if seen else " (not seen alone)"
        lines += [
            f"{kind.count:>5}  {kind.signature}{doubt}",
            f"       {kind.example.setup}",
            f"       {kind.example.text}",
        ]
        if (why := reason(kind)) is not None:
            lines.append(f"       accepted: {why}")
    return "\n".join(lines)
