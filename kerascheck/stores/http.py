"""Files behind HTTP: the first answer says the size, so that no other request asks it.

A server that does not know ranges sends the whole file, which is read up to a limit.
Addresses with a signature are often for GET alone, so nothing asks by HEAD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Any, Final
from kerascheck.stores.address import is_loopback, last_name, path_of
from kerascheck.stores.errors import of_status
from kerascheck.stores.remote_file import BLOCK, HEAD, RemoteFile
from kerascheck.stores.store import MAX_DOWNLOAD, Entry, Store

_RANGE: Final = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")
_LINK: Final = re.compile(rb"""\bhref=["']?([^"'<>\s]+)""", re.IGNORECASE)
_CHUNK: Final = 1 << 16
_MAX_REDIRECTS: Final = 5


class HttpStore(Store):
    """Files of one HTTP server, and those that its answers lead to."""

    def look_at(self, url: str) -> Entry:
        """Return what is at an address: a folder if its path ends with a slash."""
        return Entry(url, last_name(url), None, path_of(url).endswith("/"))

    def entries(self, folder: str) -> Iterator[Entry]:
        """Yield what the page of a folder links to, below it."""
        self.traffic.add(listings=1)
        _, _, page = self.attempt(lambda: self._get(folder, None))
        for link in sorted(links(folder, page)):
            name = link.removeprefix(folder).rstrip("/")
            if link.startswith(folder) and name and "/" not in name and name != "..":
                yield Entry(link, unquote(name), None, link.endswith("/"))

    def open(self, entry: Entry, *, from_end: bool) -> RemoteFile:
        """Open a file by its first bytes, or its last ones."""
        asked = f"bytes=-{BLOCK}" if from_end else f"bytes=0-{HEAD - 1}"
        size, at, data = self.attempt(lambda: self._get(entry.url, asked))
        return RemoteFile(
            size, lambda start, end: self.fetch(entry.url, start, end), (at, data)
        )

    def json(self, url: str) -> Any:
        """Return a page of JSON.

        Raises:
            UnreadableModel: It cannot be had, or is not JSON.
        """
        import json

        _, _, data = self.attempt(lambda: self._get(url, None))
        try:
            return json.loads(data)
        except ValueError:
            raise UnreadableModel(
                "io-error", "the server's answer is not JSON"
            ) from None

    def _range(self, url: str, start: int, end: int) -> bytes:
        _, at, data = self._get(url, f"bytes={start}-{end - 1}")
        part = data[start - at : end - at]
        if at > start or len(part) != end - start:
            raise UnreadableModel("changed", "the file changed while it was read")
        return part

    def _get(self, url: str, asked: str | None) -> tuple[int, int, bytes]:
        from fsspec.asyn import sync

        found: tuple[int, int, bytes] = sync(
            self.fs.loop, self._answer, url, asked, timeout=self.timeout
        )
        self.traffic.add(ranges=1, size=len(found[2]))
        return found

    async def _answer(self, url: str, asked: str | None) -> tuple[int, int, bytes]:
        """Return the size of a file, and bytes behind the place where they begin."""
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
                return int(found[3]), 0, b""
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
            return size, first, await _exactly(answer, length)


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


async def _whole(answer: Any) -> tuple[int, int, bytes]:
    """Return a file from a server without ranges, if it is small enough."""
    length = answer.content_length
    if length is None or length <= MAX_DOWNLOAD:
        data = await _at_most(answer, MAX_DOWNLOAD + 1)
        if len(data) <= MAX_DOWNLOAD:
            if length is not None and len(data) < length:
                raise ConnectionError
            return len(data), 0, data
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
