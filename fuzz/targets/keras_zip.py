"""The `.keras` archive: never read as another model than `zipfile` reads."""

from __future__ import annotations

import io
import json
import warnings
import zipfile

from fuzz.mutators import embedded
from fuzz.oracle import report_on
from fuzz.sources import container_in
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import Container

MAX_BYTES = 8192

mutated = embedded.in_archive


def one_input(data: bytes) -> None:
    """Read the archive, compare it with what `zipfile` reads, and judge the model."""
    container = container_in(data, "model.keras")
    if container is None:
        return
    if container.format == "keras":
        _require_same(container, data)
    report_on(describe_config(container, "model.keras"))


def _require_same(container: Container, data: bytes) -> None:
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as archive:
            warnings.simplefilter("ignore")
            text = archive.read("config.json")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return  # it is stricter than Keras needs, as about the disks of an archive
    if len(text) < 1000:  # the texts of longer ones may be shortened
        assert repr(container.architecture) == repr(json.loads(text))
