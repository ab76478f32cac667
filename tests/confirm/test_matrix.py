"""The setups of the matrices, and what they are called."""

from dataclasses import replace

import pytest

from kerascheck.confirm.evidence.matrix import (
    BALANCED_WEIGHTS,
    MATRICES,
    Name,
    binary_matrix,
    matrices,
    name_of,
)
from kerascheck.confirm.setup import LabelForm, Part
from kerascheck.model.description import Encoding
from tests.confirm.builders import BINARY, COLUMN, IDS, ONE_HOT, SIGNED, TAGS, setup

ONE_TWO = LabelForm(encoding=Encoding.CLASS_IDS, column=True, values=(1, 2))


def test_the_binary_matrix_has_every_setup_once():
    setups = binary_matrix()
    assert len(setups) == 2 * 5 * 11 * 6
    assert len({one.key for one in setups}) == len(setups)
    assert {one.labels.row_shape(2) for one in setups} == {(), (1,), (2,)}


def test_every_setup_of_every_matrix_has_a_name_of_its_own():
    names = [name_of(one) for setups in matrices().values() for one in setups]
    assert None not in names
    assert len(set(names)) == len(names)


def test_the_matrices_are_those_that_are_offered():
    assert tuple(matrices()) == MATRICES


def test_a_name_can_be_read_back():
    for one in matrices()["imbalanced"]:
        name = name_of(one)
        assert Name.parse(str(name)) == name


def test_a_name_in_too_few_parts_is_refused():
    with pytest.raises(ValueError, match="binary/1/sigmoid"):
        Name.parse("binary/1/sigmoid")


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (setup(1, "sigmoid", "BCE logits"), "binary/1/sigmoid/BCE_fl/(n,1)"),
        (setup(1, "sigmoid", "BCE", BINARY), "binary/1/sigmoid/BCE/(n,)"),
        (setup(1, "tanh", "SquaredHinge", SIGNED), "binary/1/tanh/sq-hinge/signed"),
        (setup(2, "softmax", "SCCE", IDS), "binary/2/softmax/SCCE/ids"),
        (
            setup(6, "softmax", "SCCE", IDS, "multiclass", classes=6),
            "multiclass/3/softmax/SCCE/ids",
        ),
        (
            setup(2, "sigmoid", "BCE", TAGS, "multilabel", classes=2),
            "multilabel/5/sigmoid/BCE/multi-hot",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_setup_is_called_after_the_row_that_stands_for_it(one, name):
    assert str(name_of(one)) == name


def test_metrics_and_default_arguments_leave_the_name_as_it_is():
    one = setup(1, "sigmoid", "BCE")
    other = replace(
        one,
        loss=Part.of("bce", label_smoothing=0.0, from_logits=False),
        metrics=(Part.of("accuracy"),),
    )
    assert name_of(other) == name_of(one)


@pytest.mark.parametrize(
    "one",
    [
        setup(1, "sigmoid", "BCE", hidden_activation=True),
        setup(1, "sigmoid", "BCE", inner_activation="relu"),
        setup(1, "sigmoid", "BCE", steps=50),
        setup(1, "sigmoid", "KLD"),
        setup(4, "softmax", "SCCE", IDS, "multiclass"),
        setup(1, "sigmoid", "BCE", class_weight=((0, 1.0), (1, 5.0))),
        setup(1, "sigmoid", "BCE", ONE_TWO),
        replace(setup(1, "sigmoid", "BCE"), loss=Part.of("bce", label_smoothing=0.1)),
    ],
)
def test_what_no_row_stands_for_has_no_name(one):
    assert name_of(one) is None


def test_balanced_class_weights_are_named_in_the_imbalanced_task_alone():
    weighted = setup(1, "sigmoid", "BCE", COLUMN, "binary_imbalanced")
    weighted = replace(weighted, class_weight=BALANCED_WEIGHTS)
    assert str(name_of(weighted)) == "binary_imbalanced/1/sigmoid/BCE/(n,1)/weighted"
    assert name_of(replace(weighted, task="binary")) is None


def test_class_weights_far_from_balance_have_no_name():
    one = setup(2, "softmax", "CCE", ONE_HOT, "binary_imbalanced")
    assert name_of(replace(one, class_weight=((0, 1.0), (1, 2.0)))) is None
