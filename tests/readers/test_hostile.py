"""Broken and malicious files: each is refused, or read as Keras would, and no more.

Every input of the tables is also opened in a child process that may neither import,
run, connect, nor open anything else, and has 400 MB of memory.
"""

import json
import os
import random
import socket
import struct
import subprocess
import sys
import textwrap
import time
import zipfile
import zlib
from pathlib import Path
from typing import get_args

import h5py
import numpy
import pytest

from fuzz.mutators.raw import changed
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.containers.limits import Limits
from kerascheck.readers.containers.long_text import recognisable
from kerascheck.readers.containers.open import open_container
from kerascheck.readers.containers.values import RefusalKind
from kerascheck.trust.regular_file import RegularFile
from tests.readers.built import (
    CONFIG,
    METADATA_JSON,
    ROOT,
    Entry,
    archive,
    config_json,
    keras_archive,
    keras_metadata,
    message,
    node,
    old_saved_model,
    varint,
    zip64_archive,
    zip64_end,
)

ARTEFACTS = Path(__file__).parents[2] / "fixtures" / "artefacts"
SECONDS = 5.0
MIB = 1 << 20


def zeros(size):
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + (
        packer.flush()
    )


def bomb(declared, inflated):
    """Return an archive whose config.json inflates to `inflated` zeros."""
    stored = zeros(inflated)
    facts = {"method": 8, "stored": len(stored), "size": declared}
    return keras_archive(Entry(data=stored, local=facts, central=facts))


def config(data):
    return keras_archive(Entry(data=data))


def with_loss(text):
    return config_json().replace(b'"mse"', text)


def twice_at_one_place():
    """Return an archive of two entries that share their bytes."""
    return archive(Entry(central={"at": 0}), Entry(central={"at": 0}))


def inside_another():
    inner = archive(Entry())
    return archive(Entry(name=b"w", data=inner), Entry(central={"at": 31}))


