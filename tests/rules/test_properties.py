"""Over random setups: checking never raises, repeats itself, and its fixes add up."""

from hypothesis import given, settings

from kerascheck.engine.facts import Facts
from kerascheck.engine.former_places import former_key, former_places
from kerascheck.engine.judge import apply_fixes, judge
from kerascheck.rules import all_rules
from tests.rules.strategies import models

RULES = all_rules()


def _reraise(rule, crash):
    raise AssertionError(f"{rule.code} raised {crash!r}") from crash


def _fixable(findings):
    return [f.code for f in findings if f.fix is not None and f.fix.edits]


@settings(max_examples=200, deadline=None)
@given(models())
def test_no_rule_raises(model):
    judge(RULES, model, on_crash=_reraise)


@settings(max_examples=200, deadline=None)
@given(models())
def test_checking_twice_says_the_same(model):
    assert judge(RULES, model) == judge(RULES, model)


@settings(max_examples=200, deadline=None)
@given(models())
def test_fixes_together_leave_nothing_to_fix(model):
    after = apply_fixes(RULES, model)
    assert _fixable(judge(RULES, after).findings) == []


@settings(max_examples=200, deadline=None)
@given(models())
def test_a_fix_removes_its_own_finding(model):
    for finding in judge(RULES, model).findings:
        if finding.fix is None or not finding.fix.edits:
            continue
        left = judge(RULES, finding.fix.of(model)).findings
        places = former_places(model, [finding.fix])  # a removed metric moves others
        assert finding.key not in {former_key(f, places) for f in left}


@settings(max_examples=200, deadline=None)
@given(models())
def test_every_rule_is_decided_or_says_why(model):
    outcome = judge(RULES, model)
    assert outcome.decided + len(outcome.not_run) == len(RULES)
    assert all(n.why for n in outcome.not_run)


@settings(max_examples=200, deadline=None)
@given(models())
def test_findings_stand_at_facts_of_the_head(model):
    head = model.heads[0]
    for finding in judge(RULES, model).findings:
        fact = finding.location.removeprefix("heads.out.")
        if not fact.startswith("loss.") and not fact.startswith("metrics."):
            Facts(head, model).fact(fact)
