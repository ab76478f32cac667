"""Class or sample weights are negative, not numbers, or all 0.

## What it checks
Weights of `class_weight` or `sample_weight` below 0, NaN or infinite, and weights that
are 0 for every sample.

## In the log
A loss of NaN from the first step (NaN, infinity), of 0 (all 0), or one that falls below
0 without end (negative).

## Why it matters
The loss of a sample is multiplied by its weight. A negative one makes training maximize
that loss; NaN makes every weight of the model NaN. On separable classes, 3,000 samples,
5 epochs, 6 seeds, Keras 3.15.1 on TensorFlow: accuracy 0.986 with weights of 1, 0.322
(standard deviation 0.008) and a loss of -3.9 with `{0: 1, 1: -1}`.

Sample weights of both signs under a cross-entropy are a note: policy gradients weight
actions by their advantages, and nothing shows which these are. Measured on a bandit
with two actions: weighted so, the better action is learned in 0.987 of the states.

## When to ignore
When an adversary is trained by sign, or a policy by its advantages.

## Source
`Loss.__call__`, Keras 3.15.1 and tf_keras 2.21: neither looks at the values.
"""

from collections.abc import Iterator, Sequence
from math import isfinite

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if weights cannot train, or train in the wrong direction."""
    call = facts.model.fit
    by_class = [h.class_weight for h in facts.model.heads if h.class_weight is not None]
    passed = None if call is None else call.sample_weight
    if passed is not None and call is not None and call.class_weight is None:
        name, broken = "sample_weight", passed.nans + passed.infinities > 0
        ends: Sequence[float | None] = (passed.low, passed.high)
    elif by_class:
        weights = [weight for _, weight in by_class[0]]
        name, broken = "class_weight", not all(map(isfinite, weights))
        ends = sorted(filter(isfinite, weights)) or (None,)
    else:
        facts.require_read("class_weight", "sample_weight")
        return
    what = _fault(ends[0], ends[-1], broken=broken)
    if what is not None:
        yield _finding(facts, name, what, _severity(facts, name, *ends))


def _severity(facts: kit.Facts, name: str, *ends: float | None) -> kit.Severity | None:
    low, high = ends[0], ends[-1]
    if low is None or high is None or low >= 0:
        return None
    losses = [head.loss for head in facts.model.heads if head.loss is not None]
    policy = any(loss.kind in kit.CROSSENTROPIES for loss in losses)
    both = name == "sample_weight" and high > 0
    return kit.Severity.NOTE if policy and both else kit.Severity.WARNING


def _fault(low: float | None, high: float | None, *, broken: bool) -> str | None:
    if broken:
        return "holds NaN or infinity"
    if low is None or high is None:
        return None
    if low < 0:
        return f"goes down to {low:g}, and below 0 the loss is maximized"
    return "is 0 for every sample" if high == 0 else None


def _finding(
    facts: kit.Facts, name: str, what: str, severity: kit.Severity | None
) -> kit.Finding:
    return RULE.finding(
        facts,
        name,
        message=f"{name} of {facts.name!r} {what}",
        because=(facts.fact(name, value=what),),
        expected=((name, "above 0"),),
        severity=None if "infinity" in what else severity,
        fix=kit.Fix(
            advice=f"pass weights above 0 as {name}, about 1 on average",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return weights that train nothing, or the opposite."""
    base = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    nan, infinity = float("nan"), float("inf")
    return (
        kit.vary(base, class_weight=((0, 1.0), (1, -1.0))),
        kit.vary(base, class_weight=((0, 0.0), (1, 0.0))),
        kit.vary(base, class_weight=((0, 1.0), (1, nan))),
        kit.vary(base, class_weight=((0, 1.0), (1, infinity))),
        kit.trained_on(base, sample_weight=_samples(-0.5, 1.0)),
        kit.trained_on(base, sample_weight=_samples(-0.5, -0.1)),
        kit.trained_on(kit.regressor(), sample_weight=_samples(-0.5, 1.0)),
        kit.trained_on(base, sample_weight=_samples(0.0, 0.0)),
        kit.trained_on(base, sample_weight=_samples(0.0, 1.0, nans=1)),
    )


def _samples(low: float, high: float, nans: int = 0) -> kit.SampleWeight:
    return kit.SampleWeight(
        structure="*", shapes=((64,),), low=low, high=high, nans=nans
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a class or a sample that is left out, small weights."""
    base = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    return (
        kit.vary(base, class_weight=((0, 1.0), (1, 0.0))),
        kit.vary(base, class_weight=((0, 1e-6), (1, 2e-6))),
        kit.trained_on(base, sample_weight=_samples(0.0, 1.0)),
        base,
    )


RULE = kit.Rule(
    code="KC413",
    name="weights-not-positive",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="class or sample weights that are negative, NaN or all 0",
    scope="model",
    reads=frozenset({"class_weight", "loss", "heads"}),
    check=check,
    bad=bad,
    good=good,
)
