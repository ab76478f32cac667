"""Encoders, scalers, splits and data sets of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.data.array import (
    MAX_LITERAL,
    UNKNOWN,
    Array,
    Rows,
    all_occur,
    bits,
    ids,
)
from kerascheck.readers.source.data.call import Call, Function, Value, is_number
from kerascheck.readers.source.data.containers import Dataset, Encoder, Table
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.parts import Fold, some_of
from kerascheck.readers.source.data.sklearn_datasets import DATA_SETS

__all__ = ["SKLEARN", "encoder_attribute", "encoder_method"]


def _labels(encoder: Encoder, given: Array) -> Array:
    shape = None if given.shape is None else given.shape[:1]
    known = encoder.fitted.classes if encoder.fitted is not None else None
    return ids(
        shape or (None,), known, all_occur=given is encoder.fitted and known is not None
    )


def _binarized(encoder: Encoder, given: Array) -> Array:
    """Two classes are one column."""
    samples = given.shape[0] if given.shape else None
    fitted = encoder.fitted or UNKNOWN
    classes = fitted.classes
    usual = not encoder.call.args and not {"pos_label", "neg_label"} & {
        *encoder.call.kwargs
    }
    if not usual or fitted.rows is not None or fitted.rank not in (None, 1):
        return Array(shape=(samples, None))
    if classes is None:
        return bits((samples, None), "int64")
    if classes <= 2:
        return bits((samples, 1), "int64")
    made = bits((samples, classes), "int64")
    occurring = classes if given is encoder.fitted else None
    return replace(made, rows=Rows.ONE_HOT, classes=occurring)


def _one_hot_rows(encoder: Encoder, given: Array) -> Array:
    samples = given.shape[0] if given.shape else None
    one_column = given.rank == 2 and given.width == 1
    plain = encoder.call.named("drop") is None
    known = encoder.call.named("handle_unknown", "error") == "error"
    classes = encoder.fitted.classes if encoder.fitted and one_column else None
    width = classes if plain else None
    dtype = "float64" if "dtype" not in encoder.call.kwargs else None
    made = bits((samples, width), dtype)
    return replace(made, rows=Rows.ONE_HOT) if one_column and plain and known else made


def _several_hot(encoder: Encoder, given: Array) -> Array:
    """Rows of 0 and 1; samples are likely, not certain, to have several labels."""
    samples = given.shape[0] if given.shape else None
    made = bits((samples, None), "int64")
    single = given.width == 1 and given.rank != 1
    return replace(made, rows=Rows.ONE_HOT if single else Rows.SEVERAL)


def _literal_hot(samples: Value) -> Array | None:
    """Return the rows of samples that the program lists, each with its labels."""
    if type(samples) not in (list, tuple):
        return None
    each = [frozenset(s) if _is_literal(s) else None for s in samples]
    known = [sample for sample in each if sample is not None]
    if not known or len(known) < len(each):
        return None
    labels = frozenset().union(*known)
    if len(known) * len(labels) > MAX_LITERAL or len(set(map(type, labels))) > 1:
        return None
    ordered = sorted(labels)
    data = tuple(int(label in sample) for sample in known for label in ordered)
    return replace(bits((len(known), len(ordered)), "int64"), data=data)


def _is_literal(sample: Value) -> bool:
    inside = type(sample) in (list, tuple, set)
    return inside and all(type(label) in (str, int) for label in sample)


def _scaled(encoder: Encoder, given: Array) -> Array:
    surely = given.whole is False
    shape = given.shape or (None, None)  # scikit-learn takes nothing but matrices
    return Array(shape=shape, whole=False if surely else None)


def _standardized(encoder: Encoder, given: Array) -> Array:
    """Values around a mean of 0."""
    made = _scaled(encoder, given)
    plain = not encoder.call.args and not encoder.call.kwargs
    return replace(made, signed=plain and given is encoder.fitted)


def _between(encoder: Encoder, given: Array) -> Array:
    """Literal bounds hold for what the scaler was fitted on."""
    ends = encoder.call.get(0, "feature_range", (0, 1))
    known = type(ends) in (tuple, list) and given is encoder.fitted
    whole = False if given.dense and (given.classes or 3) > 2 else None
    if not known or not all(is_number(end) for end in ends):
        return Array(shape=given.shape, whole=whole)
    slack = 1e-6
    return Array(
        shape=given.shape, low=ends[0] - slack, high=ends[1] + slack, whole=whole
    )


_TRANSFORM: Final[dict[str, Callable[[Encoder, Array], Array]]] = {
    "LabelBinarizer": _binarized,
    "LabelEncoder": _labels,
    "MaxAbsScaler": _scaled,
    "MinMaxScaler": _between,
    "MultiLabelBinarizer": _several_hot,
    "OneHotEncoder": _one_hot_rows,
    "RobustScaler": _scaled,
    "StandardScaler": _standardized,
}
"""Class of scikit-learn -> what its `transform` returns."""


_SPLITTERS: Final = frozenset(
    {
        *("GroupKFold", "GroupShuffleSplit", "KFold", "RepeatedKFold"),
        *("RepeatedStratifiedKFold", "ShuffleSplit", "StratifiedGroupKFold"),
        *("StratifiedKFold", "StratifiedShuffleSplit", "TimeSeriesSplit"),
    }
)
"""Classes that split an array into parts to train on and parts to test."""


def _folds(splitter: Encoder) -> Dataset:
    """Return the pairs of indices that a splitter yields."""
    kind = splitter.kind
    shuffled = splitter.call.named("shuffle") is True
    fold = Fold(
        shape=(None,),
        dtype="int64",
        low=0,
        whole=True,
        stratified="Stratified" in kind,
        shuffled=shuffled or kind in ("RepeatedKFold", "ShuffleSplit"),
    )
    return Dataset(element=(fold, fold), batched=False)


def encoder_method(encoder: Encoder, name: str, call: Call) -> Value | None:
    """Return what a method of an encoder makes, and note what it is fitted on."""
    if encoder.kind in _SPLITTERS:
        return _folds(encoder) if name == "split" else None
    value = call.get(0, "X", call.get(0, "y", call.named("raw_documents")))
    given = as_array(value)
    transform = _TRANSFORM.get(encoder.kind)
    if transform is None:
        return None
    if name in ("fit", "fit_transform"):
        encoder.fitted = given
    if name == "fit":
        return encoder
    if name == "fit_transform" and encoder.kind == "MultiLabelBinarizer":
        literal = None if encoder.call.kwargs else _literal_hot(value)
        return literal or transform(encoder, given)
    if name in ("transform", "fit_transform"):
        return transform(encoder, given)
    return Array() if name == "inverse_transform" else None


def encoder_attribute(encoder: Encoder, name: str) -> Value | None:
    """Return an attribute of a fitted encoder."""
    if name == "classes_" and encoder.kind != "OneHotEncoder":
        fitted = encoder.fitted
        return Array(shape=(None if fitted is None else fitted.classes,))
    return None


def _encoder(kind: str) -> Function:
    return lambda call: Encoder(kind, call)


def _split(call: Call) -> Value:
    """Two parts of each array, of the same kind."""
    made: list[Value] = []
    for each in call.args:
        made += [_part(each), _part(each)]
    return made


def _part(value: Value) -> Value:
    if isinstance(value, Table):
        return value.copy()
    array = as_array(value)
    shape = (None, *array.shape[1:]) if array.shape else array.shape
    return replace(some_of(array), shape=shape, dense=all_occur(array) and array.ids)


def _class_weights(call: Call) -> Value:
    """Return one weight for each class, as an array; `fit` expects a dict."""
    return Array(shape=(None,), dtype="float64", low=0)


SKLEARN: Final[dict[str, Function]] = {
    **DATA_SETS,
    "model_selection.train_test_split": _split,
    **{f"preprocessing.{kind}": _encoder(kind) for kind in _TRANSFORM},
    **{f"model_selection.{kind}": _encoder(kind) for kind in sorted(_SPLITTERS)},
    "cross_validation.train_test_split": _split,
    "utils.class_weight.compute_class_weight": _class_weights,
    "utils.compute_class_weight": _class_weights,
}
"""Name below `sklearn` -> function that says what it returns."""
