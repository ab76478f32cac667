"""Labels that are measured without NumPy: the same facts and refusals as with it.

Every test here measures twice, with the values in lists and in arrays.
"""

import io
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kerascheck.labels import few
from kerascheck.labels.files.load import load_labels
from kerascheck.labels.measure import measure, measure_literal
from kerascheck.model.description import Encoding
from kerascheck.model.errors import UnreadableLabels

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)
DTYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(),
    hnp.unsigned_integer_dtypes(),
    hnp.floating_dtypes(sizes=(16, 32, 64)),
    hnp.unicode_string_dtypes(max_len=5),
    hnp.byte_string_dtypes(max_len=5),
)
ANY = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
WHOLE = ("i1", "u1", "<i4", ">i8", "<f2", ">f4", "<f8")
ODD = [np.nan, np.inf, -np.inf, -0.0, 1e300, 1 / 3, 0.3 + 1e-9, 254.0, 255.0]


def ids(low, high):
    return st.sampled_from(WHOLE).flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            hnp.array_shapes(min_dims=1, max_dims=3, max_side=40),
            elements=st.integers(max(low, 0) if dtype == "u1" else low, high),
        )
    )


@st.composite
def one_hot(draw):
    """Draw one-hot rows, some of them padded, soft or with a second 1."""
    width, several = draw(st.integers(2, 6)), draw(st.integers(1, 30))
    places = draw(st.lists(st.integers(0, width - 1), min_size=several))
    rows = np.eye(width, dtype=draw(st.sampled_from(WHOLE)))[places]
    change = draw(st.sampled_from(["none", "pad", "second", "soft", "masks", "nan"]))
    if change == "pad":
        rows[-1] = 0
    elif change == "second":
        rows[0] = 1
    elif change == "soft":
        rows = rows * 0.9 + 0.1 / width
    elif change == "masks":
        rows = rows[:, None, :].repeat(2, axis=1)
    elif change == "nan":
        rows = rows.astype(float)
        rows[0, 0] = np.nan
    return rows


def with_odd(arrays):
    """Draw floats with one value replaced by an odd one."""
    return st.tuples(arrays, st.sampled_from(ODD)).map(_with_odd)


def _with_odd(drawn):
    array, odd = drawn
    changed = array.astype(">f4" if array.dtype.itemsize < 8 else "<f8")
    with np.errstate(over="ignore"):
        changed.flat[0] = odd
    return changed


COUNTS = hnp.arrays(np.int64, st.integers(1, 200), elements=st.integers(-2, 14))
SOFT = hnp.arrays(np.float32, (9, 4), elements=st.floats(0, 1, width=32))
LABELS = st.one_of(ids(-1, 4), ids(0, 12), one_hot(), COUNTS, SOFT)
LIKELY = st.one_of(LABELS, with_odd(LABELS))


@contextmanager
def in_lists():
    """Measure without NumPy whatever is not too much, though it is imported."""
    with patch.multiple(few, _loaded=lambda: False, _held=0):
        yield


def outcome(read, *arguments, **options):
    """Return facts with their types, or why labels are refused."""
    try:
        return repr(read(*arguments, **options))
    except UnreadableLabels as error:
        return str(error)


def both(read, *arguments, **options):
    """Return the outcome, which must be the same in lists and in arrays."""
    with in_lists():
        listed = outcome(read, *arguments, **options)
    assert listed == outcome(read, *arguments, **options)
    return listed


def written(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return str(path)


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("labels")


@settings(max_examples=120, deadline=None)
@given(st.one_of(ANY, LIKELY), st.sampled_from("CF"))
def test_an_array_file_of_any_kind(folder, array, order):
    laid_out = np.array(array, order=order)
    both(load_labels, written(folder, "y.npy", npy(laid_out)))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b", "y", "x"]), LIKELY, min_size=1))
def test_an_archive_of_any_arrays(folder, arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    both(load_labels, written(folder, "y.npz", stream.getvalue()), heads=("a", "b"))


CELLS = st.one_of(
    st.sampled_from(["0", "1", "2", "", "-1", "nan", "inf", "True", "false", "cat"]),
    st.integers(-(2**64), 2**64).map(str),
    st.floats().map(str),
)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 3).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12
        )
    ),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.booleans(),
)
def test_a_table_of_any_cells(folder, rows, end, quoted):
    mark = '"' if quoted else ""
    text = end.join(",".join(f"{mark}{c}{mark}" for c in row) for row in rows)
    both(load_labels, written(folder, "y.csv", text.encode()))


