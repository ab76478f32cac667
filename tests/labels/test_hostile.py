"""Label files made to harm: refused on one line, in bounded memory and time."""

import contextlib
import io
import json
import os
import pickle  # noqa: TID251  (to make what must not be loaded)
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck.labels.files.load import load_labels
from kerascheck.model.errors import UnreadableLabels
from kerascheck.stores.address import Address

MAX_SECONDS = 5.0
MAX_BYTES = 100 * 2**20
ONE_LINE = r"^the labels of '[^\n]+\.$"


class Trap:
    """Makes a folder where it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("sprung",)


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)
    return name


def npy(header, values=b"", *, version=1, length=None):
    text = header if isinstance(header, bytes) else header.encode()
    size = len(text) if length is None else length
    field = struct.pack("<H" if version == 1 else "<I", size)
    return b"\x93NUMPY" + bytes([version, 0]) + field + text + values


def header(descr="'<i8'", shape="(3,)", order="False"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def zipped(members, **options):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **options) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def saved(values):
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=True)
    return stream.getvalue()


def refused(path, match=""):
    """Read a hostile file; return why it was refused."""
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(UnreadableLabels, match=ONE_LINE) as caught:
            load_labels(path)
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < MAX_SECONDS
    assert match in str(caught.value)
    assert not os.path.exists("sprung")


AUDITED = """
import sys
import kerascheck.labels.files.find, kerascheck.labels.files.load
import kerascheck.labels.measure
assert "numpy" not in sys.modules
import csv, json, zipfile, zlib, numpy
import kerascheck.labels.files.csv_table, kerascheck.labels.files.json_lists
import kerascheck.labels.arrays
import encodings.cp437  # as zipfile does for names

FORBIDDEN = ("compile", "exec", "import", "pickle", "marshal", "socket", "subprocess",
    "os.system", "os.mkdir", "os.remove", "os.rename", "mmap", "ctypes")
seen = []

def watch(event, arguments):
    if event.startswith(FORBIDDEN) or event == "open" and arguments[0] != path:
        seen.append((event, str(arguments)[:200]))

path = None
sys.addaudithook(watch)
for path in sys.argv[1:]:
    try:
        kerascheck.labels.files.load.load_labels(path)
    except kerascheck.model.errors.UnreadableLabels:
        pass
