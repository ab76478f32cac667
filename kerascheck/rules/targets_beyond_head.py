"""Targets are outside the range of the head's activation.

## What it checks
A regression loss, or `Poisson`, on a head that ends in sigmoid, softmax, tanh, relu,
gelu or another activation with a bound, with labels beyond that bound by more than a
twentieth of their own range; and a softmax over continuous targets whose rows do not
sum to 1.

## In the log
A loss that stops far above zero; predictions that stay at the bound.

## Why it matters
A sigmoid never leaves (0, 1), a relu never goes below 0 and has no gradient there: the
part of the targets beyond is out of reach and pulls the units into saturation. One
sigmoid unit on labels {1, 2} or {0, 255} was right in 50 of 100 cases under squared
error and under Poisson, in each of 12 seeds; on {0, 1} in 99 of 100.

Pictures and masks are scaled to what the head returns; other targets need another head.
Whole numbers are taken for classes, unless each unit has its own or the metrics are
errors: corners of boxes, ratings and counts are regressed on.

## When to ignore
When targets are meant to be clipped.

## Source
Ranges of keras.activations, Keras 3.15.1.
"""

from collections.abc import Iterator
from math import inf

from kerascheck import kit

MARGIN = 0.05
"""Share of the targets' own range that may stick out, as noise does."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if targets are outside the range of the activation."""
    loss = facts.loss
    if loss.kind not in (kit.LossKind.REGRESSION, kit.LossKind.POISSON):
        return
    if not _beyond(facts) and not _no_distribution(facts):
        return
    yield RULE.finding(
        facts,
        "activation",
        message=_message(facts),
        because=(
            facts.fact("activation"),
            *_range(facts),
        ),
        expected=(("activation", "linear"),),
        fix=_fix(facts),
    )


def _message(facts: kit.Facts) -> str:
    subject, activation = f"targets of {facts.name!r}", facts.activation
    if not _beyond(facts):
        return f"{subject} are not rows that sum to 1, as those of its {activation} do"
    reach = kit.ACTIVATIONS[activation]
    span = _span(facts.labels)
    limits = f"{reach.low:.3g} or more"
    if reach.high < inf:
        limits = f"{reach.low:.3g} to {reach.high:.3g}"
    return f"{subject} {span}, but its {activation} returns only {limits}"


def _span(labels: kit.Labels) -> str:
    if _is_of_unknown_range(labels):
        return "are below 0 as well as above"
    low, high = labels.low, labels.high
    return f"are all {low:g}" if low == high else f"run from {low:g} to {high:g}"


def _is_of_unknown_range(labels: kit.Labels) -> bool:
    return labels.low is None or labels.high is None


def _range(facts: kit.Facts) -> Iterator[kit.Evidence]:
    if _is_of_unknown_range(facts.labels):
        yield facts.fact("labels", "signed")
    else:
        yield facts.fact("labels", "low")
        yield facts.fact("labels", "high")


def _beyond(facts: kit.Facts) -> bool:
    low, high, *_ = kit.ACTIVATIONS[facts.activation]
    if (low, high) == (-inf, inf):
        return False
    least, most = facts.labels.low, facts.labels.high
    if least is None or most is None:
        return facts.labels.signed and low >= 0
    slack = MARGIN * (most - least)
    return least < low - slack or most > high + slack


def _no_distribution(facts: kit.Facts) -> bool:
    """Say whether a softmax, which sums to 1, faces rows that do not."""
    softmax = facts.activation is kit.Activation.SOFTMAX and facts.units > 1
    return softmax and facts.encoding is kit.Encoding.CONTINUOUS


def _fix(facts: kit.Facts) -> kit.Fix:
    unclear = facts.labels.encoding is kit.Encoding.UNKNOWN
    edits = () if unclear and not facts.labels.pictures else kit.fitting(facts)
    if facts.loss.kind is kit.LossKind.POISSON and _counts(facts):
        free = kit.Activation.SOFTPLUS
    else:
        free = kit.Activation.LINEAR
        if edits and not _is_regression(facts):
            return _unsafe(edits)
    return _unsafe((kit.SetActivation(head=facts.name, activation=free),))


def _counts(facts: kit.Facts) -> bool:
    """Say whether labels may be counts: what Poisson is for."""
    labels = facts.labels
    countable = labels.low is not None and labels.low >= 0 and not labels.pictures
    return countable and not labels.fits(kit.Encoding.CLASS_IDS)


def _is_regression(facts: kit.Facts) -> bool:
    """Say whether whole numbers are amounts: for each unit one, or by the metrics."""
    if facts.labels.encoding is not kit.Encoding.CLASS_IDS:
        return False
    if facts.units > 1:
        return facts.layout is kit.Layout.SAME
    families = {metric.traits.family for metric in facts.head_metrics}
    return "error" in families and "accuracy" not in families


def _unsafe(edits: tuple[kit.Edit, ...]) -> kit.Fix:
    return kit.Fix(applicability=kit.Applicability.UNSAFE, edits=edits)


def bad() -> tuple[kit.Description, ...]:
    """Return bounded heads with targets beyond them."""
    wide = kit.labels("continuous", low=-40.0, high=900.0)
    pictures = kit.labels(
        "continuous", low=0.0, high=255.0, shape=(64, 28, 28, 1), samples=64
    )
    return (
        kit.regressor("sigmoid", "mse", labels=wide),
        kit.regressor("sigmoid", "mae", labels=kit.labels("continuous", low=3.0)),
        kit.regressor("relu", "mse"),
        kit.regressor("gelu", "mse"),
        kit.regressor("tanh", "mse", labels=wide),
        kit.regressor(
            "softmax",
            "mse",
            units=4,
            labels=kit.labels("continuous", shape=(64, 4), low=0.0, high=1.0),
        ),
        kit.classifier("sigmoid", "mse", labels=kit.labels("class-ids", 5)),
        kit.classifier(
            "sigmoid",
            "mse",
            metrics=("mae",),
            labels=kit.labels("class-ids", 5, low=1.0, high=5.0),
        ),
        kit.classifier(
            "sigmoid",
            "mse",
            units=4,
            labels=kit.labels("class-ids", 224, shape=(512, 4)),
        ),
        kit.classifier(
            "sigmoid", "poisson", labels=kit.labels("class-ids", low=1.0, high=2.0)
        ),
        kit.regressor("sigmoid", "poisson", labels=kit.labels("continuous", low=0.0)),
        kit.regressor("sigmoid", "mse", shape=(None, 28, 28, 1), labels=pictures),
        kit.regressor(
            "sigmoid", "mse", labels=kit.labels("continuous", values=(-0.43, 2.31))
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: targets in range, linear heads, labels not given."""
    scaled = kit.labels("continuous", low=0.0, high=1.0)
    return (
        kit.regressor("sigmoid", "mse", labels=scaled),
        kit.regressor("linear", "mse"),
        kit.regressor("relu", "mse", labels=kit.labels("continuous", low=0.0)),
        kit.regressor(
            "relu", "mse", labels=kit.labels("continuous", low=-0.01, high=9.0)
        ),
        kit.classifier("sigmoid", "mse"),
        kit.classifier("sigmoid", "mse", labels=kit.labels("binary")),
        kit.regressor("softmax", "mse", units=3, labels=kit.labels("distribution", 3)),
    )


RULE = kit.Rule(
    code="KC120",
    name="targets-beyond-head",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    summary="targets outside the range of the head's activation",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
