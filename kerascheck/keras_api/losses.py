"""Keras's losses: one row a class, and every name they are saved under.

Source: `ALL_OBJECTS_DICT` of keras.losses in Keras 3.15.1 and of tf_keras 2.21,
and `LABEL_DTYPES_FOR_LOSSES` of multi-backend Keras 2.3.1 for the oldest names.
"""

from __future__ import annotations

from math import inf

from kerascheck.model.description import Arguments, Loss, LossKind, Scalar, Value
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final, Literal

__all__ = [
    "BY_SHAPE",
    "COSINE",
    "CROSSENTROPIES",
    "GENERALIZED",
    "LOSSES",
    "LOSS_NAMES",
    "OF_TENSORFLOW",
    "ONE_CLASS",
    "PERCENTAGE",
    "REFUSED_LOSSES",
    "SMOOTHING_LOSSES",
    "TENSORFLOW_LOSSES",
    "WITH_FROM_LOGITS",
    "WITH_LABEL_RANGE",
    "LossTraits",
    "carried_arguments",
    "focal_form",
    "loss_called",
    "loss_traits",
    "snake_case",
    "tensorflow_name",
]


Range = tuple[float, float]
"""The lowest and the highest value that something may have."""

_ANY: Final[Range] = (-inf, inf)
_UNIT: Final[Range] = (0.0, 1.0)
_POSITIVE: Final[Range] = (0.0, inf)
_SIGNED: Final[Range] = (-1.0, 1.0)


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
    labels: Range = _ANY  # for which its formula has its minimum at the labels
    output: Range = _ANY  # for which its formula is defined and has a gradient
    by_row: bool = False  # it compares the units of a row with one another
    ids: bool = False  # labels are class ids


_K = LossKind

