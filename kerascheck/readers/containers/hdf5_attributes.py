"""Text attributes of an HDF5 file's root group, read by hand.

Groups, datasets, links, filters, external files and drivers are never looked at, so
none of them can do harm. What is read: superblocks 0 to 3, object headers 1 and 2 with
continuations, attribute messages 1 to 3, fixed and variable-length strings. h5py would
take five times as long to import, and would run a large C library on untrusted bytes.

Source of the layout: HDF5 File Format Specification 3.0, sections II, III.E and IV.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Set

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Final
from kerascheck.readers.containers.limits import Limits, over_budget

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import ByteSource

_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_USER_BLOCK: Final = 512
"""Smallest bytes in front of the superblock; each possible size is twice the last."""

_ATTRIBUTE: Final = 0x0C
_CONTINUATION: Final = 0x10
_ATTRIBUTE_INFO: Final = 0x15
_SHARED: Final = 0x02

_OF_CHARACTERS: Final = 1
_SPACE_PADDED: Final = 2

_ATTRIBUTE_HEAD: Final = struct.Struct("<BBHHH")
_TYPE_HEAD: Final = struct.Struct("<BBHL")
_V1_HEADER: Final = struct.Struct("<BxHLL4x")
_V1_MESSAGE: Final = struct.Struct("<HHB3x")
_V2_MESSAGE: Final = struct.Struct("<BHB")
_V2_ORDERED_MESSAGE: Final = struct.Struct("<BHB2x")
_HEAP_HEAD: Final = 16
"""Bytes of a collection's and of an object's head, whose fields are padded to 8."""


def find_superblock(file: ByteSource) -> int | None:
    """Return where the superblock begins; None: the file is not HDF5."""
    at = 0
    while at + len(_SIGNATURE) <= file.size:
        if file.read(at, len(_SIGNATURE)) == _SIGNATURE:
            return at
        at = 2 * at or _USER_BLOCK
    return None


def read_texts(
    file: ByteSource, superblock_at: int, names: Set[bytes], limits: Limits
) -> dict[bytes, bytes | None]:
    """Return the wanted attributes of the root group; None: it holds no single text.

    Args:
        file: The HDF5 file.
        superblock_at: Where its superblock begins.
        names: Wanted attributes.
        limits: Budgets for all reads together.

    Raises:
        UnreadableModel: Damaged, over a budget, or laid out in a way Keras never uses.
    """
    try:
        space, root = _open(file, superblock_at, limits)
        texts: dict[bytes, bytes | None] = {}
        for kind, flags, body in _messages(space, root):
            if kind == _ATTRIBUTE:
                if flags & _SHARED:
                    raise _unsupported("shared attributes")
                attribute = _attribute(body)
                if attribute.name in names:
                    texts[attribute.name] = _text(space, attribute)
            elif kind == _ATTRIBUTE_INFO:
                _require_compact(space, body)
    except (struct.error, IndexError):
        raise _damaged("a record ends early") from None
    return texts


class _Space:
    """The file as HDF5 addresses it, read under a budget.

    Attributes:
        offset_size: Bytes of an address.
        length_size: Bytes of a length.
    """

    __slots__ = (
        "_base", "_bytes_left", "_file", "_limits", "_steps_left",
        "length_size", "offset_size",
    )  # fmt: skip

    def __init__(
        self, file: ByteSource, base: int, sizes: tuple[int, int], limits: Limits
    ) -> None:
        self.offset_size, self.length_size = sizes
        if self.offset_size not in {2, 4, 8} or self.length_size not in {2, 4, 8}:
            raise _unsupported(f"addresses of {self.offset_size} bytes")
        self._file = file
        self._base = base
        self._limits = limits
        self._bytes_left = limits.hdf5_bytes
        self._steps_left = limits.hdf5_steps

    def read(self, address: int, length: int) -> bytes:
        if length < 0:
            raise _damaged("a block has a negative size")
        self._bytes_left -= length
        if self._bytes_left < 0:
            limit = self._limits.hdf5_bytes
            raise over_budget(
                "the HDF5 header", limit - self._bytes_left, limit, "bytes"
            )
        self.step()
        return self._file.read(self._base + address, length)

    def expect(self, address: int, end: int) -> None:
        """Announce what will be read, as far as the budget and the file allow."""
        end = min(self._base + end, self._file.size)
        if 0 < end - self._base - address <= self._bytes_left:
            self._file.expect(self._base + address, end)

    def step(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            limit = self._limits.hdf5_steps
            raise over_budget("the HDF5 header", limit + 1, limit, "parts")

    def address(self, data: bytes, at: int) -> int:
        return _number(data, at, self.offset_size)

    def length(self, data: bytes, at: int) -> int:
        return _number(data, at, self.length_size)

    def is_defined(self, address: int) -> bool:
        return address != (1 << 8 * self.offset_size) - 1


class _Attribute(NamedTuple):
    name: bytes
    datatype: bytes
    dataspace: bytes
    data: bytes
    is_shared: bool


def _open(file: ByteSource, at: int, limits: Limits) -> tuple[_Space, int]:
    """Return the address space and the address of the root group's header."""
    block = file.read(at, min(128, file.size - at))
    version = block[8]
    if version in {0, 1}:
        space = _Space(file, at, (block[13], block[14]), limits)
        first = 24 + 4 * version
        _require_one_file(space, space.address(block, first + 3 * space.offset_size))
        root = space.address(block, first + 5 * space.offset_size)
    elif version in {2, 3}:
        space = _Space(file, at, (block[9], block[10]), limits)
        first = 12
        root = space.address(block, first + 3 * space.offset_size)
    else:
        raise _unsupported(f"superblock version {version}")
    base = space.address(block, first)
    end = space.address(block, first + 2 * space.offset_size) - base + at
    if file.size < end:
        raise UnreadableModel(
            "truncated",
            f"the HDF5 file should have {end} bytes but has {file.size}: truncated; "
            "copy or download it again",
        )
    return space, root


