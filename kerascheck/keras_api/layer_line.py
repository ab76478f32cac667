"""The line that makes the last layer of a head, as it should be.

A description holds units, activation and name of a layer, not its other arguments. So
the whole call is written for layers that have no others that they need; of any other
layer, only the arguments that change are.
"""

from __future__ import annotations

import re

from kerascheck.keras_api.metrics import auto_name
from kerascheck.model.description import Activation, Head

_WITHOUT_ACTIVATION = ("BatchNormalization", "Dropout", "LayerNormalization")
"""Last layers that come after the one that has the activation."""


def dense_code(
    units: int | None, activation: Activation, name: str = "", policy: str = ""
) -> str:
    """Return the call of a Dense layer."""
    arguments = [str(units)]
    if activation is not Activation.LINEAR:
        arguments.append(f"activation={quoted(activation)}")
    if name:
        arguments.append(f"name={quoted(name)}")
    if policy:
        arguments.append(f"dtype={quoted(policy)}")
    return f"keras.layers.Dense({', '.join(arguments)})"


def activation_code(activation: Activation, name: str = "") -> str:
    """Return the call of an Activation layer."""
    more = f", name={quoted(name)}" if name else ""
    return f"keras.layers.Activation({quoted(activation)}{more})"


def layer_line(before: Head, after: Head, *, several: bool = False) -> str | None:
    """Return the last layer of a head after a fix, and what it was as a comment.

    Args:
        before: As compiled.
        after: With the fix applied.
        several: Whether the model has more heads, so that the call names this one.

    Returns:
        One line of Python; None if the fix leaves the layer as it is.
    """
    if end_of(before) == end_of(after) and before.units == after.units:
        return None
    name = _given_name(before)
    removed = before.layers_after and not after.layers_after
    if several and (removed or before.layer == before.name):
        name = before.name
    was = _was(before, after)
    kind = before.layer_class
    separate = kind in ("Activation", "Softmax")
    if kind in ("Dense", None) or (separate and before.units != after.units):
        place = "in place of the layer before it too, " if separate else ""
        return f"{dense_code(after.units, after.activation, name)}  # {place}was {was}"
    if separate:
        alone = "the only activation, " if before.inner_activations else ""
        return f"{activation_code(after.activation, name)}  # {alone}was {was}"
    code = _arguments(before, after)
    return f"{code}  # of the layer {quoted(name or kind)}; was {was}"


def end_of(head: Head) -> tuple[object, ...]:
    """Return what comes after the last layer with weights: activations and layers."""
    return (
        head.activation,
        head.softmax_axis,
        head.inner_activations,
        head.layers_after,
        head.logits_hidden,
    )


def _given_name(head: Head) -> str:
    """Return the name of the layer, "" if Keras chose it."""
    name = (head.layer or "").rpartition("/")[2]
    automatic = auto_name(head.layer_class or "")
    return "" if re.fullmatch(rf"{re.escape(automatic)}(_\d+)?", name) else name


def _arguments(before: Head, after: Head) -> str:
    units = "filters" if "Conv" in (before.layer_class or "") else "units"
    parts = [(units, str(after.units))] if before.units != after.units else []
    if end_of(before) != end_of(after):
        parts.append(("activation", quoted(after.activation)))
    return "; ".join(f"{argument} = {value}" for argument, value in parts)


def _was(before: Head, after: Head) -> str:
    parts = [f"units={before.units}"] if before.units != after.units else []
    if end_of(before) != end_of(after):
        parts.append(_activations(before))
    return ", ".join(parts)


def _activations(head: Head) -> str:
    """Return all that the values of a head went through, in that order."""
    first, *others = map(str, (*reversed(head.inner_activations), head.activation))
    if others and head.layer_class in _WITHOUT_ACTIVATION:
        others[-1] = head.layer_class
    steps = [f"activation={quoted(first)}", *map(quoted, others)]
    if head.softmax_axis not in (None, -1):
        steps[-1] += f" over axis {head.softmax_axis}"
    return ", then ".join((*steps, *map(quoted, head.layers_after)))


def quoted(text: str) -> str:
    """Return Python for a string, in double quotes unless it holds odd characters."""
    code = repr(str(text))
    plain = code[1:-1] == text and '"' not in text
    return f'"{text}"' if plain else ascii(str(text))