print(seen)
"""


def test_reading_opens_the_file_alone_and_runs_nothing():
    paths = [
        write("a.npy", saved(np.arange(8))),
        write("b.npy", saved(np.array([Trap()]))),
        write("c.npz", zipped([("y.npy", saved(np.array(["a"])))])),
        write("d.csv", b'label\n"0"\n1\n'),
        write("e.json", b"[[0, 1], [1, 0]]"),
        write("f.npy", pickle.dumps(Trap())),
    ]
    program = [sys.executable, "-c", AUDITED, *paths]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(program, env=environment, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
    assert not os.path.exists("sprung")


# npy


def test_an_object_array_is_never_unpickled():
    refused(write("y.npy", saved(np.array([Trap()]))), "never loaded")


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ["y.npy", "y.npz"])
def test_a_pickle_by_another_name_is_never_unpickled(name, protocol):
    refused(write(name, pickle.dumps(Trap(), protocol)))


def test_a_shape_of_7_tib_is_compared_with_the_file():
    shape = "(1000000000000,)"
    refused(write("y.npy", npy(header(shape=shape))), "8000000000000 bytes")


@pytest.mark.parametrize(
    "shape",
    [
        "(9999999999999999999, 9999999999999999999)",
        "(99999999999999999999999,)",
        "(-1,)",
        "(1, " * 3000,
        "(" + "1," * 33 + ")",
        "(0,)",
        "()",
        "[3]",
        "(3.0,)",
        "(True,)",
    ],
)
def test_an_odd_shape_is_refused(shape):
    refused(write("y.npy", npy(header(shape=shape), b"\0" * 24)))


@pytest.mark.parametrize("name", ["y.npy", "y.npz", "y.csv", "y.json"])
def test_an_empty_file_in_a_store_is_refused_as_a_local_one(name):
    address = Address(f"memory://{name}")
    address.data = b""
    refused(address, match="Received: an empty file.")
    refused(write(name, b""), match="Received: an empty file.")


@pytest.mark.parametrize("descr", ["'|u1\nx'", "'\x1b[2J'"])
def test_a_header_that_breaks_lines_is_refused_on_one(descr):
    refused(write("y.npy", npy(header(descr=descr))), match="\\x")


@pytest.mark.parametrize(
    "descr",
    [
        "'|O'",
        "'O8'",
        "[('a', '<i4'), ('b', '<f4')]",
        "('<i4', (2, 2))",
        "'<c16'",
        "'<M8[s]'",
        "'|V8'",
        "'<i3'",
        "'<f16'",
        "'<U9999999'",
        "'<U0'",
        "'x'",
        "''",
        "3",
        "__import__('os').mkdir('sprung')",
    ],
)
def test_a_dtype_that_is_not_measured_is_refused(descr):
    refused(write("y.npy", npy(header(descr=descr), b"\0" * 256)))


@pytest.mark.parametrize(
    "data",
    [
        npy("{" * 9000),
        npy("(" * 9000, version=3),
        npy(header() + " " * 20_000),
        npy(header(), version=2, length=2**32 - 1),
        npy(b"\xff\xfe" * 100, version=3),
        npy(""),
        npy(header(), version=4),
        b"\x93NUMPY",
        b"\x93NUMPY\1\0",
        b"",
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_an_odd_header_is_refused(data):
    refused(write("y.npy", data))


def test_code_points_that_do_not_exist_are_refused():
    refused(write("y.npy", npy(header(descr="'<U1'"), b"\xff" * 12)))


def test_a_file_cut_anywhere_is_refused():
    whole = saved(np.arange(8))
    for end in range(len(whole)):
        write("y.npy", whole[:end])
        with pytest.raises(UnreadableLabels, match=ONE_LINE):
            load_labels("y.npy")


def test_a_file_that_shrinks_while_it_is_read_is_refused(monkeypatch):
    write("y.npy", saved(np.arange(8))[:-8])
    status = os.stat("y.npy")
    fields = (*status[:6], status.st_size + 8, *status[7:])
    monkeypatch.setattr(os, "fstat", lambda _: os.stat_result(fields))
    with pytest.raises(UnreadableLabels, match="end too early"):
        load_labels("y.npy")


@pytest.mark.parametrize("order", ["False", "True"])
def test_a_sparse_file_of_2_gb_is_sampled_fast(order):
    start = npy(header(descr="'<f4'", shape="(67108864, 8)", order=order))
    write("y.npy", start)
    os.truncate("y.npy", len(start) + 2**31)
    tracemalloc.start()
    began = time.process_time()
    labels = load_labels("y.npy")[None]
    seconds = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert labels.shape == (67_108_864, 8)
    assert peak < MAX_BYTES
    assert seconds < MAX_SECONDS * 3  # a fraction where nothing traces memory


# npz


def test_a_bomb_is_refused_by_the_size_it_declares():
    zeros = npy(header(descr="'|u1'", shape="(70000000,)"), bytes(70_000_000))
    data = zipped([("y.npy", zeros)], compression=zipfile.ZIP_DEFLATED)
    assert len(data) < 100_000
    refused(write("y.npz", data), "unpack to too much")


def test_a_member_that_inflates_beyond_its_declared_size_is_refused():
    real = npy(header(descr="'|u1'", shape="(50000000,)"), bytes(50_000_000))
    data = zipped([("y.npy", real)], compression=zipfile.ZIP_DEFLATED)
    small = struct.pack("<I", 200)
    refused(write("y.npz", data.replace(struct.pack("<I", len(real)), small)))


def test_pickles_inside_an_archive_are_never_unpickled():
    refused(write("y.npz", zipped([("y.npy", saved(np.array([Trap()])))])), "never")


def test_an_archive_of_too_many_members_is_refused():
    directory = b"PK\1\2" + bytes(24) + struct.pack("<HHH", 1, 0, 0) + bytes(12) + b"a"
    count = 100_000
    end = b"PK\5\6" + bytes(4) + struct.pack("<HH", 65535, 65535)
    end += struct.pack("<II", len(directory) * count, 30) + bytes(2)
    data = b"PK\3\4" + bytes(26) + directory * count + end
    refused(write("y.npz", data), "too many members")


@pytest.mark.parametrize(
    "data",
    [
        b"PK\3\4",
        b"PK\3\4" + bytes(100),
        zipped([]),
        zipped([("readme.txt", b"x")]),
        zipped([("y.npy", b"x")]),
        zipped([("y.npy", b"")]),
        zipped([("y.npy/", b"")]),
        zipped([("y.npy", saved(np.arange(3)))], compression=zipfile.ZIP_BZIP2),
        zipped([("y.npy", saved(np.arange(3)))], compression=zipfile.ZIP_LZMA),
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_an_odd_archive_is_refused(data):
    refused(write("y.npz", data))


def test_an_encrypted_member_is_refused_without_asking():
    data = bytearray(zipped([("y.npy", saved(np.arange(3)))]))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    refused(write("y.npz", bytes(data)), "packed")


def test_names_in_an_archive_are_never_paths():
    data = zipped([("../../y\x1b[31m\n.npy", saved(np.arange(3)))])
    assert list(load_labels(write("y.npz", data))) == ["../../y\x1b[31m\n"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_read_or_refused(data):
    whole = bytearray(zipped([("y.npy", saved(np.arange(9)))]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    read_or_refused(write("y.npz", bytes(whole)))


def read_or_refused(path):
    with contextlib.suppress(UnreadableLabels):
        load_labels(path)


# csv


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"1" * 30_000_000, "a line of more than"),
        (b"," * 1_000_000 + b"\n1\n", "too much text"),
        (b"1,1\n" * 10 + b"1,\0\n", "NUL"),
        ("label\nä\n".encode("utf-16"), "NUL"),
        (b"label\nb\xe4r\nk\xc3\xa4se\n", "utf-8"),
        (b'"never closed\n' + b"1\n" * 900_000, "field"),
        (b'label\n"a" b\n', "expected after"),
        (b'"0"\n' * 2_500_000, "quoted"),
        (b"1,2\n3\n", "rows of 2 and of 1"),
        (b"label\n", "no rows"),
        (b"\n" * 1_000_000, "no rows"),
        (b"1\r2\r3", "new-line"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_odd_table_is_refused(data, why):
    refused(write("y.csv", data), why)


def test_too_much_text_is_refused_by_its_size():
    os.truncate(write("y.csv", b"1\n"), 2**30)
    refused("y.csv", "too much text")


def test_a_wide_table_is_sampled_in_bounded_memory():
    write("y.csv", (b"0," * 9_999 + b"1\n") * 400)
    tracemalloc.start()
    labels = load_labels("y.csv")[None]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert labels.shape == (400, 10_000)
    assert peak < MAX_BYTES


# json


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"[" * 1000, "nested too deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
        (b"[" + b"[]," * 900_000 + b"[]]", "too much JSON"),
        (b"[" + b"0," * 3_000_000 + b"0]", "too much JSON"),
        (b"[" + b'"\\' * 5_000_000, "not JSON"),
        (b"[" + b"9" * 5000 + b"]", "too large"),
        (b"[" + b"9" * 40 + b"]", "too large"),
        (b"[" + b"9" * 400 + b", null]", "too large"),
        (b'["\xff"]', "not JSON"),
        (b"[[1], [2, 3]]", "rows of one length"),
        (b"[1, [2]]", "mix kinds"),
        (b'[1, "a"]', "mix kinds"),
        (b'[{"a": 1}]', "mix kinds"),
        (b"[[], []]", "no values"),
        (b"[]", "no values"),
        (b'{"labels": 3}', "not a list"),
        (b'"text"', "not a list"),
        (b"null", "not a list"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_odd_json_is_refused(data, why):
    refused(write("y.json", data), why)


def test_an_object_without_heads_holds_no_labels():
    assert load_labels(write("y.json", b"{}")) == {}


def test_brackets_inside_strings_are_no_depth():
    text = json.dumps(["[" * 50 + '\\"', "x"])
    assert load_labels(write("y.json", text.encode()))[None].classes == 2


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["npy", "npz", "csv", "json", "bin"]))
def test_any_bytes_are_read_or_refused(data, ending):
    read_or_refused(write(f"y.{ending}", data))


# files


def test_a_pointer_that_was_never_fetched_is_named():
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    refused(write("y.npy", pointer), "git lfs pull")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_refused_without_waiting():
    os.mkfifo("y.npy")
    refused("y.npy", "not a regular file")


def test_a_folder_is_refused():
    os.mkdir("y.npy")
    refused("y.npy", "Received")


@pytest.mark.parametrize("path", ["missing.npy", "a\0b.npy"])
def test_a_path_without_a_file_is_refused(path):
    refused(path, "cannot be read")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device here")
def test_a_device_is_refused():
    refused("/dev/zero", "not a regular file")


def test_a_file_of_no_known_kind_is_refused():
    refused(write("y.h5", b"\x89HDF\r\n\x1a\n"), "npy, npz, csv or json")


def test_a_hostile_name_stays_on_one_line():
    if sys.platform != "win32":
        refused(write("y\n\x1b[31m.npy", b"x"))
