"""The page of claims lists what the rules claim, and its criterion is counted."""

from pathlib import Path

import numpy as np
import pytest

from kerascheck.confirm.result import SeedResult, SetupResult, Status
from kerascheck.confirm.setup import Part
from kerascheck.engine.finding import Verdict
from kerascheck.model.frozen import replace
from tools.claims import (
    SEEDS,
    Outcome,
    claims,
    false_alarms_of_metrics,
    false_rates,
    lines,
    stand_ins,
)

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
C, R = Verdict.CONFIRMED, Verdict.REFUTED


def test_the_page_has_a_row_for_each_claim_of_the_rules():
    shown = [line for line in PAGE.read_text().splitlines() if line.startswith("| KC")]
    made = list(lines([Outcome(claim, "", ()) for claim in claims()]))[2:]
    assert [row.split(" | ")[0] for row in shown] == [
        row.split(" | ")[0] for row in made
    ]


@pytest.mark.parametrize(
    ("verdicts", "where"),
    [
        ((C, C), "yes"),
        ((C, R), "on moons alone"),
        ((R, R), "no"),
        ((), "-"),
    ],
)
def test_a_row_says_on_which_data_a_claim_carries_over(verdicts, where):
    data = zip(("moons", "digits"), verdicts, strict=False)
    outcome = Outcome(
        next(claims()), "confirmed", tuple((name, v, "why") for name, v in data)
    )
    assert list(lines([outcome]))[2].endswith(f" | {where} |")


def test_a_setup_against_itself_and_refuted_harms_are_counted():
    claim = next(claims())
    outcomes = [
        Outcome(claim, "confirmed", (("moons", C, ""), ("digits", R, ""))),
        Outcome(claim, "refuted", (("moons", R, ""),)),  # claims nothing here
    ]
    halves = [0.5] * SEEDS + [0.98] * SEEDS, [0.98] * 2 * SEEDS
    doubled = [
        SetupResult(
            setup=claim.pair.after,
            status=Status.TRAINED,
            seeds=tuple(
                SeedResult(seed=i, accuracy=a, reported={}) for i, a in enumerate(each)
            ),
        )
        for each in halves
    ]
    (confirmed, verdicts), refuted = false_rates(outcomes, doubled)
    assert (verdicts, refuted) == (8, (1, 2))
    assert confirmed == 2  # no learning, and worse training, of the first alone


def test_metrics_that_are_told_to_misreport_beside_themselves_are_counted():
    claim = next(claims())
    metrics = (Part.of("AUC"), Part.of("Recall", top_k=2))
    values = zip([0.5] * 4 + [0.9] * 4, [0.7, 0.8] * 4, strict=True)
    result = SetupResult(
        setup=replace(claim.pair.after, metrics=metrics),
        status=Status.TRAINED,
        seeds=tuple(
            SeedResult(seed=i, reported={"AUC": one, "Recall": other})
            for i, (one, other) in enumerate(values)
        ),
    )
    assert false_alarms_of_metrics(claim.finding, [result]) == (1, 2)


def test_a_twentieth_of_the_rows_that_stand_in_for_imbalance_is_rare():
    pytest.importorskip("sklearn")
    for task, (_, data) in stand_ins().items():
        if "imbalanced" in task.name:
            rows = data.draw(np.random.default_rng(0), False, 4000)
            assert 0.03 < rows.truth.mean() < 0.07
