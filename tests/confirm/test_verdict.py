"""The written criterion: what a pair of trainings says of a claimed harm."""

from dataclasses import replace

import pytest

import kerascheck
from kerascheck import kit
from kerascheck.confirm.build import NotBuildable, pair_of
from kerascheck.confirm.measured import confirmation_of
from kerascheck.confirm.result import Raised, SeedResult, SetupResult, Status
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.confirm.verdict import PairedDifference, halfway_quality, judge
from kerascheck.engine.finding import Finding, Harm, Severity, Verdict
from kerascheck.report.view import proof
from tests.gate.conftest import FIXTURES

SETUP = Setup(
    units=1,
    activation="sigmoid",
    loss=Part(name="BinaryCrossentropy"),
    labels=LabelForm(encoding=kit.Encoding.BINARY),
    metrics=(Part(name="accuracy"),),
)


def _finding(harm, location="heads.out.loss"):
    return Finding(
        code="KC999",
        name="an-example",
        severity=Severity.ERROR,
        harm=harm,
        message="",
        model="m",
        head="out",
        location=location,
    )


def _result(accuracies, *, reported=None, ece=0.02, nan=False, steps=20, setup=SETUP):
    reported = accuracies if reported is None else reported
    seeds = tuple(
        SeedResult(
            seed=i,
            accuracy=a,
            ece=ece + 0.001 * i,
            nan=nan,
            steps_to_accuracy=steps,
            reported={"accuracy": shown},
        )
        for i, (a, shown) in enumerate(zip(accuracies, reported, strict=True))
    )
    return SetupResult(
        setup=setup,
        status=Status.TRAINED,
        seeds=seeds,
        bayes_accuracy=0.987,
        environment={"backend": "tensorflow"},
    )


def _raised(type_="ValueError"):
    error = Raised(type=type_, message="shapes")
    return SetupResult(setup=SETUP, status=Status.RAISED, error=error)


ACCURATE = (0.98, 0.985, 0.984, 0.986, 0.983)
RIGHT = _result(ACCURATE)
GUESSING = _result((0.5, 0.51, 0.49, 0.5, 0.52))
HALF_HEARTED = _result((0.9, 0.91, 0.92, 0.9, 0.91))
LYING = _result((0.98, 0.985, 0.984, 0.986, 0.983), reported=(0.5, 0.5, 0.4, 0.5, 0.5))
SLIGHTLY_OFF = _result(ACCURATE, reported=tuple(a - 0.008 for a in ACCURATE))
BLURRED = _result((0.98, 0.985, 0.984, 0.986, 0.983), ece=0.25)
SOME_DEAD = _result((0.98, 0.5, 0.984, 0.51, 0.983))
MOST_DEAD = _result((0.5, 0.5, 0.984, 0.51, 0.983, 0.49, 0.5, 0.5))
HALF_DEAD = _result((0.5, 0.9, 0.5, 0.97, 0.51, 0.6, 0.49, 0.8))
ONE_DEAD_AND_MIXED = _result((0.5, 0.9, 0.99, 0.999, 0.97, 0.985, 0.96, 0.98))
LUCKY = _result((0.99, 0.7, 0.984, 0.986, 0.983))
SLOW = _result((0.98, 0.985, 0.984, 0.986, 0.983), steps=100)
BROKEN = _result((0.5, 0.5, 0.5, 0.5, 0.5), nan=True)

C, R, I = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.INCONCLUSIVE  # noqa: E741


