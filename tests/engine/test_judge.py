"""Rules over descriptions: undecided, crashed, folded into their cause."""

from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.engine.facts import HEADS
from kerascheck.engine.file_findings import file_rules
from kerascheck.engine.judge import judge


def rule(code, check, **facts):
    card = {
        "code": code,
        "name": f"made-for-{code.lower()}",
        "severity": kit.Severity.ERROR,
        "harm": kit.Harm.RAISES,
        "summary": "made for a test",
    }
    return kit.Rule(**{**card, **facts}, check=check)


def finds(code, *at, fix=None, when=lambda facts: True, **facts):
    """Return a rule that finds something wherever `when` holds."""

    def check(facts_of_head):
        if when(facts_of_head):
            yield made.finding(facts_of_head, *at, message="it is so", fix=fix)

    made = rule(code, check, **facts)
    return made


def fix(*edits, applicability=kit.Applicability.UNSAFE):
    return kit.Fix(advice="fix it", applicability=applicability, edits=edits)


ONE = kit.classifier("linear", "bce", labels=kit.labels("binary"))
TWO = kit.with_head(ONE, kit.classifier("softmax", "mse", units=3))
SIGMOID = kit.SetActivation(head="out", activation=kit.Activation.SIGMOID)
AUC = kit.AddMetric(head="out", metric=kit.metric("AUC"))


def linear(facts):
    return facts.activation is kit.Activation.LINEAR


def sigmoid(facts):
    return facts.activation is kit.Activation.SIGMOID


def bare(facts):
    return not facts.metrics


def test_a_rule_is_asked_for_each_head():
    outcome = judge([finds("KC901")], TWO)
    assert [finding.head for finding in outcome.findings] == ["out", "second"]
    assert outcome.decided == 2


def test_a_rule_for_the_model_is_asked_once():
    outcome = judge([finds("KC901", scope="model")], TWO)
    assert len(outcome.findings) == 1
    assert outcome.decided == 1


def test_an_unknown_fact_leaves_the_rule_undecided_with_the_reason():
    outcome = judge([finds("KC901", when=linear)], kit.classifier("unknown", "bce"))
    (item,) = outcome.not_run
    assert (item.code, item.head) == ("KC901", "out")
    assert "computes is unknown" in item.why
    assert outcome.decided == 0


def test_a_rule_for_the_model_is_undecided_for_no_head():
    one = finds("KC901", when=linear, scope="model")
    (item,) = judge([one], kit.classifier("unknown", "bce")).not_run
    assert item.head is None


def test_a_part_that_a_head_does_not_have_is_decided():
    outcome = judge(
        [finds("KC901", when=lambda f: f.loss)], kit.classifier("linear", None)
    )
    assert outcome.findings == ()
    assert outcome.decided == 1


def test_a_rule_that_crashes_is_a_finding_and_the_others_run():
    def crash(_):
        yield 1 / 0

    outcome = judge([rule("KC901", crash), finds("KC902")], ONE)
    assert [finding.code for finding in outcome.findings] == ["KC000", "KC902"]
    assert "KC901 raised ZeroDivisionError" in outcome.findings[0].message


def test_a_crash_has_the_name_and_severity_that_its_code_has():
    def crash(_):
        yield 1 / 0

    (finding,) = judge([rule("KC901", crash)], ONE).findings
    (card,) = (card for card in file_rules() if card.code == finding.code)
    assert (finding.name, finding.severity) == (card.name, card.severity)
    assert (finding.head, finding.location) == ("out", "heads.out")


def test_a_crash_is_told_and_may_be_raised_again():
    def crash(_):
        yield 1 / 0

    def tell(_, error):
        raise error

    with pytest.raises(ZeroDivisionError):
        judge([rule("KC901", crash)], ONE, on_crash=tell)


def test_what_a_fix_removes_is_folded_into_its_finding():
    cause = finds("KC901", "activation", fix=fix(SIGMOID), when=linear)
    effect = finds("KC902", "metrics", when=linear, severity=kit.Severity.WARNING)
    (finding,) = judge([cause, effect], ONE).findings
    assert finding.code == "KC901"
    assert [other.code for other in finding.follows] == ["KC902"]


@pytest.mark.parametrize(("place", "cause"), [("loss", "KC902"), ("metrics", "KC901")])
def test_a_loss_that_raises_is_the_cause_but_a_metric_is_not(place, cause):
    trains = finds(
        "KC901",
        "activation",
        fix=fix(SIGMOID),
        when=linear,
        harm=kit.Harm.WORSE_TRAINING,
    )
    raises = finds("KC902", place, fix=fix(SIGMOID), when=linear)
    (finding,) = judge([trains, raises], ONE).findings
    assert finding.code == cause


def test_what_a_fix_removes_at_another_head_stands_on_its_own():
    cause = finds("KC901", "activation", fix=fix(SIGMOID), when=linear)
    effect = finds(
        "KC902", when=lambda facts: facts.model.heads[0].activation == "linear"
    )
    first, second = judge([cause, effect], TWO).findings
    assert (first.code, [other.head for other in first.follows]) == ("KC901", ["out"])
    assert (second.code, second.head) == ("KC902", "second")


def test_what_a_fix_leaves_stands_beside_it():
    cause = finds("KC901", "activation", fix=fix(SIGMOID), when=linear)
    other = finds("KC902", "metrics")
    codes = [finding.code for finding in judge([cause, other], ONE).findings]
    assert codes == ["KC901", "KC902"]


