"""Rules about metrics say what was measured: the table, and Keras itself again.

The table is written by `python -m tools metrics`.
"""

import random
from functools import cache

import pytest

from kerascheck.engine.facts import Facts
from kerascheck.engine.finding import Severity
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.errors import NotApplicable, Undecided
from kerascheck.model.frozen import replace
from kerascheck.rules import our_rules
from tools.metric_situations import PREVALENCES, described, draw, situations
from tools.metric_table import (
    LARGE,
    SMALL,
    load,
    measured,
    metric_text,
    metrics_for,
)

RULES = [rule for rule in our_rules() if rule.code.startswith("KC3")]
SITUATIONS = {s.name: s for s in situations()}
ROWS = load()

GROWS = {
    "KC306": "more is off the more classes overlap: 0.077 under focal loss",
    "KC314": "1.000 is true, and says nothing, whatever the model",
}
"""Rules whose finding is right where the table shows nothing off, and why."""

NEARLY_RIGHT = {
    "AUC(from_logits=True, multi_label=True, num_labels=30)": (
        "0.021 on probabilities that a sigmoid moves together; 200 thresholds do not "
        "tell them apart"
    ),
}
"""Metrics without a finding that are a little off, and why."""


@cache
def _metrics(situation):
    s = SITUATIONS[situation]
    return {metric_text(metric): metric for metric in metrics_for(s)}


@cache
def _sample(situation, prevalence):
    return draw(SITUATIONS[situation], "trained", prevalence)


@cache
def _model(situation, prevalence):
    return described(SITUATIONS[situation], _sample(situation, prevalence))


def model_of(row, prevalence):
    """Return the model of a row, with its metric."""
    model = _model(row.situation, prevalence)
    metric = _metrics(row.situation)[row.metric]
    return _with(model, metrics=(metric,))


def _with(model, **changes):
    head = replace(model.heads[0], **changes)
    return with_resolved_metrics(replace(model, heads=(head,)))


def said_of(model):
    """Return what the rules find in the metric, and which are undecided."""
    found, undecided = [], []
    for rule in RULES:
        try:
            found += rule.check(Facts(model.heads[0], model))
        except NotApplicable:
            pass
        except Undecided:
            undecided.append(rule.code)
    return [f for f in found if ".metrics." in f.location], undecided


def test_every_situation_is_in_the_table():
    assert {row.situation for row in ROWS} == set(SITUATIONS)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_rules_say_what_was_measured(situation):
    wrong = []
    for row in (r for r in ROWS if r.situation == situation):
        for prevalence in PREVALENCES:
            found, _ = said_of(model_of(row, prevalence))
            gap = 1.0 if row.shown is None else row.gap_at(prevalence)
            worst = max((f.severity.rank for f in found), default=-1)
            least = -1
            if gap > LARGE:
                least = Severity.WARNING.rank
            elif gap > SMALL and row.metric not in NEARLY_RIGHT:
                least = Severity.NOTE.rank
            alarm = worst >= Severity.WARNING.rank and row.shown and row.gap <= SMALL
            alarm = alarm and {f.code for f in found}.isdisjoint(GROWS)
            if worst < least or alarm:
                wrong.append((row.metric, prevalence, gap, [f.code for f in found]))
    assert not wrong


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_fires_with_labels_is_undecided_without_them(situation):
    for row in (r for r in ROWS if r.situation == situation):
        model = model_of(row, "rare")
        found, _ = said_of(model)
        metric = _metrics(row.situation)[row.metric]
        bare = _with(model, labels=None, metrics=(metric,))
        still, undecided = said_of(bare)
        left = {f.code for f in found} - {f.code for f in still} - set(undecided)
        assert not left, (row.metric, left)


def _sampled(count, seed):
    return random.Random(seed).sample(ROWS, count)


@pytest.mark.parametrize(
    "row", _sampled(12, 1), ids=lambda row: f"{row.metric} on {row.situation}"
)
def test_keras_still_shows_what_the_table_says(row):
    assert _again(row) == row


@pytest.mark.slow
@pytest.mark.parametrize("situation", SITUATIONS)
def test_keras_shows_all_that_the_table_says(situation):
    for row in (r for r in ROWS if r.situation == situation):
        assert _again(row) == row


def _again(row):
    return measured(SITUATIONS[row.situation], _metrics(row.situation)[row.metric])
