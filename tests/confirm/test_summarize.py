"""The verdict on a setup in one word, and its row."""

import pytest

from kerascheck.confirm.evidence.summarize import outcome, row_of, sheet_of
from kerascheck.confirm.evidence.table_row import Outcome
from kerascheck.confirm.result import Raised, SeedResult, SetupResult, Status
from kerascheck.confirm.setup import Part
from tests.confirm.builders import ONE_HOT, TAGS, setup

EASY = setup(1, "sigmoid", "BCE", watched=(Part.of("accuracy"), Part.of("AUC")))
BEST = 0.987


def trained(accuracies, one=EASY, **values):
    seeds = tuple(
        SeedResult(seed=number, accuracy=accuracy, reported={"accuracy": 0.9}, **values)
        for number, accuracy in enumerate(accuracies)
    )
    return SetupResult(
        setup=one, status=Status.TRAINED, seeds=seeds, bayes_accuracy=BEST
    )


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (trained([0.98, 0.97]), "ok"),
        (trained([0.98, 0.97], ece=0.07), "ok"),
        (trained([0.98, 0.97], ece=0.09), "miscalibrated"),
        (trained([0.94, 0.95]), "worse"),
        (trained([0.94, 0.95], ece=0.3), "worse"),
        (trained([0.98, 0.74]), "unstable"),
        (trained([0.5, 0.74]), "no-learning"),
        (trained([0.5, 0.74], auc=0.99), "decision-off"),
        (trained([0.5, 0.74], auc=0.7), "no-learning"),
        (trained([0.98, 0.98], nan=True), "nan"),
    ],
)
def test_a_training_is_judged_by_its_accuracy_then_by_its_calibration(result, word):
    assert outcome(result) == word


def test_an_imbalanced_task_is_judged_by_balanced_accuracy():
    one = setup(1, "sigmoid", "BCE", task="binary_imbalanced")
    assert outcome(trained([0.95], one, balanced_accuracy=0.5)) is Outcome.NO_LEARNING
    assert outcome(trained([0.95], one, balanced_accuracy=0.97)) is Outcome.OK


def test_chance_is_a_half_for_every_label_of_several():
    one = setup(4, "sigmoid", "BCE", TAGS, "multilabel")
    assert outcome(trained([0.7], one)) is Outcome.NO_LEARNING
    assert outcome(trained([0.8], one)) is Outcome.WORSE


def test_a_raising_setup_keeps_the_telling_line():
    error = Raised(type="ValueError", message="Graph execution error:", cause="shapes")
    raised = SetupResult(setup=EASY, status=Status.RAISED, error=error)
    row = row_of(raised)
    assert (row.outcome, row.error, row.message) == ("raises", "ValueError", "shapes")


def test_an_unfinished_setup_says_why():
    late = SetupResult(setup=EASY, status=Status.UNFINISHED, reason="the time was up")
    assert row_of(late).message == "the time was up"
    assert row_of(late).outcome is Outcome.UNFINISHED


def test_a_row_holds_means_over_the_seeds():
    row = row_of(trained([0.98, 0.97], ece=0.05))
    assert row.accuracy == pytest.approx(0.975)
    assert row.deviation == pytest.approx(0.0071)
    assert row.ece == 0.05
    assert row.reported == (("accuracy", 0.9), ("AUC", None))


def test_a_metric_that_raises_is_shown_by_its_exception():
    error = Raised(type="TypeError", message="no")
    result = trained([0.98])
    result.not_reported["AUC"] = error
    assert dict(row_of(result).reported)["AUC"] == "TypeError"


def test_a_setup_of_no_matrix_has_no_row():
    with pytest.raises(ValueError, match="setup of a matrix"):
        row_of(trained([0.98], setup(2, "softmax", "KLD", ONE_HOT)))


def test_a_sheet_takes_its_environment_from_what_was_trained():
    late = SetupResult(setup=EASY, status=Status.UNFINISHED)
    known = SetupResult(
        setup=EASY, status=Status.RAISED, environment={"backend": "jax"}
    )
    assert sheet_of([late, known], 5).environment == {"backend": "jax"}