def test_a_worse_finding_stands_although_the_fix_of_another_removes_it():
    worse = finds("KC901", "activation", when=linear)
    cause = finds("KC902", fix=fix(SIGMOID), when=linear, severity=kit.Severity.WARNING)
    first, second = sorted(judge([worse, cause], ONE).findings, key=lambda f: f.code)
    assert (first.code, second.code, second.follows) == ("KC901", "KC902", ())


def test_what_two_fixes_remove_is_folded_once():
    one = finds("KC901", fix=fix(SIGMOID), when=linear)
    other = finds("KC902", fix=fix(AUC), when=bare)
    both = finds("KC903", when=lambda facts: linear(facts) and bare(facts))
    found = {f.code: f.follows for f in judge([one, other, both], ONE).findings}
    assert [f.code for f in found["KC901"]] == ["KC903"]
    assert found["KC902"] == ()


def test_a_fix_that_leaves_its_own_finding_is_advice():
    (finding,) = judge([finds("KC901", fix=fix(SIGMOID))], ONE).findings
    assert (finding.fix.applicability, finding.fix.edits) == ("display", ())
    assert finding.fix.title == "fix it"


def test_advice_without_edits_is_left_as_it_is():
    (finding,) = judge([finds("KC901", fix=fix())], ONE).findings
    assert finding.fix == fix()


def test_a_fix_leaves_alone_what_was_found_before():
    cause = finds("KC901", fix=fix(SIGMOID), when=linear)
    other = finds("KC902", fix=fix(AUC), when=bare)
    first, _ = judge([cause, other], ONE).findings
    assert first.fix.edits == (SIGMOID,)


@pytest.mark.parametrize("reads", [None, frozenset({"activation"})])
def test_a_rule_that_reads_what_a_fix_changes_is_asked_again(reads):
    rule_ = finds("KC901", fix=fix(SIGMOID), when=linear, reads=reads)
    (finding,) = judge([rule_], ONE).findings
    assert finding.fix.edits == (SIGMOID,)


def test_a_rule_for_the_model_is_asked_again_about_any_head():
    second = kit.SetActivation(head="second", activation=kit.Activation.SIGMOID)
    rule_ = finds(
        "KC901",
        fix=fix(second),
        when=lambda facts: facts.model.heads[1].activation == "softmax",
        scope="model",
        reads=frozenset({"activation"}),
    )
    (finding,) = judge([rule_], TWO).findings
    assert finding.fix.edits == (second,)


def test_a_rule_that_reads_all_heads_is_asked_again_about_any_change():
    metric = kit.AddMetric(head="second", metric=kit.metric("AUC"))
    reads = frozenset({HEADS, "activation"})
    rule_ = finds("KC901", fix=fix(SIGMOID, metric), when=linear, reads=reads)
    (finding,) = judge([rule_], TWO).findings
    assert finding.fix.edits == (SIGMOID, metric)


def test_a_rule_that_reads_other_heads_is_asked_again_for_each():
    metric = kit.AddMetric(head="second", metric=kit.metric("AUC"))
    cause = finds("KC901", fix=fix(SIGMOID), when=linear)
    new = finds(
        "KC902",
        fix=fix(metric),
        when=lambda facts: (
            facts.name == "second"
            and bare(facts)
            and facts.model.heads[0].activation == "sigmoid"
        ),
        reads=frozenset({HEADS, "metrics", "activation"}),
    )
    (finding,) = judge([cause, new], TWO).findings
    assert finding.fix.edits == (SIGMOID, metric)


def test_a_fix_takes_along_what_it_would_bring_up():
    cause = finds("KC901", "activation", fix=fix(SIGMOID), when=linear)
    new = finds(
        "KC902",
        "metrics",
        fix=fix(AUC, applicability=kit.Applicability.DISPLAY),
        when=lambda facts: sigmoid(facts) and bare(facts),
    )
    (finding,) = judge([cause, new], ONE).findings
    assert finding.fix.edits == (SIGMOID, AUC)
    assert finding.fix.applicability == "display"
    assert "AUC" in finding.snippet


def test_a_fix_has_no_edit_that_a_later_one_replaces():
    first = kit.SetActivation(head="out", activation=kit.Activation.SOFTPLUS)
    second = kit.SetActivation(head="out", activation=kit.Activation.SIGMOID)
    softplus = kit.Activation.SOFTPLUS
    rules = [
        finds("KC901", "activation", fix=fix(first), when=linear),
        finds(
            "KC902",
            "activation",
            fix=fix(second),
            when=lambda facts: facts.activation is softplus,
        ),
    ]
    (finding,) = judge(rules, kit.classifier("linear", "bce")).findings
    assert finding.fix.edits == (second,)
    assert finding.fix.title == "end the head in sigmoid"


def test_findings_stand_by_head_then_location_then_code():
    rules = [
        finds("KC903", "activation"),
        finds("KC902", "loss"),
        finds("KC901", "loss"),
    ]
    found = [(f.head, f.location, f.code) for f in judge(rules, TWO).findings]
    assert [code for _, _, code in found] == ["KC903", "KC901", "KC902"] * 2
    assert [head for head, _, _ in found] == ["out"] * 3 + ["second"] * 3


def test_findings_of_no_head_stand_first():
    def whole(facts):
        yield replace(finds("KC902").finding(facts, message="it is so"), head=None)

    found = judge([finds("KC901"), rule("KC902", whole, scope="model")], ONE).findings
    assert [finding.code for finding in found] == ["KC902", "KC901"]


def test_the_same_model_gives_the_same_outcome():
    rules = [finds("KC901", "activation", fix=fix(SIGMOID), when=linear)]
    assert judge(rules, TWO) == judge(rules, TWO)
