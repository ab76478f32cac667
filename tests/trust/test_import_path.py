"""What may be imported while a tree is checked."""

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from kerascheck.engine.discovery import entry_points
from kerascheck.trust.import_path import is_installed, safe_import_path, version_of
from kerascheck.trust.imports_outside import imports_outside
from kerascheck.trust.tree import Tree

ROOT = Path(__file__).parents[2]
LIBRARY = os.path.dirname(os.__file__)


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    return tmp_path / "tree"


def _safe(tree: Path, *entries: object) -> list[str]:
    return safe_import_path(Tree([str(tree)]), entries)


def test_entries_outside_the_tree_stay_in_order(tree, tmp_path):
    entries = [str(tmp_path / name) for name in ("b", "a", "b")]
    assert _safe(tree, *entries) == entries[:2]


@pytest.mark.parametrize("entry", ["", ".", "src", "../other", Path("/a"), b"/a", None])
def test_what_is_no_absolute_text_is_left_out(tree, entry):
    assert _safe(tree, entry) == []


def test_the_tree_and_what_lies_in_it_is_left_out(tree, tmp_path):
    entries = [str(tree), str(tree / "src"), f"{tree}/../tree/x", f"{tree}/"]
    assert _safe(tree, *entries) == []
    assert _safe(tree, f"{tree}-of-another-name") == [f"{tree}-of-another-name"]


def test_links_into_the_tree_and_out_of_it_are_left_out(tree, tmp_path):
    (tmp_path / "in").symlink_to(tree)
    (tree / "out").symlink_to(tmp_path)
    assert _safe(tree, str(tmp_path / "in"), str(tree / "out")) == []


def test_the_library_of_the_interpreter_stays_wherever_it_lies():
    own = [LIBRARY, os.path.join(LIBRARY, "lib-dynload"), *site.getsitepackages()]
    around = Path(os.path.commonpath([*own, sys.prefix]))
    assert _safe(around, *own, str(around / "src")) == own


def test_the_prefix_of_the_interpreter_is_not_its_library():
    app = os.path.join(sys.prefix, "src", "app")
    assert _safe(Path(app), app) == []


def test_a_package_that_is_checked_where_it_is_installed_is_the_tree():
    (packages, *_) = site.getsitepackages()
    package = os.path.join(packages, "pip")
    assert _safe(Path(package), packages, package) == [packages]


def test_python_from_a_venv_inside_the_tree_keeps_its_packages(tree):
    venv.create(tree / ".venv", symlinks=True)
    code = (
        "import sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, '', {str(tree)!r}]\n"
        "from kerascheck.trust.import_path import safe_import_path\n"
        "from kerascheck.trust.tree import Tree\n"
        f"print(*safe_import_path(Tree([{str(tree)!r}])), sep='\\n')\n"
    )
    python = tree / ".venv" / "bin" / "python"
    done = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=True, cwd=tree
    )
    inside = [line for line in done.stdout.split() if line.startswith(str(tree))]
    assert [os.path.basename(path) for path in inside] == ["site-packages"]


def test_imports_are_from_outside_for_a_while(tree, monkeypatch):
    monkeypatch.syspath_prepend(tree)
    (tree / "only_in_the_tree.py").write_text("")
    before = list(sys.path)
    with imports_outside(Tree([str(tree)])), pytest.raises(ModuleNotFoundError):
        import only_in_the_tree
    assert sys.path == before
    import only_in_the_tree  # noqa: F401


def test_what_lies_in_a_tree_is_not_installed(tree):
    (tree / "keras.py").write_text("raise SystemExit")
    (tree / "jax").mkdir()
    (tree / "torch").mkdir()
    (tree / "torch" / "__init__.py").write_text("raise SystemExit")
    (tree / "keras-9.9.dist-info").mkdir()
    (tree / "keras-9.9.dist-info" / "METADATA").write_text("Name: keras\nVersion: 9.9")
    path = [str(tree)]
    assert is_installed("keras", path)
    assert is_installed("torch", path)
    assert not is_installed("jax", path)  # a folder, which is no module
    assert version_of("keras", path) == "9.9"
    safe = _safe(tree, *path)
    assert not any(is_installed(name, safe) for name in ("keras", "torch"))
    assert version_of("keras", safe) is None


def test_nothing_is_imported_to_find_out_what_is_installed(tree):
    (tree / "keras.py").write_text("raise SystemExit")
    assert is_installed("keras", [str(tree)])
    assert not is_installed("keras.src", [str(tree)])
    assert not is_installed("", [str(tree)])


def test_a_tree_offers_no_rules(tree, monkeypatch):
    info = tree / "src" / "evil-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text("[kerascheck.rules]\nevil = evil\n")
    (tree / ".git").mkdir()
    monkeypatch.syspath_prepend(tree / "src")
    (tree / "below").mkdir()
    for here in (tree, tree / "src", tree / "below"):
        monkeypatch.chdir(here)
        assert entry_points("kerascheck.rules") == []
    (tree.parent / "elsewhere").mkdir()
    monkeypatch.chdir(tree.parent / "elsewhere")
    assert [p.name for p in entry_points("kerascheck.rules")] == ["evil"]
