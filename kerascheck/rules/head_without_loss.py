"""A head is compiled without a loss.

## What it checks
A head for which the compile call sets no loss, while labels or metrics are given for it
or other heads have a loss. A model of your own class is not reported: its `train_step`
may have its own loss.

## In the log
Metrics of the head that never leave their first value. With no loss at all, `fit`
raises.

## Why it matters
Nothing trains this head, except through layers that it shares with others.

## When to ignore
When the head is there for inspection only.

## Source
`compile`, Keras 3.15.1, argument `loss`: None excludes an output.
"""

from collections.abc import Iterator

from kerascheck import kit
from kerascheck.model.frozen import replace


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a compiled head has no loss."""
    head, model = facts.head, facts.model
    facts.require_compile_information()
    if not model.compiled or model.not_trained or head.loss is not None:
        return
    if any(p.kind == "loss-mismatch" for p in model.problems):
        return
    facts.require_loss_of_compile()
    wanted = bool(head.metrics) or head.labels is not None
    yield RULE.finding(
        facts,
        "loss",
        message=f"{facts.name!r} is compiled without a loss",
        because=(facts.fact("loss"),),
        expected=(("loss", "a loss"),),
        severity=kit.Severity.WARNING if wanted and len(model.heads) > 1 else None,
        fix=kit.Fix(
            advice="give the head a loss",
            applicability=kit.Applicability.DISPLAY,
            edits=kit.fitting(facts) if wanted else (),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return heads that nothing trains."""
    trained = kit.classifier("sigmoid", "bce")
    return (
        kit.with_head(trained, kit.classifier("sigmoid", None, metrics=("accuracy",))),
        kit.with_head(trained, kit.classifier("softmax", None, units=3)),
        kit.classifier("sigmoid", None, metrics=("accuracy",)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a loss for each head, models that are not compiled."""
    trained = kit.classifier("sigmoid", "bce")
    return (
        kit.with_head(trained, kit.regressor()),
        kit.classifier("sigmoid", None, metrics=None, compiled=False),
        kit.classifier("sigmoid", None, metrics=None, compiled=None),
        replace(kit.classifier("sigmoid", None), model_class="GAN"),
    )


RULE = kit.Rule(
    code="KC401",
    name="head-without-loss",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.NO_LEARNING,
    summary="a head that no loss trains",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
