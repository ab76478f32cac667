"""From trainings to the confirmation of a finding, over all installed backends.

Nothing trains here: a stand-in gives what each backend would have measured.
"""

import pytest

from kerascheck import kit
from kerascheck.confirm import obtain, trials
from kerascheck.confirm.child_process import TrainingFailed, TrainingUnavailable
from kerascheck.confirm.confirmer import confirm_report
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.result import Raised, SeedResult, SetupResult, Status
from kerascheck.engine.finding import Severity, Verdict
from kerascheck.engine.judge import judge
from kerascheck.report.report import Report
from kerascheck.rules import all_rules

RULES = tuple(all_rules())
RIGHT = (0.98, 0.985, 0.984, 0.986, 0.983, 0.985, 0.982, 0.984)
GUESSING = (0.5, 0.51, 0.49, 0.5, 0.52, 0.5, 0.48, 0.51)
C, R, I = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.INCONCLUSIVE  # noqa: E741


def _trained(setup, backend, accuracies, ece=0.02):
    seeds = tuple(
        SeedResult(
            seed=i, accuracy=a, ece=ece, steps_to_accuracy=20, reported={"accuracy": a}
        )
        for i, a in enumerate(accuracies)
    )
    return SetupResult(
        setup=setup,
        status=Status.TRAINED,
        seeds=seeds,
        bayes_accuracy=0.987,
        environment={"backend": backend, "device": "cpu"},
    )


def _raises(setup, backend):
    error = Raised(type="ValueError", message="shapes")
    environment = {"backend": backend, "device": "cpu"}
    return SetupResult(
        setup=setup, status=Status.RAISED, error=error, environment=environment
    )


def _unfinished(setup, backend):
    return SetupResult(setup=setup, status=Status.UNFINISHED, reason="time was up")


def _right(setup, backend):
    return _trained(setup, backend, RIGHT)


@pytest.fixture
def backends(monkeypatch):
    """Let TensorFlow and JAX be installed, and train as a test says.

    The test sets `by_name[backend]` to a function of a setup and that name.
    """
    by_name = {"tensorflow": _right, "jax": _right}

    def train(setups, options, *, backend):
        return [by_name[backend](setup, backend) for setup in setups]

    monkeypatch.setattr(obtain, "train_in_child", train)
    monkeypatch.setattr(obtain, "can_train", lambda backend, tree: True)
    monkeypatch.setattr(trials, "default_backend", lambda tree: next(iter(by_name)))
    monkeypatch.setattr(trials, "other_backends", lambda tree: tuple(by_name)[1:])
    return by_name


def _report(model):
    return Report(models=(model,), findings=judge(RULES, model).findings, rules=RULES)


def _confirmed(model, code):
    report = confirm_report(_report(model), TrainingOptions())
    return next(f for f in report.findings if f.code == code)


def _is_wrong(setup):
    """Say whether a setup is as compiled in one of the two models below."""
    twice = dict(setup.loss.arguments).get("from_logits", False)
    return setup.activation == "softmax" and (twice or setup.units == 1)


def _before_only(result):
    """Return a stand-in that gives `result` as compiled, and trains once fixed."""
    return lambda setup, backend: (result if _is_wrong(setup) else _right)(
        setup, backend
    )


def _blurred(setup, backend):
    return _trained(setup, backend, RIGHT, ece=0.3)


def _guessing(setup, backend):
    return _trained(setup, backend, GUESSING)


TWICE = kit.classifier(  # a softmax, and a loss that applies another
    "softmax",
    kit.SCCE,
    units=3,
    from_logits=True,
    metrics=("accuracy",),
    labels=kit.labels("class-ids", 3),
)
ONE_UNIT = kit.classifier(
    "softmax",
    "binary_crossentropy",
    metrics=("accuracy",),
    labels=kit.labels("binary", column=True),
)


def test_the_finding_about_a_double_softmax_depends_on_the_backend():
    (finding,) = _report(TWICE).findings
    assert (finding.code, finding.by_backend) == ("KC102", True)
    (finding,) = _report(ONE_UNIT).findings
    assert (finding.code, finding.by_backend) == ("KC103", False)


def test_one_backend_that_confirms_decides_and_the_other_is_named(backends):
    backends["jax"] = _before_only(_blurred)
    finding = _confirmed(TWICE, "KC102")
    assert finding.confirmation.status is C
    assert finding.confirmation.backend == "jax"
    assert finding.confirmation.reason.endswith("; harmless on tensorflow")
    assert [(o.backend, o.status) for o in finding.confirmation.elsewhere] == [
        ("tensorflow", R)
    ]
    assert finding.severity is _report(TWICE).findings[0].severity


def test_harmless_on_every_backend_is_refuted(backends):
    finding = _confirmed(TWICE, "KC102")
    assert finding.confirmation.status is R
    assert [other.status for other in finding.confirmation.elsewhere] == [R]
    assert finding.severity is Severity.NOTE


def _unavailable(setup, backend):
    raise TrainingUnavailable("there is no GPU that jax can use")


