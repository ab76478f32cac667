"""What saved models say, apart from dates and ids: to see whether two agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.save import settled


def content(path: Path) -> Any:
    """Return what a fixture file or model folder says.

    Of models this is the JSON in which Keras keeps architecture and compile call,
    read by other means than kerascheck's readers; of all other files it is the bytes.
    """
    if path.is_dir():
        return _folder(path)
    match path.suffix:
        case ".keras":
            return _archive(path)
        case ".h5":
            return _attributes(path)
        case ".json":
            return settled(path.read_text())
        case _:
            return path.read_bytes()


def _archive(path: Path) -> Any:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            texts = {
                name: settled(archive.read(name).decode())
                for name in archive.namelist()
                if name.endswith(".json")
            }
            return sorted(archive.namelist()), texts
    except BadZipFile:
        return path.read_bytes()


def _attributes(path: Path) -> Any:
    import h5py

    with h5py.File(path) as file:
        return sorted(file), {name: str(value) for name, value in file.attrs.items()}


def _folder(path: Path) -> Any:
    names = sorted(str(f.relative_to(path)) for f in path.rglob("*") if f.is_file())
    texts = {n: settled((path / n).read_text()) for n in names if n.endswith(".json")}
    metadata = path / "keras_metadata.pb"
    return names, texts, _nodes(metadata) if metadata.exists() else None


def _nodes(metadata: Path) -> list[Any]:
    """Return the JSON of every node of a Keras 2 SavedModel."""
    from tf_keras.protobuf import saved_metadata_pb2

    saved = saved_metadata_pb2.SavedMetadata()
    saved.ParseFromString(metadata.read_bytes())
    return [(node.node_path, json.loads(node.metadata)) for node in saved.nodes]
