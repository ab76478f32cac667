"""Combinations are judged by the rules and measured by shipped trainings."""

import pytest

from kerascheck.combinations.cell import Verdict, cells, description
from kerascheck.combinations.question import METRICS, choose, metrics_of
from kerascheck.combinations.space import TASKS
from kerascheck.confirm.evidence.table_row import Outcome

HARMED = (Outcome.RAISES, Outcome.NAN, Outcome.NO_LEARNING, Outcome.DECISION_OFF)


def found(task, labels):
    return {cell.combination.name: cell for cell in cells(*choose(task, labels))}


def test_right_ones_are_accurate_and_calibrated_on_every_backend():
    right = [c for c in found("multilabel", None).values() if c.verdict == "right"]
    assert {c.combination.activation for c in right} == {"sigmoid", "linear"}
    for cell in right:
        assert {one.backend for one in cell.figures} == {"tensorflow", "jax"}
        assert all(one.outcome is Outcome.OK for one in cell.figures)
        assert not cell.findings


def test_a_fault_that_tensorflow_hides_works_by_accident():
    cell = found("multilabel", None)[
        "multilabel/multi-hot/3/sigmoid/BinaryCrossentropy_logits"
    ]
    assert cell.verdict is Verdict.ACCIDENT
    assert cell.codes == ("KC102",)
    assert {one.outcome for one in cell.figures if one.backend == "jax"} != {Outcome.OK}


def test_labels_of_other_values_reach_the_rules():
    task, labels = choose("binary", "1-2")
    one = next(c for c in cells(task, labels) if "KC206" in c.codes)
    assert description(one.combination).heads[0].labels.high == 2.0


def test_what_a_metric_shows_is_measured_and_judged():
    cell = found("multilabel", None)[
        "multilabel/multi-hot/3/sigmoid/BinaryCrossentropy"
    ]
    shown = {one.metric: one for one in metrics_of(cell, METRICS)}
    assert shown["accuracy"].codes == ("KC301",)
    assert shown["accuracy"].values["multilabel"] < 0.7
    assert shown["BinaryAccuracy"].codes == ()
    assert shown["BinaryAccuracy"].values["multilabel"] > 0.98


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "labels"),
    [(task.name, one.name) for task in TASKS for one in task.labels],
)
def test_no_combination_that_fails_is_without_a_finding(task, labels):
    silent = [
        cell.combination.name
        for cell in found(task, labels).values()
        if not cell.findings and any(one.outcome in HARMED for one in cell.figures)
    ]
    assert silent == []


@pytest.mark.slow
def test_the_page_is_up_to_date():
    from tools.__main__ import ROOT
    from tools.goes_together import page

    assert (ROOT / "docs" / "goes-together.md").read_text("utf-8") == page()
