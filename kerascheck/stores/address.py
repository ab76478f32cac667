"""Addresses such as `s3://bucket/model.keras`, and what of them is shown.

An address may carry a password or a signature. An `Address` is the text that reports,
messages and logs may hold; what the store needs is in `url`, and nothing prints that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from kerascheck.model.typed import Final

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_IN_TEXT: Final = re.compile(r"""([A-Za-z][A-Za-z0-9+.-]*:)(/+)([^\s'"<>]+)""")
_KEYS_ARE_FREE: Final = frozenset({"s3", "s3a", "gs", "gcs", "file", "local", "memory"})
"""Schemes whose names may hold ? and #, which begin nothing else there."""
_QUERY_IS_PAIRS: Final = frozenset({"az", "abfs", "abfss", "hf"})
"""Schemes whose names may hold them too; a query or signature has an equals sign."""
_USER_IS_SECRET: Final = frozenset({"http", "https", "webdav", "webdavs", "ftp"})
_HIDDEN: Final = "?..."


class Address(str):
    """An address as it is shown, without what may be a secret.

    Attributes:
        url: The address as it was given.
        fetch: Returns what is there, as `Store.download`; None: its store is not open.
        data: What is there, if it was fetched ahead.
    """

    __slots__ = ("data", "fetch", "url")

    url: str
    fetch: Callable[..., bytes] | None
    data: bytes | None

    def __new__(cls, url: str) -> Address:
        """Take over an address as the user wrote it; one that is made stays itself."""
        if isinstance(url, Address):
            return url
        address = super().__new__(cls, shown(url))
        address.url = url
        address.fetch = address.data = None
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
    scheme, rest = found[1].lower(), url[found.end() :]
    if _begins_with_secret(rest):
        rest = rest.rpartition("@")[2] if "@" in rest else ""
    hidden = ""
    if scheme not in _KEYS_ARE_FREE:
        known = re.split("[?#]", rest, maxsplit=1)[0]
        if scheme in _QUERY_IS_PAIRS and "=" not in rest[len(known) :]:
            known = rest
        hidden = _HIDDEN if known != rest else ""
        rest = known
    host, slash, path = rest.partition("/")
    user, at, after = host.rpartition("@")
    if at and (":" in user or scheme in _USER_IS_SECRET):
        host = after
    return f"{found[0]}{host}{slash}{path}{hidden}"


def without_secrets(text: str) -> str:
    """Return a text in which each address is as `shown` returns it.

    One that was treated as a path has lost a slash; it is an address as well.
    """

    def short(found: re.Match[str]) -> str:
        scheme, slashes, rest = found.groups()
        return f"{scheme}{slashes}{shown(f'{scheme}//{rest}')[len(scheme) + 2 :]}"

    return _IN_TEXT.sub(short, text)


def _begins_with_secret(rest: str) -> bool:
    """Say whether a password ends what looks like a host: it may hold / ? and #."""
    host = re.split("[/?#]", rest, maxsplit=1)[0]
    _, colon, port = host.rpartition(":")
    in_brackets = host.startswith("[") and host.endswith("]")
    return bool(colon) and "@" not in host and not (port.isdecimal() or in_brackets)


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


def path_of(url: str) -> str:
    """Return an address as it is shown, without the mark of what is hidden."""
    return shown(url).removesuffix(_HIDDEN)


def last_name(url: str) -> str:
    """Return the name of a file or folder."""
    return path_of(url).rstrip("/").rpartition("/")[2]
