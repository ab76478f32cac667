"""Functions of Keras that make labels, or data sets from folders and tables.

Shapes of the data sets are those that the pages of Keras name.
"""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.description import Shape
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.data.array import (
    UNKNOWN,
    Array,
    Rows,
    bits,
    ids,
    one_hot,
    reals,
    typed,
)
from kerascheck.readers.source.data.call import Call, Function, Value, whole_number
from kerascheck.readers.source.data.casting import as_dtype
from kerascheck.readers.source.data.containers import Dataset, Encoder
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.pipelines import generated_windows, sliding_windows

__all__ = ["KERAS", "flow"]


def _to_categorical(call: Call) -> Array:
    of = as_array(call.get(0, "x", call.named("y")))
    given = call.get(1, "num_classes")
    width = whole_number(given)
    if given is None and of.low == 0 and of.whole and of.high is not None:
        width = int(of.high) + 1 if of.classes == of.high + 1 else None
    return one_hot(of, width, None, columns=True)


def _one_hot(call: Call) -> Array:
    of = as_array(call.get(0, "x", call.named("indices")))
    made = one_hot(of, whole_number(call.get(1, "num_classes")), None)
    last = call.get(2, "axis", -1) == -1 and not call.named("sparse")
    return made if last else UNKNOWN


def _normalize(call: Call) -> Array:
    return Array(shape=as_array(call.get(0, "x")).shape)


Split = tuple[tuple[Array, Array], tuple[Array, Array]]


def _split(
    x: Callable[[int | None], Array],
    y: Callable[[int | None], Array],
    train: int | None,
    test: int | None,
) -> Split:
    return (x(train), y(train)), (x(test), y(test))


def _pictures(*axes: int) -> Callable[[int | None], Array]:
    def make(samples: int | None) -> Array:
        return Array(
            shape=(samples, *axes),
            dtype="uint8",
            low=0,
            high=255,
            whole=True,
            dense=True,
        )

    return make


def _class_ids(classes: int, dtype: str, *axes: int) -> Callable[[int | None], Array]:
    return lambda samples: ids((samples, *axes), classes, dtype, all_occur=True)


def _digits(call: Call) -> Split:
    return _split(_pictures(28, 28), _class_ids(10, "uint8"), 60_000, 10_000)


def _cifar10(call: Call) -> Split:
    return _split(_pictures(32, 32, 3), _class_ids(10, "uint8", 1), 50_000, 10_000)


def _cifar100(call: Call) -> Split:
    classes = 20 if call.get(0, "label_mode") == "coarse" else 100
    return _split(_pictures(32, 32, 3), _class_ids(classes, "int64", 1), 50_000, 10_000)


def _texts(samples: int | None) -> Array:
    """Return texts as lists of the numbers of their words."""
    return Array(shape=(samples, None))


def _imdb(call: Call) -> Split:
    sizes = (25_000, 25_000) if call.get(3, "maxlen") is None else (None, None)
    return _split(_texts, _class_ids(2, "int64"), *sizes)


def _reuters(call: Call) -> Split:
    def labels(samples: int | None) -> Array:
        return ids((samples,), 46, "int64", all_occur=samples == 8_982)

    usual = call.get(3, "maxlen") is None and call.get(4, "test_split", 0.2) == 0.2
    return _split(_texts, labels, *((8_982, 2_246) if usual else (None, None)))


def _prices(columns: int, low: float, high: float) -> Function:
    def load(call: Call) -> Split:
        return _split(
            lambda n: reals((n, columns), dtype=None),
            lambda n: reals((n,), low, high, dtype=None),
            None,
            None,
        )

    return load


def _labels_by(mode: Value, *, classes: int | None, batch: int | None) -> Array | None:
    """Return labels as a class or label mode makes them; None: there are none."""
    if mode in ("categorical",):
        return replace(bits((batch, classes), "float32"), rows=Rows.ONE_HOT)
    if mode == "binary":
        return bits((batch,), None)
    if mode in ("int", "sparse"):
        return ids((batch,), classes, None)
    if mode in ("input", None):
        return None
    return UNKNOWN


def _folder_batches(classes: Value, mode: Value, x: Array, column: bool) -> Dataset:
    names = classes if type(classes) in (list, tuple) else None
    count = len(names) if names else None
    labels = _labels_by(mode, classes=count, batch=None)
    if labels is not None and mode == "binary" and column:
        labels = replace(labels, shape=(None, 1), dtype="float32")
    if labels is None:
        element: Value = (x, x) if mode == "input" else x
        return Dataset(element=element, classes=count)
    return Dataset(element=(x, labels), classes=count)


def _size_of(value: Value, default: tuple[int, int]) -> tuple[int | None, int | None]:
    if value is None:
        return default
    if type(value) in (list, tuple) and len(value) == 2:
        return whole_number(value[0]), whole_number(value[1])
    return None, None


def _from_folder(kind: str) -> Function:
    """Return `image_dataset_from_directory` or another function of the kind."""

    def load(call: Call) -> Value:
        labels = call.get(1, "labels", "inferred")
        mode = call.get(2, "label_mode", "int") if labels is not None else None
        classes = call.get(3, "class_names")
        made = _folder_batches(classes, mode, _input_of(kind, call), column=True)
        if call.kwargs.get("batch_size", 32) is None:
            made = _one_by_one(made)
        both = call.kwargs.get("subset") == "both"
        return (made, made) if both else made

    return load


