"""Archives of arrays as numpy.savez writes them; only the members needed are read."""

from __future__ import annotations

from kerascheck.labels.files.keys import Choose, Chosen, require_few
from kerascheck.labels.files.npy import read_npy
from kerascheck.labels.sample import Sample
from kerascheck.model.errors import UnreadableLabels
from kerascheck.model.typed import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MAGIC: Final = b"PK\x03\x04"

_MAX_READ: Final = 2**20
"""Bytes read at once while the archive is opened: room for 10,000 members."""

_MAX_INFLATED: Final = 256 * 2**20
"""Bytes of all members together that are inflated; some 0.5 s."""

_SUSPECT: Final = 64 * 2**20
_MAX_RATIO: Final = 900
"""From `_SUSPECT` bytes on, what deflate may have saved. One-hot rows of 1,000
classes come to some 600; its greatest is 1,032, of zeros alone."""

_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 1


class _Bounded:
    """A file that `zipfile` can open, but that refuses to read much at once."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._size = size
        self.seek, self.tell = stream.seek, stream.tell

    def seekable(self) -> bool:
        return True

    def read(self, length: int = -1) -> bytes:
        if length < 0:
            length = self._size - self._stream.tell()
        if length > _MAX_READ:
            raise UnreadableLabels(
                "are an archive of too many members. Expected arrays saved by "
                f"numpy.savez. Received: a directory of {length} bytes."
            )
        return self._stream.read(length)


def read_npz(
    stream: IO[bytes], size: int, choose: Choose, limit: int
) -> dict[str | None, Sample]:
    """Read a sample of each array that is labels.

    Raises:
        UnreadableLabels: The archive is damaged, hostile, or holds no such array.
    """
    import zlib
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(_Bounded(stream, size)) as archive:
            members = _arrays(archive)
            chosen = choose([*members]) or _all_of(members)
            _require_modest([members[name] for name in chosen.values()])
            return {
                head: _member(archive, members[name], name, limit)
                for head, name in chosen.items()
            }
    except (
        BadZipFile,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        zlib.error,
    ) as error:
        raise UnreadableLabels(
            "are a damaged archive. Expected arrays saved by numpy.savez, so save or "
            f"copy it again. Received: {str(error)[:80]!r}."
        ) from error


def _all_of(members: dict[str, ZipInfo]) -> Chosen:
    require_few(len(members), "arrays")
    return {name: name for name in members}


def _require_modest(members: list[ZipInfo]) -> None:
    total = sum(info.file_size for info in members)
    if len(members) > 1 and total > _MAX_INFLATED:
        raise UnreadableLabels(
            f"would unpack to too much. Expected at most {_MAX_INFLATED} bytes in all; "
            f"numpy.save needs no unpacking. Received: {total} bytes."
        )


def _arrays(archive: ZipFile) -> dict[str, ZipInfo]:
    members = {
        info.filename.removesuffix(".npy"): info
        for info in archive.infolist()
        if info.filename.endswith(".npy")
    }
    if not members:
        raise UnreadableLabels(
            "are an archive without arrays. Expected members as numpy.savez writes "
            f"them. Received: {len(archive.infolist())} other members."
        )
    return members


def _member(archive: ZipFile, info: ZipInfo, name: str, limit: int) -> Sample:
    if info.flag_bits & _ENCRYPTED or info.compress_type not in (_STORED, _DEFLATED):
        raise UnreadableLabels(
            f"are packed in a way that is not read, in {name[:80]!r}. Expected "
            "arrays saved by numpy.savez or numpy.savez_compressed. "
            f"Received: compression {info.compress_type}, flags {info.flag_bits}."
        )
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > _MAX_INFLATED or (
        info.file_size > _SUSPECT and ratio > _MAX_RATIO
    ):
        raise UnreadableLabels(
            f"would unpack to too much in {name[:80]!r}. Expected at most "
            f"{_MAX_INFLATED} bytes, {_MAX_RATIO} times the packed size; numpy.save "
            "needs no unpacking. "
            f"Received: {info.file_size} bytes, {ratio:.0f} times."
        )
    with archive.open(info) as member:
        try:
            return read_npy(member, info.file_size, limit, can_seek=False)
        except UnreadableLabels as error:
            raise UnreadableLabels(f"{error} In member {name[:80]!r}.") from None
