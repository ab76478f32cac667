"""Files of the same project: which are found, and that no others are opened."""

import os

import pytest

from kerascheck.readers.source.programs import read_source
from kerascheck.readers.source.project import MAX_FILES, ProjectFiles
from kerascheck.readers.source.text import program_text
from kerascheck.trust.tree import Tree
from tests.readers.source.test_text import notebook

BUILD = """\
import keras
def build(units):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units)])
    model.compile("adam", "mse")
    return model
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, text=BUILD):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


def files_of(path="train.py"):
    return ProjectFiles(program_text(path, b""), Tree.of([os.curdir]))


@pytest.mark.parametrize(
    ("importer", "name", "file"),
    [
        ("train.py", "nets", "nets.py"),
        ("train.py", "nets", "nets/__init__.py"),
        ("train.py", "nets.zoo", "nets/zoo.py"),
        ("scripts/train.py", "nets.zoo", "nets/zoo.py"),
        ("scripts/train.py", "nets.zoo", "src/nets/zoo.py"),
        ("a/b/train.py", ".zoo", "a/b/zoo.py"),
        ("a/b/train.py", "..zoo", "a/zoo.py"),
        ("a/b/train.py", "..", "a/__init__.py"),
    ],
)
def test_a_module_is_found_as_python_would_find_it(write, importer, name, file):
    write(file)
    write("scripts/x")
    write(".git/HEAD")
    found = files_of(importer).find(name)
    assert found is not None
    assert found.path == file


@pytest.mark.parametrize("name", ["keras", "numpy", "os", "typing", "tensorflow"])
def test_libraries_are_not_files_of_the_project(write, name):
    write(f"{name}.py")
    assert files_of().find(name) is None


@pytest.mark.parametrize(
    "name", ["", "a b", "../nets", "/etc/passwd", "a" * 200, "n\0"]
)
def test_what_is_not_the_name_of_a_module_is_not_looked_for(write, name):
    write("nets.py")
    assert files_of().find(name) is None


def test_no_link_leads_out_of_the_tree(write, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "nets.py").write_text(BUILD)
    os.symlink(outside / "nets.py", "nets.py")
    os.symlink(outside, "more")
    assert files_of().find("nets") is None
    assert files_of().find("more.nets") is None
    assert files_of("train.py").find("...nets") is None


def test_the_number_of_files_is_bounded(write):
    for number in range(MAX_FILES + 5):
        write(f"m{number}.py", "x = 1\n")
    files = files_of()
    found = [files.find(f"m{number}") for number in range(MAX_FILES + 5)]
    assert sum(one is not None for one in found) == MAX_FILES


def test_the_code_of_all_files_is_bounded(write):
    for number in range(20):
        write(f"m{number}.py", "x = 1\n" * 5_000)
    files = files_of()
    found = [files.find(f"m{number}") for number in range(20)]
    assert sum(one is not None for one in found) == 3


def test_a_line_says_which_file_it_is_of(write):
    write("nets.py")
    files = files_of()
    text = files.find("nets")
    line = text.tree.body[1].lineno
    assert str(files.at(line)) == "nets.py:2"
    assert str(files.at(7)) == "train.py:7"


def test_a_model_is_placed_in_the_file_that_compiles_it(write):
    write("nets/__init__.py", "")
    write("nets/consts.py", "UNITS = 3\n")
    write("nets/zoo.py", "from .consts import UNITS\n" + BUILD)
    write("train.py", "from nets.zoo import UNITS, build\nbuild(UNITS).fit(x, y)\n")
    program = read_source("train.py", Tree.of(["."]))
    (model,) = program.models
    assert model.path == "nets/zoo.py:5"
    assert model.heads[0].units == 3
    assert model.heads[0].source == "nets/zoo.py:4"
    assert program.imports == ("nets/zoo.py", "nets/consts.py")


def test_a_function_that_is_imported_and_not_called_is_not_of_the_program(write):
    write("nets.py")
    write("train.py", "import nets\n")
    assert read_source("train.py", Tree.of(["."])).models == ()


def test_a_notebook_imports_the_file_that_a_cell_writes(write):
    data = notebook(f"%%writefile nets.py\n{BUILD}", "from nets import build\nbuild(4)")
    write("a.ipynb", data)
    models = read_source("a.ipynb", Tree.of(["."])).models
    assert {model.path for model in models} == {"a.ipynb:cell 1:5"}
    assert 4 in {model.heads[0].units for model in models}


def test_what_is_not_saved_counts_instead_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets.py").write_text("UNITS = 1\n")
    unsaved = {
        os.path.realpath("nets.py"): b"UNITS = 2\n",
        os.path.realpath("new.py"): b"END = 'relu'\n",
    }
    program = b"""
import keras
from nets import UNITS
from new import END
model = keras.Sequential([
    keras.Input((3,)), keras.layers.Dense(UNITS, activation=END)])
model.compile(loss="mse")
"""
    read = read_source("train.py", Tree.of(["."]), program, unsaved)
    (head,) = read.models[0].heads
    assert (head.units, head.activation) == (2, "relu")
    assert read.imports == ("nets.py", "new.py")
    (tmp_path / "away").mkdir()
    outside = read_source("away/train.py", Tree(["away"]), program, unsaved)
    assert outside.imports == ()
