"""The picture of a terminal in README.md: what the tool prints, as SVG.

It needs no font, style or program from elsewhere: it names the monospaced fonts that
systems bring, and says how wide each line is, so that columns stay whatever font is
found. Window and colours are its own, so that it looks alike on dark and light pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kerascheck.report.formats._markup import Markup, element, joined
from tools.session import session

COMMAND = "kerascheck -v fixtures/zero-and-one-softmax"

COLUMNS = 84

_WIDTH, _HEIGHT = 8.4, 20
"""Of a character and of a line, in pixels: about those of fonts at 14 pixels."""

_LEFT, _TOP, _BOTTOM = 20, 52, 18
"""Room around the text; the buttons of the window stand above it."""

_BUTTONS = ("#ff5f57", "#febc2e", "#28c840")

_STYLE = """
.window { fill: #10151c; stroke: #3d4652; }
text { fill: #dfe5ec; white-space: pre;
  font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
    monospace; }
.prompt { fill: #7ee2a8; }
.bold { font-weight: 700; }
.dim { opacity: .65; }
.red { fill: #ff7b72; }
.green { fill: #7ee2a8; }
.yellow { fill: #f2cc60; }
.blue, .cyan { fill: #79c0ff; }
.magenta { fill: #d2a8ff; }
"""

_CLASSES = {
    "1": "bold",
    "2": "dim",
    "31": "red",
    "32": "green",
    "33": "yellow",
    "34": "blue",
    "35": "magenta",
    "36": "cyan",
}
"""Codes of ANSI terminals (ECMA-48, SGR) -> class of the style; others are left out."""

_PAINTED = re.compile(r"\x1b\[([0-9;]*)m([^\x1b]*)")


def terminal(root: Path) -> str:
    """Return the picture of the command, run in the repository at `root`."""
    settings = f"env -u NO_COLOR FORCE_COLOR=1 COLUMNS={COLUMNS}"
    with session(root) as here:
        _, *lines = here.console(f"$ {settings} {COMMAND}\n").splitlines()
    return svg(COMMAND, lines)


def svg(command: str, lines: list[str]) -> str:
    """Return a terminal in which a command has printed lines, colours and all."""
    width = round(2 * _LEFT + COLUMNS * _WIDTH)
    height = _TOP + _HEIGHT * len(lines) + _BOTTOM
    prompt = joined((element("tspan", "$ ", class_="prompt"), command))
    rows = [_row(0, 0, len(command) + 2, prompt)]
    rows += [row for i, line in enumerate(lines, 1) for row in _line(i, line)]
    picture = element(
        "svg",
        element("title", f"What {command} prints"),
        element("style", Markup(_STYLE)),
        _window(width, height),
        joined(rows, "\n"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        **{"xml:space": "preserve"},
    )
    return f"{picture}\n"


def _window(width: int, height: int) -> Markup:
    frame = element(
        "rect",
        x=0.5,
        y=0.5,
        width=width - 1,
        height=height - 1,
        rx=9,
        class_="window",
    )
    buttons = [
        element("circle", cx=_LEFT + 6 + 20 * i, cy=20, r=6, fill=colour)
        for i, colour in enumerate(_BUTTONS)
    ]
    return joined((frame, *buttons))


def _line(number: int, line: str) -> Iterator[Markup]:
    """Yield a line of output as text, which begins at its first character."""
    plain = _PAINTED.sub(r"\2", line)
    start = len(plain) - len(plain.lstrip())
    if plain.strip():
        spans = joined(_spans(line.lstrip() if start else line))
        yield _row(number, start, len(plain.rstrip()) - start, spans)


def _spans(line: str) -> Iterator[Markup]:
    for codes, text in _PAINTED.findall(f"\x1b[0m{line}"):
        classes = [_CLASSES[code] for code in codes.split(";") if code in _CLASSES]
        if classes:
            yield element("tspan", text, class_=" ".join(classes))
        else:
            yield joined((text,))


def _row(number: int, column: int, columns: int, content: Markup) -> Markup:
    return element(
        "text",
        content,
        x=round(_LEFT + column * _WIDTH, 1),
        y=_TOP + _HEIGHT * number,
        textLength=round(columns * _WIDTH, 1),
        lengthAdjust="spacingAndGlyphs",
    )
