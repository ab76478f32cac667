"""What was not looked at is never green: real files, with --strict and without."""

import json
import shutil
from xml.etree import ElementTree

import pytest

from tests.gate.conftest import FIXTURES, RIGHT

POINTER = FIXTURES / "file-git-lfs-pointer" / "model.keras"

LOUD = {
    "pointer": (POINTER, "KC002"),
    "truncated": (FIXTURES / "file-truncated" / "model.keras", "KC001"),
}
SILENT_OF_LOSS = {
    "weights": (FIXTURES / "file-weights-only" / "model.weights.h5", "KC003"),
    "exported": (FIXTURES / "file-exported" / "model", "KC004"),
    "uncompiled": (FIXTURES / "file-uncompiled" / "model.keras", "KC005"),
}
STRICT = pytest.mark.parametrize("strict", [(), ("--strict",)], ids=["", "strict"])


def put(repository, source):
    """Copy a model to models/ under a name of its own."""
    to = repository.root / "models" / f"other-{source.name}"
    if source.is_dir():
        shutil.copytree(source, to)
    else:
        shutil.copy(source, to)


@STRICT
def test_no_model_at_all_is_3(repository, run, strict):
    repository.write("models/notes.txt", "")
    ran = run(*strict)
    assert ran.code == 3
    assert (
        "nothing to check: no saved model and no program that compiles one" in ran.err
    )


@STRICT
@pytest.mark.parametrize(("source", "code"), LOUD.values(), ids=LOUD)
def test_what_can_not_be_read_fails_beside_right_models(
    repository, run, source, code, strict
):
    repository.add("right", RIGHT)
    put(repository, source)
    ran = run(*strict)
    assert ran.code == 1
    assert f"error[{code}]" in ran.out
    assert "2 models (1 unreadable): 1 error" in ran.out


@pytest.mark.parametrize(("source", "code"), LOUD.values(), ids=LOUD)
def test_every_report_tells_of_what_can_not_be_read(repository, run, source, code):
    put(repository, source)
    forms = ("sarif", "junit", "gitlab", "github", "markdown", "html", "concise")
    out = {form: run("--output-format", form).out for form in forms}
    assert all(code in text for text in out.values())
    suites = ElementTree.fromstring(out["junit"])
    assert suites.get("failures") == "1"
    (entry,) = json.loads(out["gitlab"])
    assert entry["severity"] == "major"
    assert "::error " in out["github"]


@STRICT
@pytest.mark.parametrize(
    ("source", "code"), SILENT_OF_LOSS.values(), ids=SILENT_OF_LOSS
)
def test_a_model_without_a_loss_alone_is_no_success(
    repository, run, source, code, strict
):
    put(repository, source)
    ran = run(*strict)
    assert ran.code == (1 if strict else 3)
    assert f"note[{code}]" in ran.out


@pytest.mark.parametrize(
    ("source", "code"), SILENT_OF_LOSS.values(), ids=SILENT_OF_LOSS
)
def test_a_model_without_a_loss_is_told_and_fails_under_strict(
    repository, run, source, code
):
    repository.add("right", RIGHT)
    put(repository, source)
    ran = run()
    assert ran.code == 0
    assert f"note[{code}]" in ran.out
    assert " undecided: " in ran.out
    assert run("--strict").code == 1


def test_missing_labels_are_told_and_fail_under_strict(repository, run):
    repository.add("right", RIGHT)
    assert run("--strict").code == 0
    for labels in repository.root.glob("models/right.labels.*"):
        labels.unlink()
    ran = run()
    assert ran.code == 0
    assert " undecided: no labels were given (see --labels)" in ran.out
    assert run("--strict").code == 1


@STRICT
def test_labels_that_can_not_be_read_fail(repository, run, strict):
    repository.add("right", RIGHT)
    for labels in repository.root.glob("models/right.labels.*"):
        shutil.copy(POINTER, labels)
    ran = run(*strict)
    assert ran.code == 1
    assert "error[KC008]" in ran.out


@STRICT
def test_labels_that_are_named_and_not_there_are_wrong_usage(repository, run, strict):
    repository.add("right", RIGHT)
    ran = run(*strict, "--labels", "gone.npy")
    assert ran.code == 2
    assert "the label file 'gone.npy' does not exist" in ran.err


@STRICT
def test_a_path_that_is_not_there_is_wrong_usage(repository, run, strict):
    repository.add("right", RIGHT)
    assert run(*strict, "models", "modles").code == 2


def test_a_pointer_that_is_ignored_leaves_nothing_checked(repository, run):
    put(repository, POINTER)
    assert run("--ignore", "KC002").code == 3
