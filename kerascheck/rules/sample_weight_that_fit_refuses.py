"""Sample weights do not have the structure or shape that `fit` expects.

## What it checks
`sample_weight` against the structure of the labels and outputs, and against the shape
of the output of a single head.

## In the log
`ValueError`: "You should provide one `sample_weight` array per output in `y`", or
"Incompatible shapes".

## Why it matters
`fit` raises. In Keras 3, for several outputs, one array of shape (samples,) weighs all
of them, provided that the labels have the structure of the outputs; otherwise weights,
labels and outputs must all be lists, or all be dicts. A list of numbers is not an
array. For one output, weights have the shape of its loss, which is that of the output
without its last axis: (samples,) for (samples, units), (samples, steps) or (samples, 1)
for (samples, steps, units), (samples, 1, 1) for pictures. One unit under labels without
an axis of 1 loses that axis first: (samples,) for (samples, steps, 1).

## When to ignore
When `train_step` or `fit` are your own, or when every batch has as many samples as the
output has steps.

## Source
`ArrayDataAdapter`, `CompileLoss.call` and `squeeze_or_expand_to_same_rank`, Keras
3.15.1; compared with `fit` on TensorFlow and JAX.
"""

from collections.abc import Iterator

from kerascheck import kit
from kerascheck.model.frozen import replace


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if `fit` raises for sample weights."""
    call, model = facts.model.fit, facts.model
    weights = facts.sample_weight
    if call is None or (call.class_weight is not None and not facts.legacy):
        return
    refused = [
        kit.sample_weight_refused(
            weights, model.outputs, shape, call, legacy=facts.legacy
        )
        for shape in _compared_shapes(facts)
    ]
    why = refused[0]
    if any((one is None) != (why is None) for one in refused):
        _ = facts.labels
    if why is None:
        return
    yield RULE.finding(
        facts,
        "sample_weight",
        message=f"`fit` refuses sample_weight of {facts.name!r}: {why}",
        because=(facts.fact("sample_weight", value=weights.structure),),
        expected=(("sample_weight", "the structure of the labels"),),
        fix=kit.Fix(
            advice=_advice(model, call), applicability=kit.Applicability.DISPLAY
        ),
    )


def _compared_shapes(facts: kit.Facts) -> list[kit.Shape | None]:
    """Return the shape of the output as its loss compares it with the labels.

    Without labels there are two if they decide whether the loss squeezes it.
    """
    shape, labels = facts.head.shape, facts.head.labels
    if len(facts.model.heads) > 1 or _is_one_value(facts):
        return [()]
    if shape is None or len(shape) < 3 or shape[-1] not in (1, None):
        return [shape]
    if labels is None:
        return [shape, shape[:-1]]
    return [shape[:-1] if facts.output_is_squeezed else shape]


def _is_one_value(facts: kit.Facts) -> bool:
    """Say whether the loss of a batch is one value, which any weights multiply."""
    loss = facts.any_loss
    return loss.kind is kit.LossKind.OVERLAP and loss.argument("axis") is None


def _advice(model: kit.Description, call: kit.FitCall) -> str:
    if call.labels == "*":
        shape = model.heads[0].shape or (None, None)
        if len(shape) < 3:
            return "pass one array of shape (samples,)"
        ones = ", ".join(["1"] * (len(shape) - 2))
        steps = ", ".join(
            "steps" if size is None else str(size) for size in shape[1:-1]
        )
        return f"pass one array of shape (samples, {ones}) or (samples, {steps})"
    names = [head.name for head in model.heads[:2]]
    more = ", …" if len(model.heads) > 2 else ""
    if model.outputs == "dict":
        keys = ", ".join(f"{name!r}: weights" for name in names)
        return f"pass labels as a dict, and `sample_weight={{{keys}{more}}}`"
    values = ", ".join("weights" for _ in names)
    return f"pass labels as a list, and `sample_weight=[{values}{more}]`"


def _weights(structure: str, *shapes: tuple[int, ...]) -> kit.SampleWeight:
    return kit.SampleWeight(structure=structure, shapes=shapes, low=0.5, high=2.0)


def bad() -> tuple[kit.Description, ...]:
    """Return weights in another structure than labels or outputs, or another shape."""
    one = kit.classifier("sigmoid", "bce")
    two = replace(kit.with_head(one, kit.classifier("linear", "mse")), outputs="list")
    steps = kit.classifier("softmax", kit.SCCE, units=3, shape=(None, 5, 3))
    dicts = replace(two, outputs="dict")
    named = "{'out': *, 'second': *}"
    array, column = _weights("*", (64,)), _weights("*", (64, 3))
    each = _weights(named, (64,), (64,))
    return (
        kit.trained_on(two, labels="[*, *]", sample_weight=each),
        kit.trained_on(two, labels=named, sample_weight=each),
        kit.trained_on(two, labels=named, sample_weight=array),
        kit.trained_on(two, labels="[*, *]", sample_weight=column),
        kit.trained_on(dicts, labels="[*, *]", sample_weight=array),
        kit.trained_on(one, labels="*", sample_weight=_weights("numbers")),
        kit.trained_on(one, labels="*", sample_weight=column),
        kit.trained_on(one, labels="*", sample_weight=_weights("{'out': *}", (64,))),
        kit.trained_on(steps, labels="*", sample_weight=array),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the structure of the labels, a column, one weight a step."""
    one = kit.classifier("sigmoid", "bce")
    two = replace(kit.with_head(one, kit.classifier("linear", "mse")), outputs="list")
    steps = kit.classifier("softmax", kit.SCCE, units=3, shape=(None, 5, 3))
    array, column = _weights("*", (64,)), _weights("*", (64, 1))
    return (
        kit.trained_on(two, labels="[*, *]", sample_weight=array),
        kit.trained_on(two, labels="[*, *]", sample_weight=column),
        kit.trained_on(
            two, labels="[*, *]", sample_weight=_weights("[*, *]", (64,), (64,))
        ),
        kit.trained_on(one, labels="*", sample_weight=column),
        kit.trained_on(steps, labels="*", sample_weight=column),
        kit.trained_on(steps, labels="*", sample_weight=_weights("*", (64, 5))),
        one,
    )


RULE = kit.Rule(
    code="KC414",
    name="sample-weight-that-fit-refuses",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="sample_weight in a structure or shape for which `fit` raises",
    scope="model",
    reads=frozenset({"shape", "loss", "labels", "heads"}),
    check=check,
    bad=bad,
    good=good,
)
