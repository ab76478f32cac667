"""Sequential models of Keras 1: their layers, and what they are compiled with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

SIZES = (10, 12, 3)


class Row(NamedTuple):
    """One model."""

    layers: Callable[[Any], list[Any]]  # from the module `keras.layers`
    loss: str = "mse"
    metrics: tuple[str, ...] = ()


_BCE, _CCE = "binary_crossentropy", "categorical_crossentropy"
_SCE = "sparse_categorical_crossentropy"
_ACC = ("accuracy",)

ROWS: dict[str, Row] = {
    "binary": Row(
        lambda k: [k.Dense(4, input_dim=3), k.Dense(1, activation="sigmoid")],
        _BCE,
        _ACC,
    ),
    "ids": Row(lambda k: [k.Dense(5, activation="softmax", input_dim=3)], _SCE, _ACC),
    "rows": Row(
        lambda k: [k.Dense(5, input_dim=3), k.Activation("softmax")],
        _CCE,
        ("acc", "top_k_categorical_accuracy"),
    ),
    "rows_under_binary_loss": Row(
        lambda k: [k.Dense(5, activation="softmax", input_dim=3), k.Dropout(0.2)],
        _BCE,
        _ACC,
    ),
    "metrics_that_are_gone": Row(
        lambda k: [k.Dense(1, activation="sigmoid", input_dim=3)],
        _BCE,
        ("precision", "recall", "fmeasure", "matthews_correlation"),
    ),
    "maxout": Row(lambda k: [k.MaxoutDense(3, nb_feature=4, input_dim=6)]),
    "maxout_softmax": Row(
        lambda k: [k.MaxoutDense(3, input_dim=6), k.Activation("softmax")], "kld"
    ),
    "dense_in_time": Row(
        lambda k: [
            k.LSTM(4, return_sequences=True, input_shape=(6, 2)),
            k.TimeDistributedDense(3, activation="softmax"),
        ],
        _CCE,
        _ACC,
    ),
    "time_distributed": Row(
        lambda k: [
            k.GRU(4, return_sequences=True, input_shape=(None, 2)),
            k.TimeDistributed(k.Dense(1, activation="sigmoid")),
        ],
        _BCE,
        _ACC,
    ),
    "dense_on_sequence": Row(
        lambda k: [k.Dense(4, activation="softmax", input_shape=(6, 2))], _SCE, _ACC
    ),
    "bidirectional": Row(
        lambda k: [
            k.Embedding(30, 4, input_length=7),
            k.Bidirectional(k.LSTM(3)),
            k.Dense(1, activation="sigmoid"),
        ],
        _BCE,
        _ACC,
    ),
    "bidirectional_head": Row(
        lambda k: [
            k.Bidirectional(k.LSTM(3, return_sequences=True), input_shape=(4, 2))
        ]
    ),
    "lstm_head": Row(
        lambda k: [
            k.Masking(input_shape=(4, 2)),
            k.LSTM(3, activation="sigmoid", inner_activation="sigmoid"),
        ]
    ),
    "rnn_head": Row(
        lambda k: [k.SimpleRNN(3, activation="softmax", input_shape=(4, 2))], _CCE, _ACC
    ),
    "repeated": Row(
        lambda k: [
            k.Dense(3, input_dim=4),
            k.RepeatVector(5),
            k.GRU(2, return_sequences=True),
        ],
        "squared_hinge",
    ),
    "pictures": Row(
        lambda k: [
            k.Convolution2D(4, 3, 3, border_mode="same", input_shape=SIZES),
            k.MaxPooling2D((2, 2)),
            k.Flatten(),
            k.Dense(10, activation="softmax"),
        ],
        _CCE,
        _ACC,
    ),
    "masks": Row(
        lambda k: [
            k.Convolution2D(4, 3, 3, border_mode="same", input_shape=SIZES),
            k.UpSampling2D((2, 2)),
            k.Convolution2D(1, 1, 1, activation="sigmoid"),
        ],
        _BCE,
        _ACC,
    ),
    "channels_first": Row(
        lambda k: [
            k.ZeroPadding2D((1, 2), dim_ordering="th", input_shape=(3, 11, 12)),
            k.Convolution2D(5, 3, 2, dim_ordering="th"),
            k.MaxPooling2D((2, 2), dim_ordering="th"),
            k.Convolution2D(2, 1, 1, activation="sigmoid", dim_ordering="th"),
        ],
        _BCE,
        _ACC,
    ),
    "strided": Row(
        lambda k: [
            k.Convolution2D(4, 3, 3, subsample=(2, 2), input_shape=SIZES),
            k.AtrousConvolution2D(2, 2, 2, atrous_rate=(2, 2), activation="relu"),
        ]
    ),
    "separable": Row(
        lambda k: [
            k.SeparableConvolution2D(4, 3, 3, input_shape=SIZES),
            k.AveragePooling2D(),
            k.Convolution2D(2, 1, 1, activation="tanh"),
        ]
    ),
    "cropped": Row(
        lambda k: [
            k.Convolution2D(5, 3, 2, activation="sigmoid", input_shape=SIZES),
            k.Cropping2D(((1, 1), (2, 2))),
        ]
    ),
    "deconvolution": Row(
        lambda k: [
            k.Deconvolution2D(
                3,
                3,
                3,
                (None, 12, 14, 3),
                activation="sigmoid",
                input_shape=SIZES,
            )
        ],
        _BCE,
    ),
    "convolution_1d": Row(
        lambda k: [
            k.Convolution1D(4, 3, subsample_length=2, input_shape=(11, 3)),
            k.MaxPooling1D(2),
            k.Convolution1D(2, 1, activation="softmax"),
        ],
        _CCE,
        _ACC,
    ),
    "atrous_1d": Row(
        lambda k: [
            k.AtrousConvolution1D(4, 3, atrous_rate=2, input_shape=(11, 3)),
            k.AveragePooling1D(2, stride=1),
            k.LocallyConnected1D(2, 2, activation="sigmoid"),
        ]
    ),
    "convolution_3d": Row(
        lambda k: [
            k.Convolution3D(2, 2, 3, 2, input_shape=(5, 6, 7, 2)),
            k.MaxPooling3D(),
            k.GlobalAveragePooling3D(),
            k.Dense(2),
        ]
    ),
    "pooled": Row(
        lambda k: [
            k.Convolution2D(7, 3, 3, input_shape=SIZES),
            k.GlobalAveragePooling2D(),
            k.Activation("softmax"),
        ],
        _CCE,
        _ACC,
    ),
    "locally": Row(
        lambda k: [
            k.LocallyConnected2D(4, 3, 3, input_shape=(6, 7, 3)),
            k.Flatten(),
            k.Dense(3, activation="hard_sigmoid"),
        ]
    ),
    "conv_lstm": Row(
        lambda k: [
            k.ConvLSTM2D(
                3,
                2,
                2,
                input_shape=(4, 5, 6, 2),
                dim_ordering="tf",
                return_sequences=True,
            )
        ]
    ),
    "normalized": Row(
        lambda k: [
            k.Dense(3, activation="sigmoid", input_dim=4),
            k.BatchNormalization(),
        ]
    ),
    "leaky": Row(lambda k: [k.Dense(3, input_dim=4), k.LeakyReLU(0.2)]),
    "s_shaped": Row(lambda k: [k.Dense(3, input_dim=4), k.SReLU()], "mape"),
    "softplus": Row(
        lambda k: [k.Dense(3, input_dim=4), k.ParametricSoftplus()], "poisson"
    ),
    "highway": Row(
        lambda k: [k.Dense(3, input_dim=4), k.Highway(activation="relu")],
        "cosine_proximity",
    ),
    "reshaped": Row(
        lambda k: [
            k.Dense(12, activation="sigmoid", input_dim=4),
            k.Reshape((3, 4)),
        ],
        "hinge",
    ),
    "permuted": Row(
        lambda k: [
            k.Dense(12, input_dim=4),
            k.Reshape((3, 4)),
            k.Permute((2, 1)),
            k.Activation("softmax"),
        ],
        _CCE,
    ),
    "noisy": Row(
        lambda k: [
            k.Dense(3, activation="tanh", input_dim=4),
            k.GaussianNoise(0.1),
            k.GaussianDropout(0.1),
        ],
        "mae",
    ),
    "lambda": Row(
        lambda k: [
            k.Dense(3, activation="sigmoid", input_dim=4),
            k.Lambda(lambda x: x * 2.0, output_shape=(3,)),
        ]
    ),
    "uncompiled": Row(lambda k: [k.Dense(1, input_dim=3)], ""),
}
