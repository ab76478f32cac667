"""Every rule on its own examples: bad is found, good is left, the fix mends."""

import pytest

from kerascheck.engine.judge import apply_fixes, judge
from kerascheck.rules import our_rules
from kerascheck.testing import assert_found, assert_left, assert_mended

CASES = [
    pytest.param(rule, model, id=f"{rule.code}-{kind}-{i}")
    for rule in our_rules()
    for kind, models in (("bad", rule.bad()), ("good", rule.good()))
    for i, model in enumerate(models)
]
BAD = [case for case in CASES if "-bad-" in case.id]
GOOD = [case for case in CASES if "-good-" in case.id]


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_bad_example_is_found(rule, model):
    assert_found(rule, model)


@pytest.mark.parametrize(("rule", "model"), GOOD)
def test_good_example_is_left(rule, model):
    assert_left(rule, model)


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_fix_mends_the_bad_example(rule, model):
    assert_mended(rule, model)


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_all_fixes_together_leave_nothing_to_fix(rule, model):
    left = judge(our_rules(), apply_fixes(our_rules(), model)).findings
    assert [f.code for f in left if f.fix is not None and f.fix.edits] == []


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_bad_example_is_in_the_report_once(rule, model):
    findings = judge(our_rules(), model).findings
    codes = [f.code for f in findings] + [x.code for f in findings for x in f.follows]
    assert rule.code in codes
