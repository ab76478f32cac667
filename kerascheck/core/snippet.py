"""The compile() call that a description stands for, as Python to copy."""

from __future__ import annotations

from kerascheck.core.description import Description, Encoding, Head
from kerascheck.core.fix import loss_code, metric_code


def snippet(model: Description) -> str:
    """Return Python that compiles `model` as described, head by head.

    What lies outside compile(), such as the last layer or the labels, stands above
    the call as a comment.
    """
    lines = [note for head in model.heads for note in _notes(head)]
    losses = [_loss(head) for head in model.heads]
    metrics = [_metrics(head) for head in model.heads]
    arguments = ["optimizer=model.optimizer"]
    if len(model.heads) == 1:
        arguments.append(f"loss={losses[0]}")
        if metrics[0]:
            arguments.append(f"metrics={metrics[0]}")
    else:
        names = [repr(head.name) for head in model.heads]
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
