"""Keras's layers and operations: one row a class, with its effect and its shape.

The effect is what the values of a tensor are once the layer was applied; the shape is
the formula of its result. `readers.config` computes both, from the config of a layer.

Source: keras.layers and keras.ops of Keras 3.15.1, keras.layers of tf_keras 2.21, and
the names of TensorFlow's functions and graph nodes that tf_keras saves.
"""

from __future__ import annotations

from kerascheck.keras_api.activations import ACTIVATION_LAYERS, ACTIVATIONS
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final, Literal

__all__ = [
    "BATCH_AXES",
    "BEFORE_A_LIST",
    "BREAKS_ON_A_LIST",
    "GATED",
    "LAYERS",
    "MERGES",
    "NOISE",
    "NORMALIZATIONS",
    "OF_ANY_RANK",
    "OF_ONE_RANK",
    "OPERATIONS",
    "OPTIMIZING_MODULE",
    "OPTIMIZING_WRAPPERS",
    "QUANTIZED_BEFORE",
    "TENSORFLOW_OPERATIONS",
    "WRAPPERS",
    "Effect",
    "Formula",
    "LayerTraits",
]

Effect = Literal[
    # Values of its own.
    "weighted",  # a weighted sum, and an activation
    "depthwise",
    "einsum",
    "embedding",
    "reversible embedding",
    "attention heads",
    "gated",  # recurrent, with an activation that gates keep
    "recurrent",  # around a cell
    "bidirectional",
    # One tensor.
    "activation",
    "passed",  # the very same tensor
    "copied",  # the same values in a new tensor
    "noise",  # the same values, but noise while training
    "normalized",  # values of any sign
    "reshaped",
    "moved",
    "transposed",
    "linear kept",  # linear values stay linear, others become unknown
    "averaged",
    "resized",
    "rescaled",
    "reduced",
    "cast",
    "part",
    # Several tensors.
    "average",
    "sum",
    "extremes",
    "quotient",
    "product",
    "concatenated",
    "attention",
]

Formula = Literal[
    "same",
    "same of rank",
    "dense",
    "einsum",
    "embedding",
    "reversible embedding",
    "convolved",
    "depthwise",
    "transposed convolution",
    "deconvolved",
    "pooled",
    "pooled to",
    "pooled away",
    "padded",
    "cropped",
    "enlarged",
    "resized",
    "flattened",
    "reshaped",
    "reshaped whole",
    "permuted",
    "repeated",
    "recurrent",
    "recurrent convolution",
    "bidirectional",
    "broadcast",
    "operated",
    "concatenated",
    "stacked",
    "dot",
    "matmul",
    "attention",
    "attention heads",
    "lambda",
    "squeezed",
    "expanded",
    "transposed",
    "swapped",
    "reduced",
]


class LayerTraits(NamedTuple):
    """What a layer or operation of one class does. None: not known."""

    effect: Effect | None
    shape: Formula | None
    rank: int = 0  # spatial axes, of those that come in one class a rank


def _ranks(
    name: str, effect: Effect | None, shape: Formula | None, *ranks: int
) -> dict[str, LayerTraits]:
    """Return a row a rank: Conv# stands for Conv1D, Conv2D and Conv3D."""
    return {
        name.replace("#", f"{rank}D"): LayerTraits(effect, shape, rank)
        for rank in ranks or (1, 2, 3)
    }