LOSSES: Final[dict[str, LossTraits]] = {
    "BinaryCrossentropy": LossTraits(
        _K.BINARY,
        "binary_crossentropy",
        "bce",
        from_logits=True,
        reads_logits="always",
        labels=_UNIT,
        output=_UNIT,
    ),
    "BinaryFocalCrossentropy": LossTraits(
        _K.BINARY,
        "binary_focal_crossentropy",
        from_logits=True,
        focal=True,
        labels=_UNIT,
        output=_UNIT,
    ),
    "CategoricalCrossentropy": LossTraits(
        _K.CATEGORICAL,
        "categorical_crossentropy",
        from_logits=True,
        reads_logits="always",
        other_form="SparseCategoricalCrossentropy",
        labels=_UNIT,
        output=_UNIT,
        by_row=True,
    ),
    "CategoricalFocalCrossentropy": LossTraits(
        _K.CATEGORICAL,
        "categorical_focal_crossentropy",
        from_logits=True,
        reads_logits="Keras 2",
        focal=True,
        labels=_UNIT,
        output=_UNIT,
        by_row=True,
    ),
    "SparseCategoricalCrossentropy": LossTraits(
        _K.SPARSE,
        "sparse_categorical_crossentropy",
        from_logits=True,
        reads_logits="always",
        other_form="CategoricalCrossentropy",
        labels=_POSITIVE,
        output=_UNIT,
        by_row=True,
        ids=True,
    ),
    "MeanSquaredError": LossTraits(_K.REGRESSION, "mean_squared_error", "mse"),
    "MeanAbsoluteError": LossTraits(_K.REGRESSION, "mean_absolute_error", "mae"),
    "MeanAbsolutePercentageError": LossTraits(
        _K.REGRESSION, "mean_absolute_percentage_error", "mape"
    ),
    "MeanSquaredLogarithmicError": LossTraits(
        _K.REGRESSION,
        "mean_squared_logarithmic_error",
        "msle",
        labels=_POSITIVE,
        output=_POSITIVE,
    ),
    "Huber": LossTraits(
        _K.REGRESSION, "huber", old=("huber_loss",), unsaved=("delta", 1.0)
    ),
    "LogCosh": LossTraits(_K.REGRESSION, "log_cosh", old=("logcosh",)),
    "Hinge": LossTraits(_K.HINGE, "hinge", labels=_SIGNED),
    "SquaredHinge": LossTraits(_K.HINGE, "squared_hinge", labels=_SIGNED),
    "CategoricalHinge": LossTraits(
        _K.CATEGORICAL_HINGE, "categorical_hinge", labels=_SIGNED, by_row=True
    ),
    "KLDivergence": LossTraits(
        _K.DIVERGENCE,
        "kl_divergence",
        "kld",
        old=("kullback_leibler_divergence",),
        labels=_UNIT,
        output=_UNIT,
        by_row=True,
    ),
    "Poisson": LossTraits(_K.POISSON, "poisson", labels=_POSITIVE, output=_POSITIVE),
    "Dice": LossTraits(_K.OVERLAP, "dice", axis=None, labels=_UNIT, output=_UNIT),
    "Tversky": LossTraits(_K.OVERLAP, "tversky", axis=None, labels=_UNIT, output=_UNIT),
    "CosineSimilarity": LossTraits(
        _K.OTHER,
        "cosine_similarity",
        old=("cosine", "cosine_proximity"),
        by_row=True,
        unsaved=("axis", -1),
    ),
    "CategoricalGeneralizedCrossEntropy": LossTraits(
        _K.OTHER,
        "categorical_generalized_cross_entropy",
        labels=_POSITIVE,
        output=_UNIT,
        by_row=True,
        ids=True,
    ),
    "CTC": LossTraits(_K.OTHER, "ctc", labels=_POSITIVE, by_row=True, ids=True),
    "Circle": LossTraits(_K.OTHER, "circle", by_row=True, ids=True),
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

SMOOTHING_LOSSES: Final = (
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
)
"""Losses that have the argument `label_smoothing`."""

WITH_FROM_LOGITS: Final = frozenset(n for n, row in LOSSES.items() if row.from_logits)
"""Losses that have the argument."""

TENSORFLOW_LOSSES: Final[dict[str, str]] = {
    "sigmoid_cross_entropy_with_logits_v2": "BinaryCrossentropy",
    "softmax_cross_entropy_with_logits_v2": "CategoricalCrossentropy",
}
"""`__name__` of functions of tf.nn over logits -> Keras class of the same loss.

Keras saves a function as a loss under this name, and calls it with labels and outputs
in the order that these take. Unlike Keras's own they never look behind an activation.
"""

REFUSED_LOSSES: Final[dict[str, str]] = {
    "sparse_softmax_cross_entropy_with_logits_v2": "SparseCategoricalCrossentropy",
    "weighted_cross_entropy_with_logits_v2": "BinaryCrossentropy",
}
"""The same for functions that raise as a loss, whatever labels are.

Keras casts labels to the dtype of the outputs, and the sparse one accepts whole numbers
only; the weighted one lacks `pos_weight`. Source: TensorFlow 2.21, under Keras 3.15.1
and tf_keras 2.21.
"""

OF_TENSORFLOW: Final = "tf.nn"
"""How such a loss was given to compile()."""

GENERALIZED: Final = "CategoricalGeneralizedCrossEntropy"
"""A loss over ids and a softmax, of Keras 3.9 and later."""

COSINE: Final = "CosineSimilarity"
"""A loss over directions of rows."""

PERCENTAGE: Final = "MeanAbsolutePercentageError"
"""A loss that divides by the labels."""

WITH_LABEL_RANGE: Final = frozenset(
    name
    for name, row in LOSSES.items()
    if row.kind in (_K.OVERLAP, _K.CATEGORICAL_HINGE)
    or name == PERCENTAGE
    or (row.kind is _K.REGRESSION and row.labels != _ANY)
)
"""Losses whose labels have a range that no kind of loss says."""

CROSSENTROPIES: Final = frozenset({_K.BINARY, _K.CATEGORICAL, _K.SPARSE})
"""Kinds that score probabilities, or logits under from_logits=True."""

ONE_CLASS: Final = frozenset({_K.CATEGORICAL, _K.SPARSE})
"""Kinds that score one distribution over classes: exactly one class a sample."""

BY_SHAPE: Final = frozenset({"crossentropy", "ce"})
"""Losses that Keras picks from the shapes of labels and output, like "accuracy"."""

_OWN: Final = LossTraits()

_OF_ONE_CLASS: Final = frozenset({"alpha", "apply_class_balancing", "gamma"})
"""Arguments that mean something else in another class of the same name."""


def loss_traits(loss: Loss) -> LossTraits:
    """Return what is known of a loss of Keras; for the user's own, nothing."""
    return LOSSES.get(loss.name, _OWN)


def focal_form(old: Loss | None, name: str) -> str:
    """Return the focal form of a loss if another one is focal, and there is one."""
    if old is None or not loss_traits(old).focal:
        return name
    kind = LOSSES[name].kind
    forms = (n for n, row in LOSSES.items() if row.focal and row.kind is kind)
    return next(forms, name)


def carried_arguments(old: Loss, name: str) -> dict[str, Value]:
    """Return the arguments of a loss that mean the same in a loss of another class.

    That is how labels are smoothed, how values are reduced, along which axis, and how
    much a focal loss focuses.
    """
    from kerascheck.keras_api.defaults import LOSSES as DEFAULTS

    takes = DEFAULTS[3].get(name, {})
    kept = {n: v for n, v in old.arguments if n in takes and n not in _OF_ONE_CLASS}
    focal = loss_traits(old).focal and LOSSES[name].focal
    gamma = [pair for pair in old.arguments if pair[0] == "gamma" and focal]
    return {**kept, **dict(gamma)}


def tensorflow_name(loss: Loss) -> str | None:
    """Return how a function of tf.nn is called in a program; None if it is not one."""
    name = loss.name if loss.name in REFUSED_LOSSES else None
    if loss.given == OF_TENSORFLOW:
        names = (n for n, full in TENSORFLOW_LOSSES.items() if full == loss.name)
        name = next(names, None)
    return None if name is None else f"tf.nn.{name.removesuffix('_v2')}"


def snake_case(name: str) -> str:
    """Return the function name of a Keras loss: BinaryCrossentropy -> binary_…"""
    row = LOSSES.get(name)
    return row.function if row else name


USUAL_OF_ACTIVATION: Final[dict[str, str]] = {
    "linear": "MeanSquaredError",
    "sigmoid": "BinaryCrossentropy",
    "softmax": "CategoricalCrossentropy",
}
"""The loss of a head by its activation, if labels do not say another one."""


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
    if name in TENSORFLOW_LOSSES:
        full, from_logits, given = TENSORFLOW_LOSSES[name], True, OF_TENSORFLOW
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
