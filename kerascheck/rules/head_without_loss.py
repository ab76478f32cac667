"""A head is compiled without a loss.

## What it checks
A head for which the compile call sets no loss. A model of your own class, or with
layers of your own, is undecided: its `train_step` may have a loss, and its layers may
call `add_loss`, as those of a variational autoencoder do.

## In the log
Metrics of the head that never leave their first value. If no head has a loss, `fit`
and `evaluate` raise "No loss to compute" in Keras 3 on TensorFlow; on JAX the loss is
0.0.

## Why it matters
Nothing trains this head, except through layers that it shares with others. A
regularizer is a loss as well: with it alone `fit` runs, and makes all weights small.

## When to ignore
When the head is there for inspection only, or the model is not trained.

## Source
`compile`, Keras 3.15.1, argument `loss`: None excludes an output. `fit` of models
without a loss, with `add_loss` and with regularizers, Keras 3.15.1 on TensorFlow and
JAX, and tf_keras 2.21.
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
    raises = _raises(model)
    severity = kit.Severity.WARNING if wanted and len(model.heads) > 1 else None
    if raises and head.labels is not None:
        severity = kit.Severity.ERROR
    yield RULE.finding(
        facts,
        "loss",
        message=f"{facts.name!r} is compiled without a loss"
        + ("; no head has one, and `fit` raises" if raises else ""),
        because=(facts.fact("loss"),),
        expected=(("loss", "a loss"),),
        severity=severity,
        harm=kit.Harm.RAISES if raises else None,
        fix=kit.Fix(
            advice="give the head a loss",
            applicability=kit.Applicability.DISPLAY,
            edits=kit.fitting(facts) if wanted else (),
        ),
    )


def _raises(model: kit.Description) -> bool:
    """Say whether there is nothing at all that `fit` could make smaller."""
    if model.regularized or model.backend not in (None, "tensorflow"):
        return False
    return all(head.loss is None for head in model.heads)


def bad() -> tuple[kit.Description, ...]:
    """Return heads that nothing trains."""
    trained = kit.classifier("sigmoid", "bce")
    return (
        kit.with_head(trained, kit.classifier("sigmoid", None, metrics=("accuracy",))),
        kit.with_head(trained, kit.classifier("softmax", None, units=3)),
        kit.classifier("sigmoid", None, metrics=("accuracy",)),
        kit.classifier("sigmoid", None, labels=kit.labels("binary")),
        replace(kit.classifier("sigmoid", None), regularized=True),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a loss for each head, models that are not compiled."""
    trained = kit.classifier("sigmoid", "bce")
    return (
        kit.with_head(trained, kit.regressor()),
        kit.classifier("sigmoid", None, metrics=None, compiled=False),
        kit.classifier("sigmoid", None, metrics=None, compiled=None),
        replace(kit.classifier("sigmoid", None), model_class="GAN"),
        replace(kit.classifier("sigmoid", None), added_loss="a layer may add one"),
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
