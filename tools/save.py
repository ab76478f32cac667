"""Models and labels to disk as Keras and numpy write them, without dates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SHARED = re.compile(r'("shared_object_id": )(\d+)')
_SAVED = re.compile(r'("date_saved": ")[^"]*')


def save_model(model: Any, path: str) -> None:
    """Save a model in the format that the ending of `path` names.

    An ending of ".keras", ".h5" or ".savedmodel" is Keras's own, ".json" is
    `to_json()`, and no ending is the unzipped folder of Keras 3.
    """
    match Path(path).suffix:
        case ".keras":
            model.save(path)
            _settle_archive(Path(path))
        case ".json":
            Path(path).write_text(model.to_json() + "\n")
        case ".savedmodel":
            model.save(path, save_format="tf")
        case "":
            model.save(path, zipped=False)
            _settle_folder(Path(path))
        case _:
            model.save(path)


def _settle_archive(path: Path) -> None:
    """Write a .keras archive again, its members the same but for dates and ids.

    Keras stores when it saved, and as ids of shared objects their addresses. The
    weights, 20 KB of which are HDF5's own, are deflated to keep fixtures/ small.
    """
    from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

    with ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with ZipFile(path, "w") as archive:
        for name, data in members:
            if name.endswith(".json"):
                text = settled(data.decode())
                archive.writestr(ZipInfo(name), text, compress_type=ZIP_STORED)
            else:
                archive.writestr(ZipInfo(name), data, compress_type=ZIP_DEFLATED)


def _settle_folder(path: Path) -> None:
    for file in path.glob("*.json"):
        file.write_text(settled(file.read_text()))


def settled(text: str) -> str:
    """Return the JSON that Keras saved without its date, shared objects numbered."""
    numbers: dict[str, int] = {}

    def renumbered(match: re.Match[str]) -> str:
        number = numbers.setdefault(match[2], len(numbers) + 1)
        return f"{match[1]}{number}"

    return _SAVED.sub(r"\g<1>1980-01-01@00:00:00", _SHARED.sub(renumbered, text))


def save_labels(labels: Any, path: str) -> None:
    """Save an array, or a dict of arrays by head, in the format of the ending."""
    import numpy as np

    several = isinstance(labels, Mapping)
    match Path(path).suffix:
        case ".npy":
            np.save(path, labels)
        case ".npz":
            np.savez(path, **(labels if several else {"y": labels}))
        case ".csv":
            Path(path).write_text(_csv(labels if several else {"y": labels}))
        case ".json":
            values = (
                {name: array.tolist() for name, array in labels.items()}
                if (several)
                else labels.tolist()
            )
            Path(path).write_text(json.dumps(values) + "\n")
        case ending:
            raise ValueError(f"Expected npy, npz, csv or json. Received: {ending!r}.")


def _csv(arrays: Mapping[str, Any]) -> str:
    """Return one column an array, or one a class: y_0, y_1, …"""
    columns: dict[str, list[Any]] = {}
    for name, array in arrays.items():
        if array.ndim == 1:
            columns[name] = array.tolist()
            continue
        for i, column in enumerate(array.T.tolist()):
            columns[f"{name}_{i}"] = column
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    return "\n".join(lines) + "\n"
