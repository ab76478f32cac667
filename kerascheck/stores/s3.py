"""Buckets of S3: folders come in pages of a thousand names, each with its own limit."""

from __future__ import annotations

from collections.abc import AsyncIterator

from kerascheck.model.typed import Any, Final
from kerascheck.stores.store import Store

CONNECTIONS: Final = 64
"""At once; botocore has 10 by default, and others would wait."""

_PAGE: Final = 1000


class S3Store(Store):
    """A bucket, or several."""

    def _listed(self, path: str) -> list[dict[str, Any]]:
        if not hasattr(self.fs, "_iterdir"):  # of another version of s3fs
            return super()._listed(path)
        bucket, key, _ = self.fs.split_path(path)
        prefix = f"{key.rstrip('/')}/" if key else ""
        entries = self.fs._iterdir(bucket, prefix=prefix)
        found: list[dict[str, Any]] = []
        while True:
            self.traffic.add(listings=1)
            page = self.attempt(lambda: self._page(entries))
            found += page
            if len(page) < _PAGE:
                return found

    def _page(self, entries: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
        from fsspec.asyn import sync

        page: list[dict[str, Any]] = sync(
            self.fs.loop, _next_page, entries, timeout=self.timeout
        )
        return page


async def _next_page(entries: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
    page: list[dict[str, Any]] = []
    async for one in entries:
        page.append({name: one[name] for name in ("name", "size", "type")})
        if len(page) == _PAGE:
            break
    return page