REFUSED_ZIPS = {
    "Z01 bomb by its own word": (lambda: bomb(200 * MIB, 200 * MIB), "over-budget"),
    "Z01 ratio": (lambda: bomb(60 * MIB, MIB), "over-budget"),
    "Z02 bomb that lies": (lambda: bomb(1000, 100 * MIB), "damaged"),
    "Z04 other case": (lambda: archive(Entry(name=b"Config.json")), "not-a-model"),
    "Z04 dot": (lambda: archive(Entry(name=b"./config.json")), "not-a-model"),
    "Z04 folder": (lambda: archive(Entry(name=b"a/config.json")), "not-a-model"),
    "Z04 NUL": (lambda: archive(Entry(name=b"config.json\0.png")), "not-a-model"),
    "Z05 encrypted": (lambda: archive(Entry(flags=1)), "encrypted"),
    "Z05 strongly": (lambda: archive(Entry(flags=0x41)), "encrypted"),
    "Z06 LZMA": (lambda: archive(Entry(method=14)), "unsupported-layout"),
    "Z06 bzip2": (lambda: archive(Entry(method=12)), "unsupported-layout"),
    "Z06 Zstandard": (lambda: archive(Entry(method=93)), "unsupported-layout"),
    "Z06 AES": (lambda: archive(Entry(method=99)), "unsupported-layout"),
    "Z06 patch": (lambda: archive(Entry(flags=0x20)), "unsupported-layout"),
    "Z07 checksum": (
        lambda: archive(Entry(local={"crc": 1}, central={"crc": 1})),
        "damaged",
    ),
    "Z08 name": (lambda: archive(Entry(local={"name": b"config.jso_"})), "damaged"),
    "Z08 longer name": (lambda: archive(Entry(local={"name": b"a" * 99})), "damaged"),
    "Z08 size": (lambda: archive(Entry(local={"size": 5})), "damaged"),
    "Z08 stored": (lambda: archive(Entry(local={"stored": 5})), "damaged"),
    "Z08 checksum": (lambda: archive(Entry(local={"crc": 5})), "damaged"),
    "Z08 method": (lambda: archive(Entry(local={"method": 8})), "damaged"),
    "Z08 encrypted": (lambda: archive(Entry(local={"flags": 1})), "damaged"),
    "Z08 no header": (lambda: archive(Entry(central={"at": 3})), "damaged"),
    "Z09 same bytes": (twice_at_one_place, "damaged"),
    "Z09 inside another": (inside_another, "damaged"),
    "Z09 past the end": (lambda: archive(Entry(central={"at": 1 << 30})), "truncated"),
    "Z09 into the directory": (
        lambda: archive(
            Entry(
                local={"stored": len(config_json()) + 9, "size": 9},
                central={"stored": len(config_json()) + 9, "size": 9},
            )
        ),
        "damaged",
    ),
    "Z10 locator anywhere": (
        lambda: zip64_archive(Entry(), locator=1 << 62),
        "damaged",
    ),
    "Z10 size": (
        lambda: zip64_archive(Entry(), record={"size": 1 << 63}),
        "damaged",
    ),
    "Z10 offset": (
        lambda: zip64_archive(Entry(), record={"offset": (1 << 64) - 1}),
        "damaged",
    ),
    "Z10 members": (
        lambda: zip64_archive(Entry(), record={"members": 10_000_000}),
        "over-budget",
    ),
    "Z10 directory larger than the file": (
        lambda: archive(Entry(), end={"size": 1 << 30}),
        "damaged",
    ),
    "Z12 false end record": (
        lambda: archive(Entry(), comment=archive(end={"size": 77})),
        "damaged",
    ),
    "Z13 members": (
        lambda: archive(Entry(), end={"size": 0, "offset": 1 << 20}),
        "damaged",
    ),
    "Z16 only an end record": (archive, "not-a-model"),
    "Z16 one disk of many": (
        lambda: archive(Entry(), end={"disk": 1}),
        "unsupported-layout",
    ),
    "Z16 zip64 disk": (
        lambda: zip64_archive(Entry(), record={"first_disk": 1}),
        "unsupported-layout",
    ),
    "Z16 zip64 record on another disk": (
        lambda: zip64_archive(Entry(), disk=1),
        "unsupported-layout",
    ),
    "Z16 zip64 disks": (
        lambda: zip64_archive(Entry(), disks=2),
        "unsupported-layout",
    ),
    "Z18 symbolic link": (
        lambda: archive(Entry(attributes=0o120777 << 16)),
        "not-a-model",
    ),
    "Z18 folder": (lambda: archive(Entry(attributes=0x10)), "not-a-model"),
    "Z18 device": (lambda: archive(Entry(attributes=0o060644 << 16)), "not-a-model"),
    "not an archive": (lambda: b"\x80\x04\x95pickle", "not-a-model"),
    "archive of another tool": (lambda: archive(Entry(name=b"a.npy")), "not-a-model"),
}

REFUSED_JSON = {
    "J01 nesting 300": (lambda: with_loss(b"[" * 300 + b"]" * 300), "over-budget"),
    "J01 nesting 1000": (lambda: with_loss(b'{"a":' * 1000), "over-budget"),
    "J01 nesting 100000": (lambda: b"[" * 100_000, "over-budget"),
    "J01 nesting behind strings": (
        lambda: with_loss(b'["]]]]",' * 400 + b"0" + b',"[[[["]' * 400),
        "over-budget",
    ),
    "J02 digits": (lambda: with_loss(b"1" * 5000), "bad-json"),
    "J05 bad UTF-8": (lambda: with_loss(b'"\xff"'), "not-text"),
    "J05 Latin-1": (lambda: with_loss('"é"'.encode("latin-1")), "not-text"),
    "J05 cut UTF-16": (
        lambda: config_json().decode().encode("utf-16")[:-1],
        "not-text",
    ),
    "J16 a million layers": (
        lambda: (
            b'{"class_name": "S", "config": {"layers": ['
            + b'{"class_name":"Dense","config":{"name":"d","units":1}},' * 1_000_000
            + b"0]}}"
        ),
        "over-budget",
    ),
    "no JSON": (lambda: b"{class_name: 3}", "bad-json"),
    "JSON cut short": (lambda: config_json()[:-1], "bad-json"),
    "no object": (lambda: b"[1]", "not-a-model"),
    "no class": (lambda: b"{}", "not-a-model"),
}

