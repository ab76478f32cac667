"""From an address to the store that it is in; credentials are the store's business."""

from __future__ import annotations

import re
from logging import NullHandler

from kerascheck.model.errors import UsageError
from kerascheck.model.typed import Final
from kerascheck.stores.address import Address, is_loopback
from kerascheck.stores.errors import fault_of
from kerascheck.stores.s3 import CONNECTIONS, S3Store
from kerascheck.stores.store import TIMEOUT, Store, time_limit

_S3: Final = ("s3", "s3a")
_PACKAGES: Final = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "hf": "huggingface_hub",
    "http": "aiohttp",
    "https": "aiohttp",
}
_LOGGERS: Final = (
    *("fsspec", "s3fs", "botocore", "aiobotocore", "gcsfs", "google", "adlfs", "azure"),
    *("huggingface_hub", "httpx", "aiohttp", "asyncio", "urllib3"),
)
_NOWHERE: Final = NullHandler()
_IN_BRACKETS: Final = re.compile(r"\[[^]]*\]")
_IN_EXTRA: Final = frozenset({"s3", "s3a", "http", "https", "hf"})
"""Schemes whose packages come with the extra `remote`."""


def open_store(address: Address) -> Store:
    """Return the store that an address is in; credentials are its own business.

    Raises:
        UsageError: A package is missing, or there is no such kind of address.
    """
    scheme = address.scheme
    if "::" in _IN_BRACKETS.sub("", address.url):
        raise UsageError(f"{address!r}: addresses inside others are not read")
    try:
        import fsspec
    except ImportError:
        raise UsageError(
            f"{scheme}:// needs the extra 'remote': pip install 'kerascheck[remote]'"
        ) from None
    silence(*_LOGGERS)
    try:
        kind = fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        raise _without_package(scheme, error.name) from None
    except ValueError:
        if scheme in _PACKAGES:  # which names the scheme to fsspec
            raise _without_package(scheme) from None
        raise UsageError(
            f"{address!r}: neither kerascheck nor fsspec knows {scheme}://"
        ) from None
    try:
        options = kind._get_kwargs_from_urls(address.url)
        options["use_listings_cache"] = False
        options["skip_instance_cache"] = scheme == "hf"  # it keeps listings anyway
        if scheme in _S3:
            options["config_kwargs"] = {"max_pool_connections": CONNECTIONS}
        fs = kind(**options)
    except ImportError as error:
        raise _without_package(scheme, error.name) from None
    except ValueError as error:
        raise UsageError(
            f"{address!r}: the store cannot be used with the credentials and settings "
            f"that its package finds ({type(error).__name__})"
        ) from None
    except Exception as error:
        raise UsageError(
            f"{address!r}: the store cannot be used: {fault_of(error, TIMEOUT).message}"
        ) from None
    if scheme in ("http", "https"):
        from kerascheck.stores.http import HttpStore

        if scheme == "http" and not is_loopback(address.url):
            raise UsageError(
                f"{address!r}: http:// is for this machine alone, as anybody on the "
                "way can change an answer; use https://"
            )
        return HttpStore(fs, time_limit())
    if scheme in _S3:
        return S3Store(fs, time_limit())
    if scheme == "hf":
        from kerascheck.stores.hub import HubStore

        return HubStore(fs, time_limit())
    return Store(fs, time_limit())


def silence(*names: str) -> None:
    """Let loggers of libraries write only where the user has asked for it.

    Python writes warnings to stderr if nobody has; theirs may hold an address.
    """
    import logging

    for name in names:
        logging.getLogger(name).addHandler(_NOWHERE)


def _without_package(scheme: str, missing: str | None = None) -> UsageError:
    package = _PACKAGES.get(scheme) or missing or "of fsspec for it"
    if scheme in _IN_EXTRA:
        return UsageError(
            f"{scheme}:// needs the package {package}, which the extra 'remote' "
            "brings: pip install 'kerascheck[remote]'"
        )
    return UsageError(f"{scheme}:// needs the package {package}: pip install {package}")
