"""Pointers of DVC and git-annex: found, read with care, never taken for models."""

import time
from pathlib import Path

import pytest

from kerascheck.engine import skipped as why
from kerascheck.readers.pointers import MAX_POINTER_BYTES, outputs
from kerascheck.readers.search import FoundModel, find_models
from tests.readers.test_search import models, refused, skipped, tree

__all__ = ["tree"]

OUT = "outs:\n- md5: 0123456789abcdef0123456789abcdef\n  size: 9\n  path: {}\n"
LOCK = """\
schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps:
    - path: data/raw.h5
      md5: abc
      size: 1
    params:
      params.yaml:
        path: wrong.keras
    outs:
    - path: models/a.keras
      md5: abc
      size: 1
    - path: metrics.json
      md5: abc
  evaluate:
    cmd: path
    outs:
    - path: models/b.h5
"""


def pointer(tree, name, text):
    tree(name, content=text.encode())


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("model.keras", "model.keras"),
        ("sub/my model.keras", "sub/my model.keras"),
        ('"model.keras"', "model.keras"),
        (r'"mod\x65l\u002ekeras"', "model.keras"),
        (r'"model\U0000002ekeras"', "model.keras"),
        ("'it''s.keras'", "it's.keras"),
        ("a, b.keras", "a, b.keras"),
        ("model.keras # the best", "model.keras"),
    ],
)
def test_an_output_is_read_as_yaml_writes_it(tree, written, path):
    pointer(tree, "x.dvc", OUT.format(written))
    assert list(outputs("x.dvc")) == [path]


@pytest.mark.parametrize(
    "text",
    [
        "outs: [{md5: a, path: m.keras}]",
        "outs:\n- {path: m.keras, md5: a}",
        "outs:\n- path: m.keras\n",
        'outs:\n-   "path" : m.keras\n',
        "deps:\n- path: a.keras\nouts:\n- path: m.keras",
        "outs:\r\n- path: m.keras\r\n",
    ],
)
def test_an_output_is_read_in_other_styles(tree, text):
    pointer(tree, "x.dvc", text)
    assert list(outputs("x.dvc")) == ["m.keras"]


@pytest.mark.parametrize(
    "path",
    [
        "path: >-\n    m.keras",
        "path: |\n    m.keras",
        "path: !!str m.keras",
        "path: &a m.keras",
        "path: *a",
        "path:\n    m.keras",
        "path: my\n    m.keras",
        "path: 'my\n    m.keras'",
        'path: "m.\\\n    keras"',
        "? path\n  : m.keras",
        "{md5: a,\n  path: m.keras}",
    ],
)
def test_an_output_in_a_form_that_dvc_never_writes_is_told(tree, path):
    pointer(tree, "x.dvc", f"outs:\n- {path}\n")
    assert skipped() == [("x.dvc", why.DVC_POINTER)]
    pointer(tree, "x.dvc", f"outs:\n- md5: a\n  {path}\n")
    assert skipped() == [("x.dvc", why.DVC_POINTER)]


def test_a_pointer_without_an_output_stands_for_the_file_of_its_name(tree):
    pointer(tree, "m.keras.dvc", "outs: *alias")
    assert list(outputs("m.keras.dvc")) == ["m.keras"]


def test_of_a_lock_the_outputs_count_and_not_what_stages_depend_on(tree):
    pointer(tree, "dvc.lock", LOCK)
    assert list(outputs("dvc.lock")) == [
        "models/a.keras",
        "metrics.json",
        "models/b.h5",
    ]


def test_a_pointer_whose_model_is_absent_is_refused(tree):
    pointer(tree, "m/a.KERAS.dvc", OUT.format("a.KERAS"))
    (found,) = find_models(["."])
    assert found.path == "m/a.KERAS.dvc"
    assert found.refusal.kind == "dvc-pointer"
    assert found.refusal.message == (
        "a DVC pointer: the model 'a.KERAS' was never fetched; run `dvc pull`"
    )


def test_a_pointer_whose_model_is_there_is_nothing_special(tree):
    pointer(tree, "m/a.keras.dvc", OUT.format("a.keras"))
    tree("m/a.keras")
    assert list(find_models(["."])) == [FoundModel(path="m/a.keras")]


def test_a_lock_tells_which_models_are_absent(tree):
    pointer(tree, "dvc.lock", LOCK)
    tree("models/b.h5")
    (absent, _) = find_models(["."])
    assert absent.path == "dvc.lock"
    assert "the model 'models/a.keras' was never fetched" in absent.refusal.message