REFUSED_METADATA = {
    "P01 past the end": (lambda: keras_metadata()[:-1], "damaged"),
    "P01 enormous": (lambda: varint(10) + varint(1 << 63), "damaged"),
    "P01 inside a node": (
        lambda: message((1, varint(42) + varint(1 << 40) + b"{}")),
        "damaged",
    ),
    "P02 endless number": (lambda: b"\x0a" + b"\xff" * 11 + b"\x01", "damaged"),
    "P02 number cut short": (lambda: b"\x0a\x80", "damaged"),
    "P03 group": (lambda: b"\x0b\x0c", "damaged"),
    "P03 unknown wire type": (lambda: b"\x0e\x0f", "damaged"),
    "P04 empty nodes": (lambda: b"\x0a\x00" * 2_000_000, "over-budget"),
    "P05 no root": (
        lambda: keras_metadata(node("root.a", "_tf_keras_layer", ROOT)),
        "not-a-model",
    ),
    "P06 bad JSON": (lambda: keras_metadata(node("root", "r", b"{")), "bad-json"),
    "P06 no text": (lambda: keras_metadata(node("root", "r", b'"\xff"')), "not-text"),
    "P06 no object": (lambda: keras_metadata(node("root", "r", b"3")), "not-a-model"),
    "P06 no JSON": (lambda: keras_metadata(node("root", "r", b"")), "bad-json"),
    "P10 empty": (lambda: b"", "empty"),
    "text form under a binary name": (lambda: b"nodes {\n", "damaged"),
}

REFUSED = (
    {name: ("m.keras", *case) for name, case in REFUSED_ZIPS.items()}
    | {f"{name}, zipped": ("m.keras", lambda b=build: config(b()), kind)
       for name, (build, kind) in REFUSED_JSON.items()}
    | {name: ("m.json", *case) for name, case in REFUSED_JSON.items()
       if not name.startswith(("no ", "J01 nesting 100000"))}
    | {name: ("m/keras_metadata.pb", *case) for name, case in REFUSED_METADATA.items()}
)  # fmt: skip


def refusal(path, **options):
    """Return why a file is refused, having checked how."""
    started = time.process_time()
    with pytest.raises(UnreadableModel) as refused:
        open_container(path, **options)
    assert time.process_time() - started < SECONDS
    assert refused.value.kind in get_args(RefusalKind)
    assert "\n" not in str(refused.value)
    return refused.value.kind


@pytest.fixture
def written(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


# Archives that are odd, and read as Keras reads them


def kinds(container):
    return [problem.kind for problem in container.problems]


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (
            keras_archive(Entry(data=with_loss(b'"mae"')), Entry()),
            ["duplicate-member"],
        ),
        (keras_archive(Entry(), Entry(name=b"config.json\0.png")), ["nul-in-name"]),
        (keras_archive(Entry(), prefix=b"junk" * 99), ["polyglot"]),
        (keras_archive(Entry(), comment=b"x" * 65_535), []),
        (keras_archive(Entry(data=with_loss(b'"mae"')), comment=keras_archive(Entry())),
         ["polyglot"]),
        (keras_archive(Entry()) + b"behind", ["polyglot"]),
        (zip64_archive(Entry()), ["bad-metadata"]),
        (keras_archive(Entry(name=b"../../x"), Entry(name=b"/etc/x"), Entry()), []),
        (keras_archive(Entry(name=b"C:\\x\x1b[2J" * 5_000), Entry()), []),
        (keras_archive(Entry(local={"flags": 8, "crc": 0, "stored": 0, "size": 0})),
         []),
        (keras_archive(Entry(), end={"members": 7, "here": 7}), []),
        (archive(Entry(name=b"metadata.json", data=b"{" * 99), Entry()),
         ["bad-metadata"]),
        (archive(Entry(name=b"metadata.json", data=bytes(MIB)), Entry()),
         ["bad-metadata"]),
        (archive(Entry(name=b"metadata.json", flags=1), Entry()), ["bad-metadata"]),
        (archive(Entry(name=b"metadata.json", data=METADATA_JSON), Entry(),
                 Entry(name=b"metadata.json", data=METADATA_JSON)),
         ["duplicate-member"]),
    ],
)  # fmt: skip
def test_odd_archive_is_read_with_a_note(data, problems, written):
    container = open_container(written("m.keras", data))
    assert container.training == {"loss": "mse"}
    assert kinds(container) == problems


