"""The content security policy of the page that checks dropped files.

A page on a static server has no headers of its own, so the policy stands in its head.
The checker's worker inherits it, because the page starts it from a blob.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Final

_INLINE: Final = re.compile(
    r"<script(?![^>]*\b(?:src|type)=)[^>]*>(.*?)</script>", re.S
)

_RULES: Final = {
    "default-src": "'none'",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'self'",
}
"""What may be loaded: files of the site alone. Styles of a report stand in it."""


def with_policy(html: str) -> str:
    """Return a page with its policy in front of everything that it could forbid."""
    scripts = " ".join(("'self' 'wasm-unsafe-eval'", *_hashes(html)))
    rules = {**_RULES, "script-src": scripts}
    text = "; ".join(f"{name} {sources}" for name, sources in rules.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(text)}">'
    return html.replace("<head>", f"<head>{meta}", 1)


def _hashes(html: str) -> Iterator[str]:
    """Yield the sources of scripts that the theme writes into the page."""
    for script in dict.fromkeys(_INLINE.findall(html)):
        digest = b64encode(sha256(script.encode()).digest()).decode()
        yield f"'sha256-{digest}'"
