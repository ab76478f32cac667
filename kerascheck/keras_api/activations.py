"""Keras's activations: one row each, and every name they are saved under.

Source: `ALL_OBJECTS_DICT` of keras.activations and the operations of keras.ops.nn in
Keras 3.15.1, keras.activations of tf_keras 2.21, `__name__` of the functions of tf.nn
in TensorFlow 2.21. Ranges are those at default arguments.
"""

from __future__ import annotations

from math import inf

from kerascheck.model.description import Activation
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final

__all__ = [
    "ACTIVATIONS",
    "ACTIVATION_LAYERS",
    "BY_CLASS",
    "BY_NAME",
    "BY_ROW",
    "KEEPS_LOGITS",
    "PROBABILITIES",
    "TENSORFLOW_NAMES",
    "WITHOUT_LOGITS",
    "ActivationTraits",
]


class ActivationTraits(NamedTuple):
    """What one activation does to values, and what it is called."""

    low: float = -inf  # no value is below it
    high: float = inf  # no value is above it
    operations: tuple[str, ...] = ()  # Keras 3 operations, TensorFlow nodes
    layers: tuple[str, ...] = ()
    old: tuple[str, ...] = ()  # names of the function in Keras 2
    tensorflow: tuple[str, ...] = ()  # `__name__` of TensorFlow's function
    by_row: bool = False  # the values of a row depend on one another
    keeps_logits: bool = False  # Keras on TensorFlow finds its inputs again


_A = Activation

ACTIVATIONS: Final[dict[Activation, ActivationTraits]] = {
    _A.LINEAR: ActivationTraits(),
    _A.SIGMOID: ActivationTraits(0, 1, ("Sigmoid",), keeps_logits=True),
    _A.SOFTMAX: ActivationTraits(
        0,
        1,
        ("Softmax",),
        layers=("Softmax",),
        tensorflow=("softmax_v2",),
        by_row=True,
        keeps_logits=True,
    ),
    _A.TANH: ActivationTraits(-1, 1, ("Tanh",)),
    _A.RELU: ActivationTraits(0, inf, ("Relu",), ("ReLU", "ThresholdedReLU")),
    _A.RELU6: ActivationTraits(0, 6, ("Relu6",)),
    _A.LEAKY_RELU: ActivationTraits(
        operations=("LeakyRelu",), layers=("LeakyReLU", "PReLU")
    ),
    _A.ELU: ActivationTraits(-1, inf, ("Elu",), ("ELU",)),
    _A.SELU: ActivationTraits(-1.7581, inf, ("Selu",)),
    _A.CELU: ActivationTraits(-1, inf, ("Celu",)),
    _A.GELU: ActivationTraits(-0.17005, inf, ("Gelu",)),
    _A.SILU: ActivationTraits(-0.27847, inf, ("Silu",), tensorflow=("swish",)),
    _A.MISH: ActivationTraits(-0.30885, inf),
    _A.SOFTPLUS: ActivationTraits(0, inf, ("Softplus",)),
    _A.SOFTSIGN: ActivationTraits(-1, 1, ("Softsign",)),
    _A.EXPONENTIAL: ActivationTraits(0, inf, ("Exp",), tensorflow=("exp",)),
    _A.HARD_SIGMOID: ActivationTraits(0, 1, ("HardSigmoid",)),
    _A.HARD_SILU: ActivationTraits(-0.375, inf, ("HardSilu",), old=("hard_swish",)),
    _A.HARD_TANH: ActivationTraits(-1, 1, ("HardTanh",)),
    _A.LOG_SIGMOID: ActivationTraits(-inf, 0, ("LogSigmoid",)),
    _A.LOG_SOFTMAX: ActivationTraits(
        -inf, 0, ("LogSoftmax",), tensorflow=("log_softmax_v2",), by_row=True
    ),
    _A.SPARSEMAX: ActivationTraits(0, 1, ("Sparsemax",), by_row=True),
}

PROBABILITIES: Final = frozenset(
    a for a, row in ACTIVATIONS.items() if (row.low, row.high) == (0, 1)
)
"""Activations whose values lie in [0, 1]."""

BY_ROW: Final = frozenset(a for a, row in ACTIVATIONS.items() if row.by_row)
"""Activations that make the values of a row depend on one another."""

KEEPS_LOGITS: Final = frozenset(a for a, row in ACTIVATIONS.items() if row.keeps_logits)
"""Activations whose inputs the cross-entropies of Keras on TensorFlow find again.

Source: Keras 3.15, `activations.sigmoid` and `softmax` set `_keras_logits`, and
`backend.tensorflow.nn._get_logits` reads it, or the input of a Sigmoid or Softmax op.
"""

WITHOUT_LOGITS: Final = frozenset({"jax", "torch", "numpy", "openvino"})
"""Backends on which an output does not keep its logits."""

BY_NAME: Final[dict[str, Activation]] = {
    **{str(a): a for a in ACTIVATIONS},
    **{name: a for a, row in ACTIVATIONS.items() for name in row.old + row.tensorflow},
}
"""Name of a function -> what it does."""

ACTIVATION_LAYERS: Final[dict[str, Activation]] = {
    name: a for a, row in ACTIVATIONS.items() for name in row.layers
}
"""Class of a layer -> what it does."""

BY_CLASS: Final[dict[str, Activation]] = {
    **ACTIVATION_LAYERS,
    **{name: a for a, row in ACTIVATIONS.items() for name in row.operations},
}
"""Class of a layer, a Keras 3 operation or a TensorFlow node -> what it does."""

TENSORFLOW_NAMES: Final = frozenset(
    name for row in ACTIVATIONS.values() for name in row.tensorflow
)
"""`__name__` of functions of TensorFlow that no function of Keras has."""
