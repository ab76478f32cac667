"""What Keras 1 called the arguments of its layers, for files that it saved.

Source: keras.layers and keras.legacy.interfaces: Keras 1.2.2 has the names on the left,
Keras 2.0 replaced them by those on the right.
"""

from __future__ import annotations

from kerascheck.model.typed import Final

__all__ = ["AXES", "MARKS", "MERGE", "MERGE_MODES", "NAMES", "UNSAID", "UNSAID_AXES"]

NAMES: Final = {
    "atrous_rate": "dilation_rate",
    "bias": "use_bias",
    "border_mode": "padding",
    "concat_axis": "axis",
    "dim_ordering": "data_format",
    "dot_axes": "axes",
    "filter_length": "kernel_size",
    "inner_activation": "recurrent_activation",
    "length": "size",
    "nb_filter": "filters",
    "output_dim": "units",
    "pool_length": "pool_size",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
}
"""Argument in Keras 1 -> in Keras 2."""

AXES: Final = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
"""Arguments in Keras 1 that are together the kernel size in Keras 2."""

UNSAID_AXES: Final = frozenset(
    {
        f"{name}{n}D"
        for name in ("Cropping", "UpSampling", "ZeroPadding")
        for n in (2, 3)
    }
)
"""Layers with axes of space that Keras 1 does not save the place of."""

UNSAID: Final = "unsaid"
"""Stands for the `data_format` of these."""

MERGE: Final = "Merge"
"""Class of every layer that joins tensors."""

MERGE_MODES: Final = {
    "ave": "Average",
    "concat": "Concatenate",
    "dot": "Dot",
    "max": "Maximum",
    "mul": "Multiply",
    "sum": "Add",
}
"""Mode of `Merge` -> the layer of Keras 2 that does this."""

MARKS: Final = frozenset(
    {"W_regularizer", "border_mode", "dim_ordering", "dot_axes", "nb_filter"}
)
"""Arguments of layers that Keras saved in its first version alone."""
