"""Addresses, of which no secret is shown."""

from __future__ import annotations

from kerascheck.stores.address import Address, is_loopback, shown, without_secrets
from kerascheck.trust.tree import is_address

MAX_BYTES = 128
SECRET = "hunter2"


def one_input(data: bytes) -> None:
    """Show an address, and one with a password and a signature around it."""
    text = data.decode("utf-8", "surrogateescape")
    address = Address(text)
    assert isinstance(address, str)
    assert Address(address) is address
    is_loopback(text)
    without_secrets(text)
    host = "".join(c for c in text if c.isalnum())[:20] or "h"
    path = "".join(c for c in text if c not in """?#@'"<>""" and not c.isspace())
    for scheme in ("https", "ftp", "webdav"):
        signed = f"{scheme}://me:{SECRET}@{host}/{path}?token={SECRET}"
        if is_address(signed) and SECRET not in text:
            assert SECRET not in shown(signed)
            assert SECRET not in without_secrets(f"reading {signed} failed")
