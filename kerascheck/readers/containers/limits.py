"""How much of a saved model is looked at before the reader gives up.

A model file is untrusted: sizes, counts and depths are checked before anything is
inflated, parsed or walked. Every default is far above what real models need and far
below what would hurt: of the largest models in `keras.applications`, NASNetLarge has
the longest config (1.03 MB), and none nests deeper than 11.
"""

from __future__ import annotations

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Final
from kerascheck.trust.json_limits import MAX_DEPTH, MAX_MEMORY

KIB: Final = 1024
MIB: Final = 1024 * KIB


class Limits(Frozen):
    """Budgets for one saved model; sizes in bytes, everything else is a count.

    Attributes:
        json_bytes: One JSON text, after inflating.
        json_memory: What a JSON text and its value take while it is parsed.
        json_depth: Objects and arrays inside one another.
        json_nodes: Values in one JSON text.
        metadata_bytes: `metadata.json`; Keras writes about 64 bytes.
        inflate_ratio: Inflated over stored size. DEFLATE itself cannot go beyond
            1032 (zlib technical notes, "Maximum Compression Factor").
        zip_directory_bytes: The central directory of an archive.
        zip_members: Entries in that directory.
        hdf5_bytes: All that is read from one HDF5 file.
        hdf5_steps: Reads, header messages and heap objects in one HDF5 file.
        protobuf_bytes: One `keras_metadata.pb`.
        protobuf_fields: Fields walked in one protobuf file, at all levels together.
        version_length: Characters in `keras_version` or `backend`.
        name_length: Characters of an untrusted name quoted in a message.
    """

    json_bytes: int = 40 * MIB
    json_memory: int = MAX_MEMORY
    json_depth: int = MAX_DEPTH
    json_nodes: int = 2_000_000
    metadata_bytes: int = 64 * KIB
    inflate_ratio: int = 1100
    zip_directory_bytes: int = 32 * MIB
    zip_members: int = 200_000
    hdf5_bytes: int = 40 * MIB
    hdf5_steps: int = 20_000
    protobuf_bytes: int = 256 * MIB
    protobuf_fields: int = 100_000
    version_length: int = 40
    name_length: int = 60


LIMITS: Final = Limits()


def over_budget(what: str, found: int, limit: int, unit: str) -> UnreadableModel:
    """Return the error for something larger than its budget."""
    return UnreadableModel(
        "over-budget",
        f"not checked: {what} has {found} {unit}, more than the limit of {limit}",
    )
