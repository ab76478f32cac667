"""What a rule declares to read is what it reads; nothing else is judged again."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck import kit
from kerascheck.api import check
from kerascheck.engine.facts import FIELDS, HEADS, changed_facts
from kerascheck.engine.judge import judge
from kerascheck.engine.rule import READABLE
from kerascheck.rules import our_rules
from kerascheck.testing import assert_reads, facts_read_by
from tests.rules.strategies import models

RULES = our_rules()
FIXTURES = Path(__file__).parents[2] / "fixtures"

OF_OTHERS = {"KC401", "KC402"}
"""Rules that look at other heads for how bad a finding is, and not whether it is there,
which is all that folding asks for."""

EXAMPLES = [model for rule in RULES for model in (*rule.bad(), *rule.good())]


def undeclared(rule, model):
    spared = {HEADS} if rule.code in OF_OTHERS else set()
    return facts_read_by(rule, model) - rule.reads - spared


TWO_HEADS = tuple(kit.with_head(model, EXAMPLES[0]) for model in EXAMPLES)
WITHOUT_LOSS = tuple(
    replace(model, heads=tuple(replace(head, loss=None) for head in model.heads))
    for model in EXAMPLES
)
WITHOUT_READS = tuple(replace(rule, reads=None) for rule in RULES)
"""Rules that are asked again after each fix."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_reads_no_more_than_it_declares_on_all_examples(rule):
    assert rule.reads is not None
    for model in (*EXAMPLES, *TWO_HEADS):
        assert not undeclared(rule, model)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_reads_all_that_it_declares(rule):
    seen = set()
    for model in (*EXAMPLES, *TWO_HEADS, *WITHOUT_LOSS):
        if rule.reads <= seen:
            break
        seen |= facts_read_by(rule, model)
    assert rule.reads <= seen


def test_every_rule_reads_no_more_than_it_declares_on_fixtures():
    found = list(check(FIXTURES).models)
    assert len(found) > 150
    for model in found:
        for rule in RULES:
            assert not undeclared(rule, model)


@settings(max_examples=100, deadline=None)
@given(models(), models())
def test_every_rule_reads_no_more_than_it_declares_on_any_model(model, other):
    assert_declared(model, other)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(models(), models())
def test_every_rule_reads_no_more_than_it_declares_on_many_models(model, other):
    assert_declared(model, other)


def assert_declared(model, other):
    for rule in RULES:
        assert not undeclared(rule, model)
        assert not undeclared(rule, kit.with_head(model, other))


SEVERAL = st.lists(models(), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(SEVERAL)
def test_judging_again_what_changed_says_what_judging_all_says(several):
    assert_same_without_reads(several)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(SEVERAL)
def test_judging_again_what_changed_in_many_says_what_judging_all_says(several):
    assert_same_without_reads(several)


def assert_same_without_reads(several):
    model = several[0]
    for number, other in enumerate(several[1:]):
        head = replace(other.heads[0], name=f"head{number}")
        model = replace(model, heads=(*model.heads, head))
    assert judge(RULES, model) == judge(WITHOUT_READS, model)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_judging_again_what_changed_says_the_same_on_examples(rule):
    for model in (*rule.bad(), *rule.good()):
        for one in (model, kit.with_head(model, EXAMPLES[0])):
            assert judge(RULES, one) == judge(WITHOUT_READS, one)


def counting(asked, **facts):
    """Return a rule that notes the heads it is asked about."""

    def check(facts_of_head):
        asked.append(facts_of_head.name)
        return iter(())

    card = {"code": "KC901", "name": "made-up", "summary": "made for a test"}
    return kit.Rule(
        **card, severity=kit.Severity.NOTE, harm=kit.Harm.NONE, check=check, **facts
    )


SOFTMAX = next(rule for rule in RULES if rule.code == "KC103")
WRONG = kit.classifier("softmax", "bce", labels=kit.labels("binary"))
TWO = kit.with_head(WRONG, kit.regressor())


@pytest.mark.parametrize(
    ("reads", "again"),
    [
        (None, ["out", "second"]),
        (frozenset({"activation"}), ["out"]),
        (frozenset({"activation", HEADS}), ["out", "second"]),
        (frozenset({"class_weight"}), []),
    ],
)
def test_a_rule_is_asked_again_where_it_reads_what_a_fix_changes(reads, again):
    asked = []
    judge([SOFTMAX, counting(asked, reads=reads)], TWO)
    assert asked == ["out", "second", *again]


def test_a_rule_for_the_model_is_asked_again_where_any_head_changes():
    asked = []
    rule = counting(asked, reads=frozenset({"activation"}), scope="model")
    judge([SOFTMAX, rule], kit.with_head(kit.regressor(), WRONG))
    assert asked == ["out", "out"]


def test_a_fact_that_is_none_is_refused_on_the_card():
    with pytest.raises(ValueError, match=r"Expected reads of .*activation"):
        counting([], reads=frozenset({"weather"}))


def test_every_field_that_a_fix_may_change_is_a_fact():
    fields = {field for fields in FIELDS.values() for field in fields}
    kept = {"name", "layer", "layer_class", "source", "origins"}
    assert fields | kept == {*kit.Head.__dataclass_fields__}
    assert {*FIELDS} < READABLE


def test_changed_facts_are_told_by_name():
    head = WRONG.heads[0]
    units = kit.SetUnits(head="out", units=3).applied(head)
    assert changed_facts(head, units) == {"units", "shape"}
    assert changed_facts(head, head) == frozenset()


def test_a_rule_that_reads_more_than_it_declares_fails_its_own_examples():
    rule = replace(SOFTMAX, reads=frozenset({"units"}))
    with pytest.raises(AssertionError, match="KC103 reads activation, "):
        assert_reads(rule, WRONG)
    assert_reads(replace(rule, reads=None), WRONG)
