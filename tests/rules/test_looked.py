"""A rule that finds something is not "decided: nothing" once it cannot look.

A fact that a finding rests on is made unknown. The rule then still finds something, on
other evidence, or says that it is undecided.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck import kit
from kerascheck.engine.facts import Facts
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.errors import NotApplicable, Undecided
from kerascheck.rules import our_rules
from tests.rules.strategies import models

RULES = our_rules()


def unmeasured(labels):
    """Return labels whose encoding could not be made out."""
    return replace(labels, encoding=kit.Encoding.UNKNOWN, candidates=())


def custom(loss):
    return kit.Loss(name="own", kind=kit.LossKind.CUSTOM, given=loss.given)


def of_head(**unknown):
    """Return how to make fields of the first head unknown."""

    def hide(model):
        head = model.heads[0]
        changed = {
            field: value(getattr(head, field)) if callable(value) else value
            for field, value in unknown.items()
            if not callable(value) or getattr(head, field) is not None
        }
        heads = (replace(head, **changed), *model.heads[1:])
        return with_resolved_metrics(replace(model, heads=heads))

    return hide


UNKNOWN = {
    "activation": of_head(activation=kit.Activation.UNKNOWN),
    "compute_dtype": of_head(compute_dtype=None),
    "units": of_head(units=None),
    "shape": of_head(shape=None),
    "width": of_head(units=None, shape=None),
    "loss": of_head(loss=custom),
    "from_logits": of_head(loss=lambda loss: replace(loss, from_logits=None)),
    "metrics": of_head(metrics=None),
    "labels": of_head(labels=None),
    "encoding": of_head(labels=unmeasured),
    "compiled": lambda model: replace(model, compiled=None),
    "version": lambda model: replace(model, keras_version=None),
}
"""Fact -> how to make it unknown."""

READ_AS = {
    "width": {"units", "shape"},
    "from_logits": {"loss"},
    "encoding": {"labels"},
    "compiled": {"loss", "metrics"},
    "version": {"loss", "metrics"},
}
"""Fact -> those of a rule's card that it belongs to; by default its own name."""


def outcome(rule, model):
    """Return whether a rule finds something in the first head, or why it does not."""
    found = []
    try:
        found.extend(rule.check(Facts(model.heads[0], model)))
    except NotApplicable:
        return "found" if found else "not applicable"
    except Undecided:
        return "found" if found else "undecided"
    return "found" if found else "nothing"


def applies(rule, fact, model):
    """Say whether the fact of a model can be made unknown to a rule."""
    if not rule.reads & READ_AS.get(fact, {fact}):
        return False
    loss = model.heads[0].loss
    return fact != "loss" or (loss is not None and loss.kind is not kit.LossKind.CUSTOM)


def is_other_metric(model, hidden):
    """Say whether Keras makes another metric of a string once the fact is unknown.

    Until Keras 2.3 a loss of the user's own leaves shapes to decide, which are known.
    """
    pairs = zip(
        model.heads[0].metrics or (), hidden.heads[0].metrics or (), strict=False
    )
    return any(old.resolved != new.resolved is not None for old, new in pairs)


def decided_without_looking(rule, model, fact):
    hidden = UNKNOWN[fact](model)
    return (
        applies(rule, fact, model)
        and outcome(rule, model) == "found"
        and outcome(rule, hidden) in ("nothing", "not applicable")
        and not is_other_metric(model, hidden)
    )


CASES = [
    pytest.param(rule, fact, id=f"{rule.code}-{fact}")
    for rule in RULES
    for fact in UNKNOWN
    if rule.reads & READ_AS.get(fact, {fact})
]


@pytest.mark.parametrize(("rule", "fact"), CASES)
def test_a_bad_example_with_an_unknown_fact_is_undecided_or_found(rule, fact):
    for model in rule.bad():
        assert not decided_without_looking(rule, model, fact), model.heads[0]


def failing(model):
    for rule in RULES:
        if outcome(rule, model) == "found":
            for fact in UNKNOWN:
                if decided_without_looking(rule, model, fact):
                    yield rule.code, fact


@settings(max_examples=150, deadline=None)
@given(models())
def test_any_model_with_an_unknown_fact_is_undecided_or_found(model):
    assert not {*failing(model)}


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None)
@given(st.tuples(models(), models()))
def test_any_of_many_models_with_an_unknown_fact_is_undecided_or_found(pair):
    model = kit.with_head(*pair)
    assert not {*failing(model)}


def test_a_rule_that_does_not_look_is_noticed():
    def check(facts):
        if facts.knows_labels:
            yield from labelled(facts)

    def labelled(facts):
        yield card.finding(facts, message="there are labels")

    card = kit.Rule(
        code="KC901",
        name="made-up",
        summary="made for a test",
        severity=kit.Severity.NOTE,
        harm=kit.Harm.NONE,
        reads=frozenset({"labels"}),
        check=check,
    )
    model = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    assert decided_without_looking(card, model, "labels")
    assert not decided_without_looking(card, model, "units")
