"""Files of DVC, which name models that are elsewhere."""

from __future__ import annotations

from fuzz.mutators import lines
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.pointers import _outputs

MAX_BYTES = 512

mutated = lines.mutated


def one_input(data: bytes) -> None:
    """Take the paths out of a file, as far as it is understood."""
    try:
        paths = list(_outputs(data.decode("utf-8", "replace")))
    except UnreadableModel as error:
        assert "\n" not in str(error)
        return
    assert all(isinstance(path, str) for path in paths)
