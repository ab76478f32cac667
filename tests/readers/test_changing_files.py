"""Files that grow, shrink, vanish or are replaced while they are read.

Each is changed for real, between two reads of the reader: the function that reads at a
position is left as it is, and after one of its calls the file changes.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kerascheck.api import check
from kerascheck.labels.files import load
from kerascheck.labels.files.load import load_labels
from kerascheck.model.errors import UnreadableLabels, UnreadableModel
from kerascheck.readers.containers.open import open_container
from kerascheck.trust import regular_file
from kerascheck.trust.regular_file import RegularFile
from tests.cli.conftest import run

__all__ = ["run"]

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
WRONG = FIXTURES / "parabola-logits-as-probabilities" / "model.keras"
RIGHT = FIXTURES / "parabola-right" / "model.keras"

LONG_AGO = 1_000_000_000
"""Seconds; a time that no write of a test has."""


def grow(path):
    with path.open("ab") as file:
        file.write(b"\0" * 20_000)


def shrink(path):
    os.truncate(path, path.stat().st_size // 2)


def write_over(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(b"\0" * size)


def remove(path):
    path.unlink()


def replace(path):
    beside = path.with_name("beside")
    shutil.copy(path, beside)
    os.replace(beside, path)


def remove_folder(path):
    path.parent.rename(path.parent.with_name("elsewhere"))


CHANGES = [grow, shrink, write_over, remove, replace, remove_folder]

MODELS = {
    "archive": (WRONG, "model.keras"),
    "hdf5": (FIXTURES / "format-hdf5-wrong" / "model.h5", "model.h5"),
    "json": (FIXTURES / "format-json-wrong" / "model.json", "model.json"),
    "folder": (FIXTURES / "format-folder-wrong" / "model", "config.json"),
    "the version in a folder": (
        FIXTURES / "format-folder-wrong" / "model",
        "metadata.json",
    ),
    "saved model": (
        FIXTURES / "format-keras-2-saved-model-wrong" / "model.savedmodel",
        "keras_metadata.pb",
    ),
}


@pytest.fixture(params=MODELS, name="model")
def _model(request, tmp_path):
    """Return a model to read, and the file of it that is to change."""
    source, name = MODELS[request.param]
    home = tmp_path / "home"
    if source.is_dir():
        shutil.copytree(source, home)
        paths = home, home / name
    else:
        home.mkdir()
        paths = home / name, Path(shutil.copy(source, home / name))
    for file in home.rglob("*"):
        os.utime(file, (LONG_AGO, LONG_AGO))
    return paths


def changed_after(monkeypatch, read, act):
    """Let `act` happen once, after that many reads."""
    real, done = regular_file._pread, []

    def pread(*arguments):
        data = real(*arguments)
        done.append(arguments)
        if len(done) == read:
            act()
        return data

    monkeypatch.setattr(regular_file, "_pread", pread)
    return done


@pytest.mark.parametrize("change", CHANGES)
def test_a_model_that_changes_before_the_last_read_is_unknown(
    model, change, monkeypatch
):
    path, file = model
    reads = changed_after(monkeypatch, 0, None)
    open_container(path)
    changed_after(monkeypatch, len(reads), lambda: change(file))
    with pytest.raises(UnreadableModel, match="changed while it was read") as refused:
        open_container(path)
    assert refused.value.kind == "changed"


@pytest.mark.parametrize("change", CHANGES)
def test_a_model_that_changes_after_the_first_read_is_unknown(
    model, change, monkeypatch
):
    path, file = model
    if file.name == "metadata.json":
        pytest.skip("it is not open yet")
    changed_after(monkeypatch, 1, lambda: change(file))
    with pytest.raises(UnreadableModel, match="changed while it was read"):
        open_container(path)


def test_a_model_that_nothing_writes_to_is_read(model):
    assert open_container(model[0]).training


@pytest.mark.parametrize("change", CHANGES)
def test_a_model_that_changes_is_a_finding_and_fails(
    change, tmp_path, monkeypatch, run
):
    monkeypatch.chdir(tmp_path)
    Path("models").mkdir()
    file = Path(shutil.copy(RIGHT, "models/right.keras"))
    os.utime(file, (LONG_AGO, LONG_AGO))
    changed_after(monkeypatch, 1, lambda: change(file))
    ran = run("models", "--output-format=concise")
    assert ran.code == 1
    first = ran.out.splitlines()[0]
    assert first.startswith(
        "models/right.keras: KC001 error: right.keras changed while"
    )
    assert first.endswith("; check it again once nothing writes to it")


def test_metadata_that_is_added_to_a_saved_model_is_no_export(tmp_path, monkeypatch):
    source, _ = MODELS["saved model"]
    shutil.copytree(source, tmp_path / "m")
    metadata = tmp_path / "m" / "keras_metadata.pb"
    metadata.rename(tmp_path / "aside")
    act = (tmp_path / "aside").rename
    changed_after(monkeypatch, 1, lambda: act(metadata))
    with pytest.raises(UnreadableModel, match="was added while the folder was read"):
        open_container(tmp_path / "m")


@pytest.mark.parametrize("change", [grow, write_over, replace])
def test_a_file_that_changes_while_it_is_sniffed_is_not_passed_over(
    change, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    source, name = MODELS["json"]
    file = Path(shutil.copy(source, name))
    os.utime(file, (LONG_AGO, LONG_AGO))
    changed_after(monkeypatch, 1, lambda: change(file))
    assert [model.path for model in check(".").models] == [name]


def test_an_error_of_another_kind_is_not_hidden(tmp_path):
    path = tmp_path / "m.keras"
    path.write_bytes(b"x")

    def failing():
        with RegularFile(str(path)):
            path.unlink()
            raise KeyError

    with pytest.raises(KeyError):
        failing()


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="there is no /proc")
@pytest.mark.parametrize("name", ["/proc/self/status", "/proc/self/mem"])
def test_a_file_of_no_size_that_holds_something_is_not_called_empty(name):
    with pytest.raises(UnreadableModel, match="not a file on a disk") as refused:
        RegularFile(name)
    assert refused.value.kind == "not-a-file"


@pytest.mark.skipif(not os.path.exists("/sys/kernel"), reason="there is no /sys")
def test_a_file_that_is_shorter_than_its_size_is_refused():
    """Files of sysfs have 4096 bytes, whatever they hold."""
    name = "/sys/kernel/mm/transparent_hugepage/enabled"
    if not os.path.exists(name):
        pytest.skip("there is no such file")
    with pytest.raises(UnreadableModel, match="bytes were expected"):
        RegularFile(name)


# Labels

LABELS = {
    "y.npy": b"",
    "y.npz": b"",
    "y.csv": b"y\n" + b"0\n1\n" * 50,
    "y.json": b"[" + b"0, 1, " * 50 + b"1]",
}


@pytest.fixture(params=LABELS, name="labels")
def _labels(request, tmp_path):
    import numpy as np

    (tmp_path / "home").mkdir()
    path = tmp_path / "home" / request.param
    values = np.arange(100) % 2
    match path.suffix:
        case ".npy":
            np.save(path, values)
        case ".npz":
            np.savez(path, y=values)
        case _:
            path.write_bytes(LABELS[request.param])
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_labels_that_change_are_unknown(labels, change, before, monkeypatch):
    real = load._read

    def read(*arguments):
        if before:
            change(labels)
        samples = real(*arguments)
        if not before:
            change(labels)
        return samples

    monkeypatch.setattr(load, "_read", read)
    with pytest.raises(UnreadableLabels, match="changed while they were read"):
        load_labels(str(labels))


def test_labels_that_change_are_a_finding(tmp_path, monkeypatch, run):
    import numpy as np

    monkeypatch.chdir(tmp_path)
    shutil.copy(RIGHT, "right.keras")
    np.save("right.labels.npy", np.eye(2)[np.arange(100) % 2])
    real = load._read

    def read(*arguments):
        samples = real(*arguments)
        replace(Path("right.labels.npy"))
        return samples

    monkeypatch.setattr(load, "_read", read)
    ran = run(".", "--output-format=concise")
    assert ran.code == 1
    assert "right.keras: KC008" in ran.out
    assert "changed while they were read: another file took its place" in ran.out


# Against real writers

WRITER = """\
import os, shutil, sys
count, *models = sys.argv[1:]
for number in range(int(count)):
    if os.path.exists("stop"):
        break
    beside = f"beside.{os.getpid()}"
    shutil.copy(models[number % 2], beside)
    os.replace(beside, "models/m.keras")
"""


@pytest.mark.slow
def test_of_two_models_that_take_turns_one_is_judged_or_none(tmp_path, monkeypatch):
    """Two writers swap a right and a wrong model while 300 checks run."""
    monkeypatch.chdir(tmp_path)
    Path("models").mkdir()
    shutil.copy(RIGHT, "models/m.keras")
    right = {f.code for f in check("models").findings}
    shutil.copy(WRONG, "models/m.keras")
    wrong = {f.code for f in check("models").findings}
    assert right != wrong
    command = [sys.executable, "-c", WRITER, "1000000", str(RIGHT), str(WRONG)]
    writers = [subprocess.Popen(command) for _ in range(2)]
    try:
        seen = [check("models/m.keras") for _ in range(300)]
    finally:
        Path("stop").touch()
        for writer in writers:
            writer.wait()
    for report in seen:
        codes = {finding.code for finding in report.findings}
        if codes == {"KC001"}:
            assert "changed while it was read" in report.findings[0].message
        else:
            assert codes in (right, wrong)
