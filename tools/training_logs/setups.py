"""What is trained for logs: right setups, and one fault each in them.

The truth is not written here: `kerascheck.check` says which findings a setup has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from tools.training_logs.tasks import Kind

Labels = Literal[
    "as-is",
    "one-hot",
    "column",
    "plus-one",
    "signed",
    "0-255",
    "text",
    "nan",
    "times",
    "counts",
]


class LogSetup(NamedTuple):
    """A head, its loss, its labels and its metrics.

    Attributes:
        name: Of the fault, or of the right setup.
        units: Of the head; 0: as many as there are classes; -1: one less.
        loss: Text, or class and arguments.
        metrics: Likewise.
        fault: Code of the finding that it is about; "": it is right.
        after: Layer behind the head: class and arguments.
        fit: Class weights of `fit`: "class_weight" balances classes, "five_to_one"
            is what it says, "weight_list" a list, "negative" has one below zero.
        network: Further traits of the network and its training.
        most: Classes with which it is still what it is.
    """

    name: str
    kind: Kind
    units: int
    activation: str | None
    loss: Any
    labels: Labels = "as-is"
    metrics: Sequence[Any] = ("accuracy",)
    fault: str = ""
    after: tuple[str, Mapping[str, Any]] | None = None
    fit: str = ""
    network: str = ""
    most: int = 1000


def _with(name: str, **arguments: Any) -> tuple[str, Mapping[str, Any]]:
    return name, arguments


BCE = "binary_crossentropy"
CCE = "categorical_crossentropy"
SCCE = "sparse_categorical_crossentropy"
BCE_LOGITS = _with("BinaryCrossentropy", from_logits=True)
SCCE_LOGITS = _with("SparseCategoricalCrossentropy", from_logits=True)
CCE_LOGITS = _with("CategoricalCrossentropy", from_logits=True)

RIGHT = (
    LogSetup("sigmoid", "binary", 1, "sigmoid", BCE),
    LogSetup(
        "logits",
        "binary",
        1,
        None,
        BCE_LOGITS,
        metrics=(_with("BinaryAccuracy", threshold=0.0),),
    ),
    LogSetup("two-units", "binary", 2, "softmax", SCCE),
    LogSetup(
        "counts",
        "binary",
        1,
        "sigmoid",
        BCE,
        metrics=("accuracy", _with("Precision"), _with("Recall"), _with("AUC")),
    ),
    LogSetup("focal", "binary", 1, "sigmoid", "binary_focal_crossentropy"),
    LogSetup("overfit", "binary", 1, "sigmoid", BCE, network="overfit"),
    LogSetup("unscaled", "binary", 1, "sigmoid", BCE, network="unscaled"),
    LogSetup("slow", "binary", 1, "sigmoid", BCE, network="slow"),
    LogSetup("fast", "binary", 1, "sigmoid", BCE, network="fast"),
    LogSetup("dropout", "binary", 1, "sigmoid", BCE, network="dropout"),
    LogSetup("weighted", "binary", 1, "sigmoid", BCE, fit="class_weight"),
    LogSetup(
        "smoothed",
        "binary",
        1,
        "sigmoid",
        _with("BinaryCrossentropy", label_smoothing=0.1),
    ),
    LogSetup("frozen-rate", "binary", 1, "sigmoid", BCE, network="plateau"),
    LogSetup(
        "hinge-logits",
        "binary",
        1,
        None,
        "hinge",
        metrics=(_with("BinaryAccuracy", threshold=0.0),),
    ),
    LogSetup("squared", "binary", 1, "sigmoid", "mse"),
    LogSetup("weighted-up", "binary", 1, "sigmoid", BCE, fit="five_to_one"),
    LogSetup(
        "smoothed-strongly",
        "binary",
        1,
        "sigmoid",
        _with("BinaryCrossentropy", label_smoothing=0.3),
    ),
    LogSetup("penalty", "binary", 1, "sigmoid", BCE, network="l2"),
    LogSetup("softmax", "classes", 0, "softmax", SCCE),
    LogSetup("one-hot", "classes", 0, "softmax", CCE, "one-hot"),
    LogSetup("class-logits", "classes", 0, None, SCCE_LOGITS),
    LogSetup(
        "top-2",
        "classes",
        0,
        "softmax",
        SCCE,
        metrics=("accuracy", _with("SparseTopKCategoricalAccuracy", k=2)),
    ),
    LogSetup("class-overfit", "classes", 0, "softmax", SCCE, network="overfit"),
    LogSetup("class-unscaled", "classes", 0, "softmax", SCCE, network="unscaled"),
    LogSetup("class-slow", "classes", 0, "softmax", SCCE, network="slow"),
    LogSetup("class-fast", "classes", 0, "softmax", SCCE, network="fast"),
    LogSetup("class-dropout", "classes", 0, "softmax", SCCE, network="dropout"),
    LogSetup("class-l2", "classes", 0, "softmax", SCCE, network="l2"),
    LogSetup(
        "class-focal",
        "classes",
        0,
        "softmax",
        "categorical_focal_crossentropy",
        "one-hot",
    ),
    LogSetup(
        "class-smoothed",
        "classes",
        0,
        "softmax",
        _with("CategoricalCrossentropy", label_smoothing=0.1),
        "one-hot",
    ),
    LogSetup("class-squared", "classes", 0, "softmax", "mse", "one-hot"),
    LogSetup("class-weighted", "classes", 0, "softmax", SCCE, fit="class_weight"),
    LogSetup(
        "class-smoothed-strongly",
        "classes",
        0,
        "softmax",
        _with("CategoricalCrossentropy", label_smoothing=0.2),
        "one-hot",
    ),
    LogSetup("tags", "tags", 0, "sigmoid", BCE, metrics=("binary_accuracy",)),
    LogSetup(
        "tag-counts",
        "tags",
        0,
        "sigmoid",
        BCE,
        metrics=("binary_accuracy", _with("AUC", multi_label=True)),
    ),
    LogSetup(
        "tags-overfit",
        "tags",
        0,
        "sigmoid",
        BCE,
        metrics=("binary_accuracy",),
        network="overfit",
    ),
    LogSetup("values", "values", 1, None, "mse", metrics=("mae",)),
    LogSetup("values-huber", "values", 1, None, "huber", metrics=("mse",)),
    LogSetup("values-alone", "values", 1, None, "mae", metrics=()),
    LogSetup(
        "values-overfit", "values", 1, None, "mse", metrics=("mae",), network="overfit"
    ),
    LogSetup("values-slow", "values", 1, None, "mse", metrics=("mae",), network="slow"),
    LogSetup("values-large", "values", 1, None, "mse", "times", metrics=("mae",)),
    LogSetup(
        "values-counts",
        "values",
        1,
        "exponential",
        "poisson",
        "counts",
        metrics=("mae",),
    ),
    LogSetup("values-likelihood", "values", 1, None, "own-likelihood", metrics=()),
)

_ERRORS = (
    LogSetup("one-hot-sparse", "classes", 0, "softmax", SCCE, "one-hot", fault="KC202"),
    LogSetup("ids-one-hot-loss", "classes", 0, "softmax", CCE, fault="KC201"),
    LogSetup("too-few-units", "classes", -1, "softmax", SCCE, fault="KC205"),
    LogSetup(
        "rows-on-one-unit", "classes", 1, "sigmoid", BCE, "one-hot", fault="KC203"
    ),
    LogSetup("one-unit-sparse", "binary", 1, "sigmoid", SCCE, fault="KC104"),
    LogSetup("text-labels", "binary", 1, "sigmoid", BCE, "text", fault="KC207"),
    LogSetup(
        "weight-list", "binary", 1, "sigmoid", BCE, fit="weight_list", fault="KC410"
    ),
)

WRONG = (
    *_ERRORS,
    LogSetup("softmax-one-unit", "binary", 1, "softmax", BCE, fault="KC103"),
    LogSetup("linear-bce", "binary", 1, None, BCE, fault="KC101"),
    LogSetup("relu-bce", "binary", 1, "relu", BCE, fault="KC105"),
    LogSetup("tanh-bce", "binary", 1, "tanh", BCE, fault="KC105"),
    LogSetup("labels-1-2", "binary", 1, "sigmoid", BCE, "plus-one", fault="KC206"),
    LogSetup("labels-signed", "binary", 1, "sigmoid", BCE, "signed", fault="KC206"),
    LogSetup("labels-255", "binary", 1, "sigmoid", BCE, "0-255", fault="KC206"),
    LogSetup("one-unit-cce", "binary", 1, "sigmoid", CCE, "column", fault="KC104"),
    LogSetup("accuracy-of-logits", "binary", 1, None, BCE_LOGITS, fault="KC306"),
    LogSetup(
        "sigmoid-twice",
        "binary",
        1,
        "sigmoid",
        BCE,
        after=_with("Activation", activation="sigmoid"),
        fault="KC111",
    ),
    LogSetup(
        "from-logits-on-sigmoid", "binary", 1, "sigmoid", BCE_LOGITS, fault="KC102"
    ),
    LogSetup(
        "argmax-one-unit",
        "binary",
        1,
        "sigmoid",
        BCE,
        "column",
        metrics=("categorical_accuracy",),
        fault="KC303",
    ),
    LogSetup(
        "sparse-argmax-one-unit",
        "binary",
        1,
        "sigmoid",
        BCE,
        "column",
        metrics=("sparse_categorical_accuracy",),
        fault="KC303",
    ),
    LogSetup(
        "dropout-behind-head",
        "binary",
        1,
        "sigmoid",
        BCE,
        after=_with("Dropout", rate=0.4),
        fault="KC109",
    ),
    LogSetup(
        "crossentropy-of-logits",
        "binary",
        1,
        None,
        BCE_LOGITS,
        "column",
        metrics=(_with("BinaryAccuracy", threshold=0.0), _with("BinaryCrossentropy")),
        fault="KC312",
    ),
    LogSetup(
        "f1-one-unit",
        "binary",
        1,
        "sigmoid",
        BCE,
        "column",
        metrics=("accuracy", _with("F1Score")),
        fault="KC307",
    ),
    LogSetup(
        "cut-at-zero",
        "binary",
        1,
        "sigmoid",
        BCE,
        metrics=(_with("BinaryAccuracy", threshold=0.0),),
        fault="KC311",
    ),
    LogSetup(
        "counts-of-rows",
        "binary",
        2,
        "softmax",
        CCE,
        "one-hot",
        metrics=("accuracy", _with("Precision"), _with("Recall")),
        fault="KC313",
    ),
    LogSetup("signed-accuracy", "binary", 1, "tanh", "hinge", "signed", fault="KC316"),
    LogSetup("hinge-on-sigmoid", "binary", 1, "sigmoid", "hinge", fault="KC114"),
    LogSetup(
        "divergence", "binary", 1, "sigmoid", "kl_divergence", "column", fault="KC112"
    ),
    LogSetup("nan-labels", "binary", 1, "sigmoid", BCE, "nan", fault="KC209"),
    LogSetup(
        "negative-weights", "binary", 1, "sigmoid", BCE, fit="negative", fault="KC413"
    ),
    LogSetup("linear-sparse", "classes", 0, None, SCCE, fault="KC101"),
    LogSetup("linear-cce", "classes", 0, None, CCE, "one-hot", fault="KC101"),
    LogSetup("relu-sparse", "classes", 0, "relu", SCCE, fault="KC105"),
    LogSetup("tanh-cce", "classes", 0, "tanh", CCE, "one-hot", fault="KC105"),
    LogSetup(
        "softmax-twice",
        "classes",
        0,
        "softmax",
        SCCE,
        after=_with("Activation", activation="softmax"),
        fault="KC111",
    ),
    LogSetup("ids-under-bce", "classes", 1, "sigmoid", BCE, fault="KC206"),
    LogSetup(
        "binary-accuracy",
        "classes",
        0,
        "softmax",
        CCE,
        "one-hot",
        metrics=("binary_accuracy",),
        fault="KC302",
    ),
    LogSetup(
        "top-of-all",
        "classes",
        0,
        "softmax",
        SCCE,
        metrics=("accuracy", _with("SparseTopKCategoricalAccuracy", k=10)),
        fault="KC314",
        most=10,
    ),
    LogSetup("accuracy-of-tags", "tags", 0, "sigmoid", BCE, fault="KC301"),
    LogSetup(
        "softmax-tags",
        "tags",
        0,
        "softmax",
        CCE,
        metrics=("binary_accuracy",),
        fault="KC208",
    ),
    LogSetup(
        "linear-tags", "tags", 0, None, BCE, metrics=("binary_accuracy",), fault="KC101"
    ),
    LogSetup(
        "exact-tags",
        "tags",
        0,
        "sigmoid",
        BCE,
        metrics=(_with("Accuracy"),),
        fault="KC305",
    ),
    LogSetup("accuracy-of-values", "values", 1, None, "mse", fault="KC309"),
    LogSetup(
        "sigmoid-values",
        "values",
        1,
        "sigmoid",
        "mse",
        "times",
        metrics=("mae",),
        fault="KC120",
    ),
    LogSetup(
        "bce-values", "values", 1, "sigmoid", BCE, metrics=("mae",), fault="KC206"
    ),
    LogSetup(
        "poisson-linear", "values", 1, None, "poisson", metrics=("mae",), fault="KC113"
    ),
    LogSetup(
        "nan-values", "values", 1, None, "mse", "nan", metrics=("mae",), fault="KC209"
    ),
)
