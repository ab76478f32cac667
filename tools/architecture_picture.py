"""The picture in ARCHITECTURE.md: the parts of kerascheck, and which imports which.

It is drawn from the import statements and from the layers in pyproject.toml. A row is a
part with the first line of its docstring; a dot says that this part imports the one
above the column. Imports point downwards, so all dots lie right of the diagonal.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from kerascheck.report.formats._markup import Markup, element, joined

PACKAGE = "kerascheck"

_ROW, _COLUMN = 24, 18
"""Height of a row and width of a column, in pixels."""

_NAMES, _PURPOSES, _MARGIN = 118, 510, 16
"""Room for the name of a part and for its purpose, and around everything."""

_HEAD = 112
"""Room for the names above the columns."""

_STYLE = """
svg { color-scheme: light dark; }
text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.name { font: 600 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.page { fill: #ffffff; stroke: #d1d9e0; }
.layer { fill: #f6f8fa; }
.self { fill: #8c959f; }
.import { fill: #0969da; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .page { fill: #0d1117; stroke: #3d444d; }
  .layer { fill: #151b23; }
  .self { fill: #656c76; }
  .import { fill: #4493f8; }
}
"""


def architecture(root: Path) -> str:
    """Return the picture of the package in the repository at `root`."""
    levels = layers(root)
    parts = [part for level in levels for part in level]
    left, size = _MARGIN + _NAMES + _PURPOSES, len(parts)
    width, height = left + size * _COLUMN + _MARGIN, _HEAD + size * _ROW + _MARGIN
    picture = element(
        "svg",
        element("title", "The parts of kerascheck, and which of them imports which"),
        element("style", Markup(_STYLE)),
        _box("page", (0.5, 0.5), (width - 1, height - 1), rx=6),
        joined(_bands(levels, width), "\n"),
        joined((_heading(i, part, left) for i, part in enumerate(parts)), "\n"),
        joined((_row(i, part, root) for i, part in enumerate(parts)), "\n"),
        joined(_dots(parts, root, left), "\n"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
    )
    return f"{picture}\n"


def layers(root: Path) -> list[list[str]]:
    """Return the parts of the package, layer by layer from the top."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (
        contract
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    return [layer.split(" | ") for layer in contract["layers"]]


def imported(part: str, root: Path) -> set[str]:
    """Return the other parts that a part imports, also inside functions."""
    names = (name for file in _files(part, root) for name in _imports(file))
    parts = {part for level in layers(root) for part in level}
    return {name.split(".")[1] for name in names} & parts - {part}


def _files(part: str, root: Path) -> list[Path]:
    folder = root / PACKAGE / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [_module(part, root)]


def _module(part: str, root: Path) -> Path:
    folder = root / PACKAGE / part
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (a.name for a in names if a.name.startswith(f"{PACKAGE}."))
            case ast.ImportFrom(module="kerascheck", names=names):
                yield from (f"{PACKAGE}.{a.name}" for a in names)
            case ast.ImportFrom(module=str(name)) if name.startswith(f"{PACKAGE}."):
                yield name


def _purpose(part: str, root: Path) -> str:
    tree = ast.parse(_module(part, root).read_text(encoding="utf-8"))
    first = (ast.get_docstring(tree) or "").partition("\n")[0]
    return first.rstrip(".").replace("`", "")


def _bands(levels: Sequence[Sequence[str]], width: int) -> Iterator[Markup]:
    """Yield a background for every other layer."""
    top = _HEAD
    for number, level in enumerate(levels):
        height = len(level) * _ROW
        if number % 2 == 0:
            yield _box("layer", (1, top), (width - 2, height))
        top += height


def _heading(index: int, part: str, left: int) -> Markup:
    x, y = left + (index + 0.5) * _COLUMN + 4, _HEAD - 8
    return element(
        "text", part, class_="name", transform=f"translate({x} {y}) rotate(-90)"
    )


def _row(index: int, part: str, root: Path) -> Markup:
    y = _HEAD + index * _ROW + 16
    name = element("text", part, x=_MARGIN, y=y, class_="name")
    return joined(
        (name, element("text", _purpose(part, root), x=_MARGIN + _NAMES, y=y))
    )


def _dots(parts: Sequence[str], root: Path, left: int) -> Iterator[Markup]:
    for row, part in enumerate(parts):
        others = imported(part, root)
        for column, other in enumerate(parts):
            if part == other or other in others:
                yield element(
                    "circle",
                    cx=left + (column + 0.5) * _COLUMN,
                    cy=_HEAD + (row + 0.5) * _ROW,
                    r=2 if part == other else 5,
                    class_="self" if part == other else "import",
                )


def _box(
    kind: str, at: tuple[float, float], size: tuple[float, float], *, rx: int = 0
) -> Markup:
    (x, y), (width, height) = at, size
    return element("rect", x=x, y=y, width=width, height=height, rx=rx, class_=kind)
