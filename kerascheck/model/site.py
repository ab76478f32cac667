"""The address of the documentation: one constant, empty until there is a site.

While it is empty nothing links to a site. Once it is set, findings in every format
lead to the page of their rule, and `python -m tools site` builds pages for it.
"""

from __future__ import annotations

ADDRESS = ""
"""As "https://HOST/PATH", without a slash at the end."""

_OWN = "KC9"
"""How codes of users' own rules begin, which have no page there."""


def address_of(code: str, name: str) -> str | None:
    """Return the address of the page of a rule; None if there is none."""
    if not ADDRESS or code.startswith(_OWN):
        return None
    return f"{ADDRESS}/rules/{code}-{name}.html"