def _require_one_file(space: _Space, driver_information: int) -> None:
    if space.is_defined(driver_information):
        raise _unsupported("a driver that splits it into several files")


def _require_compact(space: _Space, body: bytes) -> None:
    """Refuse attributes in a fractal heap, which only files of others have."""
    heap_at = 4 if body[1] & 1 else 2
    if space.is_defined(space.address(body, heap_at)):
        raise _unsupported("dense attribute storage")


def _messages(space: _Space, header: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield type, flags and body of each message of an object header."""
    prefix = space.read(header, _V1_HEADER.size)
    if prefix.startswith(b"OHDR"):
        block, message, around = _v2_header(space, header)
    elif prefix[0] == 1:
        block = header + _V1_HEADER.size, _V1_HEADER.unpack(prefix)[-1]
        message, around = _V1_MESSAGE, 0
    else:
        raise _damaged("the root group has no object header")
    blocks = [block]
    visited = set()
    for at, size in blocks:  # grows while continuations are met
        if at in visited:
            raise _damaged("an object header continues into itself")
        visited.add(at)
        for kind, flags, body in _split(space.read(at, size), message):
            space.step()
            if kind == _CONTINUATION:
                next_at = space.address(body, 0)
                next_size = space.length(body, space.offset_size)
                blocks.append((next_at + around, next_size - 2 * around))
            else:
                yield kind, flags, body


def _v2_header(
    space: _Space, header: int
) -> tuple[tuple[int, int], struct.Struct, int]:
    """Return first block, message head, and bytes around each further block.

    A further block has a signature of 4 bytes in front and a checksum of 4 behind.
    """
    flags = space.read(header, 6)[5]
    size_at = header + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = _number(space.read(size_at, width), 0, width)
    message = _V2_ORDERED_MESSAGE if flags & 0x04 else _V2_MESSAGE
    return (size_at + width, size), message, 4


def _split(block: bytes, message: struct.Struct) -> Iterator[tuple[int, int, bytes]]:
    position = 0
    while position + message.size <= len(block):  # a smaller rest is a gap
        kind, size, flags = message.unpack_from(block, position)
        position += message.size
        if position + size > len(block):
            raise _damaged("a header message is longer than its block")
        yield kind, flags, block[position : position + size]
        position += size


def _attribute(body: bytes) -> _Attribute:
    version, flags, *sizes = _ATTRIBUTE_HEAD.unpack_from(body)
    if version not in {1, 2, 3}:
        raise _unsupported(f"attribute message version {version}")
    padding = 8 if version == 1 else 1
    position = _ATTRIBUTE_HEAD.size + (version == 3)  # one byte: the name's encoding
    parts = []
    for size in sizes:
        parts.append(body[position : position + size])
        position += size + -size % padding
    if position > len(body):
        raise _damaged("an attribute is longer than its message")
    name, datatype, dataspace = parts
    return _Attribute(
        name=name.partition(b"\0")[0],
        datatype=datatype,
        dataspace=dataspace,
        data=body[position:],
        is_shared=version > 1 and bool(flags & 3),
    )


def _text(space: _Space, attribute: _Attribute) -> bytes | None:
    """Return an attribute's text; None: it holds something else."""
    if attribute.is_shared or not _is_scalar(attribute.dataspace):
        return None
    kind, bits, _, size = _TYPE_HEAD.unpack_from(attribute.datatype)
    match kind & 0x0F:
        case 3:  # string of fixed length
            if size > len(attribute.data):
                raise _damaged("a text is longer than its attribute")
            text = attribute.data[:size]
            return text if bits & 0x0F == _SPACE_PADDED else text.rstrip(b"\0")
        case 9 if bits & 0x0F == _OF_CHARACTERS:  # variable length
            return _heap_text(space, attribute.data)
        case _:
            return None


def _is_scalar(dataspace: bytes) -> bool:
    version, rank = dataspace[0], dataspace[1]
    return rank == 0 and (version == 1 or dataspace[3] == 0)


def _heap_text(space: _Space, reference: bytes) -> bytes:
    length = _number(reference, 0, 4)
    address = space.address(reference, 4)
    index = _number(reference, 4 + space.offset_size, 4)
    if not length:
        return b""
    at, size = _find_heap_object(space, address, index)
    if length > size:
        raise _damaged("a text is longer than its heap object")
    # h5py hands a text over as a C string: what stands behind a NUL is lost.
    return space.read(at, length).partition(b"\0")[0]


def _find_heap_object(space: _Space, heap: int, index: int) -> tuple[int, int]:
    """Return address and size of an object in a global heap collection."""
    head = space.read(heap, _HEAP_HEAD)
    if not head.startswith(b"GCOL"):
        raise _damaged("an address does not lead to a global heap")
    end = heap + space.length(head, 8)
    space.expect(heap, end)
    at = heap + _HEAP_HEAD
    while at + _HEAP_HEAD <= end:
        head = space.read(at, _HEAP_HEAD)
        size = space.length(head, 8)
        number = _number(head, 0, 2)
        if at + _HEAP_HEAD + size > end:
            break
        if number == index:
            return at + _HEAP_HEAD, size
        if not number:  # the free space that ends a collection
            break
        at += _HEAP_HEAD + size + -size % 8
    raise _damaged("a text is missing from its global heap")


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise _damaged("a record ends early")
    return int.from_bytes(data[at : at + size], "little")


def _unsupported(what: str) -> UnreadableModel:
    return UnreadableModel(
        "unsupported-layout",
        f"HDF5 with {what}, which Keras never writes; load the model and save it again",
    )


def _damaged(what: str) -> UnreadableModel:
    return UnreadableModel(
        "damaged", f"the HDF5 file is damaged: {what}; save or copy it again"
    )
