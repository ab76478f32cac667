"""The picture of the parts: what counts as an import, and where it is drawn."""

from xml.etree import ElementTree

import pytest

from tools.architecture_picture import architecture, imported

PYPROJECT = """\
[[tool.importlinter.contracts]]
type = "layers"
layers = ["top", "one | other", "base"]
"""


@pytest.fixture
def root(tmp_path):
    """Return a repository with a package of four parts."""
    package = tmp_path / "kerascheck"
    (package / "top").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (package / "top" / "__init__.py").write_text('"""The `top`.\n\nMore.\n"""\n')
    inside = "def f():\n    import kerascheck.one\n    from os import path\n"
    (package / "top" / "lazy.py").write_text(inside)
    (package / "one.py").write_text('"""One."""\nfrom kerascheck import base\n')
    other = "from kerascheck import __version__\nfrom kerascheck.base import x\n"
    (package / "other.py").write_text(f'"""Other."""\n{other}')
    (package / "base.py").write_text('"""Base."""\nimport kerascheck_rules\n')
    return tmp_path


@pytest.mark.parametrize(
    ("part", "others"),
    [("top", {"one"}), ("one", {"base"}), ("other", {"base"}), ("base", set())],
)
def test_imports_of_a_part_are_those_of_its_modules(root, part, others):
    assert imported(part, root) == others


def test_each_import_is_a_dot_right_of_the_diagonal(root):
    picture = ElementTree.fromstring(architecture(root))
    dots = [e.attrib for e in picture.iter() if e.tag.endswith("circle")]
    places = {kind: [] for kind in ("self", "import")}
    for dot in dots:
        places[dot["class"]].append((float(dot["cy"]), float(dot["cx"])))
    rows, columns = (sorted(cells) for cells in zip(*places["self"], strict=True))
    drawn = {(rows.index(y), columns.index(x)) for y, x in places["import"]}
    assert drawn == {(0, 1), (1, 3), (2, 3)}


def test_a_part_is_shown_with_the_first_line_of_its_docstring(root):
    texts = [e.text for e in ElementTree.fromstring(architecture(root)).iter()]
    assert "The top" in texts
    assert "More." not in texts