def test_many_members_are_read_in_time(written):
    many = [Entry(name=b"%d" % number, data=b"") for number in range(100_000)]
    path = written("m.keras", keras_archive(*many, Entry()))
    started = time.process_time()
    assert open_container(path).architecture == CONFIG
    assert time.process_time() - started < SECONDS


def test_members_are_capped(written):
    path = written("m.keras", keras_archive(Entry(), Entry(name=b"w")))
    assert refusal(path, limits=Limits(zip_members=2)) == "over-budget"
    assert refusal(path, limits=Limits(zip_directory_bytes=99)) == "over-budget"


def test_members_are_counted_not_believed(written):
    path = written("m.keras", keras_archive(Entry(), end={"members": 0}))
    assert refusal(path, limits=Limits(zip_members=1)) == "over-budget"


def test_archive_of_more_than_four_gibibytes_is_read(tmp_path):
    weights = 5 << 30
    config_part = archive(Entry())
    body = config_part[: config_part.index(b"PK\1\2")]
    directory = config_part[len(body) : config_part.index(b"PK\5\6")]
    extra = struct.pack("<2H3Q", 1, 24, weights, weights, len(body))
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 45, 45, 0, 0, 0, 33, 0, 0xFFFFFFFF, 0xFFFFFFFF,
        len(b"model.weights.h5"), len(extra), 0, 0, 0, 0, 0xFFFFFFFF,
    )  # fmt: skip
    directory += entry + b"model.weights.h5" + extra
    at = len(body) + 46 + weights
    path = tmp_path / "m.keras"
    with path.open("wb") as file:
        file.write(body)
        file.seek(at)
        file.write(directory + zip64_end(len(directory), at, members=2))
    started = time.process_time()
    assert open_container(path).architecture == CONFIG
    assert time.process_time() - started < 2


POLYGLOTS = {
    "HDF5 and zip": lambda h5: h5 + keras_archive(Entry()),
    "zip in a user block": lambda h5: keras_archive(
        Entry(), comment=b"\0" * (2048 - len(keras_archive(Entry())))
    ) + h5,
}  # fmt: skip


@pytest.mark.parametrize("kind", POLYGLOTS)
def test_of_two_contents_the_extension_selects_as_in_keras(kind, written):
    h5 = (ARTEFACTS / "2.15.0/seq_softmax_str.h5").read_bytes()
    data = POLYGLOTS[kind](h5)
    zipped = open_container(written("m.keras", data))
    assert (zipped.format, zipped.training) == ("keras", {"loss": "mse"})
    assert "polyglot" in kinds(zipped)
    legacy = open_container(written("m.h5", data))
    assert (legacy.format, legacy.keras_version) == ("hdf5", "2.15.0")
    assert "polyglot" in kinds(legacy)


# HDF5


HDF5 = (ARTEFACTS / "2.15.0/seq_softmax_str.h5").read_bytes()
TEXT = b'{"class_name": "Sequential", "config": {"name": "m_softmax", '


def heap_reference(text_starts):
    """Return where the attribute lies whose text in the global heap begins so."""
    text_at = HDF5.index(text_starts)
    heap = HDF5.rindex(b"GCOL", 0, text_at)
    number, _, size = struct.unpack_from("<HH4xQ", HDF5, text_at - 16)
    reference = struct.pack("<QL", heap, number)
    return HDF5.index(reference) - 4, text_at - 16, size


def patched(at, fmt, *values):
    data = bytearray(HDF5)
    struct.pack_into(fmt, data, at, *values)
    return bytes(data)


