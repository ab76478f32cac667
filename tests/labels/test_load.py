"""Label files of every kind, and which head each of their parts belongs to."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest

from kerascheck.labels.files import npy
from kerascheck.labels.files.load import load_labels
from kerascheck.labels.measure import measure
from kerascheck.model.errors import UnreadableLabels

IDS = np.arange(300) % 3
TAGS = (np.arange(120).reshape(40, 3) % 4 == 0).astype(np.float32)
ARRAYS = {
    "ids": IDS,
    "column": IDS.reshape(-1, 1),
    "big endian": IDS.astype(">i2"),
    "float16": (IDS / 7).astype(np.float16),
    "bool": IDS == 1,
    "one-hot": np.eye(3)[IDS],
    "columns first": np.asfortranarray(np.eye(3)[IDS]),
    "masks": IDS.reshape(3, 10, 10, 1).astype(np.uint8),
    "columns first masks": np.asfortranarray(IDS.reshape(3, 10, 10)),
    "gaps": np.array([1.0, np.nan, np.inf]),
    "text": np.array(["cat", "dög"]),
    "bytes": np.array([b"cat", b"dog"]),
}


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, content):
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return name

    return write


@pytest.fixture
def csv(file):
    def read(text, heads=("out",)):
        return load_labels(file("labels.csv", text), heads=heads)

    return read


def only(labels):
    assert list(labels) == [None]
    return labels[None]


# npy


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_a_npy_file_measures_like_its_array(file, values):
    np.save("y.npy", values)
    assert only(load_labels("y.npy")) == measure(values, path="y.npy")


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_a_big_npy_file_is_sampled_by_seeking(file, values, monkeypatch):
    monkeypatch.setattr(npy, "_MAX_STREAMED", 0)
    np.save("y.npy", values)
    assert only(load_labels("y.npy")) == measure(values, path="y.npy")


@pytest.mark.parametrize("streamed", [0, 2**20])
def test_a_sample_is_the_same_from_a_file_as_from_memory(file, monkeypatch, streamed):
    monkeypatch.setattr(npy, "_MAX_STREAMED", streamed)
    values = np.random.default_rng(3).normal(size=(5000, 3)).round(1)
    for order in "CF":
        np.save("y.npy", np.asarray(values, order=order))
        read = only(load_labels("y.npy", limit=70))
        assert read == measure(values, limit=70, path="y.npy")


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_npy_is_read(file, version):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, IDS, version=version)
    assert only(load_labels(file("y.npy", stream.getvalue()))).classes == 3


def test_a_npy_file_is_told_by_content(file):
    np.save("y.npy", IDS)
    name = file("y.data", Path("y.npy").read_bytes())
    assert only(load_labels(name)).classes == 3


def test_a_npy_file_has_32_axes_at_most(file):
    np.save("y.npy", IDS.reshape(-1, *[1] * 31))
    assert only(load_labels("y.npy")).shape == (300, *[1] * 31)
    more = Path("y.npy").read_bytes().replace(b"(300, 1, ", b"(300, 1, 1, ")
    with pytest.raises(UnreadableLabels, match=r"damaged npy header.* shape \(300, 1"):
        load_labels(file("y.npy", more))


# npz


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_keys_are_heads(file, save):
    save("y.npz", digit=IDS, tags=TAGS)
    labels = load_labels("y.npz", heads=("digit", "tags"))
    assert {h: str(one.encoding) for h, one in labels.items()} == {
        "digit": "class-ids",
        "tags": "multi-hot",
    }


@pytest.mark.parametrize("key", ["labels", "label", "y_true", "y_test", "y_train", "y"])
def test_a_known_key_is_the_labels_whatever_is_beside_it(file, key):
    np.savez("y.npz", **{key: IDS, "x": TAGS})
    assert only(load_labels("y.npz")).classes == 3


def test_arrays_that_are_not_labels_are_not_read(file):
    np.savez("y.npz", x=np.array([object()]), y=IDS)
    assert only(load_labels("y.npz")).classes == 3


def test_a_head_may_have_a_known_name(file):
    np.savez("y.npz", y=IDS, z=TAGS)
    assert set(load_labels("y.npz", heads=("y", "z"))) == {"y", "z"}


def test_a_single_array_without_a_name_is_the_labels(file):
    np.savez("y.npz", IDS)
    assert only(load_labels("y.npz")).classes == 3


def test_a_single_array_is_the_labels_of_the_only_head(file):
    np.savez("y.npz", mine=IDS)
    assert only(load_labels("y.npz", heads=("out",))).classes == 3


def test_keys_that_name_no_head_are_kept(file):
    np.savez("y.npz", a=IDS, b=TAGS)
    assert set(load_labels("y.npz", heads=("c", "d"))) == {"a", "b"}


# json


@pytest.mark.parametrize(
    ("values", "dtype", "shape"),
    [
        ([0, 1, 1], "int64", (3,)),
        ([[0], [1]], "int64", (2, 1)),
        ([0.5, 1], "float64", (2,)),
        ([True, False], "bool", (2,)),
        ([[[1, 0]], [[0, 1]]], "int64", (2, 1, 2)),
        ([1, None], "float64", (2,)),
        (["a", "b"], "str", (2,)),
        ([["a"], ["b"]], "str", (2, 1)),
    ],
)
def test_a_json_list_is_the_labels(file, values, dtype, shape):
    labels = only(load_labels(file("y.json", json.dumps(values))))
    assert (labels.dtype, labels.shape) == (dtype, shape)


def test_null_and_nan_in_json_are_gaps(file):
    assert only(load_labels(file("y.json", "[1, null, NaN, 1e999]"))).nans == 2


def test_json_keys_are_heads(file):
    name = file("y.json", json.dumps({"digit": [0, 2], "odd": [0, 1]}))
    assert set(load_labels(name, heads=("digit", "odd"))) == {"digit", "odd"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_json_is_decoded_as_json_does(file, encoding):
    name = file("y.json", '["a", "b"]'.encode(encoding))
    assert only(load_labels(name)).classes == 2


# csv


@pytest.mark.parametrize(
    "text",
    [
        "label\n0\n1\n2\n",
        "0\n1\n2\n0\n",
        "kind\r\n0\r\n1\r\n2\r\n",
        "\ufeffkind\n0\n1\n2",
        '"kind"\n"0"\n"1"\n"2"\n',
        "kind\n0\n\n1\n2\n\n\n",
        ",label\n0,0\n1,1\n2,2\n",
        ",0\n0,0\n1,1\n2,2\n",
        "id,label\n900,0\n901,1\n902,2\n",
        "text;label\nno, not;0\nyes;1\noh;2\n",
        "text\tlabel\n1\t0\n1\t1\n1\t2\n",
        "0.0\n1.0\n2.0\n",
        "out,other\n0,a\n1,b\n2,c\n",
    ],
)
def test_the_column_of_labels_is_found(csv, text):
    (labels,) = csv(text).values()
    assert (labels.values, labels.shape[1:]) == ((0, 1, 2), ())


@pytest.mark.parametrize("text", ["0\n1\n2\n", "label,id\n0,7\n1,8\n2,9\n"])
def test_a_byte_order_mark_changes_nothing(csv, text):
    assert csv(f"\ufeff{text}") == csv(text)


def test_a_header_is_not_a_sample(csv):
    assert only(csv("kind\n0\n1\n2\n")).shape == (3,)


def test_a_first_row_that_comes_again_is_a_sample(csv):
    assert only(csv("cat\ndog\ncat\n")).shape == (3,)


def test_a_first_row_of_truth_values_is_a_sample(csv):
    assert only(csv("True\nFalse\nFalse\n")).shape == (3,)


def test_columns_numbered_by_pandas_are_no_sample(csv):
    rows = "1,0,0\n0,1,0\n0,0,1\n" * 4
    labels = only(csv("0,1,2\n" + rows))
    assert (str(labels.encoding), labels.shape) == ("one-hot", (12, 3))


def test_a_few_numbers_are_not_taken_for_a_header(csv):
    assert only(csv("0\n1\n")).shape == (2,)


@pytest.mark.parametrize("text", ["1,0\n0,1\n0,1\n", "cat,dog\n1,0\n0,1\n0,1\n"])
def test_a_table_of_0_and_1_is_one_hot(csv, text):
    labels = only(csv(text))
    assert (str(labels.encoding), labels.shape) == ("one-hot", (3, 2))


def test_the_index_of_pandas_is_no_column_of_a_table(csv):
    labels = only(csv(",cat,dog\n0,1,0\n1,0,1\n2,0,1\n"))
    assert (str(labels.encoding), labels.shape) == ("one-hot", (3, 2))


def test_columns_named_after_heads_are_theirs(csv):
    labels = csv("id,digit,odd\n7,2,0\n8,1,1\n9,0,0\n", heads=("digit", "odd"))
    assert {h: str(one.encoding) for h, one in labels.items()} == {
        "digit": "continuous",
        "odd": "binary",
    }


@pytest.mark.parametrize("width", [2, 3])
def test_what_numpy_writes_is_read(csv, width):
    stream = io.StringIO()
    np.savetxt(stream, np.eye(width)[IDS % width])
    assert str(only(csv(stream.getvalue())).encoding) == "one-hot"


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (["3", "-1"], "int64"),
        (["3", "0.5"], "float64"),
        (["True", "false"], "bool"),
        (["3", '""'], "float64"),
        (["3", "x"], "str"),
        (["9" * 30, "1"], "float64"),
        (["9" * 5000, "1"], "float64"),
    ],
)
def test_a_column_is_of_the_narrowest_kind_that_holds_it(csv, cells, dtype):
    assert only(csv("\n".join(["label", *cells, *cells]))).dtype == dtype


def test_empty_cells_are_gaps(csv):
    assert only(csv("a,b\n0.5,\n,1.5\n")).nans == 2


def test_a_quoted_field_may_go_on_over_lines(csv):
    text = 'text,label\n"one\ntwo\n",0\n"a ""b""",1\nplain,2\n'
    assert only(csv(text)).shape == (3,)


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_long_table_is_sampled_evenly(csv, file, quote):
    rows = "".join(f"{quote}{i // 1000}{quote}\n" for i in range(20_000))
    labels = only(load_labels(file("y.csv", rows), limit=500))
    assert (labels.shape, labels.classes) == ((20_000,), 20)
    assert labels.samples in (500, 501)


def test_strings_of_numbers_and_text_are_told_apart_by_a_header(csv):
    says = (
        "the labels of 'labels.csv' mix numbers and strings. Expected a header that "
        "names the columns of labels after the heads, or one of them `labels`. "
        "Received: 2 columns."
    )
    with pytest.raises(UnreadableLabels, match=f"^{re.escape(says)}$"):
        csv("id,name\n1,cat\n2,dog\n")


def test_too_many_columns_are_counted(csv):
    with pytest.raises(UnreadableLabels, match=r"most 20000 columns.*: 20001\.$"):
        csv(",".join("0" * 20_001))
