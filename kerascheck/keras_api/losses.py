"""Keras's losses by every name they are saved under.

Source: `ALL_OBJECTS_DICT` of keras.losses in Keras 3.15.1 and of tf_keras 2.21,
and `LABEL_DTYPES_FOR_LOSSES` of multi-backend Keras 2.3.1 for the oldest names.
"""

from __future__ import annotations

from kerascheck.model.description import Arguments, Loss, LossKind

_KINDS = {
    "BinaryCrossentropy": LossKind.BINARY,
    "BinaryFocalCrossentropy": LossKind.BINARY,
    "CategoricalCrossentropy": LossKind.CATEGORICAL,
    "CategoricalFocalCrossentropy": LossKind.CATEGORICAL,
    "SparseCategoricalCrossentropy": LossKind.SPARSE,
    "MeanSquaredError": LossKind.REGRESSION,
    "MeanAbsoluteError": LossKind.REGRESSION,
    "MeanAbsolutePercentageError": LossKind.REGRESSION,
    "MeanSquaredLogarithmicError": LossKind.REGRESSION,
    "Huber": LossKind.REGRESSION,
    "LogCosh": LossKind.REGRESSION,
    "Hinge": LossKind.HINGE,
    "SquaredHinge": LossKind.HINGE,
    "CategoricalHinge": LossKind.CATEGORICAL_HINGE,
    "KLDivergence": LossKind.DIVERGENCE,
    "Poisson": LossKind.POISSON,
    "Dice": LossKind.OVERLAP,
    "Tversky": LossKind.OVERLAP,
    "CosineSimilarity": LossKind.OTHER,
    "CategoricalGeneralizedCrossEntropy": LossKind.OTHER,
    "CTC": LossKind.OTHER,
    "Circle": LossKind.OTHER,
}

_SNAKE = {
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "huber": "Huber",
    "log_cosh": "LogCosh",
    "hinge": "Hinge",
    "squared_hinge": "SquaredHinge",
    "categorical_hinge": "CategoricalHinge",
    "kl_divergence": "KLDivergence",
    "poisson": "Poisson",
    "dice": "Dice",
    "tversky": "Tversky",
    "cosine_similarity": "CosineSimilarity",
    "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
    "ctc": "CTC",
    "circle": "Circle",
}

_SHORT = {
    "bce": "BinaryCrossentropy",
    "mse": "MeanSquaredError",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "msle": "MeanSquaredLogarithmicError",
    "kld": "KLDivergence",
}

_OLD = {
    "logcosh": "LogCosh",
    "huber_loss": "Huber",
    "kullback_leibler_divergence": "KLDivergence",
    "cosine": "CosineSimilarity",
    "cosine_proximity": "CosineSimilarity",
}

LOSS_NAMES = {
    **{name: name for name in _KINDS},
    **_SNAKE,
    **_SHORT,
    **{name.upper(): full for name, full in _SHORT.items()},
    **_OLD,
}
"""Every saved name -> Keras class name."""

WITH_FROM_LOGITS = frozenset(
    {
        "BinaryCrossentropy",
        "BinaryFocalCrossentropy",
        "CategoricalCrossentropy",
        "CategoricalFocalCrossentropy",
        "SparseCategoricalCrossentropy",
    }
)
"""Losses that have the argument; its default is False in every Keras."""

CROSSENTROPIES = frozenset({LossKind.BINARY, LossKind.CATEGORICAL, LossKind.SPARSE})
"""Kinds that score probabilities, or logits under from_logits=True."""

BY_SHAPE = frozenset({"crossentropy", "ce"})
"""Losses that Keras picks from the shapes of labels and output, like "accuracy"."""


def snake_case(name: str) -> str:
    """Return the function name of a Keras loss: BinaryCrossentropy -> binary_…"""
    return next((snake for snake, full in _SNAKE.items() if full == name), name)


def loss_called(
    name: str,
    *,
    from_logits: bool | None = None,
    arguments: Arguments = (),
    given: str = "string",
) -> Loss:
    """Return the loss with this saved name, custom where Keras has none of it.

    Args:
        name: Any name that Keras accepts or saves: "bce", "BinaryCrossentropy".
        from_logits: As saved; None takes the default, False, where the loss has it.
        arguments: Other arguments as saved.
        given: How it was given to compile(): string, object or function.
    """
    full = LOSS_NAMES.get(name)
    if full is None:
        return Loss(name=name, kind=LossKind.CUSTOM, arguments=arguments, given=given)
    if full not in WITH_FROM_LOGITS:
        from_logits = None
    elif from_logits is None:
        from_logits = False
    return Loss(
        name=full,
        kind=_KINDS[full],
        from_logits=from_logits,
        arguments=arguments,
        given=given,
    )