@pytest.mark.parametrize(
    ("harm", "before", "after", "verdict"),
    [
        (Harm.RAISES, _raised(), RIGHT, C),
        (Harm.RAISES, RIGHT, RIGHT, R),
        (Harm.RAISES, GUESSING, RIGHT, C),
        (Harm.NO_LEARNING, GUESSING, RIGHT, C),
        (Harm.NO_LEARNING, BROKEN, RIGHT, C),
        (Harm.NO_LEARNING, RIGHT, RIGHT, R),
        (Harm.NO_LEARNING, RIGHT, GUESSING, R),
        (Harm.NO_LEARNING, GUESSING, GUESSING, I),
        (Harm.NO_LEARNING, BROKEN, BROKEN, I),
        (Harm.RAISES, GUESSING, GUESSING, I),
        (Harm.NO_LEARNING, HALF_HEARTED, RIGHT, I),
        (Harm.NO_LEARNING, GUESSING, _raised(), I),
        (Harm.RAISES, _raised(), _raised(), I),
        (Harm.RAISES, RIGHT, LUCKY, I),
        (Harm.WORSE_TRAINING, HALF_HEARTED, RIGHT, C),
        (Harm.WORSE_TRAINING, RIGHT, RIGHT, R),
        (Harm.WORSE_TRAINING, BLURRED, RIGHT, C),
        (Harm.WORSE_TRAINING, SOME_DEAD, RIGHT, I),
        (Harm.WORSE_TRAINING, MOST_DEAD, _result((0.98,) * 8), C),
        (Harm.WORSE_TRAINING, RIGHT, SOME_DEAD, I),
        (Harm.WORSE_TRAINING, HALF_DEAD, _result((0.982,) * 8), C),
        (Harm.WORSE_TRAINING, ONE_DEAD_AND_MIXED, _result((0.98,) * 8), I),
        (Harm.WORSE_TRAINING, _result((0.982,) * 8), HALF_DEAD, I),
        (Harm.WORSE_TRAINING, SLOW, RIGHT, C),
        (Harm.WORSE_TRAINING, _result(ACCURATE, steps=35), RIGHT, R),
        (Harm.MISCALIBRATED, BLURRED, _result(ACCURATE, ece=0.12), I),
        (Harm.MISCALIBRATED, BLURRED, RIGHT, C),
        (Harm.MISCALIBRATED, RIGHT, RIGHT, R),
        (Harm.MISCALIBRATED, BROKEN, RIGHT, C),
        (Harm.MISCALIBRATED, BROKEN, BROKEN, I),
        (Harm.MISREPORTED, LYING, RIGHT, C),
        (Harm.MISREPORTED, RIGHT, RIGHT, R),
        (Harm.MISREPORTED, SLIGHTLY_OFF, RIGHT, I),
        (Harm.FRAGILE, BLURRED, RIGHT, C),
        (Harm.FRAGILE, RIGHT, RIGHT, R),
    ],
)
def test_verdict_follows_from_the_claimed_harm(harm, before, after, verdict):
    assert judge(_finding(harm), before, after).verdict is verdict


@pytest.mark.parametrize("harm", [h for h in Harm if h is not Harm.NONE])
def test_one_seed_gives_no_verdict_on_figures(harm):
    one, other = _result((0.5,)), _result((0.98,))
    if harm is Harm.RAISES:
        assert judge(_finding(harm), one, other).verdict is not Verdict.CONFIRMED
    else:
        assert judge(_finding(harm), one, other).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("status", [Status.UNFINISHED, Status.FAILED])
def test_a_training_that_did_not_end_is_inconclusive(status):
    stopped = SetupResult(setup=SETUP, status=status, reason="out of time")
    judgement = judge(_finding(Harm.NO_LEARNING), stopped, RIGHT)
    assert (judgement.verdict, judgement.reason) == (
        Verdict.INCONCLUSIVE,
        "out of time",
    )


def test_a_metric_that_is_hardly_off_says_so():
    judgement = judge(_finding(Harm.MISREPORTED), SLIGHTLY_OFF, RIGHT)
    assert "off by 0.008" in judgement.reason
    assert judgement.reason.endswith("too little to confirm it")


