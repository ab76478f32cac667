"""Which paths belong to the tree that is checked."""

import time

import pytest

from kerascheck.trust.tree import Tree, is_within


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("/a/tree", "/a/tree", True),
        ("/a/tree/model.keras", "/a/tree", True),
        ("/a/tree-of-others/model.keras", "/a/tree", False),
        ("/a", "/a/tree", False),
        ("/a/tree", "/", True),
        ("/", "/", True),
    ],
)
def test_a_path_is_within_a_folder_or_beside_it(path, folder, inside):
    assert is_within(path, folder) is inside


def test_a_file_named_alone_belongs_to_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.keras").touch()
    assert Tree.of(["a.keras"]).holds("b.keras")
    assert not Tree.of(["a.keras"]).holds(tmp_path.parent / "b.keras")


def test_without_a_path_the_tree_is_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Tree.of([]).holds("a.keras")


def test_without_a_checkout_the_tree_is_the_folder_alone(tmp_path):
    (tmp_path / "models").mkdir()
    assert not Tree.of([tmp_path / "models"]).holds(tmp_path / "a.keras")


def test_the_checkout_around_a_folder_belongs_to_the_tree(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / ".git").mkdir()
    assert Tree.of([tmp_path / "models"]).holds(tmp_path / "a.keras")


def test_a_link_to_the_tree_is_the_tree(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "link").symlink_to("models")
    assert Tree.of([tmp_path / "link"]).holds(tmp_path / "models" / "a.keras")


def test_a_tree_of_thousands_of_folders_is_asked_thousands_of_times(tmp_path):
    tree = Tree(str(tmp_path / str(number)) for number in range(3000))
    started = time.process_time()
    for number in range(3000):
        assert tree.holds(tmp_path / str(number) / "model.keras")
        assert not tree.holds(tmp_path / f"{number}-other")
    assert time.process_time() - started < 2
