"""HTML and SVG out of elements: text that is put into one is escaped, always.

The result is ASCII, so that it reads the same under every encoding.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from kerascheck.report.view import Code, Text
from kerascheck.trust.printable import MAX_TEXT, printable, shortened, shown


class Markup(str):
    """Markup as it goes into the page; only functions of this module make it."""

    __slots__ = ()


def element(tag: str, *content: str, **attributes: str | float) -> Markup:
    """Return an element.

    Args:
        tag: Its name.
        content: Markup, which stays as it is, and text, which is escaped.
        attributes: `class_` is class, `stop_colour` is stop-colour.
    """
    pairs = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(str(value))}"'
        for name, value in attributes.items()
    )
    return Markup(f"<{tag}{pairs}>{joined(content)}</{tag}>")


def void(tag: str, **attributes: str) -> Markup:
    """Return an element that HTML knows without an end tag."""
    return Markup(str(element(tag, **attributes)).removesuffix(f"</{tag}>"))


def joined(content: Iterable[str], between: str = "") -> Markup:
    """Return markup and text, one after the other, as markup; `between` is markup."""
    return Markup(between.join(map(_markup, content)))


def prose(content: str) -> Markup:
    """Return text on one line as markup; what is in backticks, as code."""
    return _with_code(" ".join(content.split()))


def inline(content: Text) -> Markup:
    """Return words and names on one line as markup; the names as code."""
    return joined(
        element("code", part) if isinstance(part, Code) else _with_code(part)
        for part in content
    )


def _with_code(content: str) -> Markup:
    parts = shown(content).split("`")
    return joined(
        element("code", part) if i % 2 else part for i, part in enumerate(parts)
    )


def code_lines(code: Iterable[str]) -> Markup:
    """Return lines of code as markup for `pre`; long lines are shortened."""
    safe = (printable(shortened(line, MAX_TEXT)) for line in code)
    return Markup("\n".join(map(_escaped, safe)))


def _markup(content: str) -> Markup:
    return content if isinstance(content, Markup) else text(content)


def text(content: str) -> Markup:
    """Return untrusted text as markup, safe and at a length people read."""
    return Markup(_escaped(shown(content)))


def _escaped(content: str) -> str:
    return escape(content).encode("ascii", "xmlcharrefreplace").decode()
