"""No file takes more than 150 MB or some seconds of CPU, whatever is in it.

Each input is checked by the installed command in a process of its own, and the kernel
says what that process took. Python with kerascheck takes some 22 MB of it, numpy 11 MB
more where labels are read. All inputs here end within 2 s on a quiet core; the tests
allow three times as much, for cores that are slow or shared by hyperthreads, where the
same work takes twice as long. What grows faster than its input would take minutes.
"""

import json

import pytest

from kerascheck.report.formats import formats
from tests.gate.hostile_inputs import HOSTILE, keras_file, wrong_heads
from tests.gate.measured import MIB, measured

MAX_BYTES = 150 * MIB
MAX_SECONDS = 6.0

QUICK = (
    "name-of-60-million-letters-and-an-emoji",
    "letters-at-the-limit",
    "head-at-the-limit",
    "emoji-at-the-limit",
    "lists-at-the-limit",
    "floats-at-the-limit",
    "integers-at-the-limit",
    "escaped-emoji",
    "one-key-a-million-times",
    "utf-16",
    "deep",
    "wrong-1000",
    "wrong-1000-of-900-letters",
    "metrics-100000",
    "losses-of-no-head",
    "outputs-nested",
    "loss-name-of-20-million",
    "output-key-of-20-million",
    "many-equal-members",
    "hdf5-of-30-million",
    "hdf5-of-objects",
    "metadata-of-objects",
    "metadata-of-200-mb-of-nodes",
    "sparse-terabyte",
    "toml-dotted",
    "pyproject-dotted",
    "toml-arrays",
    "toml-tables",
    "toml-globs-at-the-limit",
    "toml-models-at-the-limit",
    "toml-comments",
    "toml-digits",
    "baseline-objects",
    "baseline-emoji",
    "labels-json-emoji",
    "labels-json-floats-at-the-limit",
    "labels-json-lists-at-the-limit",
    "labels-json-keys",
    "labels-csv-open-quote",
    "labels-csv-emoji-cells",
    "labels-npy-wide",
    "labels-npy-long-bytes",
    "labels-npy-fortran",
    "labels-npz-many",
    "labels-npy-signalling",
    "labels-npy-signalling-double",
    "labels-npy-signalling-half",
)
"""The worst of each kind; all others are slow."""


def case(name):
    marks = () if name in QUICK else (pytest.mark.slow,)
    return pytest.param(name, marks=marks, id=name)


def assert_bounded(run):
    assert run.peak <= MAX_BYTES, f"{run.peak / MIB:.0f} MB"
    assert run.seconds <= MAX_SECONDS, f"{run.seconds:.2f} s"
    assert "Traceback" not in run.errors
    assert "Warning" not in run.errors
    assert run.code in (0, 1, 2, 3)
    if run.code == 2:
        (line,) = run.errors.splitlines()
        assert line.startswith("kerascheck: ")


@pytest.mark.parametrize("name", [*map(case, HOSTILE)])
def test_a_hostile_file_takes_bounded_memory_and_time(name, tmp_path):
    arguments = HOSTILE[name](tmp_path)
    assert_bounded(measured(*arguments, folder=tmp_path))


@pytest.mark.parametrize("name", formats())
def test_eight_hundred_wrong_heads_take_bounded_time_in(name, tmp_path):
    keras_file(tmp_path / "m.keras", wrong_heads(800))
    run = measured("m.keras", "--output-format", name, folder=tmp_path)
    assert_bounded(run)
    assert run.code == 1


def test_the_names_of_the_quick_ones_are_right():
    assert {*QUICK} <= {*HOSTILE}


def test_a_run_beyond_the_bounds_is_seen(tmp_path):
    """The measure sees what it is to see: a child that takes more is over."""
    config = b'{"class_name": "Sequential", "config": {"name": "m", "layers": []}}'
    small = measured(*keras_file(tmp_path / "m.keras", config), folder=tmp_path)
    assert 10 * MIB < small.peak < 40 * MIB
    assert small.seconds > 0.01


@pytest.mark.parametrize("count", [20, 21])
def test_of_very_many_heads_the_snippet_shows_the_one_that_changes(tmp_path, count):
    keras_file(tmp_path / "m.keras", wrong_heads(count))
    run = measured("m.keras", "--output-format", "json", folder=tmp_path)
    found = json.loads(run.output)["findings"]
    assert len(found) == count
    for finding in found:
        snippet = finding["fix"]["snippet"]
        assert (f"the other {count - 1} heads" in snippet) == (count > 20)
        assert snippet.count("crossentropy") == (count if count <= 20 else 1)
        assert repr(finding["head"]) in snippet
