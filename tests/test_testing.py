"""The helper that tries rules on their examples says what is wrong with them."""

from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.rules import our_rules
from kerascheck.testing import assert_examples

RULE = next(rule for rule in our_rules() if rule.code == "KC101")


def test_a_right_rule_passes():
    assert_examples(RULE)


def test_a_rule_without_bad_examples_fails():
    with pytest.raises(AssertionError, match=r"KC101 has no bad example"):
        assert_examples(replace(RULE, bad=tuple))


def test_a_bad_example_that_is_left_fails():
    with pytest.raises(AssertionError, match=r"KC101 finds nothing in"):
        assert_examples(replace(RULE, bad=RULE.good))


def test_a_good_example_that_is_found_fails():
    with pytest.raises(AssertionError, match=r"KC101 finds .BinaryCrossentropy takes"):
        assert_examples(replace(RULE, good=RULE.bad))


def test_a_fix_that_mends_nothing_fails():
    def check(facts):
        fix = kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(kit.SetUnits(head=facts.name, units=facts.units),),
        )
        yield RULE.finding(facts, "units", message=f"{facts.name!r} is", fix=fix)

    with pytest.raises(AssertionError, match=r"the same after 'give the head 1 unit'"):
        assert_examples(replace(RULE, check=check))
