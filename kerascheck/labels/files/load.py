"""Label files: npy, npz, csv and json, read as data and never unpickled.

The name of a file decides only between csv and json; arrays and archives are recognised
by their first bytes. Whatever is wrong with a file becomes one `UnreadableLabels`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import partial
from stat import S_ISREG

from kerascheck.labels.few import needs_numpy
from kerascheck.labels.files import npy, npz
from kerascheck.labels.files.keys import Choose, choose_labels
from kerascheck.labels.measure import MAX_SAMPLES, describe_sample
from kerascheck.labels.sample import Sample
from kerascheck.model.description import Labels
from kerascheck.model.errors import UnreadableLabels, UnreadableModel, UsageError
from kerascheck.model.typed import IO, TYPE_CHECKING, Final
from kerascheck.trust.printable import printable
from kerascheck.trust.tree import is_address
from kerascheck.trust.unchanged import CHECK_AGAIN, OPEN_FLAGS, why_changed

if TYPE_CHECKING:
    from kerascheck.stores.address import Address

_LFS_POINTER: Final = b"version https://git-lfs"


def load_labels(
    path: str, *, heads: Collection[str] = (), limit: int = MAX_SAMPLES
) -> dict[str | None, Labels]:
    """Measure the labels in a file, by the head they belong to.

    The key None stands for the only head: an npy file, one list of json, one column or
    one table of csv, an array called `labels`, `label`, `y_true`, `y_test`, `y_train`,
    `y` or `arr_0`. Other keys are names of arrays, columns or json lists; those that
    name one of `heads` come before all else.

    Args:
        path: An npy, npz, csv or json file.
        heads: Names of the model's heads, if known.
        limit: Most samples to look at, taken evenly over the whole.

    Raises:
        UnreadableLabels: It holds no labels that can be measured; one line says why.
    """
    try:
        samples = _sample(path, partial(choose_labels, heads=heads), limit)
        return {
            h: describe_sample(sample, path=str(path)) for h, sample in samples.items()
        }
    except UnreadableLabels as error:
        line = f"the labels of {path!r} {_on_one_line(error)}"
        raise UnreadableLabels(line) from None
    except ImportError:
        raise needs_numpy(f"the labels of {path!r}") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableLabels(
            f"the labels of {path!r} cannot be read. Expected an npy, npz, csv or json "
            f"file. Received: {_on_one_line(why)}."
        ) from error


def _on_one_line(why: object) -> str:
    text = str(why)
    return text if text.isprintable() else printable(text)


def _sample(path: str, choose: Choose, limit: int) -> dict[str | None, Sample]:
    """Read a file, and check that it is still the one that was opened.

    Raises:
        UnreadableLabels: It holds no labels, or changed meanwhile.
        OSError, ValueError: As reading raises it, if the file did not change.
    """
    if is_address(path):
        return _from_store(path, choose, limit)
    there = os.stat(path)
    with _open(path) as stream:
        before = os.fstat(stream.fileno())
        unchanged = partial(_require_unchanged, path, stream.fileno(), before, there)
        try:
            samples = _read(stream, before.st_size, path, choose, limit)
        except (UnreadableLabels, OSError, ValueError):
            unchanged()  # what is wrong may be that alone
            raise
        unchanged()
        return samples


def _fetch(address: Address) -> Callable[[], bytes]:
    from kerascheck.stores.open import open_store

    store = open_store(address)
    return partial(store.download, store.look_at(address.url))


def _from_store(path: str, choose: Choose, limit: int) -> dict[str | None, Sample]:
    """Read a file of a store, which is fetched whole.

    Raises:
        UnreadableLabels: It holds no labels, or cannot be had.
        ValueError: As reading raises it.
    """
    from io import BytesIO

    from kerascheck.stores.address import Address, last_name

    address = Address(path)
    data, address.data = address.data, None
    try:
        if data is None:
            data = (address.fetch or _fetch(address))()
    except (UnreadableModel, UsageError) as error:
        raise UnreadableLabels(f"cannot be read: {error}") from None
    return _read(BytesIO(data), len(data), last_name(path), choose, limit)


def _require_unchanged(
    path: str, descriptor: int, before: os.stat_result, there: os.stat_result
) -> None:
    why = why_changed(path, descriptor, before, there)
    if why is not None:
        raise UnreadableLabels(f"changed while they were read: {why}; {CHECK_AGAIN}")


def _open(path: str) -> IO[bytes]:
    stream = open(  # noqa: SIM115  (the caller closes it)
        path, "rb", buffering=0, opener=lambda name, _: os.open(name, OPEN_FLAGS)
    )
    if S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    stream.close()
    raise _not_labels("not a regular file")


def _read(
    stream: IO[bytes], size: int, path: str, choose: Choose, limit: int
) -> dict[str | None, Sample]:
    if not size:
        raise _not_labels("an empty file")
    start = stream.read(len(_LFS_POINTER))
    stream.seek(0)
    ending = os.path.splitext(path)[1].lower()
    if start.startswith(npz.MAGIC):
        return npz.read_npz(stream, size, choose, limit)
    if start.startswith(npy.MAGIC) or ending in (".npy", ".npz"):
        _require_fetched(start)
        return {None: npy.read_npy(stream, size, limit)}
    _require_fetched(start)
    if ending == ".json":
        from kerascheck.labels.files.json_lists import read_json

        return read_json(stream, size, choose, limit)
    if ending in (".csv", ".tsv", ".txt"):
        from kerascheck.labels.files.csv_table import read_csv

        return read_csv(stream, size, choose, limit)
    raise UnreadableLabels(
        "are not in a format that is read. Expected an npy, npz, csv or json file. "
        f"Received: a file that starts with {start[:8]!r}."
    )


def _not_labels(received: str) -> UnreadableLabels:
    return UnreadableLabels(
        f"cannot be read. Expected an npy, npz, csv or json file. Received: {received}."
    )


def _require_fetched(start: bytes) -> None:
    if start.startswith(_LFS_POINTER):
        raise UnreadableLabels(
            "were never fetched. Expected their bytes, as `git lfs pull` brings them. "
            "Received: a Git LFS pointer."
        )
