"""Two activations stand one behind the other at the end of a head.

## What it checks
A sigmoid or softmax directly behind another activation that already bounds its input:
sigmoid, softmax, tanh, relu and their like, as in `Dense(10, activation="relu")`
followed by `Activation("softmax")`.

## In the log
A loss that stops at a floor; with a sigmoid behind a sigmoid or a relu, everything is
called positive or the negatives sit at exactly 0.5.

## Why it matters
The outer activation needs logits of any sign and size. Behind a relu it never sees a
negative one, behind a tanh none beyond 1, behind a sigmoid only [0, 1], so that its
own output stays within [0.50, 0.73]. Softmax looks at differences only: behind a relu
it was measured to lose calibration in some seeds (0.045 against 0.020), and behind a
softplus none, so that the first is a note and the second is left alone.

## When to ignore
Where the inner bound is wanted, as a temperature.

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
    """Yield a finding where an activation feeds another."""
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
        message=f"the {outer} of {facts.name!r} stands behind a {inner}",
        because=(facts.fact("activation"), facts.fact("before")),
        expected=(("before", "()"),),
        severity=_severity(stuck=stuck, mild=mild),
        confidence=kit.Confidence.MEDIUM if mild else None,
        harm=kit.Harm.NO_LEARNING if stuck else None,
        fix=kit.Fix(
            title=f"leave out the {inner}",
            applicability=kit.Applicability.UNSAFE,
            edits=(kit.SetActivation(head=facts.name, activation=outer),),
        ),
    )


def _severity(*, stuck: bool, mild: bool) -> kit.Severity | None:
    if stuck:
        return kit.Severity.ERROR
    return kit.Severity.NOTE if mild else None


def bad() -> tuple[kit.Description, ...]:
    """Return heads that end in two activations."""
    return (
        kit.classifier(
            "softmax", "categorical_crossentropy", units=2, inner_activations=(_A.RELU,)
        ),
        kit.classifier("sigmoid", "bce", inner_activations=(_A.SIGMOID,)),
        kit.classifier("sigmoid", "bce", inner_activations=(_A.RELU,)),
        kit.classifier(
            "softmax",
            "categorical_crossentropy",
            units=3,
            inner_activations=(_A.SOFTMAX,),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one activation, open ones, normalised ones."""
    return (
        kit.classifier("softmax", "categorical_crossentropy", units=3),
        kit.classifier("sigmoid", "bce", inner_activations=(_A.LEAKY_RELU,)),
        kit.classifier(
            "softmax",
            "categorical_crossentropy",
            units=3,
            inner_activations=(_A.LOG_SOFTMAX,),
        ),
        kit.classifier("linear", "mse", inner_activations=(_A.RELU,)),
        kit.classifier(
            "softmax",
            "categorical_crossentropy",
            units=3,
            inner_activations=(_A.SOFTPLUS,),
        ),
    )


RULE = kit.Rule(
    code="KC111",
    name="doubled-activation",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISCALIBRATED,
    summary="a sigmoid or softmax behind another bounded activation",
    reads=frozenset({"activation"}),
    check=check,
    bad=bad,
    good=good,
)
