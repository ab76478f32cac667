"""Keys of class_weight are not classes, so the weights are not used.

## What it checks
A key of `class_weight` that no label and no unit stands for, while a class of the
labels has no key: text, as in `{"cat": 1.0, "dog": 2.0}`; ids that start at another
number than the labels; names of outputs. Keys for classes that the sample lacks, or
classes that are left at their weight of 1, are not reported.

## In the log
Nothing: training runs as with a weight of 1 for each class without a key.

## Why it matters
Keras 3 looks each class up in the dict and takes 1 if it is not there. Measured with
Keras 3.15.1 on TensorFlow and JAX: `{0: 1, 2: 2}` for labels 0 and 1 leaves all weights
at 1, `{1: 1, 2: 2, 3: 3}` for ids 0, 1 and 2 gives them the weights 1, 1 and 2.

## When to ignore
When the sample of labels lacks the class that the key is for.

## Source
`class_weight_to_sample_weights`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a key is not a class and a class has no key."""
    call = facts.model.fit
    if facts.legacy or (call is not None and call.labels not in (None, "*")):
        return
    if call is not None and call.class_weight == kit.BY_HEAD:
        if facts.name == facts.model.heads[0].name and not _refused(facts, _NAMES):
            advice = f"pass `class_weight=class_weight[{facts.name!r}]` to `fit`"
            yield _finding(
                facts, _UNUSED.format(facts.name, "names of outputs"), advice
            )
        return
    weights = facts.class_weight
    if all(weight == 1 for _, weight in weights):
        return
    texts = [key for key, _ in weights if isinstance(key, str)]
    if texts and len(texts) == len(weights):
        if not _refused(facts, weights):
            unused = _UNUSED.format(facts.name, "text")
            yield _finding(facts, unused, _of_texts(texts))
        return
    classes = kit.classes_of(facts.labels)
    if classes is None:
        return
    keys = kit.whole_keys(weights)
    other = keys
    if not _is_moved(weights, classes):  # a weight of 1 for no class changes nothing
        other = kit.whole_keys(tuple(pair for pair in weights if pair[1] != 1))
    strange = [*texts, *(key for key in other if key not in classes)]
    missing = [one for one in classes if one not in keys]
    if strange and not texts and missing:
        units = range(facts.units if facts.units > 1 else 0)
        strange = [key for key in strange if key not in units]
    if strange and missing and not _refused(facts, weights):
        message = _message(facts, strange[0], missing[0])
        advice = _mixed(texts) if texts else _of_ids(weights, classes, missing)
        yield _finding(facts, message, advice)


def _refused(facts: kit.Facts, weights: kit.ClassWeight) -> bool:
    """Say whether `fit` raises, which is another rule's finding."""
    head, call = facts.head, facts.model.fit
    labels = head.labels
    return bool(
        kit.class_weight_refused(weights, labels, head.shape, call, legacy=False)
    )


_NAMES = ((kit.BY_HEAD, 1.0),)
_UNUSED = "class_weight of {!r} is not used: its keys are {}, not class ids"
_EACH = "for k, w in class_weight.items()"
_MAX_SHOWN = 12
"""Classes whose weights are written one by one."""


def _of_texts(texts: list[str]) -> str:
    if all(_is_number(text) for text in texts):
        return f"pass `class_weight={{int(k): w {_EACH}}}` to `fit`"
    return (
        f"pass `class_weight={{names.index(k): w {_EACH}}}` to `fit`, with `names` the "
        "list of classes in the order of their ids"
    )


def _mixed(texts: list[str]) -> str:
    if all(_is_number(text) for text in texts):
        return _of_texts(texts)
    return f"give class {texts[0]!r} by its id, as the others"


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdecimal()


def _is_moved(weights: kit.ClassWeight, classes: tuple[int, ...]) -> bool:
    """Say whether keys in the order of the classes weigh some of them otherwise."""
    by_key = _by_key(weights)
    pairs = zip(sorted(by_key), classes, strict=False)
    return len(by_key) == len(classes) and any(
        by_key[key] != by_key.get(one, 1) for key, one in pairs
    )


def _by_key(weights: kit.ClassWeight) -> dict[int, float]:
    return {int(k): w for k, w in weights if isinstance(k, (int, float))}


