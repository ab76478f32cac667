"""Fixes of last layers in files that a program imports."""

NETS = """\
import keras

def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(1, activation="softmax", name="out")]
    )
"""
FIXED = NETS.replace("softmax", "sigmoid")
TRAIN = """\
from nets import build

model = build()
model.compile("adam", loss="binary_crossentropy")
"""


def text_of(repository, name):
    return (repository.root / name).read_text(encoding="utf-8")


def test_the_layer_is_fixed_in_the_file_that_makes_it(repository, run):
    repository.write("nets.py", NETS)
    repository.write("train.py", TRAIN)
    ran = run("--fix", "train.py")
    assert "corrected" in ran.err
    assert "nets.py (KC103)" in ran.err
    assert text_of(repository, "nets.py") == FIXED
    assert text_of(repository, "train.py") == TRAIN
    assert run("train.py").code == 0


def test_models_of_one_layer_are_fixed_together(repository, run):
    repository.write("nets.py", NETS)
    repository.write("train.py", TRAIN)
    repository.write("again.py", TRAIN.replace('"adam"', '"sgd"'))
    run("--fix", "train.py", "again.py")
    assert text_of(repository, "nets.py") == FIXED


def test_both_files_change_or_none(repository, run):
    repository.write("nets.py", NETS)
    repository.write("train.py", TRAIN.replace("binary_crossentropy", "mse"))
    shown = run("--diff", "train.py").out
    assert {"--- a/nets.py", "--- a/train.py"} <= {*shown.splitlines()}
    run("--fix", "train.py")
    assert text_of(repository, "nets.py") == FIXED
    assert '"binary_crossentropy"' in text_of(repository, "train.py").replace("'", '"')


def test_a_layer_of_a_model_without_the_finding_stays(repository, run):
    relu = NETS.replace("softmax", "relu")
    repository.write("nets.py", relu)
    repository.write("train.py", TRAIN)
    repository.write("regress.py", TRAIN.replace("binary_crossentropy", "mse"))
    ran = run("--fix", "train.py", "regress.py")
    assert "regress.py:4 ends in the same layer" in ran.err
    assert text_of(repository, "nets.py") == relu
    run("--fix", "train.py")
    assert text_of(repository, "nets.py") == FIXED


def test_a_file_out_of_the_tree_stays(repository, run, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "nets.py"
    elsewhere.write_text(NETS, encoding="utf-8")
    repository.write("train.py", TRAIN)
    (repository.root / "nets.py").symlink_to(elsewhere)
    run("--fix", "train.py")
    assert elsewhere.read_text(encoding="utf-8") == NETS
