"""Buckets of S3: folders come in pages of a thousand names, each with its own limit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from kerascheck.model.typed import Any, Final
from kerascheck.stores.errors import changed
from kerascheck.stores.remote_file import RemoteFile
from kerascheck.stores.store import Entry, ShortAnswer, Store, require_same

CONNECTIONS: Final = 64
"""At once; botocore has 10 by default, and others would wait."""

_PAGE: Final = 1000

_KEPT: Final = ("name", "size", "type", "ETag")

_NOT_THAT: Final = (412, 416)
"""Statuses for another version than asked for, and for one that is shorter."""


class S3Store(Store):
    """A bucket, or several."""

    def open(self, entry: Entry, *, from_end: bool) -> RemoteFile:
        """Open an object; each range is asked of the version that was listed."""
        if entry.size is None:
            entry = self.look_at(entry.url)
        if entry.version is None or not hasattr(self.fs, "_call_s3"):
            return super().open(entry, from_end=from_end)
        return RemoteFile(entry.size or 0, partial(self.fetch, entry))

    def _range(self, entry: Entry, start: int, end: int) -> bytes:
        from fsspec.asyn import sync

        kind, _, version = (entry.version or "").partition(":")
        if kind != "ETag" or not hasattr(self.fs, "_call_s3"):
            return super()._range(entry, start, end)
        bucket, key, kept = self.fs.split_path(self._path(entry.url))
        wanted = {"Bucket": bucket, "Key": key, "IfMatch": version}
        wanted["Range"] = f"bytes={start}-{end - 1}"
        if kept:
            wanted["VersionId"] = kept
        try:
            found, data = sync(
                self.fs.loop, _answer, self.fs, wanted, timeout=self.timeout
            )
        except Exception as error:
            if _status(error) in _NOT_THAT:
                raise changed(entry.name, "it was written to") from None
            raise
        self.traffic.add(ranges=1, size=len(data))
        require_same(entry, entry._replace(version=f"ETag:{found}"))
        if len(data) != end - start:
            raise ShortAnswer
        return bytes(data)

    def _listed(self, path: str) -> list[dict[str, Any]]:
        if not hasattr(self.fs, "_iterdir"):  # of another version of s3fs
            return super()._listed(path)
        return self.attempt(lambda: self._pages(path))

    def _pages(self, path: str) -> list[dict[str, Any]]:
        """Return all of a folder; one that broke cannot go on, and starts again."""
        bucket, key, _ = self.fs.split_path(path)
        prefix = f"{key.rstrip('/')}/" if key else ""
        entries = self.fs._iterdir(bucket, prefix=prefix)
        found: list[dict[str, Any]] = []
        while True:
            self.traffic.add(listings=1)
            page = self._page(entries)
            found += page
            if len(page) < _PAGE:
                return found

    def _page(self, entries: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
        from fsspec.asyn import sync

        page: list[dict[str, Any]] = sync(
            self.fs.loop, _next_page, entries, timeout=self.timeout
        )
        return page


async def _answer(fs: Any, wanted: dict[str, str]) -> tuple[str, bytes]:
    """Return the tag of an object and a range of it."""
    answer = await fs._call_s3("get_object", **wanted)
    async with answer["Body"] as body:
        return str(answer["ETag"]), await body.read()


def _status(error: BaseException) -> int | None:
    """Return the status of HTTP that botocore says, behind what s3fs made of it."""
    response = getattr(error.__cause__ or error, "response", {})
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status if isinstance(status, int) else None


async def _next_page(entries: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
    page: list[dict[str, Any]] = []
    async for one in entries:
        page.append({name: one.get(name) for name in _KEPT})
        if len(page) == _PAGE:
            break
    return page
