"""A top-k accuracy gets outputs that TensorFlow does not rank.

## What it checks
`TopKCategoricalAccuracy` and `SparseTopKCategoricalAccuracy` in Keras 3 on TensorFlow,
of a head that computes in another dtype than float32: under the policies
`mixed_float16`, `mixed_bfloat16`, `float16` and `float64`.

## In the log
An error in the first step: "Input 'predictions' of 'InTopKV2' Op has type float16 that
does not match expected type of float32".

## Why it matters
`fit` raises, although the model trains without the metric.

## When to ignore
When the model is trained on JAX or PyTorch.

## Source
`in_top_k` in the TensorFlow backend of Keras 3.15.1. Five policies were fitted on
TensorFlow and JAX; tf_keras 2.21 casts the outputs to float32 before.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each top-k of outputs that are not float32."""
    backend = facts.model.backend
    if backend not in (None, "tensorflow"):
        return
    for metric in facts.head_metrics:
        if metric.traits.family != "top-k" or not metric.metric.builtin:
            continue
        if facts.compute_dtype == "float32" or facts.generation < (3, 0):
            return
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled!r} raises on TensorFlow, whose top-k takes float32 "
                f"alone: {facts.name!r} computes in {facts.compute_dtype}"
            ),
            because=(facts.fact(*metric.at), facts.fact("compute_dtype")),
            expected=(("compute_dtype", "float32"),),
            severity=kit.Severity.WARNING if backend is None else None,
            fix=kit.Fix(
                advice="give the last layer dtype='float32', as mixed precision needs",
                applicability=kit.Applicability.DISPLAY,
            ),
        )


def bad() -> tuple[kit.Description, ...]:
    """Return top-k accuracies under policies other than float32."""
    base = kit.classifier(
        "softmax",
        kit.CCE,
        units=10,
        metrics=("top_k_categorical_accuracy",),
        compute_dtype="float16",
    )
    sparse = kit.metric("SparseTopKCategoricalAccuracy", k=3)
    return (
        base,
        kit.vary(base, loss=kit.SCCE, metrics=(sparse,), compute_dtype="bfloat16"),
        kit.vary(base, compute_dtype="float64", backend="tensorflow"),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a head of float32, another backend, Keras 2."""
    base = kit.classifier(
        "softmax", kit.CCE, units=10, metrics=("top_k_categorical_accuracy",)
    )
    half = kit.vary(base, compute_dtype="float16")
    return (
        base,
        kit.vary(half, backend="jax"),
        kit.vary(half, keras="2.15.0"),
        kit.vary(half, metrics=("accuracy",)),
    )


RULE = kit.Rule(
    code="KC331",
    name="top-k-of-another-dtype",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="a top-k accuracy on TensorFlow of a head that is not float32",
    by_backend=True,
    reads=frozenset({"compute_dtype", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
