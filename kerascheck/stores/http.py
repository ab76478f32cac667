"""Files behind HTTP: the first answer says the size, so that no other request asks it.

A server that does not know ranges sends the whole file, which is read up to a limit.
Addresses with a signature are often for GET alone, so nothing asks by HEAD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Any, Final
from kerascheck.stores.address import is_loopback, last_name, path_of
from kerascheck.stores.errors import changed, of_status
from kerascheck.stores.remote_file import BLOCK, HEAD, RemoteFile
from kerascheck.stores.store import MAX_DOWNLOAD, Entry, Store, require_same

_RANGE: Final = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")
_LINK: Final = re.compile(rb"""\bhref=["']?([^"'<>\s]+)""", re.IGNORECASE)
_CHUNK: Final = 1 << 16
_MAX_REDIRECTS: Final = 5


class Answer(NamedTuple):
    """What a server sent of a file.

    Attributes:
        size: Of the whole file.
        start: Where the bytes begin.
        data: The bytes.
        version: What changes with the content; None: the server does not say.
    """

    size: int
    start: int
    data: bytes
    version: str | None = None


class HttpStore(Store):
    """Files of one HTTP server, and those that its answers lead to."""

    def look_at(self, url: str) -> Entry:
        """Return what is at an address: a folder if its path ends with a slash."""
        return Entry(url, last_name(url), None, path_of(url).endswith("/"))

    def entries(self, folder: str) -> Iterator[Entry]:
        """Yield what the page of a folder links to, below it."""
        self.traffic.add(listings=1)
        page = self.attempt(lambda: self._get(folder, None)).data
        for link in sorted(links(folder, page)):
            name = link.removeprefix(folder).rstrip("/")
            if link.startswith(folder) and name and "/" not in name and name != "..":
                yield Entry(link, unquote(name), None, link.endswith("/"))

    def open(self, entry: Entry, *, from_end: bool) -> RemoteFile:
        """Open a file by its first bytes, or its last ones."""
        asked = f"bytes=-{BLOCK}" if from_end else f"bytes=0-{HEAD - 1}"
        first = self.attempt(lambda: self._get(entry.url, asked))
        entry = entry._replace(size=first.size, version=first.version)
        known = first.start, first.data
        return RemoteFile(first.size, partial(self.fetch, entry), known)

    def json(self, url: str) -> Any:
        """Return a page of JSON.

        Raises:
            UnreadableModel: It cannot be had, or is not JSON.
        """
        import json

        data = self.attempt(lambda: self._get(url, None)).data
        try:
            return json.loads(data)
        except ValueError:
            raise UnreadableModel(
                "io-error", "the server's answer is not JSON"
            ) from None

    def _range(self, entry: Entry, start: int, end: int) -> bytes:
        found = self._get(entry.url, f"bytes={start}-{end - 1}")
        now = entry._replace(size=found.size, version=found.version)
        require_same(entry, now)
        at = found.start
        part = found.data[start - at : end - at]
        if at > start or len(part) != end - start:
            raise changed(entry.name, "the server sends other bytes than asked for")
        return part

    def _get(self, url: str, asked: str | None) -> Answer:
        from fsspec.asyn import sync

        found: Answer = sync(
            self.fs.loop, self._answer, url, asked, timeout=self.timeout
        )
        self.traffic.add(ranges=1, size=len(found.data))
        return found

    async def _answer(self, url: str, asked: str | None) -> Answer:
        session = await self.fs.set_session()
        options: dict[str, Any] = {**self.fs.kwargs}
        headers = {**options.pop("headers", {}), "Accept-Encoding": "identity"}
        if asked is not None:
            headers["Range"] = asked
        async with session.get(
            self.fs.encode_url(url),
            headers=headers,
            max_redirects=_MAX_REDIRECTS,
            **options,
        ) as answer:
            _require_same_care(url, str(answer.url))
            if answer.status == 200:
                return await _whole(answer)
            found = _RANGE.match(answer.headers.get("Content-Range", ""))
            if answer.status == 416 and found is not None:
                return Answer(int(found[3]), 0, b"", _version(answer))
            if answer.status >= 400:
                raise StatusError(answer.status)
            if answer.status != 206 or found is None or found[1] is None:
                raise UnreadableModel(
                    "io-error", "the server answers ranges without saying which"
                )
            first, last, size = int(found[1]), int(found[2]), int(found[3])
            length = last - first + 1
            if not 0 < length <= MAX_DOWNLOAD * 4 or last >= size:
                raise UnreadableModel(
                    "io-error", "the server answers with other ranges than asked for"
                )
            data = await _exactly(answer, length)
            return Answer(size, first, data, _version(answer))


def links(address: str, page: bytes) -> set[str]:
    """Return what a page of HTML links to, without query and fragment.

    It takes time in proportion to the page, which fsspec's expression does not.
    """
    found: set[str] = set()
    for match in _LINK.finditer(page):
        link = unescape(match[1].decode("utf-8", "replace"))
        with suppress(ValueError):  # no address
            found.add(urljoin(address, link.partition("#")[0].partition("?")[0]))
    return found


class StatusError(Exception):
    """An answer with a status that means a fault."""

    def __init__(self, status: int) -> None:
        super().__init__(str(of_status(status).message))
        self.status = status


def _version(answer: Any) -> str | None:
    """Return what RFC 9110 says that parts of one file have in common."""
    for name in ("ETag", "Last-Modified"):
        if name in answer.headers:
            return f"{name}:{answer.headers[name]}"
    return None


async def _whole(answer: Any) -> Answer:
    """Return a file from a server without ranges, if it is small enough."""
    length = answer.content_length
    if length is None or length <= MAX_DOWNLOAD:
        data = await _at_most(answer, MAX_DOWNLOAD + 1)
        if len(data) <= MAX_DOWNLOAD:
            if length is not None and len(data) < length:
                raise ConnectionError
            return Answer(len(data), 0, data, _version(answer))
    size = "more" if length is None else f"{length} bytes, more"
    raise UnreadableModel(
        "over-budget",
        f"not checked: the server does not serve ranges of a file, and this one has "
        f"{size} than the {MAX_DOWNLOAD} that are fetched whole; copy it to this "
        "machine, or serve it with ranges",
    )


async def _exactly(answer: Any, length: int) -> bytes:
    data = await _at_most(answer, length)
    if len(data) < length:
        raise ConnectionError
    return data


async def _at_most(answer: Any, most: int) -> bytes:
    data = bytearray()
    while len(data) < most:
        part = await answer.content.read(min(_CHUNK, most - len(data)))
        if not part:
            break
        data += part
    return bytes(data)


def _require_same_care(asked: str, answered: str) -> None:
    """Refuse an answer that came over a connection that anybody can change."""
    was_safe = asked.startswith("https:")
    same = urlsplit(asked)[:2] == urlsplit(answered)[:2]
    if answered.startswith("http:") and (
        was_safe or not (same or is_loopback(answered))
    ):
        raise UnreadableModel(
            "io-error", "the server redirects to http://, which anybody can change"
        )
