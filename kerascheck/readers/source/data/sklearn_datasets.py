"""Data sets that scikit-learn has, and makes."""

from __future__ import annotations

from kerascheck.model.typed import Final
from kerascheck.readers.source.data.array import Array, bits, ids, reals
from kerascheck.readers.source.data.call import Call, Function, Value, whole_number
from kerascheck.readers.source.data.containers import Record

__all__ = ["DATA_SETS"]


def _bunch(x: Array, y: Array, names: int | None = None) -> Function:
    """Return a function that loads `x` and `y`, in a record or as a pair."""

    def load(call: Call) -> Value:
        if call.named("as_frame"):
            return None
        if call.get(0, "return_X_y") is True or call.named("return_X_y") is True:
            return x, y
        fields: tuple[tuple[str, Value], ...] = (("data", x), ("target", y))
        if names is not None:
            fields += (("target_names", Array(shape=(names,), dtype="str")),)
        return Record(fields=fields)

    return load


def _measures(samples: int, columns: int) -> Array:
    return Array(shape=(samples, columns), dtype="float64")


def _classes(samples: int | None, classes: int, *, mixed: bool = True) -> Array:
    return ids((samples,), classes, all_occur=True, mixed=mixed)


def _made_pairs(call: Call) -> Value:
    samples = whole_number(call.get(0, "n_samples", 100))
    return _measures_of(samples, 2), _classes(samples, 2)


def _measures_of(samples: int | None, columns: int | None) -> Array:
    return reals((samples, columns))


def _made_classification(call: Call) -> Value:
    samples = whole_number(call.get(0, "n_samples", 100))
    columns = whole_number(call.get(1, "n_features", 20))
    classes = whole_number(call.get(5, "n_classes", 2))
    return _measures_of(samples, columns), ids((samples,), classes, all_occur=True) if (
        classes is not None
    ) else ids((samples,))


def _made_blobs(call: Call) -> Value:
    samples = whole_number(call.get(0, "n_samples", 100))
    columns = whole_number(call.get(1, "n_features", 2))
    centers = call.get(2, "centers")
    if type(centers) in (list, tuple):
        classes: int | None = len(centers)
    else:
        classes = 3 if centers is None else whole_number(centers)
    y = ids((samples,), classes, all_occur=classes is not None)
    return _measures_of(samples, columns), y


def _made_regression(call: Call) -> Value:
    samples = whole_number(call.get(0, "n_samples", 100))
    columns = whole_number(call.get(1, "n_features", 100))
    targets = call.kwargs.get("n_targets", 1)
    if call.named("coef") is True or targets != 1:
        return None
    return _measures_of(samples, columns), reals((samples,))


def _made_several(call: Call) -> Value:
    samples = whole_number(call.get(0, "n_samples", 100))
    columns = whole_number(call.get(1, "n_features", 20))
    classes = whole_number(call.get(2, "n_classes", 5))
    return Array(shape=(samples, columns)), bits((samples, classes), "int64")


DATA_SETS: Final[dict[str, Function]] = {
    "datasets.fetch_california_housing": _bunch(
        _measures(20_640, 8), reals((20_640,), 0.14, 5.01)
    ),
    "datasets.load_breast_cancer": _bunch(_measures(569, 30), _classes(569, 2), 2),
    "datasets.load_diabetes": _bunch(
        _measures(442, 10),
        Array(shape=(442,), dtype="float64", low=25, high=346, whole=True),
    ),
    "datasets.load_digits": _bunch(
        Array(shape=(1797, 64), dtype="float64", low=0, high=16, whole=True),
        _classes(1797, 10),
    ),
    "datasets.load_iris": _bunch(_measures(150, 4), _classes(150, 3, mixed=False), 3),
    "datasets.load_wine": _bunch(_measures(178, 13), _classes(178, 3, mixed=False), 3),
    "datasets.make_blobs": _made_blobs,
    "datasets.make_circles": _made_pairs,
    "datasets.make_classification": _made_classification,
    "datasets.make_moons": _made_pairs,
    "datasets.make_multilabel_classification": _made_several,
    "datasets.make_regression": _made_regression,
}
"""Name below `sklearn` -> function that says what it returns."""
