"""Addresses such as `s3://bucket/model.keras`, and what of them is shown.

An address may carry a password or a signature. An `Address` is the text that reports,
messages and logs may hold; what the store needs is in `url`, and nothing prints that.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_KEYS_ARE_FREE: Final = frozenset({"s3", "s3a", "gs", "gcs", "file", "local", "memory"})
"""Schemes whose names may hold ? and #, which begin nothing else there."""
_USER_IS_SECRET: Final = frozenset({"http", "https", "webdav", "webdavs", "ftp"})
_HIDDEN: Final = "?..."


class Address(str):
    """An address as it is shown, without what may be a secret.

    Attributes:
        url: The address as it was given.
    """

    __slots__ = ("url",)

    url: str

    def __new__(cls, url: str) -> Address:
        """Take over an address as the user wrote it; one that is made stays itself."""
        if isinstance(url, Address):
            return url
        address = super().__new__(cls, shown(url))
        address.url = url
        return address

    def __getnewargs__(self) -> tuple[str]:
        """Return what pickle makes the address of again."""
        return (self.url,)

    @property
    def scheme(self) -> str:
        """What comes before the first colon, in lower case."""
        return self.url.partition(":")[0].lower()


def shown(url: str) -> str:
    """Return an address without user, password, query and fragment.

    Keys of object stores may hold the characters that begin a query, so that those
    stay; their addresses carry no signatures.
    """
    found = _SCHEME.match(url)
    if found is None:
        return url
    scheme = found[1].lower()
    host, slash, path = url[found.end() :].partition("/")
    if scheme not in _KEYS_ARE_FREE:
        for mark in "?#":
            host, _, in_host = host.partition(mark)
            path, _, in_path = path.partition(mark)
            if in_host or in_path:
                slash = slash if path or not in_host else ""
                path = f"{path}{_HIDDEN}" if not path.endswith(_HIDDEN) else path
    user, at, after = host.rpartition("@")
    if at and (":" in user or scheme in _USER_IS_SECRET):
        host = after
    return f"{found[0]}{host}{slash}{path}"


def is_loopback(url: str) -> bool:
    """Say whether an address leads to this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def joined(folder: str, name: str) -> str:
    """Return the address of an entry of a folder."""
    return f"{folder.rstrip('/')}/{name}"


def last_name(url: str) -> str:
    """Return the name of a file or folder, without what follows a query's mark."""
    return shown(url).removesuffix(_HIDDEN).rstrip("/").rpartition("/")[2]
