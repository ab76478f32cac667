"""Keras's dtypes and dtype policies: which dtype a layer or a loss computes in.

Source: keras.dtype_policies of Keras 3.15.1, keras.mixed_precision of tf_keras 2.21,
and tf.keras.mixed_precision.experimental of TensorFlow 2.0 to 2.3.
"""

from __future__ import annotations

from kerascheck.model.typed import Final

__all__ = ["FLOATX", "POLICY_NAMES", "compute_dtype"]

FLOATX: Final = "float32"
"""Default of `keras.config.floatx()`, in every Keras."""

_FLOATS: Final = ("float16", "bfloat16", "float32", "float64")

POLICY_NAMES: Final[dict[str, str]] = {
    **{name: name for name in _FLOATS},
    **{f"mixed_{name}": name for name in ("float16", "bfloat16")},
    **{f"{name}_with_float32_vars": name for name in _FLOATS},
}
"""Name of a policy -> dtype that layers compute in, and that their outputs have."""


def compute_dtype(policy: str) -> str | None:
    """Return the dtype that a policy computes in: "int8_from_mixed_bfloat16" too.

    None: it is not a dtype of floats, or not a policy of Keras.
    """
    return POLICY_NAMES.get(policy.rpartition("_from_")[2])