LAYERS: Final[dict[str, LayerTraits]] = {
    "Dense": LayerTraits("weighted", "dense"),
    "EinsumDense": LayerTraits("einsum", "einsum"),
    "Embedding": LayerTraits("embedding", "embedding"),
    "ReversibleEmbedding": LayerTraits("reversible embedding", "reversible embedding"),
    "Lambda": LayerTraits(None, "lambda"),
    # Convolutions.
    **_ranks("Conv#", "weighted", "convolved"),
    **_ranks("Convolution#", "weighted", "convolved"),
    **_ranks("Conv#Transpose", "weighted", "transposed convolution"),
    **_ranks("Convolution#Transpose", "weighted", "transposed convolution"),
    **_ranks("SeparableConv#", "weighted", "convolved", 1, 2),
    **_ranks("SeparableConvolution#", "weighted", "convolved", 1, 2),
    **_ranks("LocallyConnected#", "weighted", "convolved", 1, 2),
    **_ranks("DepthwiseConv#", "depthwise", "depthwise", 1, 2),
    # Of Keras 1 alone.
    **_ranks("AtrousConvolution#", "weighted", "convolved", 1, 2),
    "Deconvolution2D": LayerTraits("weighted", "deconvolved", 2),
    "Highway": LayerTraits(None, "same"),
    "MaxoutDense": LayerTraits("weighted", "dense"),
    "ParametricSoftplus": LayerTraits(None, "same"),
    "SReLU": LayerTraits(None, "same"),
    "TimeDistributedDense": LayerTraits("weighted", "dense"),
    # Recurrent layers.
    "RNN": LayerTraits("recurrent", "recurrent"),
    "SimpleRNN": LayerTraits("gated", "recurrent"),
    "GRU": LayerTraits("gated", "recurrent"),
    "LSTM": LayerTraits("gated", "recurrent"),
    "CuDNNGRU": LayerTraits("gated", "recurrent"),
    "CuDNNLSTM": LayerTraits("gated", "recurrent"),
    **_ranks("ConvLSTM#", "gated", "recurrent convolution"),
    "Bidirectional": LayerTraits("bidirectional", "bidirectional"),
    # Activations.
    "Activation": LayerTraits("activation", "same"),
    **{name: LayerTraits("activation", "same") for name in ACTIVATION_LAYERS},
    # Regularization.
    "ActivityRegularization": LayerTraits("passed", "same"),
    "AlphaDropout": LayerTraits("noise", "same"),
    "Dropout": LayerTraits("noise", "same"),
    "GaussianDropout": LayerTraits("noise", "same"),
    "GaussianNoise": LayerTraits("noise", "same"),
    **_ranks("SpatialDropout#", "noise", "same of rank"),
    # Normalization.
    "BatchNormalization": LayerTraits("normalized", "same"),
    "BatchNormalizationV1": LayerTraits("normalized", "same"),
    "BatchNormalizationV2": LayerTraits("normalized", "same"),
    "GroupNormalization": LayerTraits("normalized", "same"),
    "LayerNormalization": LayerTraits("normalized", "same"),
    "RMSNormalization": LayerTraits("normalized", "same"),
    "SyncBatchNormalization": LayerTraits("normalized", "same"),
    "UnitNormalization": LayerTraits("normalized", "same"),
    "Normalization": LayerTraits("linear kept", "same"),
    "Rescaling": LayerTraits("rescaled", "same"),
    # The same values, or some of them, in other places.
    "Identity": LayerTraits("passed", "same"),
    "Masking": LayerTraits("copied", "same"),
    "QuantizeLayer": LayerTraits(None, "same"),
    "Flatten": LayerTraits("reshaped", "flattened"),
    "Reshape": LayerTraits("reshaped", "reshaped"),
    "Permute": LayerTraits("transposed", "permuted"),
    "RepeatVector": LayerTraits("moved", "repeated"),
    **_ranks("Cropping#", "moved", "cropped"),
    **_ranks("ZeroPadding#", "linear kept", "padded"),
    **_ranks("UpSampling#", "resized", "enlarged"),
    "CenterCrop": LayerTraits("moved", "resized"),
    "Resizing": LayerTraits("resized", "resized"),
    # Pooling.
    **_ranks("AveragePooling#", "averaged", "pooled"),
    **_ranks("AvgPool#", "averaged", "pooled"),
    **_ranks("MaxPooling#", "linear kept", "pooled"),
    **_ranks("MaxPool#", "linear kept", "pooled"),
    **_ranks("AdaptiveAveragePooling#", "averaged", "pooled to"),
    **_ranks("AdaptiveMaxPooling#", "linear kept", "pooled to"),
    **_ranks("GlobalAveragePooling#", "averaged", "pooled away"),
    **_ranks("GlobalAvgPool#", "averaged", "pooled away"),
    **_ranks("GlobalMaxPooling#", "linear kept", "pooled away"),
    **_ranks("GlobalMaxPool#", "linear kept", "pooled away"),
    # Several tensors.
    "Add": LayerTraits("sum", "broadcast"),
    "Average": LayerTraits("average", "broadcast"),
    "Maximum": LayerTraits("extremes", "broadcast"),
    "Minimum": LayerTraits("extremes", "broadcast"),
    "Multiply": LayerTraits("sum", "broadcast"),
    "Subtract": LayerTraits("sum", "broadcast"),
    "Dot": LayerTraits("product", "dot"),
    "Concatenate": LayerTraits("concatenated", "concatenated"),
    "Attention": LayerTraits("attention", "attention"),
    "AdditiveAttention": LayerTraits("attention", "attention"),
    "MultiHeadAttention": LayerTraits("attention heads", "attention heads"),
    "GroupQueryAttention": LayerTraits("attention heads", "attention heads"),
    "GroupedQueryAttention": LayerTraits("attention heads", "attention heads"),
    "DenseFeatures": LayerTraits(None, "lambda"),
}
"""Class of a layer -> what it does."""

