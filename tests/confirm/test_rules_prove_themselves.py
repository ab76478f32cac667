"""Each rule against reference training: its harm shows, its fix removes it."""

from dataclasses import replace
from functools import cache
from statistics import fmean

import pytest

from kerascheck.confirm.build import NotBuildable, setup_of
from kerascheck.confirm.child_process import train_in_child
from kerascheck.confirm.confirmer import confirm_report
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.result import Status
from kerascheck.confirm.verdict import halfway_quality, quality
from kerascheck.engine.finding import Severity, Verdict
from kerascheck.engine.judge import judge
from kerascheck.report.report import Report
from kerascheck.rules import all_rules

CHOSEN = ("KC101", "KC102", "KC103", "KC104", "KC201", "KC206", "KC301", "KC306")
"""Rules of the fast run, each with its first example; all others are `slow`."""

NOT_ALWAYS = {
    "KC105": "tanh under binary cross-entropy fails in some seeds only",
    "KC108": "measured to train as well, which is why it is a note",
    "KC306": "how much a cut at 0.5 is off depends on how large the logits are",
    "KC403": "how much is hidden depends on how rare the class is, and how hard",
    "KC111": "softmax behind relu loses calibration in some seeds, a note",
}
"""Rules with an example whose harm is not there in every seed, and why."""


def _models(examples):
    for rule in all_rules():
        for i, model in enumerate(rule.bad()[:examples]):
            yield rule, replace(model, path=f"{rule.code}-{i}.keras")


@cache
def _confirmed(codes, examples):
    models, findings = [], []
    for rule, model in _models(examples):
        if rule.code in codes:
            models.append(model)
            findings += judge(all_rules(), model).findings
    report = Report(models=tuple(models), findings=tuple(findings))
    return confirm_report(report, TrainingOptions(budget=400)).findings


def _verdicts(rule, codes, examples):
    return [
        (f.confirmation.status, f.confirmation.reason, f.severity)
        for f in _confirmed(codes, examples)
        if f.code == rule.code and f.model.startswith(rule.code)
    ]


def _check(rule, codes, *, examples=None):
    seen = _verdicts(rule, codes, examples)
    assert seen
    for status, reason, _ in seen:
        if rule.code in NOT_ALWAYS:
            continue
        assert status in (Verdict.CONFIRMED, Verdict.NOT_RUN), reason
    if rule.code in NOT_ALWAYS:
        refuted = [s for v, _, s in seen if v is Verdict.REFUTED]
        assert all(severity is Severity.NOTE for severity in refuted)


@pytest.mark.parametrize(
    "rule", [pytest.param(r, id=r.code) for r in all_rules() if r.code in CHOSEN]
)
def test_chosen_rule_is_confirmed_by_training(rule):
    _check(rule, CHOSEN, examples=1)


@pytest.mark.slow
@pytest.mark.parametrize("rule", [pytest.param(r, id=r.code) for r in all_rules()])
def test_every_rule_is_confirmed_by_training(rule):
    _check(rule, tuple(r.code for r in all_rules()))


@pytest.mark.slow
def test_good_examples_learn():
    setups = {}
    for rule in all_rules():
        for i, model in enumerate(rule.good()):
            if len(model.heads) > 1 or judge(all_rules(), model).findings:
                continue
            try:
                setups[f"{rule.code} {i}"] = setup_of(model.heads[0])
            except NotBuildable:
                continue
    known = list(dict.fromkeys(setups.values()))
    trained = train_in_child(known, TrainingOptions(seeds=5, budget=300))
    results = dict(zip(known, trained, strict=True))
    for name, setup in setups.items():
        result = results[setup]
        assert result.status is Status.TRAINED, (name, result.error)
        assert fmean(quality(result)) > halfway_quality(result), name
