"""Class weights have a form that `fit` does not accept.

## What it checks
`class_weight` that is not a dict (a list, an array, "balanced"); with `sample_weight`
next to it, with a Python generator or a DataLoader in Keras 3; for labels of more than
two axes, unless they come from a `tf.data.Dataset`; for outputs that have several
values of loss a sample; and without an entry for a class, where a table is made of the
weights: in a `tf.data.Dataset`, and always in Keras 2. Keras 2 expects the keys 0, 1,
2, … without a gap.

## In the log
An error at the start of `fit`: "'list' object has no attribute 'get'", "only
0-dimensional arrays can be converted to Python scalars", "indices[0] = 2 is not in [0,
2)". A GPU may read 0 beyond the end of a table, without an error.

## Why it matters
`fit` raises.

## When to ignore
When `train_step` or `fit` are your own.

## Source
`class_weight_to_sample_weights` and `make_class_weight_map_fn`, Keras 3.15.1;
`_make_class_weight_map_fn`, tf_keras 2.21. All were compared with `fit`.
"""

from collections.abc import Iterator

from kerascheck import kit

_DICTS = (kit.BY_CLASS, kit.BY_HEAD)
_TWO = ((0, 1.0), (1, 2.0))
_THREE = (*_TWO, (2, 3.0))


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if `fit` raises for the class weights of a head."""
    call, first = facts.model.fit, facts.model.heads[0]
    if call is not None and call.labels not in (None, "*"):
        return
    if call is not None and call.class_weight not in (None, *_DICTS):
        if facts.name == first.name:
            shown = f"class_weight of {facts.name!r} is {call.class_weight}, not a dict"
            yield _finding(facts, "keys", shown, call.class_weight)
        return
    if call is not None and call.class_weight is None and call.sample_weight:
        return  # the weights of the classes are those of `sample_weight`
    by_head = call is not None and call.class_weight == kit.BY_HEAD
    if by_head and facts.name != first.name:
        return
    weights = ((kit.BY_HEAD, 1.0),) if by_head else facts.class_weight
    refused = kit.class_weight_refused(
        weights,
        facts.head.labels,
        facts.head.shape,
        call,
        legacy=facts.legacy,
    )
    if refused is not None:
        message = f"`fit` refuses class_weight of {facts.name!r}: {refused.why}"
        yield _finding(facts, refused.by, message)


def _finding(
    facts: kit.Facts, by: str, message: str, shown: str | None = None
) -> kit.Finding:
    weights = shown or facts.head.class_weight or kit.BY_HEAD
    return RULE.finding(
        facts,
        "class_weight",
        message=message,
        because=(facts.fact("class_weight", value=weights),),
        expected=(("class_weight", "a dict from each class id to its weight"),),
        fix=kit.Fix(advice=_advice(facts, by), applicability=kit.Applicability.DISPLAY),
    )


def _advice(facts: kit.Facts, by: str) -> str:
    labels = facts.head.labels
    if by == "sample weights":
        return "pass `sample_weight` alone, times the weight of each sample's class"
    if by == "data":
        return "yield (x, y, weights) from it, weights of shape (samples,)"
    if by == "axes":
        return (
            f"pass `sample_weight=class_weights[{_ids_of(labels)}]` instead, one "
            "weight for each value of the loss, `class_weights` an array by class id"
        )
    if labels is not None and labels.low is not None and labels.low < 0:
        return "number the classes from 0"
    return "pass a dict from each class id to its weight, `dict(enumerate(weights))`"


def _ids_of(labels: kit.Labels | None) -> str:
    """Return Python for the class ids of the labels `y`, as an index of an array."""
    rows = (kit.Encoding.ONE_HOT, kit.Encoding.DISTRIBUTION)
    if labels is not None and labels.encoding in rows:
        return "y.argmax(-1)"
    return "y.astype(int)"


def _ids(weights: kit.ClassWeight) -> kit.Description:
    return kit.classifier(
        "softmax",
        kit.SCCE,
        units=3,
        labels=kit.labels("class-ids", 3),
        class_weight=weights,
    )


def _masks() -> kit.Description:
    return kit.classifier(
        "sigmoid",
        "bce",
        shape=(None, 8, 8, 1),
        labels=kit.labels("binary", shape=(64, 8, 8, 1)),
        class_weight=_TWO,
    )


def bad() -> tuple[kit.Description, ...]:
    """Return weights that are not a dict, or lack a class."""
    ids, masks = _ids(_TWO), _masks()
    steps = kit.classifier(
        "softmax",
        kit.SCCE,
        units=3,
        shape=(None, 5, 3),
        labels=kit.labels("class-ids", 3, shape=(64, 5)),
        class_weight=_THREE,
    )
    plain = kit.vary(ids, class_weight=None)
    signed = kit.classifier(
        "tanh", "hinge", labels=kit.labels("signed-binary"), class_weight=_TWO
    )
    of_table = {"class_weight": "by class", "data": "dataset"}
    texts = kit.vary(ids, class_weight=(("cat", 1.0), ("dog", 2.0), ("owl", 3.0)))
    both = {
        "class_weight": "by class",
        "sample_weight": kit.SampleWeight(structure="*"),
    }
    return (
        kit.vary(ids, keras="2.15.0"),
        kit.trained_on(masks, class_weight="by class", data="arrays"),
        kit.trained_on(steps, class_weight="by class", data="arrays"),
        steps,
        kit.trained_on(plain, class_weight="a list", labels="*"),
        kit.trained_on(plain, class_weight="'balanced'"),
        kit.trained_on(ids, **of_table),
        kit.trained_on(texts, **of_table),
        kit.trained_on(signed, **of_table),
        kit.trained_on(ids, class_weight="by class", data="generator"),
        kit.trained_on(ids, **both),
        kit.vary(ids, keras="2.15.0", class_weight=((1, 1.0), (2, 2.0), (3, 1.0))),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the same weights where `fit` takes them."""
    ids, masks = _ids(_THREE), _masks()
    return (
        ids,
        kit.vary(ids, keras="2.15.0"),
        kit.trained_on(ids, class_weight="by class", data="dataset"),
        kit.trained_on(masks, class_weight="by class", data="dataset"),
        kit.trained_on(
            masks, sample_weight=kit.SampleWeight(structure="*"), data="arrays"
        ),
        kit.trained_on(
            kit.vary(ids, class_weight=_TWO), class_weight="by class", data="arrays"
        ),
        kit.vary(ids, class_weight=None),
    )


RULE = kit.Rule(
    code="KC410",
    name="class-weight-that-fit-refuses",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="class_weight in a form for which `fit` raises",
    reads=frozenset({"class_weight", "labels", "shape", "heads"}),
    check=check,
    bad=bad,
    good=good,
)
