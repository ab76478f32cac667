"""The picture of the HTML report in README.md: the page itself, inside an SVG.

An SVG can hold HTML (`foreignObject`), and the report needs neither network nor script,
so the picture is the real page, as sharp as text, dark on dark systems. Its figures are
measured, so it is made on request alone.
"""

from __future__ import annotations

from pathlib import Path

from kerascheck.report.formats._markup import Markup, element
from tools.session import session

CASE = "fixtures/parabola-logits-as-probabilities"

_WIDTH, _HEIGHT = 896, 1420
"""Of the page, in pixels: as wide as it gets, and as long as one finding."""

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"


def page(root: Path) -> str:
    """Train, and return the picture of the report, run in the repository at `root`."""
    asked = "--confirm --no-cache --output-format html --output-file report.html"
    with session(root) as here:
        here.console(f"$ kerascheck check {asked} {CASE}\n")
        return svg((here.folder / "report.html").read_text(encoding="ascii"))


def svg(html: str) -> str:
    """Return the first part of a page of the HTML reporter as a picture."""
    css, body = (_inside(tag, html) for tag in ("style", "body"))
    xml = body.replace("&middot;", "&#183;").replace("<svg ", f'<svg xmlns="{_SVG}" ')
    long = f"min-height: {_HEIGHT}px"
    whole = element("body", Markup(xml), xmlns=_XHTML, style=long)
    picture = element(
        "svg",
        element("title", "The HTML report of a confirmed finding"),
        element("style", Markup(css)),
        element("foreignObject", whole, width=_WIDTH, height=_HEIGHT),
        _frame(),
        xmlns=_SVG,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        # the style of the page would fit a chart to its column, and this with it
        style=f"width: {_WIDTH}px; height: {_HEIGHT}px",
        role="img",
    )
    return f"{picture}\n"


def _frame() -> Markup:
    size = {"width": _WIDTH - 1, "height": _HEIGHT - 1}
    colours = "fill: none; stroke: var(--rule)"
    return element("rect", x=0.5, y=0.5, style=colours, **size)


def _inside(tag: str, html: str) -> str:
    start = html.index(f"<{tag}>") + len(tag) + 2
    return html[start : html.index(f"</{tag}>", start)]
