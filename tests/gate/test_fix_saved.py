"""--fix of saved models: a corrected copy beside them, with the same weights."""

import json
import os
from zipfile import ZIP_STORED, ZipFile

import pytest

from kerascheck.api import check
from kerascheck.fix import saved_model as saved
from kerascheck.fix.files import Files
from tests.gate.conftest import FIXTURES, WRONG

FIXABLE = (
    "format-archive-wrong",
    "format-keras-2-archive-wrong",
    "heads-dict-one-wrong",
    "heads-list-one-wrong",
    "metrics-auc-of-logits",
    "metrics-probabilities-cut-at-zero",
    "parabola-logits-as-probabilities",
)


def members(path):
    with ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def fixed(repository, case):
    """Return the model, the copy that --fix writes, and what was told."""
    model = repository.add("new", FIXTURES / case)
    report = check("models")
    files = Files(report, (), unsafe=True)
    left = files.add(report.models[0])
    told = list(files.write())
    return model, model.with_name("new.fixed.keras"), [*left, *told]


@pytest.mark.parametrize("case", FIXABLE)
def test_only_the_compile_part_changes(repository, case):
    model, copy, told = fixed(repository, case)
    assert copy.exists(), told
    before, after = members(model), members(copy)
    assert list(before) == list(after)
    old = json.loads(before.pop("config.json"))
    new = json.loads(after.pop("config.json"))
    assert before == after
    assert old.pop("compile_config") != new.pop("compile_config")
    assert old == new


@pytest.mark.parametrize("case", FIXABLE)
def test_the_copy_checks_clean(repository, case):
    _, copy, _ = fixed(repository, case)
    labels = next(iter(repository.root.glob("models/new.labels.*")), None)
    assert check(str(copy), labels=labels and str(labels)).ok


def test_its_members_are_stored_and_the_model_is_left_as_it_was(repository):
    original = (WRONG / "model.keras").read_bytes()
    model, copy, _ = fixed(repository, WRONG.name)
    assert model.read_bytes() == original
    with ZipFile(copy) as archive:
        assert {i.compress_type for i in archive.infolist()} == {ZIP_STORED}


def test_a_file_that_is_there_is_never_written_over(repository):
    repository.add("new", WRONG)
    report = check("models")
    files = Files(report, (), unsafe=True)
    files.add(report.models[0])
    there = repository.write("models/new.fixed.keras", "mine")
    (told,) = files.write()
    assert there.read_text() == "mine"
    assert "is there already" in told.message


def test_a_copy_that_fails_leaves_nothing_behind(repository, monkeypatch):
    def broken(copy, file):
        file.write(b"PK")
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(saved, "_archive", broken)
    _, copy, told = fixed(repository, WRONG.name)
    assert not copy.exists()
    assert os.listdir("models").count("new.keras") == 1
    assert not list(repository.root.glob("models/*tmp*"))
    assert "no space left" in told[-1].message


def test_a_copy_that_would_still_be_wrong_gets_no_name(repository, monkeypatch):
    monkeypatch.setattr(Files, "_lacks", lambda *_: False)
    _, copy, _ = fixed(repository, WRONG.name)
    assert not copy.exists()
    assert not list(repository.root.glob("models/*tmp*"))


def test_an_archive_that_unpacks_to_far_more_is_not_copied(repository):
    from zipfile import ZIP_DEFLATED

    model = repository.add("new", WRONG)
    with ZipFile(model, "a", ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    report = check("models")
    files = Files(report, (), unsafe=True)
    files.add(report.models[0])
    (told,) = files.write()
    assert "far larger" in told.message


def test_other_formats_are_told_why(repository):
    import shutil

    shutil.copy(FIXTURES / "format-hdf5-wrong" / "model.h5", "models/new.h5")
    for labels in (FIXTURES / "format-hdf5-wrong").glob("labels.*"):
        shutil.copy(labels, "models")
    report = check("models")
    files = Files(report, (), unsafe=True)
    assert any("not hdf5" in why for _, why in files.add(report.models[0]))


@pytest.mark.parametrize("case", ["parabola-logits-as-probabilities"])
def test_keras_loads_the_copy_with_the_same_weights(repository, child, case):
    _, copy, _ = fixed(repository, case)
    code = (
        "import sys, keras, numpy as np\n"
        "old, new = map(keras.saving.load_model, sys.argv[1:])\n"
        "for one, other in zip(old.weights, new.weights, strict=True):\n"
        "    assert np.array_equal(one, other)\n"
        "assert not old.loss.from_logits\n"
        "assert new.loss.from_logits\n"
        "x = np.zeros((4, *new.input_shape[1:]))\n"
        "new.fit(x, np.eye(2)[[0, 1, 0, 1]], verbose=0)\n"
    )
    ran = child("-c", code, "models/new.keras", str(copy), cwd=repository.root)
    assert ran.code == 0, ran.err
