"""What rules said of other models with the same facts is what they would say again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kerascheck.engine import known_answers
from kerascheck.engine.judge import Judgement, judge
from kerascheck.engine.known_answers import KnownAnswers, facts_of, is_asked_always
from kerascheck.model.description import (
    Activation,
    ClassWeight,
    Description,
    FitCall,
    Head,
    Labels,
    Loss,
    Metric,
)
from kerascheck.model.frozen import replace
from kerascheck.rules import our_rules

RULES = our_rules()
EXAMPLES = [model for rule in RULES for model in (*rule.bad(), *rule.good())]


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch):
    monkeypatch.setattr(known_answers, "_known", KnownAnswers(()))


def called_otherwise(model: Description) -> Description:
    """Return the same model in another file, with other names and places."""
    heads = tuple(
        replace(
            head,
            name=f"labels_{place}",
            layer=head.layer and f"no_{place}",
            origins=tuple((fact, f"{at}/other") for fact, at in head.origins),
            labels=head.labels and replace(head.labels, path="other.npy"),
        )
        for place, head in enumerate(model.heads)
    )
    return replace(model, path="other.keras", heads=heads)


def said(model: Description) -> tuple[object, ...]:
    judged = Judgement(RULES, model)
    return judged.findings, judged.not_run, judged.decided


def test_answers_are_the_same_whatever_was_asked_before():
    fresh = []
    for model in EXAMPLES:
        known_answers._known = KnownAnswers(())
        fresh.append(said(model))
    for model in EXAMPLES:
        said(called_otherwise(model))
    assert [said(model) for model in EXAMPLES] == fresh


def test_few_rules_are_asked_again(monkeypatch):
    asked = []
    watched = tuple(
        replace(rule, check=lambda facts, r=rule: asked.append(r) or r.check(facts))
        for rule in RULES
    )
    loss = Loss(name="MeanSquaredError", kind="regression")
    head = Head(name="a", units=1, shape=(None, 1), activation="linear", loss=loss)
    model = Description(path="a", format="keras", heads=(head,), compiled=True)
    first = judge(watched, model)
    assert len(asked) == len(RULES)
    asked.clear()
    assert judge(watched, replace(model, path="b")).decided == first.decided
    assert asked == []


LOSS = Loss(name="MeanSquaredError", kind="regression")
METRIC = Metric(compiled="mae", resolved="MeanAbsoluteError")
LABELS = Labels(
    encoding="binary", candidates=("binary",), shape=(9, 1), dtype="int64", samples=9
)
HEAD = Head(
    name="a", activation=Activation.LINEAR, loss=LOSS, metrics=(METRIC,), labels=LABELS
)
MODEL = Description(path="a", format="keras", heads=(HEAD,), compiled=True)
NAMES = {"path", "source", "name", "layer", "origins"}


def differing() -> Iterator[tuple[str, Description]]:
    """Yield the model with another value in each field that is no name."""
    for field in Description._specs.keys() - NAMES - {"heads", "fit", "program"}:
        yield field, replace(MODEL, **{field: ("other",)})
    for field in Head._specs.keys() - NAMES - {"loss", "metrics", "labels"}:
        if field != "class_weight":
            yield field, MODEL.with_head(replace(HEAD, **{field: ("other",)}))
    for field in Loss._specs:
        yield (
            field,
            MODEL.with_head(replace(HEAD, loss=replace(LOSS, **{field: ("other",)}))),
        )
    for field in Metric._specs:
        other = replace(METRIC, **{field: ("other",)})
        yield field, MODEL.with_head(replace(HEAD, metrics=(other,)))
    for field in Labels._specs.keys() - NAMES:
        other = replace(LABELS, **{field: ("other",)})
        yield field, MODEL.with_head(replace(HEAD, labels=other))


def test_every_field_but_names_counts():
    assert facts_of(called_otherwise(MODEL)) == facts_of(MODEL)
    assert [field for field, m in differing() if facts_of(m) == facts_of(MODEL)] == []


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False)])
def test_equal_values_of_other_types_are_other_facts(one, other):
    models = [
        MODEL.with_head(replace(HEAD, loss=replace(LOSS, arguments=(("a", value),))))
        for value in (one, other)
    ]
    assert facts_of(models[0]) != facts_of(models[1])


def test_where_names_may_matter_all_is_asked():
    weights: ClassWeight = (("a", 1.0),)
    assert facts_of(MODEL.with_head(replace(HEAD, class_weight=weights))) is None
    assert facts_of(replace(MODEL, fit=FitCall())) is None
    assert facts_of(replace(MODEL, format="live")) is None
    many = tuple(replace(HEAD, name=str(n)) for n in range(known_answers.MAX_HEADS + 1))
    assert facts_of(replace(MODEL, heads=many)) is None


def test_a_rule_of_the_users_own_is_always_asked():
    rule = replace(RULES[0], code="KC901")
    assert is_asked_always(rule)
    assert is_asked_always(replace(RULES[0], reads=None))
    assert not any(map(is_asked_always, RULES))


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(known_answers, "MAX_KEPT", 3)
    for units in range(10):
        judge(RULES, MODEL.with_head(replace(HEAD, units=units)))
    assert 0 < len(known_answers._known._answers) <= 3


def test_lists_in_a_description_are_judged_as_ever():
    listed = MODEL.with_head(replace(HEAD, layers_after=["Flatten"]))
    assert said(listed)[1:] == said(MODEL)[1:]
    assert said(listed) == said(listed)


def test_a_list_of_rules_that_changes_is_another_one():
    model = next(m for m in EXAMPLES if judge(RULES, m).findings)
    rules = list(RULES)
    judge(rules, model)
    rules.clear()
    assert judge(rules, model).decided == 0


def test_rules_are_told_apart_by_several_threads():
    halves = [RULES[::2], RULES[1::2]] * 2
    alone = [
        [judge(half, model).not_run for model in EXAMPLES[::20]] for half in halves
    ]

    def ask(rules):
        return [judge(rules, model).not_run for model in EXAMPLES[::20]]

    with ThreadPoolExecutor(len(halves)) as pool:
        assert list(pool.map(ask, halves)) == alone
