"""Single members of a zip archive, found through its end and checked before use.

Three short reads are enough, whatever the other members weigh. Python's `zipfile`,
with which Keras loads, decides what counts: the last of several equal names, the last
end record, an archive behind other bytes. What a sound archive never has is refused:
members that overlap, a local header that contradicts the directory, a wrong checksum.

Source of the layout: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Set

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.containers.limits import Limits, over_budget
from kerascheck.readers.containers.values import Problems

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import ByteSource

_END: Final = struct.Struct("<4s4H2LH")
_END64_LOCATOR: Final = struct.Struct("<4sLQL")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_EXTRA: Final = struct.Struct("<2H")

_END_SIGN: Final = b"PK\x05\x06"
_END64_LOCATOR_SIGN: Final = b"PK\x06\x07"
_END64_SIGN: Final = b"PK\x06\x06"
_ENTRY_SIGN: Final = b"PK\x01\x02"
_LOCAL_SIGN: Final = b"PK\x03\x04"

_MAX_COMMENT: Final = 1 << 16
_TAIL: Final = 4096
"""Bytes from the end; they hold the end record and the directory of most archives."""
_GAP: Final = 2048
"""Bytes between two members that are fetched for nothing rather than in two answers."""
_MAX_EXTRA: Final = 512
"""Bytes of extra fields in a local header that are announced; zip64 takes 20."""
_IN_ZIP64: Final = 0xFFFFFFFF
_ZIP64_TAG: Final = 1
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_PATCH: Final = 0x0020
_SIZES_FOLLOW: Final = 0x0008
_STORED: Final = 0
_DEFLATED: Final = 8
_UNIX: Final = 3
_FILE_TYPE: Final = 0o170000
_REGULAR: Final = 0o100000
_DOS_DIRECTORY: Final = 0x10


class Directory(NamedTuple):
    """Where an archive's central directory is.

    Attributes:
        at: Its first byte in the file.
        size: Bytes.
        members: Entries it claims to have.
        prefix: Bytes in front of the archive, to be added to every offset in it.
        behind: Bytes behind the archive and its comment.
    """

    at: int
    size: int
    members: int
    prefix: int
    behind: int


class _Entry(NamedTuple):
    """One entry of the directory, as far as it is of use."""

    name: bytes
    made_by: int
    flags: int
    method: int
    crc: int
    stored: int
    size: int
    attributes: int
    at: int


class Member(NamedTuple):
    """One entry of the directory among all others.

    Attributes:
        entry: What the directory says about it.
        room_end: Position in the file where the next member or the directory begins.
        shares_bytes: Whether another member reaches over its first byte.
    """

    entry: _Entry
    room_end: int
    shares_bytes: bool


def find_directory(file: ByteSource) -> Directory | None:
    """Return where the directory is; None: the file is not a zip archive.

    Raises:
        UnreadableModel: An archive whose end record cannot be right.
    """
    at = _find_end(file)
    if at is None:
        return None
    _, disk, first_disk, _, members, size, offset, comment = _END.unpack(
        file.read(at, _END.size)
    )
    behind = file.size - at - _END.size - comment
    locator_at = at - _END64_LOCATOR.size
    end64_at = locator_at - _END64.size
    if end64_at >= 0:
        locator = file.read(locator_at, _END64_LOCATOR.size)
        if locator.startswith(_END64_LOCATOR_SIGN):
            disk, first_disk, members, size, offset = _end64(file, end64_at, locator)
            at = end64_at
    if disk or first_disk:
        raise _split()
    if size + offset > at:
        raise _damaged("its directory does not fit in the file")
    return Directory(at - size, size, members, at - size - offset, behind)


def find_members(
    file: ByteSource, directory: Directory, names: Set[bytes], limits: Limits
) -> tuple[dict[bytes, Member], Problems]:
    """Return the last member of each wanted name, and what is odd about names.

    Args:
        file: The archive.
        directory: Where its directory is.
        names: Wanted names, compared byte by byte.
        limits: Budgets for the directory.

    Raises:
        UnreadableModel: The directory is damaged or over a budget.
    """
    _require_within_budget(directory, limits)
    found: dict[bytes, _Entry] = {}
    problems: list[Problem] = []
    spans: list[tuple[int, int]] = []
    for entry in _entries(file, directory, limits):
        at = entry.at
        spans.append((at, at + _LOCAL.size + len(entry.name) + entry.stored))
        name = entry.name
        if name in names:
            if name in found:
                problems.append(_twice(name))
            found[name] = entry
        elif b"\0" in name and name.partition(b"\0")[0] in names:
            problems.append(_nul_in_name(name))
    in_front = min(spans)[0] if spans else 0
    if in_front > 0 or directory.behind > 0:
        problems.append(_polyglot(in_front))
    members = {name: _member(entry, spans, directory) for name, entry in found.items()}
    return members, tuple(dict.fromkeys(problems))


def expect(file: ByteSource, members: Mapping[bytes, Member], limits: Limits) -> None:
    """Announce members that will be read, those that are close together at once."""
    spans = sorted(
        (member.entry.at, min(member.room_end, _end_at_most(member.entry)))
        for member in members.values()
        if member.entry.stored <= limits.json_bytes
    )
    for start, end in _joined(spans):
        file.expect(start, end)


def _end_at_most(entry: _Entry) -> int:
    return entry.at + _LOCAL.size + len(entry.name) + _MAX_EXTRA + entry.stored


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield sorted spans; those with less than `_GAP` between them as one."""
    before: tuple[int, int] | None = None
    for start, end in spans:
        if before is None:
            before = start, end
        elif start - before[1] < _GAP:
            before = before[0], max(before[1], end)
        else:
            yield before
            before = start, end
    if before is not None:
        yield before


