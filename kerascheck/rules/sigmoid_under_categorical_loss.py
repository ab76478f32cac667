"""Sigmoid units, each on its own, are scored as one distribution over classes.

## What it checks
A head of two or more sigmoid units under categorical or sparse categorical
cross-entropy.

## In the log
Nothing: loss and accuracy look like those of a softmax head.

## Why it matters
On TensorFlow the loss trains the softmax of the logits, while `predict` returns their
sigmoids: rows that do not sum to 1. On other backends, and if the head computes in
another dtype than the loss, it trains the sigmoids divided by their sum, and `predict`
returns them undivided. The class with the highest value is the right one as often as
with softmax, but the probabilities are not those that were trained: calibration error
0.115 against 0.016 on overlapping classes. Over 5 seeds it was 0.13 in float32, 0.16
under `mixed_float16` and 0.13 under `mixed_bfloat16`, against 0.02 with softmax. If
several labels may hold at once, the categorical loss itself is wrong.

## When to ignore
When only the argmax of the predictions is ever used.

## Source
`_get_logits` in the TensorFlow backend of Keras 3.15.1 takes the logits of any
activation; reference training of both heads.
"""

from collections.abc import Iterator

from kerascheck import kit

_SIGMOIDS = (kit.Activation.SIGMOID, kit.Activation.HARD_SIGMOID)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if sigmoid units are under a categorical loss."""
    loss = facts.loss
    if loss.kind not in kit.ONE_CLASS or facts.activation not in _SIGMOIDS:
        return
    if not facts.has_several_units:
        return
    yield RULE.finding(
        facts,
        "activation",
        message=(
            f"{loss.name} trains {facts.name!r} as one distribution over "
            f"{facts.units_in_words} classes, but its sigmoids do not sum to 1"
        ),
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(("activation", "softmax"),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=_edits(facts, loss),
        ),
    )


def _edits(facts: kit.Facts, loss: kit.Loss) -> tuple[kit.Edit, ...]:
    softmax = kit.SetActivation(head=facts.name, activation=kit.Activation.SOFTMAX)
    if not loss.from_logits:
        return (softmax,)
    plain = kit.SetLoss(head=facts.name, name=loss.name, arguments=loss.arguments)
    return softmax, plain


def bad() -> tuple[kit.Description, ...]:
    """Return sigmoid heads under categorical losses."""
    rows = kit.labels("one-hot", 10)
    return (
        kit.classifier("sigmoid", kit.CCE, units=10, labels=rows),
        kit.classifier("sigmoid", kit.SCCE, units=3, labels=kit.labels("class-ids", 3)),
        kit.classifier("sigmoid", kit.CCE, units=2),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: softmax, sigmoid under the binary loss, one unit."""
    return (
        kit.classifier("softmax", kit.CCE, units=3),
        kit.classifier("sigmoid", "bce", units=5, labels=kit.labels("multi-hot", 5)),
        kit.classifier("sigmoid", "bce"),
        kit.classifier("unknown", kit.CCE, units=3),
    )


RULE = kit.Rule(
    code="KC106",
    name="sigmoid-under-categorical-loss",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISCALIBRATED,
    summary="sigmoid units under a categorical loss",
    by_backend=True,
    reads=frozenset({"activation", "units", "loss"}),
    check=check,
    bad=bad,
    good=good,
)
