"""Whatever a program passes, what is known of arrays never raises."""

import random

import pytest

from kerascheck.readers.source.data import library
from kerascheck.readers.source.data.array import UNKNOWN, Array, Rows, bits, ids, reals
from kerascheck.readers.source.data.array_methods import METHODS
from kerascheck.readers.source.data.call import Call, NotKnown
from kerascheck.readers.source.data.column_methods import COLUMN
from kerascheck.readers.source.data.containers import Dataset, Encoder, Table
from kerascheck.readers.source.data.keras_functions import KERAS
from kerascheck.readers.source.data.labels import labels_of
from kerascheck.readers.source.data.numpy_functions import NUMPY
from kerascheck.readers.source.data.pandas_functions import PANDAS
from kerascheck.readers.source.data.random_functions import RANDOM
from kerascheck.readers.source.data.sklearn_functions import SKLEARN
from kerascheck.readers.source.data.tensorflow_functions import TENSORFLOW


class Odd:
    """Something of the interpreter's own."""

    def __eq__(self, other):
        return self is other

    __hash__ = None


VALUES = [
    None,
    True,
    0,
    1,
    -1,
    3,
    10**30,
    0.5,
    -2.0,
    float("nan"),
    float("inf"),
    "a",
    "float32",
    "int64",
    "categorical",
    [],
    [1, 2],
    [0, Odd()],
    [[1], [2, 3]],
    (2, 3),
    (-1, 1),
    (None, None),
    {},
    {"a": 1},
    {1: [1, 2], "b": Odd()},
    Odd(),
    Ellipsis,
    int,
    slice(None),
    slice(1, None, 0),
    slice(Odd(), 3),
    NotKnown("why"),
    UNKNOWN,
    Array(shape=()),
    Array(shape=(0,)),
    ids((None,)),
    ids((20,), 4, all_occur=True),
    bits((None, 3)),
    reals((5, 5), 0, 1),
    Array(shape=(4, 2), rows=Rows.ONE_HOT, whole=True, low=0, high=1),
    Array(shape=(2,), dtype="str", data=("a", "b"), values=("a", "b"), classes=2),
    Array(shape=(3,), dtype="uint8", data=(0, 1, 255), low=0, high=255, whole=True),
    Dataset(element=(UNKNOWN, ids((None,)))),
    Dataset(element=UNKNOWN, batched=None),
    Table(),
    Table({"a": ids((None,))}, width=1),
    lambda args: args,
]

NAMES = [
    *(f"numpy.{name}" for name in NUMPY),
    *(f"numpy.random.{name}" for name in RANDOM),
    *(f"keras.{name}" for name in KERAS),
    *(f"keras.ops.{name}" for name in NUMPY),
    *(f"tensorflow.{name}" for name in TENSORFLOW),
    *(f"sklearn.{name}" for name in SKLEARN),
    *(f"pandas.{name}" for name in PANDAS),
    "tensorflow_datasets.load",
    "numpy.random.default_rng",
]

KEYWORDS = ["axis", "shape", "size", "dtype", "num_classes", "name", "label_mode", "k"]

MEMBERS = sorted(
    {
        *METHODS,
        *COLUMN,
        *("batch", "map", "zip", "take", "unbatch", "enumerate", "fit", "transform"),
        *("fit_transform", "drop", "pop", "astype", "copy", "flow", "values", "loc"),
        *("flow_from_directory", "flow_from_dataframe", "classes_", "shape", "iloc"),
        *("T", "ndim", "cat", "columns", "class_names", "num_classes", "size"),
    }
)

OPERATORS = ["Add", "Sub", "Mult", "Div", "Mod", "FloorDiv", "Pow", "BitAnd", "MatMult"]


def call(rng):
    return Call(
        tuple(rng.choices(VALUES, k=rng.randrange(5))),
        {rng.choice(KEYWORDS): rng.choice(VALUES) for _ in range(rng.randrange(3))},
        lambda function, args: rng.choice(VALUES),
    )


def use(value, rng):
    """Do with a value what a program may."""
    other = rng.choice(VALUES)
    library.attribute(value, rng.choice(MEMBERS))
    library.subscript(value, other)
    library.subscript(value, (other, rng.choice(VALUES)))
    library.operator(rng.choice(OPERATORS), value, other)
    library.operator(rng.choice(OPERATORS), other, value)
    library.compare("Eq", value, other)
    library.unary("USub", value)
    library.length(value)
    library.items(value)
    library.unpack(value, 2)
    library.batch_of(value)
    if isinstance(value, Array):
        labels_of(value)
        labels_of(value, (None, 3))
    return library.method(value, rng.choice(MEMBERS), call(rng))


@pytest.mark.parametrize("name", NAMES)
def test_no_function_raises_on_any_arguments(name):
    rng = random.Random(name)
    for _ in range(12):
        use(library.call(name, call(rng)), rng)


def test_no_method_raises_on_any_value():
    rng = random.Random(0)
    for _ in range(1_500):
        value = rng.choice([*VALUES, Encoder("LabelBinarizer", call(rng))])
        use(use(value, rng), rng)


def test_items_of_any_value_can_be_assigned():
    rng = random.Random(1)
    for _ in range(500):
        value = rng.choice(VALUES)
        library.set_item(value, rng.choice(VALUES), rng.choice(VALUES))
        use(value, rng)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_function_raises_on_many_arguments(name):
    rng = random.Random(f"many {name}")
    for _ in range(500):
        use(library.call(name, call(rng)), rng)
