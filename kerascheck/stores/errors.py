"""What is said when a store does not answer as it should.

Messages of libraries may hold addresses with a password or a signature. None of them
is repeated: what is said follows from the class of the error and its status alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kerascheck.model.errors import UnreadableModel
from kerascheck.trust.unchanged import CHECK_AGAIN


class Fault(NamedTuple):
    """One failed request.

    Attributes:
        kind: As of an `UnreadableModel`.
        message: One line.
        may_pass: Whether another try may succeed.
    """

    kind: str
    message: str
    may_pass: bool = False

    def error(self, tries: int = 1) -> UnreadableModel:
        """Return the error to raise once all tries failed."""
        often = f", {tries} times" if self.may_pass and tries > 1 else ""
        return UnreadableModel(self.kind, f"{self.message}{often}")


def changed(name: str, why: str) -> UnreadableModel:
    """Return what to raise of an object that is not what it was when it was found."""
    return UnreadableModel(
        "changed", f"{name} changed while it was read: {why}; {CHECK_AGAIN}"
    )


_IS_ABOUT_CONNECTIONS = re.compile("Connect|Disconnect|Payload|Protocol|Read|Request")

_DENIED = "the store does not allow it with the credentials that it finds"


def fault_of(error: BaseException, timeout: float) -> Fault:
    """Return what an error of a library means."""
    status = _status(error)
    if status is not None:
        return of_status(status)
    if isinstance(error, TimeoutError):  # of asyncio and of fsspec as well
        return Fault("io-error", f"no answer within {timeout:g} s")
    if isinstance(error, FileNotFoundError | IsADirectoryError):
        return Fault("not-found", "no such object in the store")
    if isinstance(error, PermissionError):
        return Fault("no-permission", _DENIED)
    name = type(error).__name__
    if "Credential" in name or "Token" in name:
        return Fault("no-permission", f"the store finds no credentials ({name})")
    if isinstance(error, ImportError):
        return Fault("io-error", f"the store needs the package {error.name!r}")
    if isinstance(error, ValueError):
        odd = f"the store's package takes neither address nor answer ({name})"
        return Fault("io-error", odd)
    if not isinstance(error, OSError) and not _IS_ABOUT_CONNECTIONS.search(name):
        return Fault("io-error", f"the store's package failed ({name})", may_pass=True)
    broken = f"the connection to the store broke or failed ({name})"
    return Fault("io-error", broken, may_pass=True)


def _status(error: BaseException) -> int | None:
    """Return the status of HTTP that an error stands for, as libraries call it."""
    for name in ("status", "status_code", "code"):
        status = getattr(error, name, None)
        if isinstance(status, int) and 400 <= status < 600:
            return status
    return None


def of_status(status: int) -> Fault:
    """Return what a status of HTTP means."""
    if status in (401, 403, 407):
        return Fault("no-permission", f"{_DENIED} (HTTP {status})")
    if status in (404, 410):
        return Fault("not-found", f"no such object in the store (HTTP {status})")
    answer = f"the store answered with HTTP {status}"
    return Fault("io-error", answer, may_pass=status >= 500 or status in (408, 429))
