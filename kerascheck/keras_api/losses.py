"""Keras's losses: one row a class, and every name they are saved under.

Source: `ALL_OBJECTS_DICT` of keras.losses in Keras 3.15.1 and of tf_keras 2.21,
and `LABEL_DTYPES_FOR_LOSSES` of multi-backend Keras 2.3.1 for the oldest names.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from kerascheck.model.description import Arguments, Loss, LossKind, Scalar

__all__ = [
    "BY_SHAPE",
    "CROSSENTROPIES",
    "LOSSES",
    "LOSS_NAMES",
    "ONE_CLASS",
    "WITH_FROM_LOGITS",
    "LossTraits",
    "loss_called",
    "loss_traits",
    "snake_case",
]


class LossTraits(NamedTuple):
    """What Keras's loss of one class does."""

    kind: LossKind = LossKind.CUSTOM  # what it expects of labels and outputs
    function: str = ""  # its name as a function, and as a string in compile()
    short: str = ""  # a shorter string; upper case is accepted too
    old: tuple[str, ...] = ()  # names in Keras 2
    from_logits: bool = False  # has the argument; its default is False in every Keras
    reads_logits: Literal["always", "Keras 2"] | None = None  # that an output keeps
    focal: bool = False  # weights down what is easy, so outputs are not calibrated
    axis: int | None = -1  # default of the argument
    unsaved: tuple[str, Scalar] | None = None  # argument not in the config, and default
    other_form: str | None = None  # the same loss for ids instead of rows, or for rows


_K = LossKind

LOSSES: Final[dict[str, LossTraits]] = {
    "BinaryCrossentropy": LossTraits(
        _K.BINARY,
        "binary_crossentropy",
        "bce",
        from_logits=True,
        reads_logits="always",
    ),
    "BinaryFocalCrossentropy": LossTraits(
        _K.BINARY, "binary_focal_crossentropy", from_logits=True, focal=True
    ),
    "CategoricalCrossentropy": LossTraits(
        _K.CATEGORICAL,
        "categorical_crossentropy",
        from_logits=True,
        reads_logits="always",
        other_form="SparseCategoricalCrossentropy",
    ),
    "CategoricalFocalCrossentropy": LossTraits(
        _K.CATEGORICAL,
        "categorical_focal_crossentropy",
        from_logits=True,
        reads_logits="Keras 2",
        focal=True,
    ),
    "SparseCategoricalCrossentropy": LossTraits(
        _K.SPARSE,
        "sparse_categorical_crossentropy",
        from_logits=True,
        reads_logits="always",
        other_form="CategoricalCrossentropy",
    ),
    "MeanSquaredError": LossTraits(_K.REGRESSION, "mean_squared_error", "mse"),
    "MeanAbsoluteError": LossTraits(_K.REGRESSION, "mean_absolute_error", "mae"),
    "MeanAbsolutePercentageError": LossTraits(
        _K.REGRESSION, "mean_absolute_percentage_error", "mape"
    ),
    "MeanSquaredLogarithmicError": LossTraits(
        _K.REGRESSION, "mean_squared_logarithmic_error", "msle"
    ),
    "Huber": LossTraits(
        _K.REGRESSION, "huber", old=("huber_loss",), unsaved=("delta", 1.0)
    ),
    "LogCosh": LossTraits(_K.REGRESSION, "log_cosh", old=("logcosh",)),
    "Hinge": LossTraits(_K.HINGE, "hinge"),
    "SquaredHinge": LossTraits(_K.HINGE, "squared_hinge"),
    "CategoricalHinge": LossTraits(_K.CATEGORICAL_HINGE, "categorical_hinge"),
    "KLDivergence": LossTraits(
        _K.DIVERGENCE, "kl_divergence", "kld", old=("kullback_leibler_divergence",)
    ),
    "Poisson": LossTraits(_K.POISSON, "poisson"),
    "Dice": LossTraits(_K.OVERLAP, "dice", axis=None),
    "Tversky": LossTraits(_K.OVERLAP, "tversky", axis=None),
    "CosineSimilarity": LossTraits(
        _K.OTHER,
        "cosine_similarity",
        old=("cosine", "cosine_proximity"),
        unsaved=("axis", -1),
    ),
    "CategoricalGeneralizedCrossEntropy": LossTraits(
        _K.OTHER, "categorical_generalized_cross_entropy"
    ),
    "CTC": LossTraits(_K.OTHER, "ctc"),
    "Circle": LossTraits(_K.OTHER, "circle"),
}
"""Keras class name -> what the loss does.

The arguments that are not saved are those of Keras 3.0 to 3.15; a `Huber(delta=2.0)`
was saved and loaded with 3.15.1.
"""

LOSS_NAMES: Final[dict[str, str]] = {
    **{name: name for name in LOSSES},
    **{
        alias: name
        for name, row in LOSSES.items()
        for alias in (row.function, row.short, row.short.upper(), *row.old)
        if alias
    },
}
"""Every saved name -> Keras class name."""

WITH_FROM_LOGITS: Final = frozenset(n for n, row in LOSSES.items() if row.from_logits)
"""Losses that have the argument."""

CROSSENTROPIES: Final = frozenset({_K.BINARY, _K.CATEGORICAL, _K.SPARSE})
"""Kinds that score probabilities, or logits under from_logits=True."""

ONE_CLASS: Final = frozenset({_K.CATEGORICAL, _K.SPARSE})
"""Kinds that score one distribution over classes: exactly one class a sample."""

BY_SHAPE: Final = frozenset({"crossentropy", "ce"})
"""Losses that Keras picks from the shapes of labels and output, like "accuracy"."""

_OWN: Final = LossTraits()


def loss_traits(loss: Loss) -> LossTraits:
    """Return what is known of a loss of Keras; for the user's own, nothing."""
    return LOSSES.get(loss.name, _OWN)


def snake_case(name: str) -> str:
    """Return the function name of a Keras loss: BinaryCrossentropy -> binary_…"""
    row = LOSSES.get(name)
    return row.function if row else name


def loss_called(
    name: str,
    *,
    from_logits: bool | None = None,
    arguments: Arguments = (),
    given: str = "string",
) -> Loss:
    """Return the loss with this saved name; it is custom if Keras has none of it.

    Args:
        name: Any name that Keras accepts or saves: "bce", "BinaryCrossentropy".
        from_logits: As saved; None stands for the default, False, if the loss has it.
        arguments: Other arguments as saved.
        given: How it was given to compile(): string, object or function.
    """
    full = LOSS_NAMES.get(name)
    if full is None:
        return Loss(name=name, kind=LossKind.CUSTOM, arguments=arguments, given=given)
    row = LOSSES[full]
    if not row.from_logits:
        from_logits = None
    elif from_logits is None:
        from_logits = False
    return Loss(
        name=full,
        kind=row.kind,
        from_logits=from_logits,
        arguments=arguments,
        given=given,
    )
