"""Which models are found under the paths that a user gives, and what is passed over."""

import os
import time
from pathlib import Path

import pytest

from kerascheck.core.errors import UsageError
from kerascheck.readers import search
from kerascheck.readers.search import Found, find_models, models_in
from tests.readers.built import METADATA_JSON, config_json, keras_metadata


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Make files in a folder of their own, and go there."""
    monkeypatch.chdir(tmp_path)

    def make(*paths, content=b""):
        for path in map(Path, paths):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    return make


def keras_folder(tree, folder):
    tree(f"{folder}/config.json", content=config_json())
    tree(f"{folder}/metadata.json", content=METADATA_JSON)
    tree(f"{folder}/model.weights.h5", f"{folder}/assets/layer/extra.keras")


def saved_model(tree, folder):
    tree(f"{folder}/saved_model.pb", f"{folder}/variables/variables.index")
    tree(f"{folder}/keras_metadata.pb", content=keras_metadata())


def models(*paths):
    return [found.path for found in find_models(paths or ["."]) if not found.skipped]


def skipped(*paths):
    return [
        (found.path, found.skipped)
        for found in find_models(paths or ["."])
        if found.skipped
    ]


def test_models_are_found_by_name_files_before_folders(tree):
    tree("b.keras", "a.h5", "c.HDF5", "B/z.keras", "A/deep/y.h5", "0/x.hdf5")
    assert models() == [
        "a.h5",
        "b.keras",
        "c.HDF5",
        "0/x.hdf5",
        "A/deep/y.h5",
        "B/z.keras",
    ]


def test_other_files_are_no_models(tree):
    tree("a.png", "labels.npy", "y.csv", "model.py", "weights.index", "keras")
    assert list(find_models(["."])) == []


def test_json_is_a_model_if_it_begins_as_one(tree):
    tree("model.json", content=config_json())
    tree("utf16.json", content=config_json().decode().encode("utf-16"))
    tree("labels.json", content=b'{"y": [0, 1]}')
    tree("expected.json", content=b'{"codes": [], "class_name": "Sequential"}')
    tree("list.json", content=b'[{"class_name": "Sequential"}]')
    tree("bert.json", content=b'{"model_type": "bert"}')
    tree("empty.json")
    assert models() == ["model.json", "utf16.json"]


@pytest.mark.parametrize("given", ["models", "./models", "models/", "../x/models"])
def test_path_is_what_was_given_and_what_lies_below(tree, given, tmp_path, monkeypatch):
    (tmp_path / "x").mkdir()
    monkeypatch.chdir(tmp_path / "x")
    tree("models/a/b.keras")
    assert models(given) == [f"{given.rstrip('/')}/a/b.keras"]


def test_absolute_path_stays_absolute(tree, tmp_path):
    tree("a/b.keras")
    assert models(tmp_path) == [f"{tmp_path}/a/b.keras"]


def test_named_model_is_taken_whatever_its_name(tree):
    tree("a.bin", "b.keras")
    assert list(find_models(["a.bin"])) == [Found(path="a.bin", named=True)]


def test_found_model_was_not_named(tree):
    tree("m/b.keras")
    assert list(find_models(["m"])) == [Found(path="m/b.keras")]


def test_missing_path_is_a_usage_error_before_anything_else(tree):
    tree("a.keras")
    with pytest.raises(UsageError, match="gone"):
        find_models(["a.keras", "gone"])


def test_dangling_link_that_is_named_is_a_usage_error(tree):
    Path("link").symlink_to("nowhere")
    with pytest.raises(UsageError, match="link"):
        find_models(["link"])


def test_saved_model_folder_is_one_model(tree):
    saved_model(tree, "models/1")
    tree("models/1/variables/stray.keras")
    assert models() == ["models/1"]


def test_unzipped_folder_is_one_model_and_its_weights_are_passed_over(tree):
    keras_folder(tree, "m")
    assert models() == ["m"]
    assert skipped() == [("m/model.weights.h5", search.WEIGHTS_INSIDE_MODEL)]


def test_other_models_in_a_model_folder_are_reported(tree):
    keras_folder(tree, "m")
    tree("m/other.keras")
    assert ("m/other.keras", search.INSIDE_MODEL) in skipped()


def test_named_model_folder_is_named(tree):
    keras_folder(tree, "a")
    saved_model(tree, "b")
    named = [found for found in find_models(["a", "b/"]) if not found.skipped]
    assert named == [Found(path="a", named=True), Found(path="b", named=True)]


def test_config_of_another_tool_makes_no_model_folder(tree):
    tree("a/config.json", content=b'{"model_type": "bert"}')
    tree("a/metadata.json", "a/model.keras")
    assert models() == ["a/model.keras"]


def test_config_beside_models_hides_none_of_them(tree):
    tree("a/config.json", content=config_json())
    tree("a/model.keras")
    assert models() == ["a/config.json", "a/model.keras"]


def test_config_that_git_lfs_left_out_is_still_a_model(tree):
    tree("a/config.json", content=b"version https://git-lfs.github.com/spec/v1\n")
    tree("a/metadata.json", "a/model.weights.h5")
    assert models() == ["a"]


def test_checkpoint_of_orbax_is_a_model_only_if_it_is_named(tree):
    tree("run/orbax.checkpoint", "run/1/d/x.keras")
    assert models() == []
    assert skipped() == [("run", search.NOT_SUPPORTED)]
    assert models("run") == ["run"]


@pytest.mark.parametrize("folder", [".git", ".venv", "__pycache__", "node_modules"])
def test_hidden_folders_and_caches_are_passed_over(tree, folder):
    tree(f"{folder}/a.keras")
    assert models() == []
    assert skipped() == [(folder, search.HIDDEN)]
    assert models(folder) == [f"{folder}/a.keras"]


def test_virtual_environment_is_passed_over(tree):
    tree("env/pyvenv.cfg", "env/lib/a.h5")
    assert skipped() == [("env", search.HIDDEN)]


def test_resource_fork_is_passed_over(tree):
    tree("a.keras", "._a.keras")
    assert models() == ["a.keras"]
    assert skipped() == [("._a.keras", search.RESOURCE_FORK)]


def test_links_are_reported_and_not_followed(tree, tmp_path):
    tree("in/a.keras", "out/b.keras")
    Path("in/loop").symlink_to(tmp_path / "in")
    Path("in/up").symlink_to("..")
    Path("in/file.keras").symlink_to("../out/b.keras")
    Path("in/dangling.h5").symlink_to("nowhere")
    Path("in/image").symlink_to("../out/b.keras")
    assert models("in") == ["in/a.keras"]
    assert skipped("in") == [
        (f"in/{name}", search.LINK)
        for name in ["dangling.h5", "file.keras", "loop", "up"]
    ]


def test_link_that_is_named_is_followed(tree):
    tree("out/b.keras")
    Path("link").symlink_to("out")
    Path("link.keras").symlink_to("out/b.keras")
    assert models("link") == ["link/b.keras"]
    assert models("link.keras") == ["link.keras"]


def test_folder_of_links_is_a_model_only_if_it_is_named(tree):
    tree("blobs/1", content=config_json())
    Path("snapshot").mkdir()
    for name in ("config.json", "metadata.json"):
        (Path("snapshot") / name).symlink_to("../blobs/1")
    assert models() == []
    assert skipped() == [("snapshot/config.json", search.LINK)]
    assert models("snapshot") == ["snapshot"]


def test_model_reached_twice_is_reported_once(tree):
    tree("m/a.keras", "m/b.keras")
    os.link("m/a.keras", "m/hard.keras")
    assert models("m", "m/a.keras", "./m", "m") == ["m/a.keras", "m/b.keras"]


def test_named_model_is_named_though_it_was_found_before(tree):
    tree("m/a.keras")
    assert list(find_models(["m", "m/a.keras"])) == [
        Found(path="m/a.keras", named=True)
    ]


def test_model_folder_and_a_file_in_it_are_one_model(tree):
    saved_model(tree, "s")
    keras_folder(tree, "k")
    given = ["s/saved_model.pb", "s", "k", "k/config.json", "s/keras_metadata.pb"]
    assert models(*given) == ["s/saved_model.pb", "k"]


def test_fifo_under_a_models_name_is_left_to_the_reader(tree):
    os.mkfifo("a.keras")
    os.mkfifo("b.json")
    assert models() == ["a.keras"]


def test_folder_without_permission_is_reported(tree, monkeypatch):
    tree("shut/a.keras", "trees/b.keras")
    scandir = os.scandir

    def guarded(path):
        if path == "shut":
            raise PermissionError
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert list(find_models(["."])) == [
        Found(path="shut", skipped=search.NO_PERMISSION),
        Found(path="trees/b.keras"),
    ]


def test_folder_that_vanishes_is_reported(tree):
    tree("a/x.keras", "b/x.keras")
    found = find_models(["."])
    assert next(found) == Found(path="a/x.keras")
    Path("b/x.keras").unlink()
    Path("b").rmdir()
    assert list(found) == [Found(path="b", skipped=search.VANISHED)]


def test_names_are_handed_on_as_they_are(tree):
    names = [
        "-x.keras",
        "@x.keras",
        "a\nb.keras",
        "\x1b[2J.keras",
        "x" * 249 + ".keras",
    ]
    tree(*names)
    Path(os.fsdecode(b"\xff.keras")).touch()
    assert models() == sorted([*names, os.fsdecode(b"\xff.keras")])


def test_deep_tree_is_searched_until_the_system_gives_up(tree, tmp_path):
    here = os.open(".", os.O_RDONLY)
    try:
        for _ in range(300):
            os.mkdir("d" * 30)
            os.chdir("d" * 30)
    finally:
        os.fchdir(here)
        os.close(here)
    tree("z/a.keras")
    assert models() == ["z/a.keras"]
    assert [why for _, why in skipped()] == [search.TOO_DEEP]


def test_thousand_models_are_found_in_a_moment(tree):
    tree(*(f"{number % 20}/{number}.keras" for number in range(1000)))
    started = time.process_time()
    assert len(models()) == 1000
    assert time.process_time() - started < 2


def test_models_are_found_one_by_one(tree):
    tree(*(f"{number}/a.keras" for number in range(50)))
    opened = find_models(["."])
    next(opened)
    Path("9/a.keras").unlink()
    assert "9/a.keras" not in [found.path for found in opened]


def test_one_folder_alone_can_be_looked_into(tree):
    tree("a.keras", "below/b.keras", "notes.txt")
    keras_folder(tree, "c")
    assert [found.path for found in models_in(".")] == ["a.keras"]
    assert next(iter(models_in("c"))) == Found(path="c")
    assert next(iter(models_in("c", named=True))) == Found(path="c", named=True)