def test_advice_alone_is_about_balance_where_nothing_else_changes():
    advice = kit.Fix(advice="leave them out", applicability=kit.Applicability.SAFE)
    finding = replace(_finding(Harm.MISREPORTED), fix=advice)
    spoilt = replace(
        SETUP, labels=LabelForm(encoding=kit.Encoding.ONE_HOT, spoilt="empty")
    )
    low = tuple(a - 0.1 for a in ACCURATE)
    found = judge(finding, _result(ACCURATE, reported=low, setup=spoilt), RIGHT)
    assert (found.verdict, found.reason) == (
        C,
        "accuracy is off by 0.100, once fixed by 0.000",
    )
    rare = replace(SETUP, task="binary_imbalanced_hard")
    other = _result(ACCURATE, setup=rare)
    balance = judge(finding, other, other)
    assert "over both classes" in balance.reason


def test_starts_that_end_worse_are_counted_with_those_that_never_learn():
    judgement = judge(_finding(Harm.WORSE_TRAINING), HALF_DEAD, _result((0.982,) * 8))
    assert judgement.reason.endswith("; 8 of 8 starts end worse")


def test_a_reason_says_which_starts_it_is_about():
    after = _result((0.98,) * 8)
    judgement = judge(_finding(Harm.NO_LEARNING), MOST_DEAD, after)
    assert judgement.verdict is C
    assert judgement.reason == (
        "6 of 8 starts never learn, once fixed none; "
        "over all of them accuracy 0.621 -> 0.980"
    )
    measured = confirmation_of(_finding(Harm.NO_LEARNING), judgement, MOST_DEAD, after)
    assert (measured.failed_starts, measured.starts_shown) == (6, 2)
    assert measured.before.true_accuracy == 0.9835
    assert "figures of the 2 that learn" in proof(measured)
    none = confirmation_of(_finding(Harm.NO_LEARNING), judgement, BROKEN, RIGHT)
    assert (none.failed_starts, none.starts_shown) == (5, 5)


def test_an_exception_is_shown_by_the_line_that_says_why():
    error = Raised(
        type="InvalidArgumentError",
        message="Graph execution error:",
        cause="Received a label value of 9",
    )
    raised = replace(_raised(), error=error)
    judgement = judge(_finding(Harm.RAISES), raised, RIGHT)
    measured = confirmation_of(_finding(Harm.RAISES), judgement, raised, RIGHT)
    assert measured.before.raises == "InvalidArgumentError: Received a label value of 9"


def test_interval_is_student_t():
    paired = PairedDifference.of((0.0, 0.0, 0.0, 0.0, 0.0), (1.0, 2.0, 3.0, 4.0, 5.0))
    assert paired.mean == 3.0
    assert paired.high - paired.mean == pytest.approx(2.776 * 1.5811 / 5**0.5, rel=1e-3)


def test_difference_that_seeds_disagree_on_is_inconclusive():
    wild = _result((0.98, 0.7, 0.985, 0.98, 0.75))
    judgement = judge(_finding(Harm.WORSE_TRAINING), wild, RIGHT)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.interval[0] < 0 < judgement.interval[1]


def test_labels_without_any_class_are_not_trained():
    from kerascheck.engine.judge import judge
    from kerascheck.rules import all_rules

    none = kit.labels("multi-hot", 3, ones=(0, 0))
    model = kit.classifier("softmax", kit.CCE, units=3, labels=none)
    findings = judge(all_rules(), model).findings
    assert "KC212" in {finding.code for finding in findings}
    for finding in findings:
        with pytest.raises(NotBuildable):
            pair_of(finding, model)


def test_pair_trains_the_same_task_on_both_sides():
    from kerascheck.engine.judge import judge
    from kerascheck.rules import all_rules

    for rule in all_rules():
        for model in rule.bad():
            for finding in judge(all_rules(), model).findings:
                try:
                    pair = pair_of(finding, model)
                except NotBuildable:
                    continue
                assert pair.before.task == pair.after.task
                assert pair.before.classes == pair.after.classes
                assert pair.before != pair.after


def test_chance_with_several_labels_is_one_half_whatever_their_number():
    tags = replace(
        SETUP,
        units=5,
        labels=LabelForm(encoding=kit.Encoding.MULTI_HOT),
        task="multilabel",
        classes=5,
    )
    trained = replace(RIGHT, setup=tags, bayes_accuracy=0.9)
    assert halfway_quality(trained) == pytest.approx((0.9 + 0.5) / 2)


