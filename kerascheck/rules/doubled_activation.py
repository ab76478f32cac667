"""A head ends in two activations, one applied after the other.

## What it checks
A sigmoid or softmax applied directly after another activation that already bounds it:
sigmoid, softmax, tanh, relu and their like, as in `Dense(10, activation="relu")`
followed by `Activation("softmax")`.

## In the log
A loss that stops at a floor; with a sigmoid after a sigmoid or a relu, everything is
predicted positive or the negatives stay at exactly 0.5.

## Why it matters
The outer activation needs logits of any sign and size. After a relu it never sees a
negative one, after a tanh none beyond 1, after a sigmoid only [0, 1], so that its own
output stays within [0.50, 0.73]. Softmax only looks at differences: after a relu it was
measured to lose calibration in some seeds (0.045 against 0.020), after a softplus in
none, so that the first is a note and the second is not reported.

## When to ignore
When the inner bound is intended, as a temperature.

## Source
Reference training of doubled heads, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit

_A = kit.Activation
_OUTER = (_A.SIGMOID, _A.SOFTMAX)
_INNER = (
    _A.SIGMOID,
    _A.HARD_SIGMOID,
    _A.SOFTMAX,
    _A.TANH,
    _A.SOFTSIGN,
    _A.RELU,
    _A.RELU6,
    _A.SOFTPLUS,
)
_RECTIFIED = (_A.RELU, _A.RELU6)
_UNIT = (_A.SIGMOID, _A.HARD_SIGMOID, _A.SOFTMAX)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if an activation feeds another."""
    before = facts.head.inner_activations
    if not before or before[0] not in _INNER or facts.activation not in _OUTER:
        return
    inner, outer = before[0], facts.activation
    if inner is _A.SOFTPLUS and outer is _A.SOFTMAX:
        return
    stuck = inner in _UNIT and outer is _A.SIGMOID
    mild = inner in _RECTIFIED and outer is _A.SOFTMAX
    yield RULE.finding(
        facts,
        "activation",
        message=f"the {outer} of {facts.name!r} is applied after a {inner}",
        because=(facts.fact("activation"), facts.fact("before")),
        expected=(("before", "()"),),
        severity=_severity(stuck=stuck, mild=mild),
        confidence=kit.Confidence.MEDIUM if mild else None,
        harm=kit.Harm.NO_LEARNING if stuck else None,
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(kit.SetActivation(head=facts.name, activation=_wanted(facts)),),
        ),
    )


def _wanted(facts: kit.Facts) -> kit.Activation:
    """Return the activation that the loss is for: the outer one, unless it is not."""
    loss = facts.head.loss
    exclusive = loss is not None and loss.kind in kit.ONE_CLASS
    several = facts.head.units is not None and facts.head.units > 1
    return _A.SOFTMAX if exclusive and several else facts.activation


def _severity(*, stuck: bool, mild: bool) -> kit.Severity | None:
    if stuck:
        return kit.Severity.ERROR
    return kit.Severity.NOTE if mild else None


def bad() -> tuple[kit.Description, ...]:
    """Return heads that end in two activations."""
    return (
        kit.classifier("softmax", kit.CCE, units=2, inner_activations=(_A.RELU,)),
        kit.classifier("sigmoid", "bce", inner_activations=(_A.SIGMOID,)),
        kit.classifier("sigmoid", "bce", inner_activations=(_A.RELU,)),
        kit.classifier("softmax", kit.CCE, units=3, inner_activations=(_A.SOFTMAX,)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one activation, open ones, normalised ones."""
    return (
        kit.classifier("softmax", kit.CCE, units=3),
        kit.classifier("sigmoid", "bce", inner_activations=(_A.LEAKY_RELU,)),
        kit.classifier(
            "softmax", kit.CCE, units=3, inner_activations=(_A.LOG_SOFTMAX,)
        ),
        kit.classifier("linear", "mse", inner_activations=(_A.RELU,)),
        kit.classifier("softmax", kit.CCE, units=3, inner_activations=(_A.SOFTPLUS,)),
    )


RULE = kit.Rule(
    code="KC111",
    name="doubled-activation",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISCALIBRATED,
    summary="a sigmoid or softmax after another bounded activation",
    reads=frozenset({"activation", "loss", "units"}),
    check=check,
    bad=bad,
    good=good,
)
