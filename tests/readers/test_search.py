"""Which models are found under the paths that a user gives, and what is passed over."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from kerascheck.engine import skipped as why
from kerascheck.model.errors import UsageError
from kerascheck.readers.search import FoundModel, find_models, models_in
from tests.readers.built import METADATA_JSON, config_json, keras_metadata

FIXTURES = Path(__file__).parents[2] / "fixtures"
WHOLE = FIXTURES / "parabola-logits-as-probabilities" / "model.keras"


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
    tree(f"{folder}/model.weights.h5", f"{folder}/assets/layer/words.txt")


def saved_model(tree, folder):
    tree(f"{folder}/saved_model.pb", f"{folder}/variables/variables.index")
    tree(f"{folder}/keras_metadata.pb", content=keras_metadata())


def models(*paths, **how):
    return [
        found.path
        for found in find_models(paths or ["."], **how)
        if not found.why_not_opened
    ]


def skipped(*paths, **how):
    return [
        (found.path, found.skipped)
        for found in find_models(paths or ["."], **how)
        if found.skipped
    ]


def refused(*paths, **how):
    return [
        (found.path, found.refusal.kind)
        for found in find_models(paths or ["."], **how)
        if found.refusal
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
    assert list(find_models(["a.bin"])) == [FoundModel(path="a.bin", named=True)]


def test_found_model_was_not_named(tree):
    tree("m/b.keras")
    assert list(find_models(["m"])) == [FoundModel(path="m/b.keras")]


def test_missing_path_is_a_usage_error_before_anything_else(tree):
    tree("a.keras")
    with pytest.raises(UsageError, match="gone"):
        find_models(["a.keras", "gone"])


def test_dangling_link_that_is_named_is_a_usage_error(tree):
    Path("link").symlink_to("nowhere")
    with pytest.raises(UsageError, match=r"'link', a link to something that does not"):
        find_models(["link"])


def test_saved_model_folder_is_one_model(tree):
    saved_model(tree, "models/1")
    tree("models/1/variables/variables.data-00000-of-00001")
    assert list(find_models(["."])) == [FoundModel(path="models/1")]


def test_unzipped_folder_is_one_model_with_its_weights(tree):
    keras_folder(tree, "m")
    tree("m/model_00000.weights.h5", "m/model.weights.json")
    assert list(find_models(["."])) == [FoundModel(path="m")]


def test_a_model_folder_hides_nothing_in_it_and_below(tree):
    keras_folder(tree, ".")
    names = ["assets/a.h5", "variables/b.keras", "other.keras", "m/c.hdf5"]
    tree(*names)
    saved_model(tree, "export")
    assert sorted(models()) == sorted([".", "export", *names])
    assert skipped() == []


@pytest.mark.parametrize(
    "config",
    [
        b'{"note": 0, ' + config_json()[1:],
        b" " * 5000 + config_json(),
        config_json().replace(b"class_name", b"cl\\u0061ss_\\u006Eame"),
        (" " * (2**20 - 9) + config_json().decode()).encode("utf-32"),
    ],
)
def test_unzipped_folder_is_a_model_however_its_config_begins(tree, config):
    keras_folder(tree, "m")
    tree("m/config.json", content=config)
    assert models() == ["m"]


def test_json_is_a_model_in_any_order_of_its_keys(tree):
    tree("model.json", content=b'{"note": {"class_name": "x"}, ' + config_json()[1:])
    tree("animal.json", content=b'{"file": "a.png", "class_name": "dog"}')
    tree("nested.json", content=b'{"a": {"class_name": "A", "config": {}}}')
    assert models() == ["model.json"]


def test_json_is_a_model_behind_any_number_of_blanks(tree):
    tree("model.json", content=b"\n" * 9000 + config_json())
    tree("blank.json", content=b" " * 9000)
    tree("other.json", content=b" " * 9000 + b'{"a": 1}')
    assert models() == ["model.json"]


def test_hdf5_of_another_program_is_no_model(tree):
    h5py = pytest.importorskip("h5py")
    tree("data/readme.txt")
    with h5py.File("data/table.h5", "w") as file:
        file["x"] = [1.0, 2.0]
    assert models() == []
    assert models("data/table.h5") == ["data/table.h5"]


def test_keras_metadata_without_its_graph_is_a_model(tree):
    tree("m/keras_metadata.pb", content=keras_metadata())
    assert models() == ["m"]


def test_weights_that_cannot_be_read_may_be_a_model(tree):
    keras_folder(tree, "m")
    model = (FIXTURES / "format-hdf5-wrong" / "model.h5").read_bytes()
    tree("m/model.weights.h5", content=model[:-3000])
    assert models() == ["m", "m/model.weights.h5"]
    tree("m/model.weights.h5", content=b"version https://git-lfs.github.com/spec/v1\n")
    assert models() == ["m"]


def test_a_whole_model_under_the_name_of_weights_is_a_model(tree):
    keras_folder(tree, "m")
    shutil.copy(WHOLE, "m/model.weights.h5")
    assert models() == ["m", "m/model.weights.h5"]


@pytest.mark.parametrize("name", ["model.weights.h5", "assets", "metadata.json"])
def test_a_folder_under_the_name_of_a_part_hides_nothing(tree, name):
    tree("m/config.json", content=config_json())
    tree("m/model.weights.npz", f"m/{name}/bad.keras")
    assert models() == ["m", f"m/{name}/bad.keras"]


def test_a_folder_that_is_two_models_is_both(tree):
    keras_folder(tree, "m")
    saved_model(tree, "m")
    assert models() == ["m", "m/saved_model.pb"]
    assert models("m/saved_model.pb", "m") == ["m/saved_model.pb", "m"]


def test_named_model_folder_is_named(tree):
    keras_folder(tree, "a")
    saved_model(tree, "b")
    named = [found for found in find_models(["a", "b/"]) if not found.skipped]
    assert named == [FoundModel(path="a", named=True), FoundModel(path="b", named=True)]


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
    tree("run/orbax.checkpoint", "run/1/d/x.bin")
    assert models() == []
    assert skipped() == [("run", why.NOT_SUPPORTED)]
    assert models("run") == ["run"]


@pytest.mark.parametrize(
    "stray",
    [
        "pyvenv.cfg",
        "checkpoint_metadata",
        "pytree.orbax-checkpoint",
        "orbax.checkpoint",
        "1/_CHECKPOINT_METADATA",
        "7/note.txt",
    ],
)
@pytest.mark.parametrize("root", [".", "m"])
def test_a_stray_file_hides_no_model(tree, stray, root):
    tree(f"m/{stray}", "m/a.keras", "m/1/b.keras", "m/below/c.h5")
    assert models(root) == ["m/a.keras", "m/1/b.keras", "m/below/c.h5"]


HIDDEN = {
    ".store": why.HIDDEN,
    ".hg": why.HIDDEN,
    "__pycache__": why.BYTECODE,
    "node_modules": why.NODE_MODULES,
    "site-packages": why.SITE_PACKAGES,
}


@pytest.mark.parametrize(("folder", "reason"), HIDDEN.items())
def test_models_in_hidden_folders_and_caches_are_counted(tree, folder, reason):
    names = [f"{folder}/a.keras", f"{folder}/deep/.er/b.H5", f"{folder}/c/d.hdf5"]
    tree(*names, f"{folder}/e.txt", f"{folder}/package.json")
    tree(f"{folder}/f.json", content=config_json())
    assert models() == []
    told = [(name, reason) for name in (*names, f"{folder}/f.json")]
    assert sorted(skipped()) == sorted(told)
    assert len(models(folder)) >= 2


def test_hidden_folders_without_models_are_not_listed(tree):
    tree(".cache/a.txt", ".venv/pyvenv.cfg", "node_modules/x/package.json")
    assert list(find_models(["."])) == []


def test_a_link_to_a_folder_is_no_hidden_model_whatever_its_name(tree):
    tree("m/a.keras")
    Path(".store").mkdir()
    Path(".store/folder.keras").symlink_to("../m")
    Path(".store/file.keras").symlink_to("nowhere")
    assert skipped() == [(".store/file.keras", why.HIDDEN)]


def test_a_model_folder_that_is_hidden_is_counted_once(tree):
    keras_folder(tree, ".store/k")
    saved_model(tree, ".store/s")
    assert skipped() == [(".store/k", why.HIDDEN), (".store/s", why.HIDDEN)]


def test_the_folder_of_git_is_not_entered(tree):
    tree(".git/annex/objects/a.keras", "sub/.git/b.keras")
    assert list(find_models(["."])) == []


def test_data_in_the_packages_of_a_project_are_no_models(tree):
    data = (FIXTURES / "file-weights-only" / "model.weights.h5").read_bytes()
    tree(".venv/lib/site-packages/h5py/tests/a.h5", content=data)
    assert list(find_models(["."])) == []


def test_models_beside_the_running_python_are_counted(tree, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    tree("env/a.keras", "env/lib/b.h5", "c.keras")
    assert models() == ["c.keras"]
    assert skipped() == [
        ("env/a.keras", why.ENVIRONMENT),
        ("env/lib/b.h5", why.ENVIRONMENT),
    ]


@pytest.mark.parametrize("programs", ["bin", "Scripts"])
def test_models_in_a_virtual_environment_are_counted(tree, programs):
    tree("env/pyvenv.cfg", content=b"include-system = 0\nhome = /usr/bin\n")
    tree(f"env/{programs}/python", "env/lib/a.h5")
    assert skipped() == [("env/lib/a.h5", why.ENVIRONMENT)]
    assert models("env") == ["env/lib/a.h5"]


@pytest.mark.parametrize("text", [b"", b"homes = /usr/bin", b"# home = x"])
def test_a_file_named_like_that_of_an_environment_hides_nothing(tree, text):
    tree("env/pyvenv.cfg", content=text)
    tree("env/bin/python", "env/lib/a.h5")
    assert models() == ["env/lib/a.h5"]


def test_a_model_with_the_first_bytes_of_a_resource_fork_is_a_model(tree):
    tree("._a.keras", content=b"\0\5\x16\7" + WHOLE.read_bytes())
    assert models() == ["._a.keras"]


def test_metadata_of_macos_is_no_model_and_a_model_named_like_it_is_one(tree):
    tree("a.keras", "._b.keras")
    tree("._a.keras", "._c.json", content=b"\0\5\x16\7" + bytes(99))
    assert list(find_models(["."])) == [
        FoundModel(path="._b.keras"),
        FoundModel(path="a.keras"),
    ]


def test_a_link_to_a_model_file_is_followed_wherever_it_leads(tree):
    tree("in/a.keras", "out/b.keras", "out/0123")
    tree("out/c.json", content=config_json())
    for link, target in {
        "b.keras": "b.keras",
        "c.json": "c.json",
        "d.H5": "0123",
        "text": "b.keras",
    }.items():
        Path("in", link).symlink_to(f"../out/{target}")
    assert models("in") == ["in/a.keras", "in/b.keras", "in/c.json", "in/d.H5"]
    assert skipped("in") == []


def test_a_link_to_a_folder_is_followed_inside_the_tree(tree):
    tree("m/a.keras", "m/.store/b.keras", "elsewhere/c.keras")
    Path("m/linked").symlink_to(".store")
    Path("m/out").symlink_to("../elsewhere")
    assert models("m") == ["m/a.keras", "m/linked/b.keras"]
    assert skipped("m") == [("m/out", why.LINK_OUT)]


def test_loops_of_links_end(tree):
    tree("in/below/a.keras")
    Path("in/loop").symlink_to("../in")
    Path("in/below/up").symlink_to("..")
    Path("in/x.keras").symlink_to("y.keras")
    Path("in/y.keras").symlink_to("x.keras")
    assert models("in") == ["in/below/a.keras"]
    assert skipped("in") == [
        ("in/x.keras", why.LINK_NOWHERE),
        ("in/y.keras", why.LINK_NOWHERE),
    ]


def test_a_link_to_a_folder_above_what_is_searched_is_told(tree, tmp_path):
    Path(".git").mkdir()
    tree("in/a.keras", "b.keras")
    Path("in/up").symlink_to("..")
    assert models("in") == ["in/a.keras"]
    assert skipped("in") == [("in/up", why.LINK_UP)]


def test_a_link_that_leads_nowhere_is_told_if_it_is_named_like_a_model(tree):
    for name in ("a.h5", "b.txt", "c.json", "saved_model.pb", "D.KERAS"):
        Path(name).symlink_to("nowhere")
    assert skipped() == [
        (name, why.LINK_NOWHERE) for name in ("D.KERAS", "a.h5", "saved_model.pb")
    ]


@pytest.mark.parametrize("order", [("a", "z"), ("z", "a")])
def test_a_real_path_comes_before_a_link_whatever_the_order(tree, order):
    tree("z/real.keras", "z/more/real.h5")
    Path("a").mkdir()
    Path("a/link.keras").symlink_to("../z/real.keras")
    Path("a/folder").symlink_to("../z/more")
    assert sorted(models(*order)) == ["z/more/real.h5", "z/real.keras"]
    assert skipped(*order) == []


def test_a_hidden_model_that_is_checked_elsewhere_is_not_counted(tree):
    tree(".store/1.keras", ".store/2.keras")
    Path("a.keras").symlink_to(".store/1.keras")
    os.link(".store/2.keras", "b.keras")
    assert models() == ["b.keras", "a.keras"]
    assert skipped() == []


def hub(tree, revision="abc"):
    """Lay out models as huggingface_hub does."""
    tree("hub/models--a--b/refs/main", content=revision.encode())
    blobs = {
        "model.keras": b"1",
        "saved/saved_model.pb": b"2",
        "whole/config.json": config_json(),
        "whole/metadata.json": METADATA_JSON,
        "whole/model.weights.h5": b"3",
        "README.md": b"4",
    }
    for number, (name, content) in enumerate(blobs.items()):
        tree(f"hub/models--a--b/blobs/{number:040}", content=content)
        link = Path(f"hub/models--a--b/snapshots/{revision}", name)
        link.parent.mkdir(parents=True, exist_ok=True)
        above = "../" * (2 + name.count("/"))
        link.symlink_to(f"{above}blobs/{number:040}")
    return f"hub/models--a--b/snapshots/{revision}"


def test_a_hub_cache_is_read_from_the_hub_and_from_a_snapshot(tree):
    at = hub(tree)
    found = sorted(f"{at}/{name}" for name in ("model.keras", "saved", "whole"))
    for root in ("hub", at, "."):
        assert sorted(models(root)) == found
        assert skipped(root) == []


def test_a_model_of_two_revisions_is_read_once(tree):
    at = hub(tree)
    shutil.copytree(at, "hub/models--a--b/snapshots/def", symlinks=True)
    assert sorted(models("hub")) == sorted(models(at))


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_cache_of_dvc_with_links_is_read(tree, tmp_path, link):
    tree(".dvc/cache/files/md5/ab/cdef")
    link(tmp_path / ".dvc/cache/files/md5/ab/cdef", "model.keras")
    tree("model.keras.dvc", content=b"outs:\n- md5: abcdef\n  path: model.keras\n")
    assert list(find_models(["."])) == [FoundModel(path="model.keras")]


def test_link_that_is_named_is_followed(tree):
    tree("out/b.keras")
    Path("link").symlink_to("out")
    Path("link.keras").symlink_to("out/b.keras")
    assert models("link") == ["link/b.keras"]
    assert models("link.keras") == ["link.keras"]


def test_links_out_of_the_tree_are_not_followed_where_it_is_locked(tree):
    tree("out/a.keras", "out/below/b.keras", "in/c.keras", "in/below/d.keras")
    links = {
        "a.keras": "../out/a.keras",
        "a.json": "../out/a.json",
        "f": "../out/below",
        "g": "below",
        "c2.keras": "c.keras",
    }
    tree("out/a.json")
    for link, target in links.items():
        Path("in", link).symlink_to(target)
    assert models("in", locked=True) == ["in/c.keras", "in/below/d.keras"]
    assert skipped("in", locked=True) == [
        (f"in/{name}", why.LINK_OUT) for name in ("a.json", "a.keras", "f")
    ]


@pytest.mark.parametrize("only_models", [False, True])
def test_a_named_link_out_of_the_tree_is_refused_where_it_is_locked(tree, only_models):
    tree("out/b.keras", "in/c.keras")
    Path("in/file.keras").symlink_to("../out/b.keras")
    Path("in/folder.keras").symlink_to("../out")
    named = ["in/file.keras", "in/folder.keras"]
    how = {"locked": True, "only_models": only_models}
    assert models(*named, **how) == []
    assert refused(*named, **how) == [(name, "link-out-of-tree") for name in named]


@pytest.mark.parametrize("named", [".", "m", "m/config.json", "m/metadata.json"])
def test_no_file_of_a_model_folder_leads_out_where_it_is_locked(tree, named, tmp_path):
    (tmp_path / "repo" / "m").mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    os.chdir("repo")
    tree("m/config.json", content=config_json())
    Path("m/metadata.json").symlink_to("../../elsewhere.json")
    Path("../elsewhere.json").write_bytes(METADATA_JSON)
    how = {"locked": True, "only_models": named.endswith("a.json")}
    assert models(named, **how) == []
    assert [kind for _, kind in refused(named, **how)] == ["link-out-of-tree"]


@pytest.mark.parametrize("start", ["", "{here}/"], ids=["relative", "absolute"])
def test_a_named_path_through_a_link_out_is_refused_where_it_is_locked(
    tree, tmp_path, start
):
    tree("out/b.keras", "in/c.keras")
    Path("in/link").symlink_to("../out")
    named = f"{start.format(here=tmp_path)}in/link/b.keras"
    assert models(named) == [named]
    assert refused(named, locked=True) == [(named, "link-out-of-tree")]


def test_links_above_an_absolute_path_elsewhere_lead_nowhere_out(
    tree, tmp_path, monkeypatch
):
    tree("real/models/a.keras", "here/b.keras", "users/c.keras")
    Path("users/home").symlink_to("../real")
    monkeypatch.chdir("here")
    named = f"{tmp_path}/users/home/models/a.keras"
    assert models(named, locked=True) == [named]


def test_a_config_that_leads_out_is_passed_over_where_it_is_locked(tree):
    tree("in/m/metadata.json", "in/m/model.weights.h5", "out.json")
    Path("in/m/config.json").symlink_to("../../out.json")
    assert skipped("in", locked=True) == [("in/m/config.json", why.LINK_OUT)]


def test_model_reached_twice_is_reported_once(tree):
    tree("m/a.keras", "m/b.keras")
    os.link("m/a.keras", "m/hard.keras")
    assert models("m", "m/a.keras", "./m", "m") == ["m/a.keras", "m/b.keras"]


def test_named_model_is_named_though_it_was_found_before(tree):
    tree("m/a.keras")
    assert list(find_models(["m", "m/a.keras"])) == [
        FoundModel(path="m/a.keras", named=True)
    ]


def test_model_folder_and_a_file_in_it_are_one_model(tree):
    saved_model(tree, "s")
    keras_folder(tree, "k")
    given = ["s/saved_model.pb", "s", "k", "k/config.json", "s/keras_metadata.pb"]
    assert models(*given) == ["s/saved_model.pb", "k"]


def test_a_config_alone_makes_no_other_model_of_a_saved_model(tree):
    saved_model(tree, "s")
    tree("s/config.json", content=b'{"batch": 32}')
    assert models("s/saved_model.pb", "s") == ["s/saved_model.pb"]


def test_weights_alone_are_left_out_where_only_models_are_asked_for(tree):
    data = (FIXTURES / "file-weights-only" / "model.weights.h5").read_bytes()
    tree("my.weights.h5", content=data)
    Path("whole.weights.h5").write_bytes(
        (FIXTURES / "format-hdf5-wrong" / "model.h5").read_bytes()
    )
    named = ["my.weights.h5", "whole.weights.h5"]
    assert models(*named, only_models=True) == ["whole.weights.h5"]
    assert models(*named) == named


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
        FoundModel(path="shut", skipped=why.NO_PERMISSION),
        FoundModel(path="trees/b.keras"),
    ]


def test_folder_that_vanishes_is_reported(tree):
    tree("a/x.keras", "b/x.keras")
    found = find_models(["."])
    assert next(found) == FoundModel(path="a/x.keras")
    Path("b/x.keras").unlink()
    Path("b").rmdir()
    assert list(found) == [FoundModel(path="b", skipped=why.VANISHED)]


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
    assert [reason for _, reason in skipped()] == [why.TOO_DEEP]


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
    assert next(iter(models_in("c"))) == FoundModel(path="c")
    assert next(iter(models_in("c", named=True))) == FoundModel(path="c", named=True)


def test_in_one_folder_links_to_files_are_followed_and_those_to_folders_not(tree):
    tree("below/b.keras", "other/c.keras")
    Path("file.keras").symlink_to("below/b.keras")
    Path("folder").symlink_to("other")
    assert [found.path for found in models_in(".")] == ["file.keras"]


def in_archive(path):
    return frozenset({"archive"} if path.startswith("archive/") else ())


def test_a_link_is_a_model_of_its_own_where_its_path_is_set_apart(tree):
    tree("archive/a.keras", "z/b.keras")
    Path("prod.keras").symlink_to("archive/a.keras")
    Path("same.keras").symlink_to("z/b.keras")
    os.link("archive/a.keras", "hard.keras")
    assert models(path_key=in_archive) == [
        "hard.keras",
        "archive/a.keras",
        "z/b.keras",
    ]
    os.unlink("hard.keras")
    assert models(path_key=in_archive)[-1] == "prod.keras"


def test_a_folder_that_is_set_apart_is_searched_under_the_names_of_links(tree):
    tree("archive/deep/a.keras")
    for link in ("models", "archive/self"):
        Path(link).symlink_to(Path("archive/deep").absolute())
    Path("archive/deep/up").symlink_to("..")
    assert models(path_key=in_archive) == ["archive/deep/a.keras", "models/a.keras"]


def test_folders_that_link_to_one_another_are_each_searched_once_for_a_link(tree):
    tree("a/x.keras", "b/y.keras")
    Path("a/to_b").symlink_to("../b")
    Path("b/to_a").symlink_to("../a")
    assert models(path_key=lambda path: frozenset({path})) == [
        "a/x.keras",
        "b/y.keras",
        "a/to_b/y.keras",
        "b/to_a/x.keras",
    ]


@pytest.mark.parametrize(("most", "searched"), [(1, 1), (2, 2), (3, 2), (4, 3)])
def test_how_often_a_folder_is_searched_again_is_bounded(
    tree, monkeypatch, most, searched
):
    monkeypatch.setattr("kerascheck.readers.search.MAX_REVISITED", most)
    tree("archive/a.keras", "archive/b.keras")
    for number in range(3):
        Path(f"l{number}").symlink_to("archive")
    found = list(find_models(["."], path_key=lambda path: frozenset({path})))
    assert [one.path for one in found if one.skipped is None][2:] == [
        f"l{number}/{name}.keras" for number in range(searched) for name in "ab"
    ]
    assert [one for one in found if one.skipped] == [
        FoundModel(path=f"l{number}", skipped=why.LINK_AGAIN)
        for number in range(searched, 3)
    ]


COMPILES = "import keras\nmodel.compile(loss='mse')\n"


def programs_found(*paths, **options):
    found = find_models(paths, programs=True, **options)
    return [(one.path, one.program, one.why_not_opened) for one in found]


def test_programs_are_found_by_what_they_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "b.pyw", "c/d.ipynb", "e.txt", ".hidden/f.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(COMPILES)
    (tmp_path / "other.py").write_text("import keras\n")
    assert programs_found(".") == [
        ("a.py", True, None),
        ("b.pyw", True, None),
        ("c/d.ipynb", True, None),
    ]


def test_a_program_that_is_named_is_found_whatever_it_holds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.py").write_text("import keras\n")
    assert programs_found("other.py") == [("other.py", True, None)]
    assert programs_found("other.py", only_models=True) == []


def test_a_program_is_found_once_under_all_its_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(COMPILES)
    (tmp_path / "b.py").symlink_to("a.py")
    assert len(programs_found(".", "a.py", "b.py")) == 1


def test_without_programs_a_named_one_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(COMPILES)
    (found,) = find_models(["a.py"])
    assert found.skipped == "a program, which --no-programs leaves out"
    assert list(find_models(["."])) == []
