"""The compile() call that a description stands for, as Python to copy."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.core.description import Description, Encoding, Head
from kerascheck.core.fix import loss_code, metric_code

MOST_HEADS = 20
"""Heads of a model whose whole call is shown; of more, the one that is changed."""


def snippet(model: Description, changed: str | None = None) -> str:
    """Return Python that compiles `model` as described, head by head.

    What lies outside compile(), such as the last layer or the labels, stands above
    the call as a comment. Of a model of very many heads only the entry of one is
    shown, and a comment says so.

    Args:
        model: The model after its fix.
        changed: Name of the head that the fix is about.
    """
    heads = model.heads
    if len(heads) <= MOST_HEADS:
        return _call(heads, by_name=len(heads) > 1)
    shown = heads[:1] if changed is None else (model.head(changed),)
    others = f"# the other {len(heads) - 1} heads stay as they are: add their entries"
    return f"{others}\n{_call(shown, by_name=True)}"


def _call(heads: Sequence[Head], *, by_name: bool) -> str:
    lines = [note for head in heads for note in _notes(head)]
    losses = [_loss(head) for head in heads]
    metrics = [_metrics(head) for head in heads]
    arguments = ["optimizer=model.optimizer"]
    if not by_name:
        arguments.append(f"loss={losses[0]}")
        if metrics[0]:
            arguments.append(f"metrics={metrics[0]}")
    else:
        names = [repr(head.name) for head in heads]
        arguments.append(f"loss={_mapping(names, losses)}")
        if any(metrics):
            arguments.append(f"metrics={_mapping(names, [m or '[]' for m in metrics])}")
    call = f"model.compile({', '.join(arguments)})"
    if len(call) > 79:
        call = "model.compile(\n" + "".join(f"    {a},\n" for a in arguments) + ")"
    return "\n".join([*lines, call])


def _notes(head: Head) -> list[str]:
    if head.units is None:
        return []
    return [
        f"# head {head.name!r}: {head.units} unit{'s' * (head.units != 1)}, "
        f"activation {str(head.activation)!r}{_labels(head)}"
    ]


def _labels(head: Head) -> str:
    if head.labels is None or head.labels.encoding is Encoding.UNKNOWN:
        return ""
    return f"; labels {head.labels.encoding}"


def _loss(head: Head) -> str:
    if head.loss is None:
        return "None"
    return loss_code(head.loss.name, head.loss.from_logits, head.loss.arguments)


def _metrics(head: Head) -> str:
    if not head.metrics:
        return ""
    return f"[{', '.join(metric_code(m) for m in head.metrics)}]"


def _mapping(names: list[str], values: list[str]) -> str:
    pairs = ", ".join(f"{n}: {v}" for n, v in zip(names, values, strict=True))
    return f"{{{pairs}}}"