def read_member(file: ByteSource, member: Member, limit: int, limits: Limits) -> bytes:
    """Return a member's inflated bytes.

    Args:
        file: The archive.
        member: One of `find_members`.
        limit: Most bytes that it may have once inflated.
        limits: Budgets.

    Raises:
        UnreadableModel: The member is encrypted, compressed in a way that Keras does
            not use, over a budget, damaged, or contradicts its local header.
    """
    entry = member.entry
    name = entry.name.decode("ascii")
    if entry.flags & _ENCRYPTED:
        raise UnreadableModel(
            "encrypted", f"{name} is encrypted; save it without encryption"
        )
    if entry.flags & _PATCH or entry.method not in {_STORED, _DEFLATED}:
        raise UnreadableModel(
            "unsupported-layout",
            f"{name} is compressed by method {entry.method}; Keras stores it plainly",
        )
    if not _is_plain_file(entry):
        raise UnreadableModel("not-a-model", f"{name} is a link or folder, not a file")
    if max(entry.size, entry.stored) > limit:
        raise over_budget(name, max(entry.size, entry.stored), limit, "bytes")
    if entry.size > limits.inflate_ratio * max(entry.stored, 1):
        raise UnreadableModel(
            "over-budget",
            f"not checked: {name} would grow from {entry.stored} to {entry.size} bytes",
        )
    data = _inflate(file.read(_data_at(file, member), entry.stored), entry)
    if zlib.crc32(data) != entry.crc:
        raise _damaged(f"the checksum of {name} is wrong")
    return data


def looks_like_archive(file: ByteSource) -> bool:
    """Return whether a file begins or ends as a zip archive does."""
    return file.head.startswith(_LOCAL_SIGN) or _find_plain_end(file) is not None


def _find_plain_end(file: ByteSource) -> int | None:
    if file.size < _END.size:
        return None
    tail_at = max(0, file.size - _TAIL)
    tail = file.read(tail_at, file.size - tail_at)
    if tail.startswith(_END_SIGN, len(tail) - _END.size) and tail.endswith(b"\0\0"):
        return file.size - _END.size
    return None


def _find_end(file: ByteSource) -> int | None:
    """Return the position of the end record that `zipfile._EndRecData` would take."""
    at = _find_plain_end(file)
    if at is not None:
        return at
    tail_at = max(0, file.size - _MAX_COMMENT - _END.size)
    tail = file.read(tail_at, file.size - tail_at)
    found = tail.rfind(_END_SIGN)
    return tail_at + found if 0 <= found <= len(tail) - _END.size else None


def _end64(file: ByteSource, at: int, locator: bytes) -> tuple[int, int, int, int, int]:
    """Return disk, first disk, members, size and offset as the zip64 record says."""
    _, record_disk, record_at, disks = _END64_LOCATOR.unpack(locator)
    sign, _, _, _, disk, first_disk, _, members, size, offset = _END64.unpack(
        file.read(at, _END64.size)
    )
    if disks > 1 or record_disk:
        raise _split()
    if sign != _END64_SIGN or record_at != offset + size:
        raise _damaged("its zip64 end records contradict each other")
    return disk, first_disk, members, size, offset


def _require_within_budget(directory: Directory, limits: Limits) -> None:
    members, size = limits.zip_members, limits.zip_directory_bytes
    if directory.members > members:
        raise over_budget("the archive", directory.members, members, "members")
    if directory.size > size:
        raise over_budget("the zip directory", directory.size, size, "bytes")


