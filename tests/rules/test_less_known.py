"""Less that is known of labels, as of those in a program, gives no other findings."""

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

WHOLE = [
    kit.Encoding.BINARY,
    kit.Encoding.ONE_HOT,
    kit.Encoding.MULTI_HOT,
    kit.Encoding.CLASS_IDS,
    kit.Encoding.SIGNED_BINARY,
]

REAL = [kit.Encoding.CONTINUOUS, kit.Encoding.PROBABILITY, kit.Encoding.DISTRIBUTION]

ROWS = [kit.Encoding.ONE_HOT, kit.Encoding.MULTI_HOT]

OPEN = [kit.Encoding.CLASS_IDS, kit.Encoding.CONTINUOUS]
"""Encodings that do not say between what the values are."""


def found(rule, model):
    """Return where a rule finds something."""
    places = set()
    try:
        for finding in rule.check(Facts(model.heads[0], model)):
            places.add((finding.code, finding.location))
    except (NotApplicable, Undecided):
        pass
    return places


def with_labels(model, labels):
    head = replace(model.heads[0], labels=labels)
    return with_resolved_metrics(replace(model, heads=(head,)))


@st.composite
def less_known(draw, labels):
    """Return labels of which a program says less."""
    hidden = {"samples": 0, "majority": None, "rarest": None, "values": (), "nans": 0}
    if draw(st.booleans()):
        hidden["classes"] = None
    # A program that makes rows for several classes has samples with more than one.
    single = labels.encoding is kit.Encoding.MULTI_HOT and labels.ones in {
        (0, 0),
        (0, 1),
    }
    if labels.encoding in ROWS and not single and draw(st.booleans()):
        hidden["ones"] = None
    if labels.encoding in OPEN and draw(st.booleans()):
        hidden["high"] = None
        if draw(st.booleans()):
            hidden["low"] = None
    axes = [None, *(None if draw(st.booleans()) else n for n in labels.shape[1:])]
    hidden["shape"] = tuple(axes)
    known = draw(st.sampled_from(["encoding", "candidates", "nothing"]))
    if known == "candidates" and labels.encoding is not kit.Encoding.STRINGS:
        alike = WHOLE if labels.integral else REAL
        others = draw(st.lists(st.sampled_from(alike), min_size=1, unique=True))
        hidden["candidates"] = tuple({*labels.candidates, *others})
        hidden["encoding"] = kit.Encoding.UNKNOWN
    elif known == "nothing":
        unknown = dict.fromkeys(("classes", "ones", "low", "high"))
        hidden |= {**unknown, "integral": False, "dtype": "unknown"}
        hidden["encoding"] = kit.Encoding.UNKNOWN
        hidden["candidates"] = (kit.Encoding.UNKNOWN,)
    return replace(labels, **hidden)


@st.composite
def pairs(draw):
    """Return a model with labels, and with labels of which less is known."""
    model = draw(models())
    labels = model.heads[0].labels
    if labels is None:
        return model, model
    return model, with_labels(model, draw(less_known(labels)))


def new_findings(model, partial):
    """Yield what is found with less knowledge, and not with all or without labels.

    Labels with an axis too few are ids (KC201) until it is known that their axes are
    not those of the output either (KC204).
    """
    without = with_labels(model, None)
    several = {place for rule in RULES for place in found(rule, model)}
    for rule in RULES:
        more = found(rule, partial) - found(rule, model)
        more -= {("KC201", place) for code, place in several if code == "KC204"}
        if more:
            yield from more - found(rule, without)


@settings(max_examples=100, deadline=None)
@given(pairs())
def test_labels_of_which_less_is_known_give_no_other_findings(pair):
    assert not {*new_findings(*pair)}


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(pairs())
def test_many_labels_of_which_less_is_known_give_no_other_findings(pair):
    assert not {*new_findings(*pair)}
