"""MODULE:FUNCTION in place of a path: the model that the user's own code makes."""

import sys

import numpy as np
import pytest

from kerascheck.live.factory import is_factory
from tests.cli.conftest import ROOT

pytest.importorskip("keras")

MODELS = '''\
"""Models of a project."""

import keras


def softmax():
    head = keras.layers.Dense(1, activation="softmax", name="out")
    model = keras.Sequential([keras.Input((4,)), head])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def uncompiled():
    return keras.Sequential([keras.layers.Dense(1)])


def broken():
    raise ValueError("no data\\n  here")


def leaving():
    raise SystemExit(0)


def text():
    return "model.keras"


class Zoo:
    right = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    right.compile("adam", "sparse_categorical_crossentropy")
'''


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A package `nets` with the module `nets.zoo`, in the current folder."""
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "__init__.py").write_text("")
    (tmp_path / "nets" / "zoo.py").write_text(MODELS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in ("nets", "nets.zoo"):
        sys.modules.pop(name, None)


def test_what_a_function_makes_is_checked(project, run):
    ran = run("nets.zoo:softmax")
    assert ran.code == 1
    assert "error[KC103] softmax-on-one-unit" in ran.out
    assert "nets.zoo:softmax: heads.out.activation" in ran.out


def test_findings_point_at_the_lines_that_make_the_model(project, run):
    layer = 1 + MODELS.split("keras.layers.Dense(1, act")[0].count("\n")
    compiled = 1 + MODELS.split('model.compile("adam", "b')[0].count("\n")
    shown = " ".join(run("nets.zoo:softmax").out.split())
    assert f"(nets/zoo.py:{layer}, compiled at nets/zoo.py:{compiled})" in shown


def test_labels_are_held_against_it(project, run):
    np.save("y.npy", np.array([0, 1, 2, 3]))
    ran = run("check", "nets.zoo:Zoo.right", "--labels", "y.npy")
    assert ran.code == 1
    assert "KC205" in ran.out


def test_a_model_that_is_there_already_is_not_called(project, run):
    assert run("nets.zoo:Zoo.right").out.startswith("1 model: no findings")


def test_paths_and_functions_go_together(project, run):
    wrong = ROOT / "fixtures" / "parabola-logits-as-probabilities" / "model.keras"
    (project / "a.keras").write_bytes(wrong.read_bytes())
    ran = run("-q", "--output-format", "concise", "a.keras", "nets.zoo:softmax")
    assert [line.split(":")[0] for line in ran.out.splitlines()] == [
        "a.keras",
        "nets/zoo.py",
    ]


def test_a_model_that_is_not_compiled_is_no_success(project, run):
    ran = run("nets.zoo:uncompiled")
    assert ran.code == 3
    assert "KC005" in ran.out


def test_its_source_is_mended(project, run):
    ran = run("--fix", "--unsafe-fixes", "nets.zoo:softmax")
    assert "corrected nets/zoo.py (KC103)" in ran.err
    after = (project / "nets" / "zoo.py").read_text()
    assert after == MODELS.replace(
        'Dense(1, activation="softmax"', ('Dense(1, activation="sigmoid"')
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nets.zoo:nothing", "nets.zoo has no 'nothing'"),
        ("nets.zoo:Zoo.wrong", "nets.zoo has no 'Zoo.wrong'"),
        ("nets.none:f", "there is no module 'nets.none' for 'nets.none:f'"),
        ("none_such:f", "there is no module 'none_such' for 'none_such:f'"),
        ("nets.zoo:broken", "nets.zoo:broken raised ValueError: no data here"),
        ("nets.zoo:leaving", "nets.zoo:leaving raised SystemExit: 0"),
        ("nets.zoo:text", "nets.zoo:text does not return a Keras model."),
    ],
)
def test_what_gives_no_model_is_told_on_one_line(project, run, name, told):
    ran = run(name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"kerascheck: {told}")
    assert ran.err.count("\n") == 1


def test_verbose_shows_where_the_user_code_raised(project, run):
    assert 'raise ValueError("no data' in run("-v", "nets.zoo:broken").err


@pytest.mark.parametrize(
    "name", ["a.keras", "a b:c", "models/a:b", "C:\\a", ":f", "m:", "1m:f", "m:f()"]
)
def test_other_names_are_paths(name):
    assert not is_factory(name)


def test_a_file_with_such_a_name_is_never_imported(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets:model").write_text("raise SystemExit")
    assert "nets:model\n           neither a zip archive" in run("nets:model").out
