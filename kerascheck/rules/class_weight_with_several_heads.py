"""Class weights are configured for a model with several outputs.

## What it checks
A class weight in the configuration of a model that has two or more heads.

## In the log
`ValueError` at the start of `fit`.

## Why it matters
Keras accepts `class_weight` for models with a single output only; several outputs need
sample weights for each.

## When to ignore
Never.

## Source
`fit`, Keras 3.15.1 and tf_keras 2.21, argument `class_weight`.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if class weights meet several heads."""
    heads = facts.model.heads
    if len(heads) < 2 or facts.head.class_weight is None:
        return
    yield RULE.finding(
        facts,
        "class_weight",
        message=f"class weights set for {facts.name!r}, one of {len(heads)} outputs",
        because=(facts.fact("class_weight"),),
        expected=(("class_weight", "sample weights for each output"),),
        fix=kit.Fix(
            advice="pass a sample_weight for each output to `fit`",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return class weights for one of two heads."""
    weighted = kit.classifier("sigmoid", "bce", class_weight=((0, 1.0), (1, 9.0)))
    return (kit.with_head(weighted, kit.regressor()),)


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one head, no weights."""
    return (
        kit.classifier("sigmoid", "bce", class_weight=((0, 1.0), (1, 9.0))),
        kit.with_head(kit.classifier("sigmoid", "bce"), kit.regressor()),
    )


RULE = kit.Rule(
    code="KC404",
    name="class-weight-with-several-heads",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="class_weight for a model with several outputs",
    reads=frozenset({"class_weight"}),
    check=check,
    bad=bad,
    good=good,
)
