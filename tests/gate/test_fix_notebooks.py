"""--diff and --fix in notebooks: the cell's code changes, and no other byte."""

import json
import subprocess

import pytest

from tests.gate.test_programs import FACTORY, FAULTY, LOGITS
from tests.readers.source.test_text import notebook

PICTURE = {
    "cell_type": "code",
    "execution_count": 3,
    "metadata": {"collapsed": True},
    "outputs": [{"data": {"image/png": "iVBORw0KGgo=\n"}, "output_type": "x"}],
    "source": ["print(1.50)\n", "# größer als \U0001f600"],
}
NOTES = {"cell_type": "markdown", "source": ['`activation="softmax"`']}


def _sources_as_text(data):
    document = json.loads(data)
    for cell in document["cells"]:
        cell["source"] = "".join(cell["source"])
    return json.dumps(document, indent=1).encode()


def _third(*cells):
    return notebook(*cells, nbformat=3)


def _compact(*cells):
    return notebook(*cells, indent=None)


def _in_one_string(*cells):
    return _sources_as_text(notebook(*cells))


def _as_utf8(*cells):
    document = json.loads(notebook(*cells))
    return json.dumps(document, indent="\t", ensure_ascii=False).encode()


def _with_mark(*cells):
    return b"\xef\xbb\xbf" + _as_utf8(*cells)


def _windows_file(*cells):
    return notebook(*cells).replace(b"\n", b"\r\n")


def _windows_code(*cells):
    return notebook(*cells).replace(rb"\n", rb"\r\n")


def _escaped(*cells):
    return notebook(*cells).replace(b"=", rb"\u003d")


WAYS = [
    notebook,
    _third,
    _compact,
    _in_one_string,
    _as_utf8,
    _with_mark,
    _windows_file,
    _windows_code,
    _escaped,
]


def _cells_of(data):
    document = json.loads(data.decode("utf-8-sig"))
    cells = document.get("cells") or document["worksheets"][0]["cells"]
    return [(each, "input" if "input" in each else "source") for each in cells]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_only_the_argument_changes(repository, run, way):
    before = way(NOTES, PICTURE, "%matplotlib inline\n" + FAULTY)
    repository.write("a.ipynb", before)
    ran = run("--fix", "a.ipynb")
    assert "corrected a.ipynb (KC103)" in ran.err
    quoted = rb"=\"softmax\"" if way is not _escaped else rb"\u003d\"softmax\""
    head, call, tail = before.rpartition(quoted)
    assert call
    after = head + call.replace(b"softmax", b"sigmoid") + tail
    assert (repository.root / "a.ipynb").read_bytes() == after
    assert run("a.ipynb").code == 0


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_code_of_several_lines_is_replaced_and_added(repository, run, way):
    metrics = "    # é\n    metrics=[\n'acc']"
    written = LOGITS.replace('    metrics=["accuracy"],', metrics)
    before = way(NOTES, PICTURE, written)
    repository.write("a.ipynb", before)
    assert "corrected" in run("--fix", "a.ipynb").err
    after = (repository.root / "a.ipynb").read_bytes()
    repository.write("a.py", written)
    assert "corrected" in run("--fix", "a.py").err
    code = (repository.root / "a.py").read_text()
    changed = 2
    for number, ((old, key), (new, _)) in enumerate(
        zip(_cells_of(before), _cells_of(after), strict=True)
    ):
        if number == changed:
            joined = "".join(new[key]).replace("\r\n", "\n")
            assert joined == code
            new[key] = old[key]
        assert old == new


def test_a_new_line_is_a_string_of_its_own(repository, run):
    written = LOGITS.replace(
        'loss="binary_crossentropy"',
        "loss=keras.losses.BinaryCrossentropy(\n        name='bce',\n    )",
    )
    repository.write("a.ipynb", notebook(written))
    run("--fix", "a.ipynb")
    lines = json.loads((repository.root / "a.ipynb").read_bytes())["cells"][0]["source"]
    assert "        name='bce',\n" in lines
    assert "        from_logits=True,\n" in lines


def test_the_diff_is_one_that_git_applies(repository, run):
    repository.write("a.ipynb", notebook("x = 1", FAULTY))
    diff = run("--diff", "a.ipynb").out
    subprocess.run(["git", "apply"], input=diff, text=True, check=True)
    assert run("a.ipynb").code == 0


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["%%writefile nets.py\n" + FAULTY], "is the text of a file"),
        ([FACTORY + "build(1)\nbuild(2)\n"], "compiles 2 models"),
        (["%%time\n%time " + FAULTY.replace("\n\nm", "\nm")], None),
        (["if True:\n    !ls\n" + FAULTY], None),
    ],
    ids=["writefile", "two-models", "timed", "shell"],
)
def test_what_is_not_certain_is_left_with_the_reason(repository, run, cells, why):
    before = notebook(*cells)
    repository.write("a.ipynb", before)
    ran = run("--fix", "a.ipynb")
    changed = (repository.root / "a.ipynb").read_bytes() != before
    assert changed is (why is None)
    if why is not None:
        assert why in ran.err


def test_a_notebook_that_changed_meanwhile_is_left(repository, run, monkeypatch):
    from kerascheck.fix import files

    def _too_late(self, path, *, how):
        with open(path, "ab") as file:
            file.write(b"\n")

    repository.write("a.ipynb", notebook(FAULTY))
    monkeypatch.setattr(files.WritablePlaces, "require", _too_late)
    ran = run("--fix", "a.ipynb")
    assert "corrected" not in ran.err
