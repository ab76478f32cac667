"""Class or sample weights are negative, not numbers, or all 0.

## What it checks
Weights of `class_weight` or `sample_weight` below 0, NaN or infinite, and weights that
are 0 for every sample.

## In the log
A loss of NaN from the first step (NaN, infinity), of 0 (all 0), or one that falls below
0 without end (negative).

## Why it matters
The loss of a sample is multiplied by its weight. A negative one makes training maximize
that loss; NaN makes every weight of the model NaN.

## When to ignore
When an adversary is trained by sign.

## Source
`Loss.__call__`, Keras 3.15.1 and tf_keras 2.21: neither looks at the values.
"""

from collections.abc import Iterator
from math import isfinite

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if weights cannot train, or train in the wrong direction."""
    pairs, call = facts.head.class_weight, facts.model.fit
    passed = None if call is None else call.sample_weight
    if passed is not None and (call is None or call.class_weight is None):
        yield from _of_samples(facts, passed)
        return
    if pairs is None:
        weights: object = facts.class_weight, facts.sample_weight
        return
    weights = [weight for _, weight in pairs]
    yield from _found(
        facts,
        "class_weight",
        pairs,
        broken=not all(map(isfinite, weights)),
        low=min(filter(isfinite, weights), default=None),
        high=max(filter(isfinite, weights), default=None),
    )
