"""Every rule on its own examples: bad is found, good is left, the fix mends."""

import pytest

from kerascheck.core.errors import NotApplicable, Undecided
from kerascheck.core.facts import Facts
from kerascheck.core.run import mended, run
from kerascheck.rules import all_rules

CASES = [
    pytest.param(rule, model, id=f"{rule.code}-{kind}-{i}")
    for rule in all_rules()
    for kind, models in (("bad", rule.bad()), ("good", rule.good()))
    for i, model in enumerate(models)
]
BAD = [case for case in CASES if "-bad-" in case.id]
GOOD = [case for case in CASES if "-good-" in case.id]


def _found(rule, model):
    found = []
    for head in model.heads[:1] if rule.scope == "model" else model.heads:
        try:
            found.extend(rule.check(Facts(head, model)))
        except (NotApplicable, Undecided):
            continue
    return found


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_bad_example_is_found(rule, model):
    assert [f.code for f in _found(rule, model)]


@pytest.mark.parametrize(("rule", "model"), GOOD)
def test_good_example_is_left(rule, model):
    assert _found(rule, model) == []


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_fix_mends_the_bad_example(rule, model):
    for finding in _found(rule, model):
        if finding.fix is not None and finding.fix.edits:
            after = finding.fix.of(model)
            assert finding.location not in {f.location for f in _found(rule, after)}


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_all_fixes_together_leave_nothing_to_fix(rule, model):
    left = run(all_rules(), mended(all_rules(), model)).findings
    assert [f.code for f in left if f.fix is not None and f.fix.edits] == []


@pytest.mark.parametrize(("rule", "model"), BAD)
def test_bad_example_is_in_the_report_once(rule, model):
    findings = run(all_rules(), model).findings
    codes = [f.code for f in findings] + [x.code for f in findings for x in f.follows]
    assert rule.code in codes