def root_header():
    """Return address and size of the root group's first block of messages."""
    address = struct.unpack_from("<Q", HDF5, 24 + 5 * 8)[0]
    assert HDF5[address] == 1
    return address + 16, struct.unpack_from("<L", HDF5, address + 8)[0]


def continuation():
    """Return where the root group's header says where it goes on."""
    at, size = root_header()
    head = struct.pack("<HH", 0x10, 16)
    return HDF5.index(head, at, at + size) + 8


REFERENCE_AT, OBJECT_AT, OBJECT_SIZE = heap_reference(TEXT)

REFUSED_HDF5 = {
    "H04 longer than its object": (
        lambda: patched(REFERENCE_AT, "<L", OBJECT_SIZE + 1),
        "damaged",
    ),
    "H04 heap past the end": (
        lambda: patched(REFERENCE_AT + 4, "<Q", 1 << 40),
        "truncated",
    ),
    "H04 undefined heap": (
        lambda: patched(REFERENCE_AT + 4, "<Q", (1 << 64) - 1),
        "truncated",
    ),
    "H04 heap elsewhere": (lambda: patched(REFERENCE_AT + 4, "<Q", 0), "damaged"),
    "H04 no such object": (lambda: patched(REFERENCE_AT + 12, "<L", 777), "damaged"),
    "H04 object of 2**63": (lambda: patched(OBJECT_AT + 8, "<Q", 1 << 63), "damaged"),
    "H05 continues in itself": (
        lambda: patched(continuation(), "<2Q", *root_header()),
        "damaged",
    ),
    "H05 continues past the end": (
        lambda: patched(continuation(), "<2Q", 1 << 40, 99),
        "truncated",
    ),
    "H05 continues for ever": (
        lambda: patched(continuation(), "<2Q", 0, 1 << 62),
        "over-budget",
    ),
    "H06 superblock 9": (lambda: patched(8, "<B", 9), "unsupported-layout"),
    "H06 addresses of 3 bytes": (lambda: patched(13, "<B", 3), "unsupported-layout"),
    "H08 driver": (lambda: patched(24 + 24, "<Q", 0), "unsupported-layout"),
    "H09 bad UTF-8": (lambda: HDF5.replace(b"m_softmax", b"m_so\xfftmax"), "not-text"),
    "no header": (lambda: patched(64, "<Q", 8), "damaged"),
    "signature only": (lambda: HDF5[:8], "damaged"),
}

REFUSED |= {name: ("m.h5", *case) for name, case in REFUSED_HDF5.items()}


@pytest.fixture(scope="module")
def broken_files(tmp_path_factory):
    """Write each input of the tables once; return the paths by their cases."""
    paths = {}
    for case, (name, build, _) in REFUSED.items():
        paths[case] = tmp_path_factory.mktemp("broken") / name
        paths[case].parent.mkdir(exist_ok=True)
        paths[case].write_bytes(build())
    return paths


@pytest.mark.parametrize("case", REFUSED)
def test_broken_file_is_refused_for_its_reason(case, broken_files):
    assert refusal(broken_files[case]) == REFUSED[case][-1]


def test_text_beyond_its_budget_is_refused(written):
    budget = Limits(json_bytes=len(config_json()) - 1)
    for name, data in {
        "m.json": config_json(),
        "m.keras": config(config_json()),
    }.items():
        assert refusal(written(name, data), limits=budget) == "over-budget"
    h5 = ARTEFACTS / "2.15.0/seq_softmax_str.h5"
    assert refusal(h5, limits=budget) == "over-budget"
    saved_model = ARTEFACTS / "2.15.0/seq_softmax_str.savedmodel"
    assert refusal(saved_model, limits=budget) == "over-budget"
    assert refusal(saved_model, limits=Limits(protobuf_bytes=99)) == "over-budget"


