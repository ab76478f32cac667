"""The protobuf of a SavedModel, and of the metadata that Keras 2 writes next to it."""

from __future__ import annotations

from fuzz.mutators import embedded
from fuzz.oracle import report_on
from fuzz.sources import FolderInMemory
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers import saved_model
from kerascheck.readers.containers.folder import KERAS_METADATA, SAVED_MODEL
from kerascheck.readers.containers.limits import LIMITS

MAX_BYTES = 16384

mutated = embedded.in_place


def one_input(data: bytes) -> None:
    """Read the rest as the file that the first byte names, and judge the model."""
    name = KERAS_METADATA if data[:1] == b"k" else SAVED_MODEL
    folder = FolderInMemory({name: data[1:]})
    try:
        container = saved_model.read(folder, LIMITS)
    except UnreadableModel:
        return
    report_on(describe_config(container, "folder"))
