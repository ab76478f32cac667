"""Folders of files that one input describes, on a file system in memory."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

IN_MEMORY = "/dev/shm"
MAX_FILES = 12
MAX_NAME = 80


def object_in(data: bytes) -> dict[str, Any] | None:
    """Return the JSON object that an input is; None: it is none."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def files_in(value: Any) -> dict[str, bytes]:
    """Return the files of a JSON object: names, each with its text as Latin-1.

    A value that is not text stands for its JSON.
    """
    files: dict[str, bytes] = {}
    for name, content in list(value.items())[:MAX_FILES]:
        parts = [part for part in str(name).split("/") if part.strip(".")]
        path = "/".join(parts).replace("\0", "")
        if not path or len(path) > MAX_NAME:
            continue
        text = content if isinstance(content, str) else json.dumps(content)
        files[path] = text.encode("latin-1", "replace")
    return files


@contextmanager
def tree_of(files: dict[str, bytes]) -> Iterator[None]:
    """Enter a new folder that holds files; those that cannot be made are left out."""
    here = os.getcwd()
    where = IN_MEMORY if os.path.isdir(IN_MEMORY) else None
    root = tempfile.mkdtemp(prefix="fuzz-", dir=where)
    try:
        for name, data in files.items():
            _make(os.path.join(root, name), data)
        os.chdir(root)
        yield
    finally:
        os.chdir(here)
        shutil.rmtree(root, ignore_errors=True)


def _make(path: str, data: bytes) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    except (OSError, ValueError):
        pass
