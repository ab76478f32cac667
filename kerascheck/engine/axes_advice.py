"""What to do about labels and an output that differ in more than their last axis."""

from __future__ import annotations

from kerascheck.model.description import Encoding, Labels, Shape

_ROWS = (Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.DISTRIBUTION)


def axes_advice(output: Shape, labels: Labels, *, ids: bool = False) -> str:
    """Return what most likely makes the axes differ, and how to change that.

    Args:
        output: Shape of the output, batch first.
        labels: Those of the head.
        ids: Whether each value of the labels is an id, and not a part of a row.
    """
    of_output, of_labels = output[1:-1], _label_axes(output, labels, ids=ids)
    if len(of_output) > len(of_labels):
        return (
            "reduce the output to one row per sample before the head (Flatten, global "
            "pooling, return_sequences=False), or pass a label for each place of it"
        )
    if len(of_output) < len(of_labels):
        return (
            "keep the axes of the labels up to the head (return_sequences=True, no "
            "Flatten or pooling), or pass one label per sample"
        )
    return (
        "give output and labels axes of one size: look at padding, strides and pooling "
        "of the model, and at the length of the labels"
    )


def _label_axes(output: Shape, labels: Labels, *, ids: bool) -> Shape:
    """Return the axes of labels between the batch and one row of values.

    The last axis is the row if it is 1 or, unless these are ids, as wide as the output
    or of an encoded row.
    """
    axes = labels.shape[1:]
    if not axes or axes[-1] == 1:
        return axes[:-1]
    is_row = axes[-1] == output[-1] or labels.encoding in _ROWS
    return axes[:-1] if is_row and not ids else axes
