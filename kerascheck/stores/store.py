"""Stores of objects, through fsspec: what is in a folder, and ranges of an object.

Every request has a time limit and a number of tries, every answer a size limit. What
goes wrong becomes one `UnreadableModel` whose message holds no address.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from inspect import signature
from threading import Lock
from time import sleep
from typing import NamedTuple

from kerascheck.model.errors import UnreadableModel, UsageError
from kerascheck.model.typed import Any, Final, TypeVar
from kerascheck.stores.errors import changed, fault_of
from kerascheck.stores.remote_file import RemoteFile

Answer = TypeVar("Answer")

TIMEOUT: Final = 30.0
"""Seconds that one request may take; the variable below says otherwise."""

TIMEOUT_VARIABLE: Final = "KERASCHECK_REMOTE_TIMEOUT"

TRIES: Final = 3
"""Of one request, if another try may help."""

LISTINGS: Final = 20
"""Times as long may the listing of a folder take, which is many requests."""

PAUSE: Final = 0.2
"""Seconds before the second try; twice as many before the third."""

_VERSIONS: Final = (
    *("ETag", "etag", "generation", "blob_id", "xet_hash", "md5", "checksum"),
    *("mtime", "last_modified", "LastModified", "modified", "updated", "created"),
)
"""What file systems of fsspec call what changes with the content; the best first."""

MAX_DOWNLOAD: Final = 64 << 20
"""Bytes of a file that are fetched whole: labels, and from servers without ranges."""


class Entry(NamedTuple):
    """One entry of a folder.

    Attributes:
        url: Its address.
        name: Its last name.
        size: Its bytes; None: the store does not say.
        is_folder: Whether it holds others.
        version: What changes with its content; None: the store does not say.
    """

    url: str
    name: str
    size: int | None
    is_folder: bool
    version: str | None = None


class Traffic:
    """What was asked of a store; counted over all threads."""

    __slots__ = ("_lock", "bytes", "listings", "ranges", "sizes")

    def __init__(self) -> None:
        self._lock = Lock()
        self.ranges = self.sizes = self.listings = self.bytes = 0

    def add(
        self, *, ranges: int = 0, sizes: int = 0, listings: int = 0, size: int = 0
    ) -> None:
        """Count requests, and the bytes of their answers."""
        with self._lock:
            self.ranges += ranges
            self.sizes += sizes
            self.listings += listings
            self.bytes += size


class Store:
    """One file system of fsspec.

    Attributes:
        traffic: What was asked of it.
    """

    def __init__(self, fs: Any, timeout: float) -> None:
        """Take over a file system, and the seconds that a request may take."""
        self.fs = fs
        self.timeout = timeout
        self.traffic = Traffic()

    def __reduce__(self) -> tuple[type[Store], tuple[Any, ...]]:
        """Return what another process makes the same store of, without its traffic."""
        return type(self), (self.fs, self.timeout)

    def look_at(self, url: str) -> Entry:
        """Return what is at an address.

        Raises:
            UnreadableModel: Nothing, or it cannot be known.
        """
        self.traffic.add(sizes=1)
        found = self._ask("info", self._path(url))
        return _entry(url, found)

    def entries(self, folder: str) -> Iterator[Entry]:
        """Yield what is in a folder, by name.

        Raises:
            UnreadableModel: It cannot be listed.
        """
        path = self._path(folder)
        below = f"{folder.rstrip('/')}/"  # file systems answer with another scheme
        found: list[Entry] = []
        for one in self._listed(path):
            name = one["name"].rstrip("/").rpartition("/")[2]
            if name and self._path(one["name"]) != path:
                found.append(_entry(below + name, one))
        yield from sorted(found, key=lambda one: one.name)

    def _listed(self, path: str) -> list[dict[str, Any]]:
        """Return what fsspec says of all that is in a folder."""
        self.traffic.add(listings=1)
        found: list[dict[str, Any]] = self.attempt(
            lambda: self.call("ls", path, within=LISTINGS * self.timeout, detail=True)
        )
        return found

    def open(self, entry: Entry, *, from_end: bool) -> RemoteFile:
        """Open an object of known size.

        Args:
            entry: From a folder, or what `look_at` returned.
            from_end: Its end is read first, for stores that answer with the size too.

        Raises:
            UnreadableModel: It is empty, or cannot be had.
        """
        if entry.size is None:
            entry = self.look_at(entry.url)
        return RemoteFile(
            entry.size or 0,
            partial(self.fetch, entry),
            unchanged=partial(self.require_unchanged, entry),
        )

    def fetch(self, entry: Entry, start: int, end: int) -> bytes:
        """Return exactly the bytes of an object from `start` to `end`.

        Raises:
            UnreadableModel: They cannot be had.
        """
        return self.attempt(lambda: self._range(entry, start, end))

    def require_unchanged(self, before: Entry) -> None:
        """Ask again what is at an address, once it was read.

        Raises:
            UnreadableModel: Something else, of kind "changed"; or it cannot be known.
        """
        try:
            now = self.look_again(before.url)
        except UnreadableModel as error:
            if error.kind == "not-found":
                raise changed(before.name, "it was removed") from None
            raise
        require_same(before, now)

    def look_again(self, url: str) -> Entry:
        """Return what is at an address, and never what was known of it before.

        Raises:
            UnreadableModel: Nothing, or it cannot be known.
        """
        self.traffic.add(sizes=1)
        info = getattr(self.fs, "_info", None) if self.fs.async_impl else self.fs.info
        knows = info is not None and "refresh" in signature(info).parameters
        fresh = {"refresh": True} if knows else {}
        return _entry(url, self._ask("info", self._path(url), **fresh))

    def download(self, entry: Entry, *, most: int = MAX_DOWNLOAD) -> bytes:
        """Return a whole object of at most so many bytes.

        Raises:
            UnreadableModel: It is larger, or cannot be had.
        """
        with self.open(entry, from_end=False) as file:
            if file.size > most:
                raise UnreadableModel(
                    "over-budget",
                    f"{file.size} bytes, more than the {most} that are read",
                )
            return file.read(0, file.size)

    def attempt(self, request: Callable[[], Answer]) -> Answer:
        """Make a request, again if another try may help.

        Raises:
            UnreadableModel: All tries failed; the message holds no address.
        """
        for tried in range(1, TRIES + 1):
            try:
                return request()
            except UnreadableModel:
                raise
            except Exception as error:
                fault = fault_of(error, self.timeout)
            if not fault.may_pass or tried == TRIES:
                break
            sleep(PAUSE * tried)
        raise fault.error(tried)

    def _range(self, entry: Entry, start: int, end: int) -> bytes:
        # Ranges alone: fsspec would read ahead by megabytes.
        plain: dict[str, Any] = {} if self.fs.async_impl else {"cache_type": "none"}
        data: bytes = self.call(
            "cat_file", self._path(entry.url), start=start, end=end, **plain
        )
        self.traffic.add(ranges=1, size=len(data))
        if len(data) != end - start:
            raise ShortAnswer
        return data

    def _ask(self, method: str, *arguments: Any, **options: Any) -> Any:
        return self.attempt(lambda: self.call(method, *arguments, **options))

    def call(
        self,
        method: str,
        *arguments: Any,
        within: float | None = None,
        **options: Any,
    ) -> Any:
        """Call a method of the file system, within a time limit if it knows one."""
        if not self.fs.async_impl:
            return getattr(self.fs, method)(*arguments, **options)
        from fsspec.asyn import sync

        return sync(
            self.fs.loop,
            getattr(self.fs, f"_{method}"),
            *arguments,
            timeout=within or self.timeout,
            **options,
        )

    def _path(self, url: str) -> str:
        path: str = self.fs._strip_protocol(url)
        return path


class ShortAnswer(ConnectionError):
    """An answer ended before it was complete."""


def _entry(url: str, found: Any) -> Entry:
    """Return an entry of what fsspec says of it."""
    name = url.rstrip("/").rpartition("/")[2]
    is_folder = found.get("type") == "directory"
    if is_folder:
        return Entry(url, name, None, is_folder)
    return Entry(url, name, found.get("size"), is_folder, _version(found))


def _version(found: Any) -> str | None:
    """Return the best of what says which version of an object it is.

    A listing may have it as another type than what is said of one object.
    """
    for name in _VERSIONS:
        value = found.get(name)
        if value:
            kind = "" if isinstance(value, str) else f" {type(value).__name__}"
            return f"{name}{kind}:{value}"
    return None


def _unquoted(version: str | None) -> str:
    """Return a version without quotes, which some listings leave out."""
    return (version or "").replace('"', "")


def require_same(before: Entry, now: Entry) -> None:
    """Compare an object with itself, later.

    What the store says of it at one time alone is not compared.

    Raises:
        UnreadableModel: It is another, of kind "changed".
    """
    if before.size is not None and now.size is not None and before.size != now.size:
        grew = "grew" if now.size > before.size else "shrank"
        why = f"it {grew} from {before.size} to {now.size} bytes"
        raise changed(before.name, why)
    old, new = _unquoted(before.version), _unquoted(now.version)
    same_kind = old.partition(":")[0] == new.partition(":")[0]
    if old and same_kind and old != new:
        raise changed(before.name, "it was written to")


def time_limit() -> float:
    """Return the seconds that one request may take.

    Raises:
        UsageError: The variable for it does not hold a number of seconds.
    """
    text = os.environ.get(TIMEOUT_VARIABLE)
    if text is None:
        return TIMEOUT
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 3600:
        raise UsageError(
            f"{TIMEOUT_VARIABLE}: Expected seconds, as 30. Received: {text!r}."
        )
    return seconds