def _of_ids(
    weights: kit.ClassWeight, classes: tuple[int, ...], missing: list[int]
) -> str:
    """Return what to do about ids: as many are moved, or one is another."""
    keys = sorted(kit.whole_keys(weights))
    shifts = {c - k for c, k in zip(classes, keys, strict=False)}
    if len(keys) == len(classes) == len(weights) and len(shifts) == 1:
        (by,) = shifts
        step = f"k {'+' if by > 0 else '-'} {abs(by)}"
        return f"pass `class_weight={{{step}: w {_EACH}}}` to `fit`"
    if len(keys) == len(classes) == len(weights) <= _MAX_SHOWN:
        by_key = _by_key(weights)
        pairs = zip(classes, keys, strict=True)
        shown = ", ".join(f"{one}: {by_key[key]!r}" for one, key in pairs)
        return (
            f"the classes are {', '.join(map(str, classes))}: if the keys stand for "
            f"them in their order, pass `class_weight={{{shown}}}` to `fit`"
        )
    listed = ", ".join(map(str, missing[:_MAX_SHOWN]))
    more = ", …" if len(missing) > _MAX_SHOWN else ""
    several = "es" if len(missing) > 1 else ""
    return (
        f"give a weight for class{several} {listed}{more}, and none for what is not one"
    )


def _message(facts: kit.Facts, strange: object, missing: int) -> str:
    return (
        f"class_weight of {facts.name!r} has a weight for {strange!r}, which is not a "
        f"class, and does not have one for {missing}"
    )


def _finding(facts: kit.Facts, message: str, advice: str) -> kit.Finding:
    weights = facts.head.class_weight
    return RULE.finding(
        facts,
        "class_weight",
        message=message,
        because=(facts.fact("class_weight", value=weights or kit.BY_HEAD),),
        expected=(("class_weight", "a weight for each class id of the labels"),),
        fix=kit.Fix(advice=advice, applicability=kit.Applicability.DISPLAY),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return keys that are text, or ids from another start."""
    binary = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    ids = kit.classifier(
        "softmax", kit.SCCE, units=3, labels=kit.labels("class-ids", 3)
    )
    from_one = ((1, 1.0), (2, 2.0), (3, 3.0))
    signed = kit.classifier("tanh", "hinge", labels=kit.labels("signed-binary"))
    rows = kit.classifier("softmax", kit.CCE, units=3, labels=kit.labels("one-hot", 3))
    signed_values = kit.labels("signed-binary", values=(-1, 1))
    return (
        kit.vary(binary, class_weight=(("cat", 1.0), ("dog", 2.0))),
        kit.vary(binary, class_weight=(("0", 1.0), ("1", 2.0))),
        kit.vary(binary, class_weight=((0, 1.0), (2, 2.0))),
        kit.vary(ids, class_weight=from_one),
        kit.vary(rows, class_weight=from_one),
        kit.vary(signed, labels=signed_values, class_weight=((0, 2.0), (1, 1.0))),
        kit.trained_on(binary, class_weight="by head", labels="*"),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a class that the sample lacks, or that keeps 1."""
    binary = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    ids = kit.classifier(
        "softmax", kit.SCCE, units=4, labels=kit.labels("class-ids", 3)
    )
    signs = kit.labels("signed-binary", values=(-1, 1))
    signed = kit.classifier("tanh", "hinge", labels=signs)
    return (
        kit.vary(binary, class_weight=((0, 1.0), (1, 2.0))),
        kit.vary(binary, class_weight=((1, 9.0),)),
        kit.vary(binary, class_weight=((0, 1.0), (1, 2.0), (2, 3.0))),
        kit.vary(ids, class_weight=((0, 1.0), (1, 2.0), (3, 3.0))),
        kit.vary(ids, class_weight=((0, 1.0), (1, 2.0), (3, 3.0)), units=None),
        kit.vary(binary, class_weight=((0, 1.0), (2, 2.0)), keras="2.15.0"),
        kit.vary(signed, class_weight=((0, 1.0), (1, 2.0))),
        binary,
    )


RULE = kit.Rule(
    code="KC411",
    name="class-weight-of-no-class",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.WORSE_TRAINING,
    summary="class_weight for keys that are not classes",
    reads=frozenset({"class_weight", "labels", "shape", "units", "heads"}),
    check=check,
    bad=bad,
    good=good,
)
