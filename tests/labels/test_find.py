"""Labels next to a model, found by their name."""

import os

import pytest

from kerascheck.engine.skipped import LINK_NOWHERE, LINK_OUT
from kerascheck.labels.files.find import NOT_A_FILE, LabelFolders
from kerascheck.trust.tree import Tree


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"1")

    return make


def files_of(path):
    return LabelFolders(lambda: Tree.of([path])).files_of(path)


def find_labels(path):
    return files_of(path).chosen


@pytest.mark.parametrize("ending", ["npy", "npz", "csv", "json"])
@pytest.mark.parametrize(
    "name", ["m.labels", "m_labels", "labels", "y_true", "y_test", "y_train", "y"]
)
def test_each_documented_name_is_found(home, name, ending):
    home("m.keras", f"{name}.{ending}")
    assert find_labels("m.keras") == f"{name}.{ending}"


def test_labels_of_the_model_come_before_those_of_the_folder(home):
    home("m.keras", "labels.npy", "m_labels.json", "m.labels.csv")
    assert find_labels("m.keras") == "m.labels.csv"


def test_a_corrected_copy_has_the_labels_of_its_model(home):
    home("m.fixed.keras", "labels.npy", "m.labels.npy")
    assert find_labels("m.fixed.keras") == "m.labels.npy"


def test_labels_of_the_copy_itself_come_first(home):
    home("m.fixed.keras", "m.fixed.labels.npy", "m.labels.npy")
    assert find_labels("m.fixed.keras") == "m.fixed.labels.npy"


def test_names_of_the_folder_come_in_order(home):
    home("m.keras", "y.npy", "y_train.npy", "y_test.npy", "y_true.json")
    assert find_labels("m.keras") == "y_true.json"


def test_labels_of_another_model_are_left_alone(home):
    home("m.keras", "other.labels.npy")
    assert find_labels("m.keras") is None


def test_labels_in_another_folder_are_left_alone(home):
    home("sub/m.keras", "labels.npy")
    assert find_labels("sub/m.keras") is None


@pytest.mark.parametrize("prefix", ["sub/", "./sub/"])
def test_the_folder_is_told_as_the_model_was(home, prefix):
    home("sub/m.keras", "sub/y.npy")
    assert find_labels(f"{prefix}m.keras") == f"{prefix}y.npy"


@pytest.mark.parametrize("path", ["models/m", "models/m/"])
@pytest.mark.parametrize(
    "labels", ["models/m.labels.npy", "models/m/labels.npy", "models/y.csv"]
)
def test_a_folder_that_is_a_model_has_labels_inside_or_files(home, path, labels):
    home("models/m/saved_model.pb", labels)
    assert os.path.normpath(find_labels(path)) == labels


def test_an_unzipped_model_may_have_an_ending_of_its_own(home):
    home("m.keras/config.json", "m.labels.npy")
    assert find_labels("m.keras") == "m.labels.npy"


def test_the_working_directory_may_be_the_model(home, tmp_path, monkeypatch):
    home("m/config.json", "m.labels.npy")
    monkeypatch.chdir(tmp_path / "m")
    assert find_labels(".") == os.path.join(".", os.pardir, "m.labels.npy")


def test_a_model_is_not_its_own_labels(home):
    home("labels.json")
    assert find_labels("labels.json") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_only_regular_files_are_found(home):
    home("m.keras")
    os.mkfifo("labels.npy")
    os.mkdir("y.npy")
    files = files_of("m.keras")
    assert files.chosen is None
    assert files.not_opened == (("labels.npy", NOT_A_FILE), ("y.npy", NOT_A_FILE))


def test_a_link_out_of_the_tree_is_not_followed_and_told(home, tmp_path):
    home("sub/m.keras", "elsewhere/secret.npy")
    os.symlink(tmp_path / "elsewhere/secret.npy", "sub/labels.npy")
    os.symlink("nowhere", "sub/y.csv")
    files = files_of("sub/m.keras")
    assert files.chosen is None
    assert files.not_opened == (
        ("sub/labels.npy", LINK_OUT),
        ("sub/y.csv", LINK_NOWHERE),
    )


def test_a_link_inside_the_tree_is_followed(home):
    home("m.keras", "data/labels-2024.npy")
    os.symlink("data/labels-2024.npy", "labels.npy")
    assert files_of("m.keras").chosen == "labels.npy"


def test_endings_are_compared_without_case(home):
    home("m.keras", "labels.NPY", "n.keras", "n.labels.Csv")
    assert find_labels("m.keras") == "labels.NPY"
    assert find_labels("n.keras") == "n.labels.Csv"


def test_files_that_fit_as_well_are_told_in_their_order(home):
    home("m.keras", "labels.npy", "labels.NPY", "labels.csv", "m.labels.json")
    files = files_of("m.keras")
    assert files.chosen == "m.labels.json"
    assert files.others == ("labels.npy", "labels.NPY", "labels.csv")


def test_a_folder_is_listed_once_for_all_its_models(home, monkeypatch):
    home(*(f"{number}.keras" for number in range(50)), "labels.npy")
    listed = []
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda at: listed.append(at) or listdir(at))
    folders = LabelFolders(lambda: Tree.of(["."]))
    assert {folders.files_of(f"{n}.keras").chosen for n in range(50)} == {"labels.npy"}
    assert len(listed) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_can_not_be_listed_is_asked_by_name(home):
    home("shut/m.keras", "shut/labels.npy")
    os.chmod("shut", 0o100)
    assert find_labels("shut/m.keras") == "shut/labels.npy"
    os.chmod("shut", 0o700)


def test_a_path_that_no_file_can_have_has_no_labels():
    assert find_labels("a\0b/m.keras") is None
