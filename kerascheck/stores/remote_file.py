"""An object of a store, read by ranges: as few of them as the reader allows."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import TYPE_CHECKING, Final, Protocol
from kerascheck.trust.regular_file import require_fetched

if TYPE_CHECKING:
    from types import TracebackType

BLOCK: Final = 4096
"""Bytes that one request fetches at least."""

HEAD: Final = 8192
"""Bytes that are fetched of the beginning: HDF5 has all but a long config in them."""

MAX_BLOCK: Final = 1 << 20
"""What a request fetches at least once many were made: blocks double from the third."""

MAX_REQUESTS: Final = 48
"""For one object; a file that asks for more was made to. A model needs two or three."""

MAX_HELD: Final = 256 << 20
"""Bytes of one object that are fetched and held."""

_SMALL: Final = 1024
"""Bytes; a smaller object may be a pointer of Git LFS."""


class Ranges(Protocol):
    """What fetches the bytes of one object."""

    def __call__(self, start: int, end: int) -> bytes:
        """Return exactly the bytes from `start` to `end`.

        Raises:
            UnreadableModel: They cannot be had.
        """


class RemoteFile:
    """An object of known size; see `trust.byte_source.ByteSource`.

    Left as a context, it refuses what changed meanwhile, whatever came of reading it.

    Attributes:
        size: Bytes in all.
        is_remote: Always; see there.
    """

    __slots__ = ("_fetch", "_held", "_parts", "_requests", "_unchanged", "size")

    is_remote = True

    def __init__(
        self,
        size: int,
        fetch: Ranges,
        known: tuple[int, bytes] | None = None,
        *,
        unchanged: Callable[[], None] | None = None,
    ) -> None:
        """Take over an object.

        Args:
            size: Its bytes.
            fetch: What fetches them.
            known: Bytes that are known already, behind the place where they begin.
            unchanged: Called at the end, to raise if the object is not what it was;
                None: `fetch` sees that of each range.

        Raises:
            UnreadableModel: It is empty.
        """
        if size <= 0:
            raise UnreadableModel("empty", "the file is empty: 0 bytes")
        self.size = size
        self._fetch, self._unchanged = fetch, unchanged
        self._parts: list[tuple[int, bytes]] = [] if known is None else [known]
        self._requests = self._held = 0
        if size < _SMALL:
            require_fetched(self.head, size)

    @property
    def head(self) -> bytes:
        """The first bytes."""
        return self.read(0, min(HEAD, self.size))

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset` on."""
        end = offset + length
        if end > self.size:
            raise UnreadableModel(
                "truncated",
                f"{length} bytes were expected at byte {offset}, but the object has "
                f"{self.size}: truncated or damaged; copy it again",
            )
        found = self._held_part(offset, end)
        if found is None:
            usual = HEAD if offset == 0 else BLOCK
            block = min(usual << max(0, self._requests - 2), MAX_BLOCK)
            found = self._part(offset, min(max(end, offset + block), self.size))
        start, data = found
        return data[offset - start : end - start]

    def expect(self, start: int, end: int) -> None:
        """Fetch what will be read in one answer, if it is within the bounds."""
        end = min(end, self.size)
        is_within = start < end <= start + MAX_HELD - self._held
        if is_within and self._held_part(start, end) is None:
            self._part(start, end)

    def _held_part(self, start: int, end: int) -> tuple[int, bytes] | None:
        for at, data in self._parts:
            if at <= start and end <= at + len(data):
                return at, data
        return None

    def _part(self, start: int, end: int) -> tuple[int, bytes]:
        """Fetch a part, less what is known of its beginning or its end."""
        before = after = b""
        for at, data in self._parts:
            stop = at + len(data)
            if at <= start < stop < end:
                before = data[start - at :]
            elif start < at < end <= stop:
                after = data[: end - at]
        if len(before) + len(after) >= end - start:
            after = b""  # they meet, or overlap
        first, last = start + len(before), end - len(after)
        self._requests += 1
        self._held += last - first
        if self._requests > MAX_REQUESTS or self._held > MAX_HELD:
            raise UnreadableModel(
                "over-budget",
                f"not checked: more than {MAX_REQUESTS} requests or {MAX_HELD} bytes "
                "would be needed",
            )
        part = start, before + self._fetch(first, last) + after
        self._parts.append(part)
        return part

    def __enter__(self) -> RemoteFile:
        """Return the object itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """See whether the object is still what it was.

        Raises:
            UnreadableModel: It changed, which explains any fault; or it cannot be
                known, and nothing else was wrong.
        """
        if self._unchanged is None or not isinstance(error, UnreadableModel | None):
            return
        try:
            self._unchanged()
        except UnreadableModel as other:
            if error is None or other.kind == "changed":
                raise