def _entries(
    file: ByteSource, directory: Directory, limits: Limits
) -> Iterator[_Entry]:
    data = file.read(directory.at, directory.size)
    position = members = 0
    while position < len(data):
        name_at = position + _ENTRY.size
        if name_at > len(data):
            raise _damaged("its directory ends early")
        (
            sign, made_by, _, flags, method, _, _, crc, stored, size,
            name_size, extra_size, comment_size, _, _, attributes, at,
        ) = _ENTRY.unpack_from(data, position)  # fmt: skip
        extra_at = name_at + name_size
        position = extra_at + extra_size + comment_size
        members += 1
        if sign != _ENTRY_SIGN or position > len(data):
            raise _damaged(f"entry {members} of its directory is wrong")
        if members > limits.zip_members:
            raise over_budget("the archive", members, limits.zip_members, "members")
        if _IN_ZIP64 in (stored, size, at):
            extra = data[extra_at : extra_at + extra_size]
            size, stored, at = _from_zip64(extra, size, stored, at)
        yield _Entry(
            data[name_at:extra_at], made_by, flags, method, crc, stored, size,
            attributes, at + directory.prefix,
        )  # fmt: skip


def _from_zip64(extra: bytes, *values: int) -> Iterator[int]:
    """Yield `values`; those that are all ones come from the zip64 extra field."""
    wide = iter(_zip64_numbers(extra))
    for value in values:
        yield next(wide, value) if value == _IN_ZIP64 else value


def _zip64_numbers(extra: bytes) -> tuple[int, ...]:
    at = 0
    while at + _EXTRA.size <= len(extra):
        tag, size = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size
        if tag == _ZIP64_TAG:
            count = min(size, len(extra) - at) // 8
            return struct.unpack_from(f"<{count}Q", extra, at)
        at += size
    return ()


def _member(
    entry: _Entry, spans: list[tuple[int, int]], directory: Directory
) -> Member:
    at, room_end, holders = entry.at, directory.at, 0
    for start, end in spans:
        if at < start < room_end:
            room_end = start
        elif start <= at < end:
            holders += 1
    return Member(entry, room_end, holders > 1)


def _data_at(file: ByteSource, member: Member) -> int:
    """Return where a member's bytes begin, its local header having been checked."""
    entry = member.entry
    name = entry.name.decode("ascii")
    local = _LOCAL.unpack(file.read(entry.at, _LOCAL.size))
    name_at = entry.at + _LOCAL.size
    extra_at: int = name_at + local[-2]
    data_at: int = extra_at + local[-1]
    if (
        local[0] != _LOCAL_SIGN
        or file.read(name_at, local[-2]) != entry.name
        or not _agrees(local, file.read(extra_at, local[-1]), entry)
    ):
        raise _damaged(f"{name} does not match its directory entry")
    if member.shares_bytes or data_at + entry.stored > member.room_end:
        raise _damaged(f"{name} overlaps with another part of the archive")
    return data_at


def _agrees(local: tuple[Any, ...], extra: bytes, entry: _Entry) -> bool:
    """Return whether a local header agrees with the directory."""
    _, _, flags, method, _, _, crc, stored, size, _, _ = local
    if method != entry.method or flags & _ENCRYPTED:
        return False
    size, stored = _from_zip64(extra, size, stored)
    if flags & _SIZES_FOLLOW and not (crc or stored or size):
        return True
    return bool((crc, stored, size) == (entry.crc, entry.stored, entry.size))


def _inflate(data: bytes, entry: _Entry) -> bytes:
    if entry.method == _DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = stream.decompress(data, entry.size + 1)
        except zlib.error:
            raise _damaged("its compressed bytes are wrong") from None
        if not stream.eof:
            raise _damaged("its compressed bytes do not end where they should")
    if len(data) != entry.size:
        raise _damaged("a member is longer or shorter than its directory says")
    return data


def _is_plain_file(entry: _Entry) -> bool:
    if entry.attributes & _DOS_DIRECTORY:
        return False
    file_type = (entry.attributes >> 16) & _FILE_TYPE
    return entry.made_by >> 8 != _UNIX or file_type in {0, _REGULAR}


def _twice(name: bytes) -> Problem:
    return Problem(
        kind="duplicate-member",
        message=f"{name.decode('ascii')} is in the archive more than once; "
        "Keras takes the last",
    )


def _nul_in_name(name: bytes) -> Problem:
    start = name.partition(b"\0")[0].decode("ascii")
    return Problem(
        kind="nul-in-name",
        message=f"a member's name continues after {start} and a NUL; it was not read, "
        f"but Python's zipfile treats it as {start}",
    )


def _polyglot(in_front: int) -> Problem:
    where = "before" if in_front else "after"
    return Problem(
        kind="polyglot", message=f"there are other bytes {where} the archive"
    )


def _damaged(what: str) -> UnreadableModel:
    return UnreadableModel(
        "damaged", f"the zip archive is damaged: {what}; save or copy it again"
    )


def _split() -> UnreadableModel:
    return UnreadableModel("unsupported-layout", "one part of a split zip archive")
