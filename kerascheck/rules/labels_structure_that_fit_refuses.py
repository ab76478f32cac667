"""Labels are passed in a list or dict that does not fit the outputs of the model.

## What it checks
Whether the labels that `fit` gets are one array, a list or a dict, how many arrays they
are, and their keys, against the outputs of the model. It needs a loss at each output.

## In the log
`TypeError`: "Expected float32, but got risk of type 'str'"; `ValueError`: "y_true and
y_pred have different structures", or "could not convert string to float".

## Why it matters
`fit` raises. Where a key of the labels is not the name of an output, Keras 3 takes the
keys themselves for the labels, so that its error names a text that nobody passed. A
dict is refused even for a single output of that name, unless the model returns a dict;
Keras 2 trains on it.

## When to ignore
When `fit`, `compute_loss` or `train_step` are your own.

## Source
`CompileLoss.call`, Keras 3.15.1; compared with `fit` on TensorFlow and JAX.
"""

from collections.abc import Iterator

from kerascheck import kit
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Literal


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if `fit` raises for the structure of the labels."""
    model, call = facts.model, facts.model.fit
    why = kit.why_labels_refused(model)
    if why is None or call is None or call.labels is None:
        return
    names = [repr(head.name) for head in model.heads]
    yield RULE.finding(
        facts,
        "fit.labels",
        message=f"`fit` refuses the labels of {_listed(names, ' and others')}: {why}",
        because=(facts.fact("fit.labels", value=call.labels),),
        expected=(("fit.labels", _expected(model)),),
        fix=kit.Fix(
            advice=f"pass the labels as {_expected(model)}",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def _expected(model: kit.Description) -> str:
    if len(model.heads) == 1 and model.outputs != "dict":
        return "one array"
    keys = [f"{head.name!r}: …" for head in model.heads]
    return f"{{{_listed(keys, ', …')}}}, an array for each output"


def _listed(names: list[str], more: str) -> str:
    """Return the first names, and `more` for the others."""
    shown = ", ".join(names[:_MAX_NAMES])
    return shown + more if len(names) > _MAX_NAMES else shown


_MAX_NAMES = 3


def _two(outputs: Literal["list", "dict"]) -> kit.Description:
    one = kit.classifier("sigmoid", "bce")
    return replace(kit.with_head(one, kit.classifier("linear", "mse")), outputs=outputs)


def bad() -> tuple[kit.Description, ...]:
    """Return a dict for one output, keys of no outputs, arrays too few or many."""
    one = replace(kit.classifier("sigmoid", "bce"), outputs="one")
    return (
        kit.trained_on(one, labels="{'out': *}"),
        kit.trained_on(one, labels="{'label': *}"),
        kit.trained_on(one, labels="[*, *]"),
        kit.trained_on(_two("dict"), labels="{'out': *, 'other': *}"),
        kit.trained_on(_two("list"), labels="{'out': *}"),
        kit.trained_on(_two("list"), labels="{'out': *, 'second': *, 'third': *}"),
        kit.trained_on(_two("list"), labels="*"),
        kit.trained_on(_two("dict"), labels="[*, *, *]"),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a list of one, an output without a loss, Keras 2."""
    one = replace(kit.classifier("sigmoid", "bce"), outputs="one")
    two = _two("list")
    untrained = replace(two.heads[1], loss=None)
    return (
        kit.trained_on(one, labels="*"),
        kit.trained_on(one, labels="(*,)"),
        kit.trained_on(replace(one, outputs="dict"), labels="{'out': *}"),
        kit.trained_on(replace(one, outputs="dict"), labels="*"),
        kit.trained_on(two, labels="{'out': *, 'second': *}"),
        kit.trained_on(_two("dict"), labels="[*, *]"),
        kit.trained_on(replace(two, heads=(two.heads[0], untrained)), labels="*"),
        kit.trained_on(replace(one, keras_version="2.15.0"), labels="{'out': *}"),
    )


RULE = kit.Rule(
    code="KC417",
    name="labels-structure-that-fit-refuses",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="labels in a list or dict for which `fit` raises",
    scope="model",
    reads=frozenset({"loss", "heads"}),
    check=check,
    bad=bad,
    good=good,
)