def _killed(setup, backend):
    raise TrainingFailed("the training process was ended by SIGKILL")


@pytest.mark.parametrize("on_jax", [_unavailable, _killed, _unfinished, _raises])
def test_what_is_missing_on_another_backend_refutes_nothing(backends, on_jax):
    backends["jax"] = on_jax
    finding = _confirmed(TWICE, "KC102")
    assert finding.confirmation.status is I
    assert finding.severity is _report(TWICE).findings[0].severity


def test_a_backend_that_cannot_train_here_shows_nothing(backends):
    backends["jax"] = _unavailable
    finding = _confirmed(TWICE, "KC102")
    assert finding.confirmation.elsewhere == ()
    assert "no other backend could be tried" in finding.confirmation.reason


def test_a_finding_that_holds_on_any_backend_is_tried_on_one(backends):
    backends["tensorflow"] = _before_only(_guessing)
    backends["jax"] = _killed
    finding = _confirmed(ONE_UNIT, "KC103")
    assert finding.confirmation.status is C
    assert finding.confirmation.elsewhere == ()


@pytest.mark.parametrize("missing", [_killed, _unfinished])
def test_missing_trainings_are_inconclusive_and_change_no_severity(backends, missing):
    backends["tensorflow"] = missing
    finding = _confirmed(ONE_UNIT, "KC103")
    assert finding.confirmation.status is I
    assert finding.severity is _report(ONE_UNIT).findings[0].severity
    assert finding.confirmation.trained is None


def test_no_time_is_inconclusive_too(backends):
    backends["tensorflow"] = _killed
    report = confirm_report(_report(ONE_UNIT), TrainingOptions(budget=0))
    (finding,) = report.findings
    assert finding.confirmation.status is I
    assert "no time" in finding.confirmation.reason


def test_no_backend_at_all_is_not_run_and_says_why(backends):
    backends["tensorflow"] = _unavailable
    finding = _confirmed(ONE_UNIT, "KC103")
    assert finding.confirmation.status is Verdict.NOT_RUN
    assert "no GPU" in finding.confirmation.reason
    assert finding.severity is _report(ONE_UNIT).findings[0].severity


def _fixed_raises(setup, backend):
    return (_right if _is_wrong(setup) else _raises)(setup, backend)


@pytest.mark.parametrize("stand_in", [_raises, _fixed_raises])
def test_a_fix_that_does_not_run_lowers_no_severity(backends, stand_in):
    for model, code in ((TWICE, "KC102"), (ONE_UNIT, "KC103")):
        backends.update(tensorflow=stand_in, jax=stand_in)
        finding = _confirmed(model, code)
        assert finding.confirmation.status is I
        assert "raise" in finding.confirmation.reason
        found = next(f for f in _report(model).findings if f.code == code)
        assert finding.severity is found.severity


@pytest.mark.parametrize(("stand_in", "said"), [(_raises, False), (_right, True)])
def test_what_was_trained_is_said_if_a_side_was_trained(backends, stand_in, said):
    backends["tensorflow"] = stand_in
    trained = _confirmed(ONE_UNIT, "KC103").confirmation.trained
    assert (trained is not None) is said
    if trained is not None:
        assert (trained.task, trained.classes, trained.steps) == ("binary", 2, 200)
        assert trained.assumed_labels is None


def test_assumed_labels_are_said(backends):
    model = kit.classifier("softmax", "binary_crossentropy", metrics=("accuracy",))
    backends["tensorflow"] = _before_only(_guessing)
    assert _confirmed(model, "KC103").confirmation.trained.assumed_labels == "binary"


def test_starts_that_never_learn_are_counted_and_means_leave_them_out(backends):
    dead = (0.5, *RIGHT[1:])

    def some_dead(setup, backend):
        return _trained(setup, backend, dead)

    backends["tensorflow"] = _before_only(some_dead)
    confirmation = _confirmed(ONE_UNIT, "KC103").confirmation
    assert (confirmation.failed_starts, confirmation.seeds) == (1, 8)
    assert confirmation.before.true_accuracy == pytest.approx(
        sum(RIGHT[1:]) / 7, abs=1e-4
    )


def test_a_fault_of_the_head_that_raises_does_not_decide_another(backends):
    model = kit.classifier(  # its labels raise, whatever else is fixed
        "linear",
        kit.CCE,
        units=10,
        metrics=("accuracy",),
        labels=kit.labels("class-ids", 10),
    )

    def raises_on_ids(setup, backend):
        wrong = setup.loss.name == "CategoricalCrossentropy"
        if wrong and setup.labels.encoding is kit.Encoding.CLASS_IDS:
            return _raises(setup, backend)
        logits = dict(setup.loss.arguments).get("from_logits")
        return (_right if logits else _guessing)(setup, backend)

    backends["tensorflow"] = raises_on_ids
    finding = _confirmed(model, "KC101")
    assert finding.confirmation.status is C
    assert finding.severity is Severity.ERROR
