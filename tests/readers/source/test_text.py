"""From the bytes of a program to its text: what is parsed, and what is not."""

import json
import time

import pytest

from kerascheck.readers.source.prefilter import may_compile, names_keras
from kerascheck.readers.source.text import (
    MAX_BYTES,
    MAX_MARKS,
    NotUnderstood,
    program_text,
)


def notebook(*cells, nbformat=4, indent=1, **metadata):
    """Return the bytes of a notebook; a cell is code, or a whole cell."""
    key = "source" if nbformat == 4 else "input"
    each = [
        {"cell_type": "code", key: cell.splitlines(keepends=True)}
        if isinstance(cell, str)
        else cell
        for cell in cells
    ]
    held = {"cells": each} if nbformat == 4 else {"worksheets": [{"cells": each}]}
    document = {**held, "metadata": metadata, "nbformat": nbformat}
    return json.dumps(document, indent=indent).encode()


def names(text):
    """Return each name that a program uses, with its place."""
    import ast

    return {
        node.id: text.place(node.lineno)
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Name)
    }


def why(data, path="train.py"):
    with pytest.raises(NotUnderstood) as refused:
        program_text(path, data)
    return str(refused.value), refused.value.line


@pytest.mark.parametrize(
    "code",
    [
        "import keras\nmodel.compile('adam', 'mse')",
        "import tensorflow as tf\nmodel.compile (loss='mse')",
        "from tf_keras import layers\nm.compile()",
        "from nets import build\nbuild().compile(\n    optimizer='adam')",
        "from nets import compiled\nfrom keras import utils\ncompiled().fit(x, y)",
    ],
)
def test_what_may_compile_a_model_is_read(code):
    assert names_keras(code.encode())


@pytest.mark.parametrize(
    "code",
    [
        "",
        "import re\nre.compile('a')",
        "print('loss')",
        "import keras\n",
        "from sklearn.svm import SVC\nSVC().fit(x, y)",
        "PATTERN = re.compile('a')  # the optimizer",
    ],
)
def test_what_compiles_no_model_is_not_parsed(code):
    assert not names_keras(code.encode())


def test_what_is_not_a_regular_file_is_not_read(tmp_path):
    import os

    os.mkfifo(tmp_path / "a.py")
    started = time.perf_counter()
    assert not may_compile(str(tmp_path / "a.py"))
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("# -*- coding: latin-1 -*-\nné = 1\n".encode("latin-1"), "né"),
        ("\ufeffkeras = 1".encode(), "keras"),
        (b"a = 1\r\nb = 2\r\n", "b"),
        (b"a = 1\rb = 2\r", "b"),
        (b"a = 1\n\x0cb = 2\n", "b"),
    ],
)
def test_text_is_decoded_as_python_decodes_it(data, name):
    assert name in names(program_text("a.py", data))


DOMAIN_NAMES = "its encoding is not what it says: programs are not in punycode"


def test_lines_are_those_of_the_file():
    text = program_text("a.py", b"x\r\n\r\ny\r\n")
    assert names(text) == {"x": "a.py:1", "y": "a.py:3"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x\nprint 'a'\n", ("it is Python 2", 2)),
        (b"try:\n    x\nexcept A, e:\n    pass\n", ("it is Python 2", 3)),
        (b"x = {% if a %}\n", ("it is a template, not a program", 1)),
        (b"x = {{ cookiecutter.name }} y\n", ("it is a template, not a program", 1)),
        (b"x = (\n", ("it does not parse as Python: '(' was never closed", 1)),
        (b"a\0b", ("it is not text: it has NUL bytes", None)),
        (b"# coding: punycode\n-" + b"a" * 400_000, (DOMAIN_NAMES, None)),
        (b"-" * 10_000 + b"1", ("its expressions nest too deeply", None)),
        (b"(" * 10_000, ("brackets nest deeper than 200 levels", None)),
        (b"x" * (MAX_BYTES + 1), (f"it is larger than {MAX_BYTES} bytes", None)),
    ],
)
def test_what_is_not_a_program_is_told_in_one_line(data, said):
    assert why(data) == said


@pytest.mark.parametrize(
    "code",
    [
        "a" + ".a" * 10_000,
        "a" + "()" * 10_000,
        "1" + "+1" * 10_000,
        "not " * 10_000 + "a",
        "lambda:" * 10_000 + "1",
        "if a: pass\n" + "elif a: pass\n" * 10_000,
        "".join(" " * i + "if a:\n" for i in range(500)) + " " * 500 + "pass",
        "[" * 10_000,
    ],
)
def test_deep_nesting_is_refused_and_crashes_nothing(code):
    with pytest.raises(NotUnderstood):
        program_text("a.py", code.encode())


