"""Charts of a reference training as inline SVG; colours come from the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite, sqrt

from kerascheck.engine.finding import Measurement
from kerascheck.report.formats._markup import Markup, element, joined

WIDTH, HEIGHT = 320, 200
"""Size of a chart in its own units; the page scales it."""

LEFT, RIGHT, TOP, BOTTOM = 44, 10, 10, 34
"""Margins around the plot, for the words beside the axes."""

MAX_DOT = 7.0
"""Radius of the dot of the fullest bin."""

Sides = Sequence[tuple[str, Measurement]]
"""Class of the page's style, and what was measured: "before", then "after"."""

Point = tuple[float, float]


def loss_curves(sides: Sides) -> Markup | None:
    """Return training losses over the training; None where none is known."""
    curves = [value for _, side in sides for value in side.curve]
    values = [value for value in curves if value is not None and isfinite(value)]
    if not values:
        return None
    low, high = _range(values)
    # the dashed curve comes last: where both are the same, gaps show the other one
    marks = [_curve(name, side.curve, low, high) for name, side in reversed(sides)]
    return _chart(
        "Training loss, as compiled and as fixed",
        (_number(low), _number(high)),
        ("start", "end of training"),
        marks,
    )


def reliability(sides: Sides) -> Markup | None:
    """Return how often predictions are right against how sure they are, or None."""
    bins = [one for _, side in sides for one in side.reliability]
    if not bins:
        return None
    fullest = max(count for *_, count in bins)
    marks = [_line("ideal", ((0.0, 0.0), (1.0, 1.0)))]
    marks += [_dots(name, side, fullest) for name, side in sides]
    return _chart(
        "Share right against probability, as compiled and as fixed",
        ("0", "1"),
        ("0", "probability as served: 1"),
        marks,
    )


def _range(values: list[float]) -> Point:
    """Return where the axis of a loss begins and ends; at 0 unless below."""
    low, high = min(0.0, *values), max(values)
    return (low, high) if high > low else (low, low + 1.0)


def _number(value: float) -> str:
    return f"{value:.3g}"


def _curve(name: str, curve: Sequence[float | None], low: float, high: float) -> Markup:
    """Return a curve with a gap wherever the loss is not a number."""
    last = max(len(curve) - 1, 1)
    pieces: list[list[Point]] = [[]]
    for i, value in enumerate(curve):
        if value is not None and isfinite(value):
            pieces[-1].append((i / last, (value - low) / (high - low)))
        elif pieces[-1]:
            pieces.append([])
    return joined(_piece(name, piece) for piece in pieces if piece)


def _piece(name: str, points: list[Point]) -> Markup:
    return _dot(name, points[0], 2.5) if len(points) == 1 else _line(name, points)


def _dots(name: str, side: Measurement, fullest: int) -> Markup:
    points = [(p, share) for p, share, count in side.reliability if count]
    radii = [
        max(MAX_DOT * sqrt(count / fullest), 1.5)
        for *_, count in side.reliability
        if count
    ]
    dots = (_dot(name, p, r) for p, r in zip(points, radii, strict=True))
    return joined((_line(name, points), *dots))


def _x(share: float) -> str:
    return f"{LEFT + share * (WIDTH - LEFT - RIGHT):.4g}"


def _y(share: float) -> str:
    return f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.4g}"


def _line(name: str, points: Iterable[Point]) -> Markup:
    """Return a line through points of the unit square."""
    path = " ".join(f"{_x(x)},{_y(y)}" for x, y in points)
    return element("polyline", class_=f"line {name}", points=path)


def _dot(name: str, point: Point, radius: float) -> Markup:
    x, y = point
    return element("circle", class_=name, cx=_x(x), cy=_y(y), r=f"{radius:.3g}")


def _chart(
    title: str,
    heights: tuple[str, str],
    breadths: tuple[str, str],
    marks: Iterable[Markup],
) -> Markup:
    """Return a chart with words at the ends of its axes.

    Args:
        title: Said aloud by screen readers.
        heights: At the bottom and the top of the left axis.
        breadths: At the left and the right of the lower axis.
        marks: What is drawn.
    """
    return element(
        "svg",
        element("title", title),
        *_axes(),
        _word(heights[0], LEFT - 6, _y(0), "end"),
        _word(heights[1], LEFT - 6, _y(0.96), "end"),
        _word(breadths[0], _x(0), HEIGHT - BOTTOM + 18, "start"),
        _word(breadths[1], _x(1), HEIGHT - BOTTOM + 18, "end"),
        *marks,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
    )


def _axes() -> Iterator[Markup]:
    for share in (0.0, 0.5, 1.0):
        yield _line("axis" if share == 0 else "grid", ((0, share), (1, share)))


def _word(text: str, x: float | str, y: float | str, anchor: str) -> Markup:
    return element("text", text, x=x, y=y, text_anchor=anchor)
