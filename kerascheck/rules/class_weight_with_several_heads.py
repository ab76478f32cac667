"""Class weights are passed for labels that are several arrays.

## What it checks
`class_weight` for a model whose labels are a list or a dict, one array for each output,
whether the weights are a dict from class to weight or one such dict for each output. A
list with a single array counts as well.

## In the log
`ValueError` at the start of `fit`: "`class_weight` is only supported for Models with a
single output".

## Why it matters
Keras cannot know which output the classes belong to. Sample weights can be passed for
each output, in the structure of the labels: in Keras 3 a list of labels goes with a
list of weights, a dict with a dict, and anything else raises. None stands for an output
that is not weighted:

```python
weights = np.array([1.0, 9.0])[y_kind]  # weight of class 0, of class 1
model.fit(x, [y_kind, y_size], sample_weight=[weights, None])
```

## When to ignore
Never.

## Source
`fit`, Keras 3.15.1 and tf_keras 2.21, arguments `class_weight` and `sample_weight`.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if class weights meet several arrays of labels."""
    heads, call = facts.model.heads, facts.model.fit
    weighted = [head for head in heads if head.class_weight is not None]
    given = weighted or (call is not None and call.class_weight is not None)
    labels = None if call is None else call.labels
    if not given or labels == "*" or (labels is None and len(heads) < 2):
        return
    several = f"one of {len(heads)} outputs"
    where = several if len(heads) > 1 else f"whose labels are in {_in_words(labels)}"
    shown = facts.fact("class_weight", value=_shown(facts, weighted))
    yield RULE.finding(
        facts,
        "class_weight",
        message=f"`fit` refuses class_weight for {facts.name!r}, {where}",
        because=(shown,),
        expected=(("class_weight", "sample weights for each output"),),
        fix=kit.Fix(
            advice=_advice(facts.model, call, labels),
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def _in_words(structure: str | None) -> str:
    """Return how labels are passed, "*" for each array, in words."""
    containers = {"[": "a list", "(": "a tuple", "{": "a dict"}
    return containers.get((structure or "")[:1], "several arrays")


def _shown(facts: kit.Facts, weighted: list[kit.Head]) -> object:
    if weighted:
        return weighted[0].class_weight
    call = facts.model.fit
    return None if call is None else call.class_weight


def _advice(
    model: kit.Description, call: kit.FitCall | None, labels: str | None
) -> str:
    if len(model.heads) == 1:
        return "pass the array itself to `fit`, without the list or dict around it"
    names = [head.name for head in model.heads[:2]]
    more = ", …" if len(model.heads) > 2 else ""
    by_head = call is not None and call.class_weight == kit.BY_HEAD
    other = "weights" if by_head else None
    is_dict = model.outputs == "dict" or (labels or "").startswith("{")
    if is_dict and model.outputs != "list":
        pairs = f"{names[0]!r}: weights, {names[1]!r}: {other}{more}"
        return f"pass `sample_weight={{{pairs}}}` to `fit`, with labels as a dict"
    values = f"weights, {other}{more}"
    if (labels or "").startswith("("):
        return f"pass `sample_weight=({values})` to `fit`, with labels as a tuple"
    return f"pass `sample_weight=[{values}]` to `fit`, with labels as a list"


def bad() -> tuple[kit.Description, ...]:
    """Return class weights for labels of two heads, and by head."""
    weighted = kit.classifier("sigmoid", "bce", class_weight=((0, 1.0), (1, 9.0)))
    two = kit.with_head(kit.classifier("sigmoid", "bce"), kit.regressor())
    return (
        kit.with_head(weighted, kit.regressor()),
        kit.trained_on(two, class_weight="by head", labels="[*, *]"),
        kit.trained_on(two, class_weight="by head", labels="{'out': *, 'second': *}"),
        kit.trained_on(weighted, class_weight="by class", labels="[*]"),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one head, one array for the only loss, no weights."""
    weighted = kit.classifier("sigmoid", "bce", class_weight=((0, 1.0), (1, 9.0)))
    idle = kit.with_head(weighted, kit.classifier("linear", None))
    return (
        weighted,
        kit.trained_on(weighted, class_weight="by class", labels="*"),
        kit.trained_on(idle, class_weight="by class", labels="*"),
        kit.with_head(kit.classifier("sigmoid", "bce"), kit.regressor()),
    )


RULE = kit.Rule(
    code="KC404",
    name="class-weight-with-several-heads",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="class_weight for a model with several outputs",
    scope="model",
    reads=frozenset({"class_weight", "heads"}),
    check=check,
    bad=bad,
    good=good,
)
