"""Notebooks: which code is run, and on which line of the file it stands."""

import json
from pathlib import Path

import pytest

from kerascheck.live.notebook import execute, load
from kerascheck.model.errors import UsageError

SAMPLE = Path(__file__).parents[2] / "fixtures" / "notebook" / "train.ipynb"


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Write a notebook of these cells, each given as text, and read it."""
    monkeypatch.chdir(tmp_path)

    def notebook(*cells, indent=1, **settings):
        document = {
            "cells": [
                {"cell_type": "code", "outputs": [], "source": as_lines(cell)}
                if isinstance(cell, str)
                else cell
                for cell in cells
            ],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            **settings,
        }
        text = json.dumps(document, indent=indent)
        Path("a.ipynb").write_text(text, encoding="utf-8")
        return load("a.ipynb")

    return notebook


def as_lines(text):
    return text.splitlines(keepends=True)


def ran(notebook):
    names = {}
    execute(notebook, names)
    return names


def lines_of(notebook):
    """Return each line of code with that of the file on which it is said to stand."""
    return [
        (cell.line + i, line)
        for cell in notebook.cells
        for i, line in enumerate(cell.lines)
    ]


def in_file(line):
    """Return the text that stands on a line of the file."""
    written = Path("a.ipynb").read_text(encoding="utf-8").splitlines()[line - 1]
    return json.loads(written.strip().rstrip(",")).rstrip("\n")


def test_cells_share_their_names(notebook):
    assert ran(notebook("a = 1", "b = a + 1"))["b"] == 2


def test_text_of_a_notebook_is_not_run(notebook):
    text = {"cell_type": "markdown", "source": ["a = 2"]}
    assert ran(notebook("a = 1", text))["a"] == 1


def test_display_prints(notebook, capsys):
    ran(notebook("display('shown')"))
    assert capsys.readouterr().out == "shown\n"


@pytest.mark.parametrize("first", ["", "\n", "  \n"])
def test_a_cell_that_starts_indented_is_run(notebook, first):
    found = notebook(first + "    a = 1\n    if a:\n        b = 2\nc = 3")
    names = ran(found)
    assert [names[name] for name in "abc"] == [1, 2, 3]


def test_lines_of_a_cell_that_starts_indented_keep_their_numbers(notebook):
    found = notebook("a = 1", "  b = 1\n  c = 2")
    for line, code in lines_of(found):
        assert in_file(line).strip() == code


def test_a_cell_that_is_not_python_stays_an_error(notebook):
    with pytest.raises(SyntaxError):
        ran(notebook("    a = 1\n  b = 2"))


def test_get_ipython_returns_a_shell_that_does_nothing(notebook):
    names = ran(
        notebook(
            "shell = get_ipython()",
            "shell.run_line_magic('matplotlib', 'inline')",
            "in_colab = 'google.colab' in str(get_ipython())",
            "known = hasattr(shell, '__len__')",
        )
    )
    assert (names["in_colab"], names["known"]) == (False, False)


def test_cells_with_await_share_one_event_loop(notebook):
    names = ran(
        notebook(
            "import asyncio\ntask = asyncio.ensure_future(asyncio.sleep(0, 'done'))"
            "\nawait asyncio.sleep(0)",
            "a = await task",
            "async def numbers():\n    yield 1\n    yield 2",
            "b = [n async for n in numbers()]",
            "c = 3",
        )
    )
    assert (names["a"], names["b"], names["c"]) == ("done", [1, 2], 3)


def test_what_is_raised_after_await_has_the_line_of_the_file(notebook):
    found = notebook("import asyncio", "await asyncio.sleep(0)\n1 / 0")
    with pytest.raises(ZeroDivisionError) as raised:
        ran(found)
    assert in_file(raised.traceback[-1].lineno + 1) == "1 / 0"


# Lines.


@pytest.mark.parametrize("indent", [0, 1, 4])
def test_every_line_is_that_of_the_file(notebook, indent):
    same = "import os\nvalue = 'ä\\n'\n\nimport os"
    text = {"cell_type": "markdown", "source": as_lines(same)}
    found = notebook(same, text, "import os\npass", same, indent=indent)
    assert len(lines_of(found)) == 10
    assert [in_file(line) for line, _ in lines_of(found)] == [
        line for _, line in lines_of(found)
    ]


def test_output_that_looks_like_code_is_not_taken_for_it(notebook):
    cell = {
        "cell_type": "code",
        "outputs": [{"name": "stdout", "text": ["a = 1\n", 'say "a"\n']}],
        "source": ["a = 1\n", "b = 2"],
    }
    (first, _), (second, _) = lines_of(notebook(cell))
    assert (in_file(first), in_file(second)) == ("a = 1", "b = 2")
    assert first > 10


def test_a_cell_that_is_one_string_is_run(notebook):
    cell = {"cell_type": "code", "source": "a = 1\nb = a"}
    assert ran(notebook(cell))["b"] == 1


def test_a_file_of_one_line_is_run(notebook):
    found = notebook("a = 1", "b = a", indent=None)
    assert [cell.line for cell in found.cells] == [1, 1]
    assert ran(found)["b"] == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [("a = 1\n1 / 0", ZeroDivisionError), ("a = 1\nfor", SyntaxError)],
)
def test_an_error_tells_the_line_of_the_file(notebook, code, error):
    with pytest.raises(error) as raised:
        ran(notebook("pass", code))
    if error is SyntaxError:
        line = raised.value.lineno
    else:
        line = raised.traceback[-1].lineno + 1
    assert in_file(line) == code.splitlines()[1]


def test_the_sample_stands_where_jupyter_writes_it():
    text = SAMPLE.read_text(encoding="utf-8").splitlines()
    for line, code in lines_of(load(str(SAMPLE))):
        if code != "pass":
            assert json.loads(text[line - 1].strip().rstrip(",")).rstrip("\n") == code


def test_the_sample_is_as_jupyter_wants_it():
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.read(SAMPLE, as_version=4))


# What only IPython understands.


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "!pip install -q keras",
        "?model",
        "model.fit?",
        "model.fit??",
        "files = !ls",
        "out, err = %sx ls",
        "%cd ..",
    ],
)
def test_a_line_of_ipython_is_left_out(notebook, line):
    found = notebook(f"a = 1\n{line}\nb = a")
    assert ran(found)["b"] == 1
    assert found.skipped_lines == 1


def test_a_line_that_goes_on_is_left_out_as_a_whole(notebook):
    found = notebook("!pip install \\\n    keras \\\n    numpy\na = 1")
    assert ran(found)["a"] == 1
    assert found.skipped_lines == 3


def test_a_line_of_ipython_may_be_a_whole_block(notebook):
    found = notebook(
        "import sys\nif 'colab' in sys.modules:\n    !pip install keras\na = 1"
    )
    assert ran(found)["a"] == 1


@pytest.mark.parametrize(
    "first", ["%%time", "%%capture out", "%%timeit -n 1", "\n%%time"]
)
def test_a_cell_that_is_measured_is_run(notebook, first):
    assert ran(notebook(f"{first}\na = 1"))["a"] == 1


@pytest.mark.parametrize(
    "first", ["%%bash", "%%writefile a.py", "%%html", "%%javascript"]
)
def test_a_cell_in_another_language_is_left_out_as_a_whole(notebook, first):
    found = notebook(f"{first}\na = 1\n\nb = 2")
    assert "a" not in ran(found)
    assert found.skipped_lines == 3


def test_a_statement_that_is_measured_is_run(notebook):
    found = notebook("for i in range(2):\n    %time a = i")
    assert ran(found)["a"] == 1
    assert found.skipped_lines == 0


def test_python_that_looks_like_a_magic_is_run(notebook):
    code = "a = (7\n     % 4\n     != 3)\nb = '''\n%matplotlib inline\n'''"
    names = ran(notebook(code))
    assert names["a"] is False
    assert "%matplotlib" in names["b"]


def test_a_remainder_stays_beside_a_magic(notebook):
    assert ran(notebook("%matplotlib inline\na = (7\n     % 4)"))["a"] == 3


# What is not a notebook.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"cells": 3}',
        '{"cells": [{"cell_type": "code"}]}',
        '{"cells": [{"cell_type": "code", "source": [1]}]}',
        '{"cells": [], "cells": [{"cell_type": "code", "source": "1"}]}',
        '{"cells": [], "metadata": 3}',
        '{"worksheets": []}',
        "[" * 100_000,
    ],
)
def test_what_is_no_notebook_is_told_in_one_line(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(UsageError, match="is not a notebook"):
        load(str(path))


def test_bytes_that_are_no_text_are_told_in_one_line(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not a notebook"):
        load(str(path))


@pytest.mark.parametrize(
    "metadata",
    [{"language_info": {"name": "R"}}, {"kernelspec": {"language": "R", "name": "ir"}}],
)
def test_a_notebook_in_another_language_is_told(notebook, metadata):
    with pytest.raises(UsageError, match="is a notebook in r, not in Python"):
        notebook("x <- 1", metadata=metadata)


def test_a_notebook_that_says_no_language_is_taken_for_python(notebook):
    assert ran(notebook("a = 1", metadata={}))["a"] == 1
