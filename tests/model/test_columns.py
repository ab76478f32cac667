"""Values that were packed as columns, pickled and unpacked are the same values."""

from __future__ import annotations

import pickle  # noqa: TID251  (of what this test writes)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck.engine.judge import judge
from kerascheck.engine.outcome import NotRun
from kerascheck.model.columns import packed, unpacked
from kerascheck.model.description import Activation, Head, Loss, Metric
from kerascheck.model.frozen import Frozen
from kerascheck.rules import our_rules

RULES = our_rules()
EXAMPLES = [model for rule in RULES for model in (*rule.bad(), *rule.good())]


class Leaf(Frozen):
    x: object = None


class Tree(Frozen):
    x: object = None
    leaf: Leaf | None = None
    below: tuple[object, ...] | None = ()


def carried(*lists):
    sent = pickle.dumps(packed(lists), pickle.HIGHEST_PROTOCOL)
    return unpacked(pickle.loads(sent))


atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 1),
    st.sampled_from([0.0, -0.0, 1.0, float("inf")]),
    st.sampled_from(["", "a", "b", "\ud800"]),
    st.sampled_from(list(Activation)),
    st.tuples(),
)
anything = st.one_of(
    atoms,
    st.tuples(atoms),
    st.lists(st.tuples(atoms, atoms), max_size=2).map(tuple),
)
leaves = st.builds(Leaf, x=anything)
trees = st.recursive(
    st.builds(Tree, x=anything, leaf=st.none() | leaves),
    lambda inner: st.builds(
        Tree,
        x=anything | leaves,
        leaf=st.none() | leaves,
        below=st.none()
        | st.lists(inner, max_size=3).map(tuple)
        | st.lists(leaves | inner | atoms, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
values = st.lists(trees | leaves | anything, max_size=6)


@settings(max_examples=60)
@given(st.lists(values | st.lists(trees, max_size=6), max_size=3))
def test_any_values_come_back(lists):
    # Other types of equal values, as 1 and True, differ as text.
    assert repr(carried(*lists)) == repr(lists)


def test_models_and_findings_come_back():
    outcomes = [judge(RULES, model) for model in EXAMPLES]
    models = [model for one in outcomes for model in one.models]
    findings = [finding for one in outcomes for finding in one.findings]
    not_run = [item for one in outcomes for item in one.not_run]
    lists = [models, findings, not_run]
    assert repr(carried(*lists)) == repr(lists)  # NaN is not equal to itself


def test_a_tuple_that_two_values_share_is_shared():
    heads = (Head(name="a"), Head(name="b"))
    ((one, other), (third,)) = carried([Tree(below=heads)] * 2, [Tree(below=heads)])
    assert one.below == heads
    assert one.below is other.below is third.below


def test_a_finding_keeps_the_heads_of_its_model():
    model = next(m for m in EXAMPLES if any(f.fix for f in judge(RULES, m).findings))
    found = judge(RULES, model).findings
    (model,), findings = carried([model], list(found))
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    assert all(fix.before is model.heads for fix in fixes)


def test_values_stay_frozen():
    loss = Loss(name="MeanSquaredError", kind="regression")
    head = Head(name="a", loss=loss, metrics=(Metric(compiled="mae"),))
    ((back,),) = carried([head])
    assert back == head
    with pytest.raises(AttributeError):
        back.loss.name = "other"


def test_what_models_have_in_common_is_carried_once():
    def carry(count):
        many = [
            NotRun(code=f"KC{n}", name="same", model="same", head=None, why="so " * 30)
            for n in range(count)
        ]
        return len(pickle.dumps(packed([many]), pickle.HIGHEST_PROTOCOL))

    assert carry(200) - carry(100) < 100 * 12
