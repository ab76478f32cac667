"""Saved models, sound and broken, built byte by byte."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

CONFIG = {
    "module": "keras",
    "class_name": "Sequential",
    "config": {"name": "m", "layers": []},
    "compile_config": {"loss": "mse"},
}
METADATA = {"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}


def config_json(**changes: Any) -> bytes:
    return json.dumps(CONFIG | changes).encode()


METADATA_JSON = json.dumps(METADATA).encode()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One zip member; `local` and `central` overwrite single header fields."""

    name: bytes = b"config.json"
    data: bytes = field(default_factory=config_json)
    method: int = 0
    flags: int = 0
    attributes: int = 0
    local: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)

    def stored(self) -> bytes:
        if self.method != 8:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()


def archive(
    *entries: Entry,
    prefix: bytes = b"",
    comment: bytes = b"",
    end: dict[str, int] | None = None,
) -> bytes:
    """Return a zip archive; with `end`, fields of its end record are overwritten."""
    body = bytearray(prefix)
    directory = bytearray()
    for entry in entries:
        directory += _central(entry, len(body) - len(prefix))
        body += _local(entry) + entry.stored()
    fields = {
        "disk": 0,
        "first_disk": 0,
        "here": min(len(entries), 0xFFFF),
        "members": min(len(entries), 0xFFFF),
        "size": len(directory),
        "offset": len(body) - len(prefix),
    } | (end or {})
    record = struct.pack("<4s4H2LH", b"PK\5\6", *fields.values(), len(comment))
    return bytes(body + directory + record + comment)


def keras_archive(*entries: Entry, **options: Any) -> bytes:
    """Return an archive that begins with a sound metadata.json."""
    metadata = Entry(name=b"metadata.json", data=METADATA_JSON)
    return archive(metadata, *entries, **options)


def zip64_archive(
    entry: Entry,
    *,
    record: dict[str, int] | None = None,
    locator: int | None = None,
    **disks: int,
) -> bytes:
    """Return an archive whose sizes and offsets all stand in zip64 records."""
    sizes = struct.pack("<2Q", len(entry.data), len(entry.stored()))
    wide = {"stored": 0xFFFFFFFF, "size": 0xFFFFFFFF}
    extra = struct.pack("<2H", 1, 16) + sizes
    body = _local(replace(entry, local=wide | {"extra": extra})) + entry.stored()
    extra = struct.pack("<2H", 1, 24) + sizes + struct.pack("<Q", 0)
    directory = _central(
        replace(entry, central=wide | {"at": 0xFFFFFFFF, "extra": extra}), 0
    )
    end = zip64_end(len(directory), len(body), record, locator, **disks)
    return body + directory + end


def zip64_end(
    size: int,
    offset: int,
    record: dict[str, int] | None = None,
    locator: int | None = None,
    members: int = 1,
    disk: int = 0,
    disks: int = 1,
) -> bytes:
    """Return the three records that end a zip64 archive.

    Args:
        size: Bytes of the directory.
        offset: Where it begins.
        record: Fields of the first record that differ.
        locator: Where the first record is said to begin; None: where it does.
        members: Entries of the directory.
        disk: Part of a split archive that is said to hold the first record.
        disks: Parts that there are said to be.
    """
    fields = {
        "disk": 0,
        "first_disk": 0,
        "here": members,
        "members": members,
        "size": size,
        "offset": offset,
    } | (record or {})
    at = size + offset if locator is None else locator
    return (
        struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, *fields.values())
        + struct.pack("<4sLQL", b"PK\6\7", disk, at, disks)
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    )


def _local(entry: Entry) -> bytes:
    fields = _facts(entry) | entry.local
    name, extra = fields.pop("name"), fields.pop("extra")
    head = struct.pack(
        "<4s5H3L2H",
        b"PK\3\4",
        20,
        fields["flags"],
        fields["method"],
        0,
        33,
        fields["crc"],
        fields["stored"],
        fields["size"],
        len(name),
        len(extra),
    )
    return head + name + extra


def _central(entry: Entry, at: int) -> bytes:
    fields = _facts(entry) | {"at": at} | entry.central
    name, extra = fields["name"], fields["extra"]
    head = struct.pack(
        "<4s6H3L5H2L",
        b"PK\1\2",
        3 << 8 | 20,
        20,
        fields["flags"],
        fields["method"],
        0,
        33,
        fields["crc"],
        fields["stored"],
        fields["size"],
        len(name),
        len(extra),
        0,
        0,
        0,
        entry.attributes,
        fields["at"],
    )
    return head + name + extra


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "extra": b"",
        "flags": entry.flags,
        "method": entry.method,
        "crc": zlib.crc32(entry.data),
        "stored": len(entry.stored()),
        "size": len(entry.data),
    }


def varint(value: int) -> bytes:
    """Return a number as Protocol Buffers write it."""
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def message(*fields: tuple[int, int | bytes]) -> bytes:
    """Return a protobuf message of numbers and length-delimited fields."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


ROOT = {
    "class_name": "Sequential",
    "keras_version": "2.15.0",
    "backend": "tensorflow",
    "is_graph_network": True,
    "model_config": {"class_name": "Sequential", "config": {"layers": []}},
    "training_config": {"loss": "mse"},
}


def node(
    path: str, identifier: str, data: bytes | dict[str, Any], number: int = 0
) -> bytes:
    """Return one node of `keras_metadata.pb`."""
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return message((2, number), (3, path.encode()), (4, identifier.encode()), (5, text))


def keras_metadata(*nodes: bytes) -> bytes:
    """Return a `keras_metadata.pb`; without nodes, one with a sound root."""
    nodes = nodes or (node("root", "_tf_keras_sequential", ROOT),)
    return message(*((1, each) for each in nodes))


def old_saved_model(
    *objects: tuple[str, dict[str, Any] | None], graph: bytes = b"graph" * 40
) -> bytes:
    """Return a `saved_model.pb` of TensorFlow 2.4 with Keras JSON in its objects."""
    nodes = []
    for identifier, data in objects:
        text = b"" if data is None else json.dumps(data).encode()
        user_object = message((1, identifier.encode()), (2, b"\x08\x01"), (3, text))
        nodes.append((1, message((1, message((1, 1))), (4, user_object))))
    meta_graph = message((1, b"info"), (2, graph), (7, message(*nodes)))
    return message((1, 1), (2, meta_graph))
