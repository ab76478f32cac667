"""A claim that is confirmed is tried under other conditions, from what ships."""

import random

import pytest

import kerascheck
from kerascheck import kit
from kerascheck.confirm import obtain, trials
from kerascheck.confirm.build import pair_of
from kerascheck.confirm.conditions import (
    Tried,
    conditions_of,
    over_conditions,
)
from kerascheck.confirm.confirmer import confirm_report
from kerascheck.confirm.differences import Judgement
from kerascheck.confirm.evidence.trainings import BACKENDS, ShippedTrainings
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import DEEP, OTHER_RATE
from kerascheck.engine.finding import Harm, Verdict
from kerascheck.engine.judge import judge
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.rules import all_rules
from tests.gate.conftest import FIXTURES

RULES = tuple(all_rules())
SHIPPED = ShippedTrainings(backends=BACKENDS)
C, R, I = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.INCONCLUSIVE  # noqa: E741

NETWORK, RATE = "with another network", "at another rate"

SOFTMAX = kit.classifier(
    "softmax",
    "binary_crossentropy",
    metrics=("accuracy",),
    labels=kit.labels("binary", column=True),
)


def _finding(model=SOFTMAX):
    return judge(RULES, model).findings[0]


def _judged(verdict, low=None, *, of_ece=False):
    interval = None if low is None else (low, low + 0.02)
    difference = None if low is None else low + 0.01
    return Judgement(
        verdict=verdict,
        reason="x",
        difference=difference,
        interval=interval,
        of_ece=of_ece,
    )


def test_one_thing_is_changed_at_a_time():
    finding = _finding()
    pair = pair_of(finding, SOFTMAX)
    task, deep, slow = conditions_of(finding, pair)
    assert (task.pair.before.task, task.pair.after.task) == ("binary_hard",) * 2
    assert deep.pair.before.network == deep.pair.after.network == DEEP
    assert slow.pair.before.learning_rate == OTHER_RATE
    for one in (deep, slow):
        assert one.pair.before.task == pair.before.task
    assert [one.is_task for one in (task, deep, slow)] == [True, False, False]
    assert all(not one.pair.before.metrics for one in (task, deep, slow))
    told = replace(finding, harm=Harm.MISREPORTED)
    assert conditions_of(told, pair)[0].pair.before.metrics


@pytest.mark.parametrize(
    ("judgement", "found"),
    [
        (_judged(C, 0.1), "same"),
        (_judged(C), "same"),
        (_judged(R, 0.001), "weaker"),  # small, and beyond the scatter of the starts
        (_judged(I, -0.005), "weaker"),
        (_judged(R, -0.005), "absent"),
        (_judged(I, -0.05), "absent"),
        (_judged(I), "absent"),
        (None, None),
    ],
)
def test_what_is_found_there(judgement, found):
    finding = _finding()
    first, *_ = conditions_of(finding, pair_of(finding, SOFTMAX))
    assert Tried(first, judgement).found == found


@pytest.mark.parametrize(
    ("base", "task", "deep", "slow", "verdict", "reason"),
    [
        (C, C, C, C, C, f"x; the same on {{}}, {NETWORK} and {RATE}"),
        (C, C, None, None, C, "x; the same on {}"),
        (C, None, None, None, C, "x"),
        (
            C,
            C,
            R,
            C,
            I,
            "x; the same on {} and at another rate; not with another network",
        ),
        (
            C,
            R,
            C,
            C,
            I,
            "x; the same with another network and at another rate; not on {}",
        ),
        (R, C, C, C, R, "x"),
        (I, C, C, C, I, "x"),
    ],
)
def test_confirmed_needs_all_that_are_known(base, task, deep, slow, verdict, reason):
    finding = _finding()
    conditions = conditions_of(finding, pair_of(finding, SOFTMAX))
    others = [
        Tried(condition, None if v is None else _judged(v, 0.1 if v is C else -0.1))
        for condition, v in zip(conditions, (task, deep, slow), strict=True)
    ]
    judged = over_conditions(_judged(base, 0.1), others)
    assert judged.verdict is verdict
    assert judged.reason == reason.format("classes that overlap")


def test_calibration_need_not_be_off_where_classes_are_far_apart():
    finding = _finding()
    task, deep, slow = conditions_of(finding, pair_of(finding, SOFTMAX))
    there = [Tried(task, _judged(R, -0.1)), Tried(deep, _judged(C)), Tried(slow, None)]
    assert over_conditions(_judged(C, 0.1, of_ece=True), there).verdict is C
    assert over_conditions(_judged(C, 0.1), there).verdict is I
    there[1] = Tried(deep, _judged(R, -0.1))
    assert over_conditions(_judged(C, 0.1, of_ece=True), there).verdict is I


def test_what_did_not_end_in_time_is_inconclusive():
    finding = _finding()
    first, *others = conditions_of(finding, pair_of(finding, SOFTMAX))
    tried = [Tried(first, None, late=True), *(Tried(o, _judged(C)) for o in others)]
    judged = over_conditions(_judged(C, 0.1), tried)
    assert judged.verdict is I
    assert judged.reason.endswith("; not tried in time on classes that overlap")


@pytest.fixture
def child(monkeypatch):
    """Let a child finish the first `child[0]` of its setups, as what ships has them."""
    share = [1.0]

    def train(setups, options, *, backend):
        first = round(share[0] * len(setups))
        return [
            (SHIPPED.get(setup, backend) if place < first else None)
            or SetupResult(setup=setup, status=Status.UNFINISHED, reason="time was up")
            for place, setup in enumerate(setups)
        ]

    monkeypatch.setattr(obtain, "train_in_child", train)
    monkeypatch.setattr(obtain, "can_train", lambda backend, tree: True)
    monkeypatch.setattr(trials, "default_backend", lambda tree: "tensorflow")
    monkeypatch.setattr(trials, "other_backends", lambda tree: ("jax",))
    return share


def test_less_time_changes_a_verdict_to_inconclusive_alone(child):
    report = kerascheck.check(str(FIXTURES))
    options = TrainingOptions(budget=1)
    report = report.with_findings(report.findings[::2])
    quiet = confirm_report(report, options).findings
    assert sum(f.confirmation.status is C for f in quiet) > 20
    assert any(f.confirmation.status is R for f in quiet)
    drawn = random.Random(0)
    for _ in range(3):
        child[0] = drawn.random()
        busy = confirm_report(report, options).findings
        for then, now in zip(quiet, busy, strict=True):
            allowed = {then.confirmation.status, Verdict.INCONCLUSIVE}
            assert now.confirmation.status in allowed
            if now.confirmation.status is not then.confirmation.status:
                assert now.severity.rank >= then.severity.rank


def test_conditions_are_in_what_ships():
    report = Report(models=(SOFTMAX,), findings=(_finding(),), rules=RULES)
    (finding,) = confirm_report(report, TrainingOptions(shipped=SHIPPED)).findings
    found = [(c.task, c.network, c.found) for c in finding.confirmation.conditions]
    assert found == [
        ("binary_hard", "narrow", "same"),
        ("binary", DEEP, "same"),
        ("binary", "narrow", "same"),
    ]
