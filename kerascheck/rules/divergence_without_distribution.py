"""Kullback-Leibler divergence scores outputs that are not a distribution.

## What it checks
`KLDivergence` on a head that does not end in softmax over two or more units.

## In the log
A loss that falls to 0.0005 while accuracy stays at the share of one class.

## Why it matters
The divergence is only defined between two distributions. Against anything else it is
smallest when every output is as large as can be: one sigmoid unit learns to say 1 for
every sample, accuracy 0.545; several sigmoids lose 0.09 to 0.36 of accuracy and all
calibration. sparsemax of Keras 3.15 returns rows that are 0 altogether, and was
measured to end at 0.950 where softmax ends at 0.976 (spread 0.019 and 0.002, 12 seeds).

## When to ignore
When the output is a distribution by other means.

## Source
`kl_divergence`, Keras 3.15.1: softmax on one-hot labels is the one setup that ended
right, equal to categorical cross-entropy.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if the output under the divergence is not a distribution."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.DIVERGENCE:
        return
    if facts.activation is kit.Activation.SOFTMAX and facts.units > 1:
        return
    yield RULE.finding(
        facts,
        "loss",
        message=f"{loss.name} expects a distribution, but {facts.name!r} does not "
        "return one",
        because=(
            facts.fact("loss"),
            facts.fact("activation"),
            facts.fact("units"),
        ),
        expected=(("activation", "softmax"),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts) or _softmax(facts),
        ),
    )


def _softmax(facts: kit.Facts) -> tuple[kit.Edit, ...]:
    return (kit.SetActivation(head=facts.name, activation=kit.Activation.SOFTMAX),)


def bad() -> tuple[kit.Description, ...]:
    """Return heads without a distribution under the divergence."""
    return (
        kit.classifier("sigmoid", "kld", labels=kit.labels("binary")),
        kit.classifier(
            "sigmoid", "kl_divergence", units=3, labels=kit.labels("one-hot", 3)
        ),
        kit.classifier("linear", "KLDivergence", units=3),
        kit.classifier("sparsemax", "KLDivergence", units=3),
        kit.classifier("sigmoid", "kld", units=5, labels=kit.labels("multi-hot", 5)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: softmax, unknown heads, other losses."""
    return (
        kit.classifier("softmax", "kld", units=3, labels=kit.labels("one-hot", 3)),
        kit.classifier("softmax", "kld", units=3, labels=kit.labels("distribution", 3)),
        kit.classifier("unknown", "kld", units=3),
        kit.classifier("sigmoid", "bce"),
    )


RULE = kit.Rule(
    code="KC112",
    name="divergence-without-distribution",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    summary="KLDivergence on a head that does not return a distribution",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
