"""Results of reference training on disk, one small file each.

A result is found again only where all that matters is the same: setup, seeds, engine,
Keras, backend, their versions, and the device. Files are written beside their place and
renamed, so that two runs at once never see half of one.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress

from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.trust.replace_file import replace_file

ENGINE = "3"
"""Raised by hand when the engine trains or measures in another way."""

FOLDER = ".kerascheck_cache"

_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by kerascheck.\n"


class Cache:
    """Results under one folder, for one backend and device."""

    def __init__(self, folder: str, *, backend: str, device: str, seeds: int) -> None:
        self._folder = os.path.join(folder, "confirm")
        self._root = folder
        self._where = {
            "engine": ENGINE,
            "seeds": seeds,
            "device": device,
            "gpu": os.path.exists("/dev/nvidia0"),
            "versions": _versions("keras", backend, "numpy"),
        }

    def get(self, setup: Setup) -> SetupResult | None:
        """Return the result that was kept for a setup; None where there is none."""
        try:
            with open(self._path(setup), encoding="utf-8") as file:
                result = SetupResult.from_dict(json.load(file))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return result if result.setup == setup else None

    def put(self, result: SetupResult) -> None:
        """Keep a result; one that is unfinished, or can not be written, is let go."""
        if result.status not in (Status.TRAINED, Status.RAISED):
            return
        with suppress(OSError):
            self._prepare()
            text = json.dumps(result.to_dict(), allow_nan=False)
            write_whole(self._path(result.setup), text)

    def _path(self, setup: Setup) -> str:
        key = json.dumps([setup.key, self._where], sort_keys=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        return os.path.join(self._folder, f"{name}.json")

    def _prepare(self) -> None:
        os.makedirs(self._folder, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            path = os.path.join(self._root, name)
            if not os.path.exists(path):
                write_whole(path, text)


def write_whole(path: str, text: str) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        OSError: It can not be written; nothing is left behind.
    """
    replace_file(path, text.encode())


def _versions(*names: str) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in names:
        for distribution in (name, f"{name}-cpu"):
            with suppress(PackageNotFoundError):
                found[name] = version(distribution)
                break
    return found