OPERATIONS: Final[dict[str, LayerTraits]] = {
    **{
        name: LayerTraits("activation", "same")
        for row in ACTIVATIONS.values()
        for name in row.operations
    },
    "Abs": LayerTraits(None, "same"),
    "Absolute": LayerTraits(None, "same"),
    "Add": LayerTraits("sum", "operated"),
    "Average": LayerTraits("reduced", "reduced"),
    "Cast": LayerTraits("cast", "same"),
    "Clip": LayerTraits(None, "same"),
    "Concatenate": LayerTraits("concatenated", "concatenated"),
    "ConvertToTensor": LayerTraits("passed", "same"),
    "Copy": LayerTraits("copied", "same"),
    "Divide": LayerTraits("quotient", "operated"),
    "Dot": LayerTraits("product", None),
    "Einsum": LayerTraits("product", None),
    "ExpandDims": LayerTraits("reshaped", "expanded"),
    "Flip": LayerTraits("moved", "same"),
    "GetItem": LayerTraits("part", None),
    "Log": LayerTraits(None, "same"),
    "Matmul": LayerTraits("product", "matmul"),
    "Max": LayerTraits(None, "reduced"),
    "Maximum": LayerTraits("extremes", "operated"),
    "Mean": LayerTraits("reduced", "reduced"),
    "Min": LayerTraits(None, "reduced"),
    "Minimum": LayerTraits("extremes", "operated"),
    "Moveaxis": LayerTraits("transposed", None),
    "Multiply": LayerTraits("sum", "operated"),
    "Negative": LayerTraits("sum", "same"),
    "Ravel": LayerTraits("reshaped", None),
    "Reshape": LayerTraits("reshaped", "reshaped whole"),
    "Split": LayerTraits("part", None),
    "Sqrt": LayerTraits(None, "same"),
    "Square": LayerTraits(None, "same"),
    "Squeeze": LayerTraits("reshaped", "squeezed"),
    "Stack": LayerTraits("part", "stacked"),
    "StopGradient": LayerTraits("copied", "same"),
    "Subtract": LayerTraits("sum", "operated"),
    "Sum": LayerTraits("reduced", "reduced"),
    "Swapaxes": LayerTraits("transposed", "swapped"),
    "Take": LayerTraits("part", None),
    "Transpose": LayerTraits("transposed", "transposed"),
    "TrueDivide": LayerTraits("quotient", "operated"),
}
"""Class of a Keras 3 operation -> what it does."""

WITHOUT_LOSS: Final = frozenset(
    {"Functional", "InputLayer", "Model", "Sequential", "StackedRNNCells"}
    | {"SlicingOpLambda", "TFOpLambda", "TensorFlowOpLayer"}
)
"""What a model holds that is not in `LAYERS`, and adds no loss."""

WRAPPERS: Final = frozenset({"TimeDistributed", "SpectralNormalization", "Wrapper"})
"""Layers that do what the layer inside them does."""

