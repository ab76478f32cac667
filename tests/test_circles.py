"""No file of the package imports itself through others, not even inside a function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kerascheck"

ALLOWED = [
    # to be cut: what opens a container also defines what one is
    {
        f"kerascheck.readers.containers.{name}"
        for name in (
            *("hdf5", "json_text", "keras_json", "keras_zip", "open"),
            *("saved_model", "zip_members"),
        )
    },
]


def modules():
    """Return every file of the package by the name it is imported by."""
    files = {}
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        files[".".join(parts).removesuffix(".__init__")] = file
    return files


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the names that run-time imports below a node ask for."""
    match node:
        case ast.Import(names=names):
            yield from (name.name for name in names)
        case ast.ImportFrom(module=module, names=names):
            yield from (f"{module}.{name.name}" for name in names)
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            for other in node.orelse:
                yield from imported(other)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from imported(child)


def graph(sources: dict[str, str]) -> dict[str, set[str]]:
    """Return which modules each module imports, of those in `sources`."""

    def home(name):
        while name and name not in sources:
            name = name.rpartition(".")[0]
        return name

    return {
        module: {home(name) for name in imported(ast.parse(source))} - {"", module}
        for module, source in sources.items()
    }


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Return the sets of modules that all reach each other."""
    reached = {module: reach(module, edges) for module in edges}
    found = {
        frozenset(other for other in reached[module] if module in reached[other])
        for module in edges
        if module in reached[module]
    }
    return sorted(map(set, found), key=sorted)


def reach(start: str, edges: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    rest = [start]
    while rest:
        for module in edges[rest.pop()] - seen:
            seen.add(module)
            rest.append(module)
    return seen


def test_no_files_import_each_other_in_a_circle():
    sources = {name: file.read_text("utf-8") for name, file in modules().items()}
    assert len(sources) > 200
    assert circles(graph(sources)) == ALLOWED


@pytest.mark.parametrize(
    "source",
    [
        "import p.a",
        "from p.a import thing",
        "from p import a",
        "def late():\n    from p.a import thing",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import p.a",
    ],
)
def test_a_circle_would_be_found(source):
    sources = {"p": "", "p.a": "import os, p.b", "p.b": source, "p.c": "import p.a"}
    assert circles(graph(sources)) == [{"p.a", "p.b"}]


def test_what_only_type_checkers_import_makes_no_circle():
    source = "if TYPE_CHECKING:\n    from p.a import thing"
    assert circles(graph({"p.a": "import p.b", "p.b": source})) == []