def _plan(code, model):
    from kerascheck.confirm.plan import plan_of
    from kerascheck.engine.judge import judge
    from kerascheck.report.report import Report
    from kerascheck.rules import all_rules

    rules = tuple(all_rules())
    findings = judge(rules, model).findings
    report = Report(models=(model,), findings=findings, rules=rules)
    (plan,) = [plan_of(f, report) for f in findings if f.code == code]
    return plan


def test_a_fault_is_tried_where_the_other_faults_of_its_head_are_fixed():
    model = kit.classifier(
        "linear", kit.CCE, units=10, labels=kit.labels("class-ids", 10)
    )
    plan = _plan("KC101", model)
    before, after = plan.pairs[0].before, plan.pairs[0].after
    assert before.loss.name == after.loss.name == "SparseCategoricalCrossentropy"
    assert dict(after.loss.arguments) == {"from_logits": True}
    assert before.labels == after.labels


def test_a_fault_is_not_tried_where_another_fix_has_ended_it():
    path = FIXTURES / "file-keras-1-wrong"
    (model,) = kerascheck.check(path).models
    pair = _plan("KC302", model).pairs[0]  # without Dropout; KC107 would end it
    assert pair.before.behind == ()
    assert pair.before.loss.name == "BinaryCrossentropy"
    assert replace(pair.before, metrics=()) == replace(pair.after, metrics=())
    assert pair.before.metrics != pair.after.metrics


def test_a_metric_that_a_finding_is_not_about_decides_nothing():
    metrics = (kit.metric("F1Score"), "accuracy")
    flat = kit.labels("binary")
    model = kit.classifier(
        "linear", "binary_crossentropy", metrics=metrics, labels=flat
    )
    pair = _plan("KC101", model).pairs[-1]
    assert [part.name for part in pair.before.metrics] == ["accuracy"]
    told = _plan("KC307", model).pairs[-1]
    assert "F1Score" in [part.name for part in told.before.metrics]


def test_steps_and_pixels_become_samples_and_are_counted():
    from kerascheck.engine.judge import judge
    from kerascheck.rules import all_rules

    rules = tuple(all_rules())
    for shape, axes in (((None, 1), 0), ((None, 8, 1), 1), ((None, 64, 64, 1), 2)):
        model = kit.classifier("softmax", "binary_crossentropy")
        model = model.with_head(replace(model.heads[0], shape=shape))
        (finding,) = [f for f in judge(rules, model).findings if f.code == "KC103"]
        assert pair_of(finding, model).axes_flattened == axes


def test_counts_have_no_reference_task():
    from kerascheck.engine.judge import judge
    from kerascheck.rules import all_rules

    labels = kit.labels("class-ids", 6)
    model = kit.regressor("linear", "poisson", labels=labels)
    rules = tuple(all_rules())
    (finding,) = [f for f in judge(rules, model).findings if f.code == "KC113"]
    with pytest.raises(NotBuildable, match="counts"):
        pair_of(finding, model)


def test_what_hides_logits_from_a_backend_still_does_when_its_layer_is_gone():
    from kerascheck.confirm.plan import plan_of
    from kerascheck.engine.judge import judge
    from kerascheck.report.report import Report
    from kerascheck.rules import all_rules

    model = kit.classifier(
        "softmax",
        kit.CCE,
        units=3,
        from_logits=True,
        labels=kit.labels("one-hot", 3),
        layers_after=("Dropout",),
        keras="1.2.2",
        logits_hidden=True,
    )
    rules = tuple(all_rules())
    findings = judge(rules, model).findings
    report = Report(models=(model,), findings=findings, rules=rules)
    (plan,) = [plan_of(f, report) for f in findings if f.code == "KC102"]
    for setup in (plan.pairs[0].before, plan.pairs[0].after):
        assert setup.hidden_activation
        assert not setup.behind