def test_outputs_of_a_lock_may_start_in_a_working_folder(tree):
    pointer(tree, "dvc.lock", LOCK)
    pointer(tree, "dvc.yaml", "stages:\n  train:\n    wdir: work\n    cmd: x\n")
    tree("work/models/a.keras", "models/b.h5")
    assert refused() == []


def test_a_model_outside_the_tree_is_absent(tree, tmp_path):
    tree("elsewhere/m.keras")
    pointer(tree, "in/a.dvc", OUT.format("../elsewhere/m.keras"))
    pointer(tree, "in/b.dvc", OUT.format(tmp_path / "elsewhere/m.keras"))
    assert [path for path, _ in refused("in")] == ["in/a.dvc", "in/b.dvc"]


def test_a_pointer_to_data_is_nothing_special(tree):
    pointer(tree, "data.csv.dvc", OUT.format("data.csv"))
    pointer(tree, "data.dvc", OUT.format("data"))
    pointer(tree, "README.dvc", "How to use DVC: read the docs.")
    assert list(find_models(["."])) == []


def test_a_named_pointer_stands_for_its_model(tree):
    pointer(tree, "a.keras.dvc", OUT.format("a.keras"))
    assert refused("a.keras.dvc") == [("a.keras.dvc", "dvc-pointer")]
    tree("a.keras")
    assert models("a.keras.dvc", "a.keras") == ["a.keras"]


def test_a_pointer_that_can_not_be_read_is_told(tree):
    tree("empty.dvc", "large.dvc")
    with Path("large.dvc").open("r+b") as file:
        file.truncate(MAX_POINTER_BYTES + 1)
    assert skipped() == [
        ("empty.dvc", why.DVC_POINTER),
        ("large.dvc", why.DVC_POINTER),
    ]


def test_a_pointer_in_a_hidden_folder_is_counted_as_such(tree):
    pointer(tree, ".store/a.keras.dvc", OUT.format("a.keras"))
    assert skipped() == [(".store/a.keras.dvc", why.HIDDEN)]


@pytest.mark.parametrize(
    "text",
    ["outs:\n" + "- path: " + " " * 900_000 + "a", "[" * 900_000, ":\n" * 400_000],
    ids=["blanks", "brackets", "colons"],
)
def test_hostile_text_is_read_in_a_moment(tree, text):
    pointer(tree, "a.keras.dvc", text)
    started = time.process_time()
    list(find_models(["."]))
    assert time.process_time() - started < 2


@pytest.mark.parametrize("how", [{}, {"only_models": True}])
def test_many_outputs_in_many_working_folders_are_not_all_looked_for(tree, how):
    outs = "".join(f"- path: {n}.h5\n" for n in range(3000))
    pointer(tree, "dvc.lock", f"outs:\n{outs}")
    pointer(tree, "dvc.yaml", "".join(f"wdir: {n}\n" for n in range(3000)))
    started = time.process_time()
    assert skipped("dvc.lock" if how else ".", **how) == [("dvc.lock", why.DVC_POINTER)]
    assert time.process_time() - started < 2


def test_a_message_names_three_models_and_counts_the_rest(tree):
    outs = "".join(f"- path: {n}.keras\n" for n in range(1000))
    pointer(tree, "dvc.lock", f"stages:\n a:\n  outs:\n{outs}")
    (found,) = find_models(["."])
    assert "'2.keras' and 997 more were never fetched" in found.refusal.message


ANNEX = ".git/annex/objects/x/y/SHA256E-s9--0.keras/SHA256E-s9--0.keras"


@pytest.mark.parametrize("named", [".", "a.keras"])
def test_a_link_into_an_empty_annex_is_refused(tree, named):
    Path("a.keras").symlink_to(ANNEX)
    Path("b.json").symlink_to(ANNEX)
    assert refused(named) == [("a.keras", "git-annex-pointer")]
    if named == ".":
        assert skipped() == [("b.json", why.GIT_ANNEX_POINTER)]


def test_a_link_into_an_annex_is_followed(tree):
    tree(ANNEX)
    Path("a.keras").symlink_to(ANNEX)
    assert list(find_models(["."], locked=True)) == [FoundModel(path="a.keras")]


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"/annex/objects/SHA256E-s9--0.json\n", why.GIT_ANNEX_POINTER),
        (b"version https://git-lfs.github.com/spec/v1\n", why.GIT_LFS_POINTER),
        (b"\n version https://hawser.github.com/spec/v1\n", why.GIT_LFS_POINTER),
        (b"version http://git-media.io/v/2\n", why.GIT_LFS_POINTER),
    ],
)
def test_a_pointer_that_may_stand_for_a_json_model_is_told(tree, head, reason):
    tree("model.json", content=head)
    assert skipped() == [("model.json", reason)]
