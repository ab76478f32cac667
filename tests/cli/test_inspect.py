"""kerascheck inspect: what was understood of one model."""

from dataclasses import replace

import numpy as np
import pytest

from kerascheck import kit
from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel
from kerascheck.trust.printable import columns

ONE = replace(
    kit.classifier(
        "softmax",
        "sparse_categorical_crossentropy",
        units=3,
        metrics=("accuracy", "my_metric"),
    ),
    source="train.py:42",
)
TWO = kit.with_head(
    kit.classifier("sigmoid", "bce", inner_activations=(kit.Activation.RELU,)),
    kit.classifier("unknown", "my_own_loss", metrics=None, loss_weight=0.5),
)


FEW = 'select = ["KC101", "KC103", "KC111", "KC301"]'


def test_one_head_is_shown_with_its_labels(saved, run, golden):
    home = saved({"a.keras": ONE})
    (home / "kerascheck.toml").write_text(FEW)
    np.save(home / "labels.npy", np.array([0, 1, 2, 2] * 25))
    ran = run("inspect", "a.keras")
    assert ran.code == 0
    golden("inspect-one.txt", ran.out)


def test_two_heads_are_shown_one_after_the_other(saved, run, golden):
    home = saved({"a.keras": TWO})
    (home / "kerascheck.toml").write_text(FEW)
    golden("inspect-two.txt", run("inspect", "a.keras").out)


def test_a_narrow_terminal_gets_a_narrower_table(saved, run, golden, monkeypatch):
    home = saved({"a.keras": TWO})
    (home / "kerascheck.toml").write_text(FEW)
    monkeypatch.setenv("COLUMNS", "50")
    text = run("inspect", "a.keras").out
    assert max(map(len, text.splitlines())) <= 50
    golden("inspect-narrow.txt", text)


@pytest.mark.parametrize("width", ["40", "80"])
def test_wide_characters_leave_the_table_straight(saved, run, monkeypatch, width):
    name = "出力層" * 10
    head = replace(ONE.heads[0], name=name, layer=f"{name}/e\u0301")
    saved({"a.keras": replace(ONE, heads=(head,))})
    monkeypatch.setenv("COLUMNS", width)
    text = run("inspect", "a.keras").out
    table = [line for line in text.splitlines() if line[:1] in set("┏┃┡│├└")]
    assert len(set(map(columns, table))) == 1
    assert max(map(columns, table)) <= int(width)


def test_a_model_that_is_not_compiled_is_shown_all_the_same(saved, run):
    saved({"a.keras": replace(ONE, compiled=False)})
    ran = run("inspect", "a.keras")
    assert ran.code == 0
    assert "not compiled" in ran.out
    assert "softmax" in ran.out


def test_a_model_without_known_heads_says_why(saved, run):
    model = Description(
        path="", format="keras", compiled=True, opaque="the class Net is not Keras's"
    )
    saved({"a.keras": model})
    assert "No head is known: the class Net" in run("inspect", "a.keras").out


def test_an_unreadable_model_is_a_finding(saved, run):
    saved({"a.keras": UnreadableModel("truncated", "the archive ends early")})
    ran = run("inspect", "a.keras")
    assert ran.code == 1
    assert "KC001" in ran.out


def test_several_models_are_a_usage_error(saved, run):
    saved({"a.keras": ONE, "b.keras": ONE})
    ran = run("inspect", ".")
    assert ran.code == 2
    assert "Received: 2 models" in ran.err


def test_names_are_escaped(saved, run):
    head = replace(ONE.heads[0], name="\x1b[31m\n::x", layer="a\u202eb")
    saved({"a.keras": replace(ONE, heads=(head,))})
    text = run("inspect", "a.keras").out
    assert all(line.isprintable() for line in text.split("\n"))
    assert "::" not in text
