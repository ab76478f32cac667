"""What holds of the models of any store that keeps objects."""

from pathlib import Path

import kerascheck
from tests.stores.test_s3 import ODD, found

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = FIXTURES / "format-archive-wrong"

_FOLDERS = ("format-archive-wrong", "format-folder-wrong", "format-archive-right")


def models_and_labels_are_read(fs, scheme):
    """Hold what is found in a store to what is found on the disk.

    Args:
        fs: With a container or bucket called "models".
        scheme: Of its addresses.
    """
    for name in _FOLDERS:
        fs.put(str(FIXTURES / name), f"models/{name}", recursive=True)
    local = kerascheck.check([str(FIXTURES / name) for name in _FOLDERS])
    remote = kerascheck.check([f"{scheme}://models/{name}" for name in _FOLDERS])
    assert found(remote, f"{scheme}://models/") == found(local, f"{FIXTURES}/")
    assert remote.decided == local.decided > 0
    assert all(model.heads[0].labels for model in remote.models)


def odd_names_are_read_as_they_are(fs, scheme):
    """Find objects whose names an address or a pattern could take apart."""
    for name in ODD:
        fs.pipe(f"models/o d/{name}", (WRONG / "model.keras").read_bytes())
    report = kerascheck.check(f"{scheme}://models/o d")
    paths = [model.path for model in report.models]
    assert paths == [f"{scheme}://models/o d/{name}" for name in sorted(ODD)]
    assert all(model.heads for model in report.models)