def _one_by_one(made: Dataset) -> Dataset:
    from kerascheck.readers.source.data.containers import mapped_leaves

    def drop(array: Array) -> Array:
        return replace(array, shape=array.shape[1:] if array.shape else None)

    return replace(made, element=mapped_leaves(made.element, drop), batched=False)


def _input_of(kind: str, call: Call) -> Array:
    if kind == "text":
        return Array(shape=(None,), dtype="str")
    if kind != "image":
        return UNKNOWN
    height, width = _size_of(call.get(6, "image_size"), (256, 256))
    channels = {"grayscale": 1, "rgb": 3, "rgba": 4}.get(
        call.get(4, "color_mode", "rgb") if "color_mode" in call.kwargs else "rgb"
    )
    return Array(
        shape=(None, height, width, channels), dtype="float32", low=0, high=255
    )


def flow(name: str, call: Call) -> Dataset | None:
    """Return batches that a method of `ImageDataGenerator` makes."""
    if name == "flow":
        return _flow(call)
    if name == "flow_from_directory":
        mode = call.get(4, "class_mode", "categorical")
        size, classes = call.get(1, "target_size"), call.get(3, "classes")
    elif name in ("flow_from_dataframe", "flow_from_data_frame"):
        mode = call.get(7, "class_mode", "categorical")
        size, classes = call.get(5, "target_size"), call.get(8, "classes")
    else:
        return None
    height, width = _size_of(size, (256, 256))
    channels = {"grayscale": 1, "rgb": 3, "rgba": 4}.get(
        call.named("color_mode", "rgb")
    )
    x = Array(shape=(None, height, width, channels), dtype="float32")
    made = _folder_batches(classes, mode, x, column=False)
    if mode in ("raw", "multi_output", "other"):
        return Dataset(element=(x, UNKNOWN))
    return made


def _flow(call: Call) -> Dataset:
    x = as_array(call.get(0, "x"))
    x = Array(shape=(None, *x.shape[1:]) if x.shape else None)
    y, weight = call.get(1, "y"), call.named("sample_weight")
    if y is None:
        return Dataset(element=x)
    labels = as_array(y)
    part = replace(labels, shape=_any_size(labels.shape), data=None)
    if weight is None:
        return Dataset(element=(x, part))
    return Dataset(element=(x, part, Array(shape=(None,))))


def _any_size(shape: Shape | None) -> Shape | None:
    return (None, *shape[1:]) if shape else shape


def _cast(call: Call) -> Array:
    return as_dtype(as_array(call.get(0, "x")), dtype_named(call.get(1, "dtype")))


def _pad_sequences(call: Call) -> Array:
    given, length = call.get(0, "sequences"), whole_number(call.get(1, "maxlen"))
    values = as_array(given)
    if values.shape and len(values.shape) > 1:
        shape: Shape | None = (values.shape[0], length, *values.shape[2:])
    else:  # each sequence may be of numbers or of rows
        shape = (len(given), length) if _are_flat(given) else None
    dtype = call.get(2, "dtype")
    return typed(shape, "int32" if dtype is None else dtype_named(dtype))


def _are_flat(sequences: Value) -> bool:
    """Say whether sequences are lists of numbers."""
    if type(sequences) not in (list, tuple) or not sequences:
        return False
    first = sequences[0]
    return type(first) in (list, tuple) and type((*first, None)[0]) in (int, float)


def _generator(call: Call) -> Encoder:
    return Encoder("ImageDataGenerator", call)


def _tokenizer(call: Call) -> Encoder:
    return Encoder("Tokenizer", call)


KERAS: Final[dict[str, Any]] = {
    "datasets.boston_housing.load_data": _prices(13, 5, 50),
    "datasets.california_housing.load_data": _prices(8, 14_999, 500_001),
    "datasets.cifar10.load_data": _cifar10,
    "datasets.cifar100.load_data": _cifar100,
    "datasets.fashion_mnist.load_data": _digits,
    "datasets.imdb.load_data": _imdb,
    "datasets.mnist.load_data": _digits,
    "datasets.reuters.load_data": _reuters,
    "legacy.preprocessing.image.ImageDataGenerator": _generator,
    "ops.cast": _cast,
    "ops.one_hot": _one_hot,
    "preprocessing.audio_dataset_from_directory": _from_folder("audio"),
    "preprocessing.image.ImageDataGenerator": _generator,
    "preprocessing.image_dataset_from_directory": _from_folder("image"),
    "preprocessing.sequence.pad_sequences": _pad_sequences,
    "preprocessing.text_dataset_from_directory": _from_folder("text"),
    "preprocessing.text.Tokenizer": _tokenizer,
    "legacy.preprocessing.text.Tokenizer": _tokenizer,
    "utils.audio_dataset_from_directory": _from_folder("audio"),
    "utils.image_dataset_from_directory": _from_folder("image"),
    "utils.normalize": _normalize,
    "utils.np_utils.to_categorical": _to_categorical,
    "utils.pad_sequences": _pad_sequences,
    "utils.text_dataset_from_directory": _from_folder("text"),
    "preprocessing.sequence.TimeseriesGenerator": generated_windows,
    "preprocessing.timeseries_dataset_from_array": sliding_windows,
    "utils.timeseries_dataset_from_array": sliding_windows,
    "utils.to_categorical": _to_categorical,
}
"""Name below `keras` -> function that says what it returns."""