@pytest.mark.parametrize(
    "line", ["a\n", "a=1;", "model.add(keras.layers.Dense(10))\n", "[1,2]\n", "x\n\n"]
)
def test_too_much_code_is_refused_before_it_is_parsed(line):
    marks = sum(c in "\n,.()[]{}=+-*/:;<>@%&|^~" for c in line)
    code = line * (MAX_MARKS // marks + 2)
    started = time.process_time()
    assert "budget" in why(code.encode())[0] or len(code) > MAX_BYTES
    assert time.process_time() - started < 0.2


def test_brackets_in_strings_are_not_nesting():
    code = "x = '(((('\n" * 100 + "# [[[[\n" * 100
    assert "x" in names(program_text("a.py", code.encode()))


def test_odd_escapes_in_a_program_are_not_our_warnings(recwarn):
    program_text("a.py", b"x = '\\d'\n")
    assert not recwarn.list


def test_a_script_that_ipython_wrote_is_read_without_its_magics():
    text = program_text("a.py", b"!pip install keras\n%matplotlib inline\nx\n")
    assert names(text) == {"x": "a.py:3"}


@pytest.mark.parametrize("nbformat", [3, 4])
def test_a_place_in_a_notebook_is_a_cell_and_its_line(nbformat):
    text = {"cell_type": "markdown", "source": ["# head"]}
    data = notebook("a = 1\nb = 2", text, "\nc = 3", nbformat=nbformat)
    found = names(program_text("n.ipynb", data))
    assert found == {
        "a": "n.ipynb:cell 1:1",
        "b": "n.ipynb:cell 1:2",
        "c": "n.ipynb:cell 3:2",
    }


def test_a_place_in_a_notebook_is_a_line_of_the_file_too():
    data = notebook("a = 1\nb = 2", "\nc = 3")
    text = program_text("n.ipynb", data)
    lines = data.decode().splitlines()
    for line, code in ((1, "a = 1"), (2, "b = 2"), (4, "c = 3")):
        assert code in lines[text.at(line).line_of_file - 1]


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx",
        "!pip install keras\nx",
        "?dir\nx",
        "dir??\nx",
        "files = !ls\nx",
        "%time y = 1\nx",
        "if a:\n    !ls \\\n      -l\nx",
        "%%time\nx",
        "plot();\nx",
        "await b\nx",
    ],
)
def test_magics_leave_the_lines_of_code_where_they_were(cell):
    found = names(program_text("n.ipynb", notebook("a = 1", cell)))
    assert found["x"] == f"n.ipynb:cell 2:{cell.count(chr(10)) + 1}"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%sh -e"])
def test_cells_in_other_languages_are_not_read(magic):
    found = names(program_text("n.ipynb", notebook(f"{magic}\nx = 1", "y")))
    assert set(found) == {"y"}


def test_a_file_that_a_cell_writes_is_a_program_of_its_own():
    data = notebook("a = 1", "%%writefile nets.py\nx = 1\ny", "b")
    text = program_text("n.ipynb", data)
    assert set(names(text)) == {"a", "b"}
    assert names(text.written["nets.py"]) == {
        "x": "n.ipynb:cell 2:2",
        "y": "n.ipynb:cell 2:3",
    }


def test_a_cell_that_is_not_python_hides_no_other():
    text = program_text("n.ipynb", notebook("a = 1", "model.fit(", "b"))
    assert set(names(text)) == {"a", "b"}
    assert text.unread == (2,)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "it is not a notebook of nbformat 3 or 4"),
        (b"[", "it is not a notebook of nbformat 3 or 4"),
        (b'{"cells": 1}', "it is not a notebook of nbformat 3 or 4"),
        (notebook("x", kernelspec={"language": "R"}), "it is a notebook in r, not in"),
        (b"[" * 1000, "it is too much to parse"),
    ],
)
def test_what_is_not_a_notebook_of_python_is_told_in_one_line(data, said):
    assert why(data, "n.ipynb")[0].startswith(said)


@pytest.mark.parametrize(
    "data",
    [
        b".compile(loss" * 70_000,
        b".compile(" * 100_000,
        b".compile" + b" " * 1_000_000,
        b"loss.compile(" + b"los " * 250_000,
        b".fit" * 250_000,
    ],
)
def test_no_bytes_make_the_search_slow(data):
    started = time.process_time()
    names_keras(data)
    assert time.process_time() - started < 1