@settings(max_examples=40, deadline=None)
@given(LIKELY.filter(lambda array: array.ndim < 3))
def test_a_table_of_labels(folder, array):
    stream = io.BytesIO()
    np.savetxt(stream, array.astype(float), fmt="%.6g")
    both(load_labels, written(folder, "y.txt", stream.getvalue()))


SCALARS = st.one_of(
    st.integers(-2, 9),
    st.booleans(),
    st.none(),
    st.floats(),
    st.integers(-(2**70), 2**70),
    st.text(max_size=3),
)
NESTED = st.recursive(
    st.lists(SCALARS, max_size=6), lambda lists: st.lists(lists, max_size=4)
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(NESTED, LIKELY.map(lambda array: array.tolist())))
def test_any_nested_lists(folder, values):
    text = json.dumps(values).encode()
    both(load_labels, written(folder, "y.json", text))


@settings(max_examples=100, deadline=None)
@given(st.one_of(NESTED, LIKELY.map(lambda array: array.tolist())))
def test_any_values_in_memory(values):
    both(measure, values)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.integers(-3, 2**33), st.booleans(), st.floats()), min_size=1),
    st.sampled_from([None, "bool", "int32", "int64", "float32", "float64", "uint8"]),
)
def test_any_literals_of_a_program(cells, dtype):
    def read():
        try:
            return measure_literal(cells, (len(cells),), dtype)
        except (ValueError, OverflowError, TypeError):
            return "cannot be an array"

    with np.errstate(all="ignore"):
        both(read)


@pytest.mark.parametrize(
    ("values", "encoding"),
    [
        ([0, 1, 1, 0], Encoding.BINARY),
        ([[1, 0], [0, 1]], Encoding.ONE_HOT),
        ([[0.25, 0.75], [0.5, 0.5]], Encoding.DISTRIBUTION),
        ([0, 1, 2, 0, 1, 2], Encoding.CLASS_IDS),
        (["cat", "dog"], Encoding.STRINGS),
        ([-1, 1, -1, 1], Encoding.SIGNED_BINARY),
    ],
)
def test_lists_are_what_is_measured(values, encoding):
    with in_lists(), patch("kerascheck.labels.measure.take_sample", None):
        assert measure(values).encoding is encoding


@pytest.mark.parametrize("values", [[0.0, -0.0, 0.0], [[-0.0, -1.0, 1.0]] * 2])
def test_zero_has_no_sign(values, folder):
    for lists in (values, values[::-1]):
        found = both(load_labels, written(folder, "y.npy", npy(np.array(lists))))
        assert "-0.0" not in found


def test_more_values_than_suit_lists_are_measured_in_arrays():
    with in_lists():
        assert few.few_enough(few.MAX_CELLS)
        assert not few.few_enough(few.MAX_CELLS + 1)
        assert not few.few_enough(1, 2**20 + 1)


def test_what_many_files_hold_is_measured_in_arrays():
    with in_lists():
        several = [few.few_enough(few.MAX_CELLS) for _ in range(20)]
    assert several[0]
    assert not several[-1]


WITHOUT = """
import sys
sys.modules["numpy"] = None
from kerascheck.labels.files.load import load_labels
from kerascheck.labels.measure import measure
from kerascheck.model.errors import UnreadableLabels
for read, values in ((load_labels, sys.argv[1]), (measure, [[0], "a"])):
    try:
        print(read(values))
    except UnreadableLabels as error:
        print(error)
for _ in range(30):
    load_labels(sys.argv[2])
"""


def test_where_there_is_no_numpy_that_is_the_reason(tmp_path):
    np.save(tmp_path / "large.npy", np.zeros(few.MAX_CELLS + 1))
    np.save(tmp_path / "small.npy", np.zeros(few.MAX_CELLS, dtype=bool))
    names = [str(tmp_path / name) for name in ("large.npy", "small.npy")]
    program = [sys.executable, "-c", WITHOUT, *names]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(program, env=environment, capture_output=True, text=True)
    assert ran.stderr == ""
    assert ran.stdout.count("need NumPy, which is not installed") == 2
