"""The writer: what it replaces, with which mode, and why it can not."""

import os

import pytest

from kerascheck.trust.replace_file import missing_folder, new_file, replace_file

POSIX = pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@POSIX
@pytest.mark.usefixtures("umask")
def test_in_place_of_a_link_there_is_a_file_with_the_usual_mode(tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    replace_file("link", b"new")
    assert (tmp_path / "link").lstat().st_mode & 0o7777 == 0o644


@POSIX
def test_a_mode_that_is_asked_for_comes_before_that_of_the_old_file(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "old").chmod(0o644)
    replace_file("old", b"new", mode=0o600)
    assert (tmp_path / "old").stat().st_mode & 0o7777 == 0o600


def test_where_nothing_is_to_be_replaced_nothing_is_begun(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    begun = []
    with (
        pytest.raises(FileExistsError),
        new_file("old", replaces=False) as file,
    ):
        begun.append(file)
    assert begun == []
    assert (tmp_path / "old").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["new", "old", "folder"])
def test_a_name_that_ends_as_a_folder_does_is_that_of_a_folder(tmp_path, name):
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        replace_file(name + os.sep, b"new")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("new", None),
        ("folder/new", None),
        ("link", None),  # a link is replaced
        ("folder", "it is a folder; name a file"),
        ("new/", "it is a folder; name a file"),
        ("nowhere/new", "there is no folder 'nowhere'; create it first"),
        ("old/new", "'old' is not a folder"),
        ("old/below/new", "'old/below' is not a folder"),
        ("a\0b", "no file can have this name"),
    ],
)
def test_what_no_file_can_be_called_is_known_beforehand(tmp_path, path, why):
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    assert missing_folder(path) == why
