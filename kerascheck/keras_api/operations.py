"""Operations of Keras 3 as a program writes them: operators, functions, arguments.

Source: keras.ops of Keras 3.15.1.
"""

from __future__ import annotations

from kerascheck.model.typed import Final

__all__ = ["OPERATION_ARGUMENTS", "OPERATORS", "SHORT_NAMES"]

OPERATORS: Final = {
    "Add": "Add",
    "Sub": "Subtract",
    "Mult": "Multiply",
    "Div": "TrueDivide",
    "MatMult": "Matmul",
    "USub": "Negative",
}
"""Class of an operator in `ast` -> operation on tensors."""

SHORT_NAMES: Final = {"sum": "Sum", "mean": "Mean", "max": "Max", "min": "Min"}
"""Name of a function -> operation."""

OPERATION_ARGUMENTS: Final[dict[str, tuple[str, ...]]] = {
    "Mean": ("x", "axis", "keepdims"),
    "Sum": ("x", "axis", "keepdims"),
    "Max": ("x", "axis", "keepdims"),
    "Min": ("x", "axis", "keepdims"),
    "Squeeze": ("x", "axis"),
    "ExpandDims": ("x", "axis"),
    "Softmax": ("x", "axis"),
    "Reshape": ("x", "newshape"),
    "Transpose": ("x", "axes"),
    "Stack": ("x", "axis"),
    "Concatenate": ("xs", "axis"),
    "Cast": ("x", "dtype"),
}
"""Operation -> its arguments, where more than the tensor counts."""
