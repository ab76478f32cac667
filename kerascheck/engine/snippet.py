"""The compile() call that a description stands for, as Python to copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kerascheck.keras_api.compile_call import compile_call, major, own_name
from kerascheck.model.description import Description, Encoding, Head

MAX_HEADS = 20
"""Heads of a model whose whole call is shown; of more, the one that is changed."""


def snippet(
    model: Description,
    changed: str | None = None,
    *,
    clear_metrics: bool = False,
    new_optimizer: bool = False,
) -> str:
    """Return Python that compiles `model` as described, head by head.

    What is outside compile(), such as the last layer or the labels, is a comment
    above the call. Of a model of very many heads only the entry of one is shown, and
    a comment says so.

    Args:
        model: The model after its fixes.
        changed: Name of the head that the fix is about.
        clear_metrics: Whether a fix removes metrics, maybe the last one.
        new_optimizer: Whether `fit` may have left the optimizer unusable.
    """
    heads = model.heads
    if len(heads) <= MAX_HEADS:
        several = len(heads) > 1
        return _call(
            model,
            heads,
            by_name=several,
            clear_metrics=clear_metrics,
            new_optimizer=new_optimizer,
        )
    entry = heads[:1] if changed is None else (model.head(changed),)
    others = f"# the other {len(heads) - 1} heads stay as they are: add their entries"
    return f"{others}\n{_call(model, entry, by_name=True)}"


def _call(
    model: Description,
    heads: Sequence[Head],
    *,
    by_name: bool,
    clear_metrics: bool = False,
    new_optimizer: bool = False,
) -> str:
    notes = [note for head in heads for note in _notes(head)]
    call = compile_call(
        heads,
        by_name=by_name,
        keras=major(model),
        clear_metrics=clear_metrics,
        new_optimizer=new_optimizer,
        options=model.compile_options,
    )
    return "\n".join([*notes, call])


def _notes(head: Head) -> Iterator[str]:
    if head.units is not None:
        yield (
            f"# head {head.name!r}: {head.units} unit{'s' * (head.units != 1)}, "
            f"activation {str(head.activation)!r}{_labels(head)}"
        )
    if head.metrics is None:
        yield f"# head {head.name!r}: its metrics are not known; add yours"
    for metric in head.metrics or ():
        if not metric.builtin:
            name = own_name(metric) or repr(metric.name or metric.compiled)
            yield f"# {name} is your own: pass it as you compiled it"


def _labels(head: Head) -> str:
    if head.labels is None or head.labels.encoding is Encoding.UNKNOWN:
        return ""
    return f"; labels {head.labels.encoding}"
