"""The rows of the table of metrics that a rule finds, for its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from kerascheck.engine.facts import Facts
from kerascheck.engine.rule import Rule
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.description import Description
from kerascheck.model.errors import NotApplicable, Undecided
from kerascheck.model.frozen import replace
from kerascheck.rules import our_rules
from tools.metric_situations import described, draw, situations
from tools.metric_table import MetricRow, load, metric_text, metrics_for

MAX_ROWS = 10
"""Rows on a page: one a metric, those that are furthest off."""


def metric_lines(rule: Rule) -> list[str]:
    """Return the rows that a rule finds as a Markdown table; nothing if none."""
    found = _found().get(rule.code, [])
    if not found:
        return []
    return [
        "What Keras 3.15 on TensorFlow shows, and the truth, for a trained model and",
        "one that guesses (`python -m tools metrics`; classes even, or one rare):",
        "",
        "| labels, head, loss | metric | trained | guessing | worst |",
        "|---|---|---|---|---|",
        *map(_line, _furthest(found)),
        "",
    ]


def _furthest(rows: list[MetricRow]) -> Iterator[MetricRow]:
    shown: set[str] = set()
    silent = [row for row in rows if row.shown is not None]
    usual = [row for row in silent if "=0.0" not in row.metric]
    for row in sorted(usual or silent or rows, key=lambda row: -row.gap):
        if row.metric not in shown and len(shown) < MAX_ROWS:
            shown.add(row.metric)
            yield row


def _line(row: MetricRow) -> str:
    cells = ["raises", "raises", "raises"]
    if row.shown is not None:
        rare = row.gap_at("rare") > row.gap_at("even")
        at = "rare" if rare else "even"
        cells = [
            "{:.3g} for {:.3g}".format(*row.shown[f"{quality} {at}"])
            for quality in ("trained", "random")
        ]
        cells.append(f"{row.gap:.3g} ({at})")
    return f"| {row.situation} | `{row.metric}` | {' | '.join(cells)} |"


@cache
def _found() -> Mapping[str, list[MetricRow]]:
    """Return the rows that each rule about metrics finds."""
    rules = [rule for rule in our_rules() if rule.code.startswith("KC3")]
    by_name = {s.name: s for s in situations()}
    models: dict[str, Description] = {}
    found: dict[str, list[MetricRow]] = {}
    for row in load():
        s = by_name[row.situation]
        if row.situation not in models:
            models[row.situation] = described(s, draw(s, "trained", "rare"))
        bare = models[row.situation]
        (metric,) = (m for m in metrics_for(s) if metric_text(m) == row.metric)
        head = replace(bare.heads[0], metrics=(metric,))
        model = with_resolved_metrics(replace(bare, heads=(head,)))
        for rule in rules:
            if _finds(rule, model):
                found.setdefault(rule.code, []).append(row)
    return found


def _finds(rule: Rule, model: Description) -> bool:
    try:
        return any(True for _ in rule.check(Facts(model.heads[0], model)))
    except (NotApplicable, Undecided):
        return False
