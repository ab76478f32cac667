"""Whether two saved models agree is told from what they say, not from their bytes."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from tools.content import content
from tools.fixtures import same

FIXTURES = Path(__file__).parents[2] / "fixtures"


def _rewritten(source, target, change):
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()) if name == "config.json" else data)
    return target


def test_archive_with_other_dates_agrees(tmp_path):
    source = FIXTURES / "labels-bool/model.keras"
    copy = _rewritten(source, tmp_path / "model.keras", str)
    assert copy.read_bytes() != source.read_bytes()
    assert content(copy) == content(source)


def test_archive_with_another_loss_differs(tmp_path):
    source = FIXTURES / "labels-bool/model.keras"
    copy = _rewritten(
        source,
        tmp_path / "model.keras",
        lambda text: text.replace('"binary_crossentropy"', '"hinge"'),
    )
    assert content(copy) != content(source)


@pytest.mark.parametrize("form", ["archive", "folder", "hdf5", "json"])
def test_right_and_wrong_model_differ_in_every_format(form):
    pytest.importorskip("h5py")
    right, wrong = (FIXTURES / f"format-{form}-{kind}" for kind in ("right", "wrong"))
    name = next(e.name for e in right.iterdir() if e.name.startswith("model"))
    assert content(right / name) != content(wrong / name)


def test_folder_with_other_labels_differs(tmp_path):
    shutil.copytree(FIXTURES / "labels-bool", tmp_path / "case")
    assert same(tmp_path / "case", FIXTURES / "labels-bool")
    shutil.copy(
        FIXTURES / "labels-zero-and-255/labels.npy", tmp_path / "case/labels.npy"
    )
    assert not same(tmp_path / "case", FIXTURES / "labels-bool")