@pytest.mark.parametrize(
    "value",
    [
        5,
        ["{}", "{}"],
        [json.dumps(CONFIG)],
        h5py.Empty("S9"),
        numpy.array((1, 2.0), dtype=[("a", "i4"), ("b", "f8")]),
    ],
    ids=["number", "texts", "one text in a list", "nothing", "compound"],
)
def test_attribute_that_is_no_single_text_is_refused(value, tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = value
    assert refusal(tmp_path / "m.h5") == "not-text"


def test_attribute_of_a_shared_type_is_refused(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["text"] = h5py.string_dtype()
        file.attrs.create("model_config", json.dumps(CONFIG), dtype=file["text"])
    assert refusal(tmp_path / "m.h5") == "not-text"


def test_dense_attributes_are_an_unsupported_layout(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w", libver="latest") as file:
        for number in range(20):
            file.attrs[f"a{number}"] = number
    assert refusal(tmp_path / "m.h5") == "unsupported-layout"


def test_text_of_thirty_megabytes_is_read(tmp_path):
    long = "x" * 30_000_000
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(CONFIG | {"long": long})
    read = open_container(tmp_path / "m.h5").architecture["long"]
    assert read == recognisable(long)


def test_hdf5_is_read_within_its_budgets(tmp_path):
    path = ARTEFACTS / "2.15.0/seq_softmax_str.h5"
    assert refusal(path, limits=Limits(hdf5_bytes=500)) == "over-budget"
    assert refusal(path, limits=Limits(hdf5_steps=5)) == "over-budget"


def test_links_and_external_data_are_never_touched(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(CONFIG)
        file["model_weights"] = h5py.ExternalLink("other.h5", "/")
        file["soft"] = h5py.SoftLink("/soft")
        file.create_dataset("far", (1 << 50,), "f8", external=[("far", 0, 1 << 53)])
        layout = h5py.VirtualLayout((9,), "f8")
        layout[:] = h5py.VirtualSource("other.h5", "far", (9,))
        file.create_virtual_dataset("virtual", layout)
    assert open_container(tmp_path / "m.h5").architecture == CONFIG
    assert os.listdir(tmp_path) == ["m.h5"]


def test_file_that_is_open_for_writing_is_read(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(CONFIG)
        file.flush()
        assert open_container(tmp_path / "m.h5").architecture == CONFIG


# Cut short, and changed by chance


SOUND = {
    "m.keras": (ARTEFACTS / "3.9.2/uncompiled.keras").read_bytes(),
    "m.h5": HDF5,
    "a/keras_metadata.pb": (
        ARTEFACTS / "2.15.0/subclass_get_config.savedmodel/keras_metadata.pb"
    ).read_bytes(),
    "b/saved_model.pb": old_saved_model(
        ("_tf_keras_model", {"class_name": "Net", "config": {}}),
        ("_tf_keras_layer", {"class_name": "Dense"}),
    ),
    "m.json": config_json(),
}


@pytest.mark.parametrize("name", SOUND)
def test_file_cut_short_anywhere_is_refused(name, written):
    path = written(name, SOUND[name])
    whole = open_container(path)
    for length in reversed(range(len(SOUND[name]))):
        os.truncate(path, length)
        try:
            container = open_container(path)
        except UnreadableModel as error:
            assert error.kind in get_args(RefusalKind)  # noqa: PT017
        else:  # the fields of a protobuf message may end anywhere
            assert name.endswith(".pb")
            assert container.architecture in (whole.architecture, None)


@pytest.mark.parametrize("name", SOUND)
def test_file_changed_by_chance_is_read_or_refused(name, written):
    chance = random.Random(name)
    path = written(name, SOUND[name])
    slowest = 0.0
    with path.open("r+b", buffering=0) as file:
        for _ in range(1500):
            data = changed(SOUND[name], chance)
            os.pwrite(file.fileno(), data, 0)
            os.ftruncate(file.fileno(), len(data))
            started = time.process_time()
            try:
                open_container(path)
            except UnreadableModel as error:
                assert error.kind in get_args(RefusalKind)  # noqa: PT017
            slowest = max(slowest, time.process_time() - started)
    assert slowest < SECONDS / 4


@pytest.mark.parametrize(
    "data",
    [
        keras_archive(Entry(data=with_loss(b'"mae"')), Entry(), comment=b"hello"),
        keras_archive(Entry(method=8), prefix=b"in front"),
        zip64_archive(Entry(method=8)),
    ],
    ids=["stored twice", "deflated behind a prefix", "zip64"],
)
def test_archive_changed_by_chance_is_never_read_as_another_model(data, written):
    chance = random.Random(1)
    agreed = 0
    for _ in range(700):
        path = written("m.keras", changed(data, chance))
        try:
            architecture = open_container(path).architecture
            with zipfile.ZipFile(path) as file:
                expected = json.loads(file.read("config.json"))
        except (UnreadableModel, zipfile.BadZipFile, NotImplementedError):
            continue
        assert architecture == expected
        agreed += 1
    assert agreed > 30


# What is no regular file, or changes meanwhile


def test_fifo_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "m.keras")
    assert refusal(tmp_path / "m.keras") == "not-a-file"


def test_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("m.keras")
        assert refusal("m.keras") == "not-a-file"


def test_device_is_refused():
    assert refusal("/dev/zero") == "not-a-file"


def test_endless_file_of_no_size_is_refused():
    assert refusal("/proc/self/mem") in {"not-a-file", "not-found"}


def test_folder_in_place_of_a_member_is_refused(tmp_path):
    (tmp_path / "keras_metadata.pb").mkdir()
    assert refusal(tmp_path / "keras_metadata.pb") in {"not-a-file", "not-a-model"}
    (tmp_path / "saved_model.pb").touch()
    assert refusal(tmp_path) == "not-a-file"


def test_link_to_a_member_is_followed(tmp_path, written):
    (tmp_path / "saved_model.pb").touch()
    (tmp_path / "keras_metadata.pb").symlink_to(written("real", keras_metadata()))
    assert open_container(tmp_path).training == {"loss": "mse"}


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m.json", "saved_model.pb"])
def test_sparse_file_of_a_tebibyte_is_refused(name, tmp_path):
    with (tmp_path / name).open("wb") as file:
        try:
            file.truncate(1 << 40)
        except OSError:
            pytest.skip("the file system holds no such file")
    assert refusal(tmp_path / name) in {"not-a-model", "damaged"}


def test_graph_of_two_gibibytes_is_passed_over(tmp_path):
    data = old_saved_model(("_tf_keras_model", ROOT), graph=b"")
    graph = 2 << 30
    objects = data[data.index(b"\x12\x00") + 2 :]
    inner = message((1, b"info")) + b"\x12" + varint(graph)
    head = message((1, 1)) + b"\x12" + varint(len(inner) + graph + len(objects)) + inner
    with (tmp_path / "saved_model.pb").open("wb") as file:
        file.write(head)
        file.seek(len(head) + graph)
        file.write(objects)
    assert open_container(tmp_path).training == {"loss": "mse"}


def test_file_that_is_cut_while_it_is_read_is_refused(written):
    path = written("m.keras", bytes(100_000))
    file = RegularFile(str(path))
    os.truncate(path, 50_000)
    with pytest.raises(UnreadableModel, match="truncated"):
        file.read(20_000, 60_000)
    file.close()


def test_file_that_is_replaced_while_it_is_read_is_the_old_one(written):
    path = written("m.keras", b"a" * 100_000)
    file = RegularFile(str(path))
    path.unlink()
    path.write_bytes(b"b" * 100_000)
    assert file.read(50_000, 3) == b"aaa"
    file.close()


# A child process that may do nothing else


CHILD = textwrap.dedent(
    """
    import json, os, resource, sys
    from kerascheck.model.errors import UnreadableModel
    from kerascheck.model.named import NamedTuple, _constructor
    from kerascheck.readers.containers import other_frameworks
    from kerascheck.readers.containers.open import open_container

    paths = json.loads(sys.stdin.read())
    done, forbidden = {}, []
    FORBIDDEN = (
        "import", "exec", "compile", "marshal", "pickle", "socket", "subprocess",
        "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.remove", "os.rename",
        "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "shutil",
        "ctypes", "urllib", "mmap", "tempfile", "glob",
    )
    current = None

    def guard(event, args):
        if current is None:
            return
        if event == "open":
            path, _, flags = args
            inside = os.path.dirname(current) if current.endswith(".pb") else current
            if not str(path).startswith(inside) or flags & (os.O_WRONLY | os.O_RDWR):
                forbidden.append((current, event, str(path)))
        elif event.startswith(FORBIDDEN):
            forbidden.append((current, event, repr(args)[:200]))

    def look(path):
        try:
            open_container(path)
        except UnreadableModel as error:
            return error.kind
        return "read"

    for path in paths["warm up"]:
        look(path)
    for kind in NamedTuple.__subclasses__():  # else at their first use
        kind.__new__ = _constructor(kind)
    sys.addaudithook(guard)
    limit = 400 << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for path in paths["look at"]:
        current = path
        done[path] = look(path)
        current = None
    if paths["prove"]:
        current = path
        open(paths["prove"]).close()
        import wave
        current = None
    print(json.dumps([done, forbidden]))
    """
)


def look_from_a_child(paths, prove=None):
    """Return what became of each path, and all that the child should not have done."""
    warm_up = [
        ARTEFACTS / "3.9.2/uncompiled.keras",
        ARTEFACTS / "2.15.0/uncompiled.h5",
        ARTEFACTS / "2.15.0/func_dict_out.json",
        ARTEFACTS / "2.15.0/uncompiled.traced.savedmodel",
    ]
    asked = {
        "warm up": list(map(str, warm_up)),
        "look at": list(map(str, paths)),
        "prove": prove and str(prove),
    }
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return json.loads(child.stdout)


def test_broken_files_make_a_guarded_child_do_nothing_else(broken_files):
    done, forbidden = look_from_a_child(broken_files.values())
    assert forbidden == []
    assert done == {str(path): REFUSED[case][-1] for case, path in broken_files.items()}


VALUES = [
    {"module": "builtins", "class_name": "exec", "config": "raise SystemExit(9)"},
    {"class_name": "Lambda", "config": {"function": ["YQ==", None, None]}},
    {"class_name": "__lambda__", "config": {"code": "4wIAAAAAAAAA"}},
    {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
    {"class_name": "TFSMLayer", "config": {"filepath": "http://localhost:9/"}},
    {"class_name": "TorchModuleWrapper", "config": {"module": "gASVAAAAAAAA"}},
    {"class_name": "{0.__class__}", "config": "%s %n {{7*7}} (a+)+$"},
    {"class_name": "__import__", "config": "os"},
]


def test_configs_that_would_run_code_in_keras_are_text_here(tmp_path):
    data = config_json(config={"layers": VALUES}, compile_config={"loss": VALUES[0]})
    paths = [tmp_path / "m.keras", tmp_path / "m.json", tmp_path / "m.h5"]
    paths[0].write_bytes(keras_archive(Entry(data=data)))
    paths[1].write_bytes(data)
    with h5py.File(paths[2], "w") as file:
        file.attrs["model_config"] = data.decode()
        file.attrs["training_config"] = json.dumps({"loss": VALUES})
    done, forbidden = look_from_a_child(paths)
    assert forbidden == []
    assert set(done.values()) == {"read"}


def test_guard_would_see_another_file_and_an_import(tmp_path):
    path = ARTEFACTS / "3.9.2/uncompiled.keras"
    (tmp_path / "secret").touch()
    _, forbidden = look_from_a_child([path], prove=tmp_path / "secret")
    events = {event for _, event, _ in forbidden}
    assert {"open", "import"} <= events


def test_readers_import_nothing_heavy():
    heavy = {"numpy", "h5py", "zipfile", "google", "tensorflow", "keras", "pickle"}
    code = (
        "import sys, json\n"
        "from kerascheck.readers.containers.open import open_container\n"
        "for path in sys.argv[1:]: open_container(path)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    paths = ["3.9.2/uncompiled.keras", "2.15.0/uncompiled.h5"]
    paths += ["2.15.0/func_dict_out.json", "2.15.0/uncompiled.traced.savedmodel"]
    child = subprocess.run(
        [sys.executable, "-c", code, *(str(ARTEFACTS / path) for path in paths)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert not heavy & set(json.loads(child.stdout))