OPTIMIZING_WRAPPERS: Final = frozenset(
    {"ClusterWeights", "PruneLowMagnitude", "QuantizeWrapper", "QuantizeWrapperV2"}
)
"""Wrappers of TensorFlow Model Optimization, which do what the layer inside does."""

OPTIMIZING_MODULE: Final = "tensorflow_model_optimization."

QUANTIZED_BEFORE: Final = frozenset({"sigmoid", "softmax", "tanh"})
"""Activations whose inputs are rounded there, and not what they return."""

BATCH_AXES: Final = frozenset(
    {"UpSampling3D"}
    | {f"{name}{n}D" for name in ("Conv", "Convolution") for n in (1, 2, 3)}
)
"""Layers that Keras 2.4 to 2.15 call on inputs with axes in front, too."""

MERGES: Final = frozenset(
    {"add", "average", "concatenate", "dot"}
    | {"maximum", "minimum", "multiply", "subtract"}
)
"""Functions of `keras.layers`, which the loader for old files takes texts for."""

BREAKS_ON_A_LIST: Final = frozenset(
    {"BatchNormalization", "Dense", "Flatten", "Reshape"}
    | {f"{name}{n}D" for name in ("Conv", "MaxPooling") for n in (1, 2, 3)}
)
"""Layers that Keras 3 does not call on a list of one tensor."""

BEFORE_A_LIST: Final = frozenset(
    {"Activation", "Dropout", "ReLU"} | {f"GlobalAveragePooling{n}D" for n in (1, 2, 3)}
)
"""Layers that Keras 3 calls on a list of one tensor, and breaks behind."""

GATED: Final = frozenset(n for n, row in LAYERS.items() if row.effect == "gated")
NOISE: Final = frozenset(n for n, row in LAYERS.items() if row.effect == "noise")
NORMALIZATIONS: Final = frozenset(
    n for n, row in LAYERS.items() if row.effect == "normalized"
)

TRAINED_BEHIND_A_HEAD: Final = frozenset(
    {
        "AlphaDropout",
        "BatchNormalization",
        "Dropout",
        "GaussianDropout",
        "LayerNormalization",
    }
)
"""Layers that reference training has between a head and its loss."""

OF_ANY_RANK: Final = frozenset(
    n for n, row in LAYERS.items() if row.shape in ("same", "dense", "embedding")
)
"""Layers that are called on inputs of any rank, and work on the last axis."""

OF_ONE_RANK: Final = frozenset(
    n
    for n, row in LAYERS.items()
    if row.rank or row.shape in ("recurrent", "bidirectional", "repeated", "permuted")
)
"""Layers that are called on inputs of one rank alone."""

TENSORFLOW_OPERATIONS: Final = {
    "add": "Add",
    "add_v2": "Add",
    "bias_add": "Add",
    "cast": "Cast",
    "concat": "Concatenate",
    "concatenate": "Concatenate",
    "div": "TrueDivide",
    "divide": "TrueDivide",
    "expand_dims": "ExpandDims",
    "getitem": "GetItem",
    "identity": "Copy",
    "matmul": "Matmul",
    "mul": "Multiply",
    "multiply": "Multiply",
    "neg": "Negative",
    "negative": "Negative",
    "reduce_mean": "Mean",
    "reduce_sum": "Sum",
    "reshape": "Reshape",
    "squeeze": "Squeeze",
    "stack": "Stack",
    "stop_gradient": "StopGradient",
    "sub": "Subtract",
    "subtract": "Subtract",
    "transpose": "Transpose",
    "truediv": "TrueDivide",
    # Operations of TensorFlow 2.3's graph nodes.
    "AddV2": "Add",
    "BiasAdd": "Add",
    "ConcatV2": "Concatenate",
    "Identity": "Copy",
    "MatMul": "Matmul",
    "Mul": "Multiply",
    "Neg": "Negative",
    "RealDiv": "TrueDivide",
    "StridedSlice": "GetItem",
    "Sub": "Subtract",
}
"""TensorFlow's name of an operation -> the class that Keras 3 has for it."""
