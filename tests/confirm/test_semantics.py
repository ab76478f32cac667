"""What Keras does with head, loss, labels and metrics, measured by the engine itself.

The figures are those that the rules lean on: 5 seeds, 200 steps of 64 rows.
"""

import pytest

from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import LabelForm, Part
from kerascheck.model.description import Encoding
from tests.confirm.builders import (
    BOOL,
    COLUMN,
    IDS,
    ONE_HOT,
    SIGNED,
    TAGS,
    setup,
)

pytestmark = pytest.mark.slow
keras = pytest.importorskip("keras")
if keras.backend.backend() != "tensorflow":
    pytest.skip("figures of the TensorFlow backend", allow_module_level=True)

ONE_TWO = LabelForm(encoding=Encoding.CLASS_IDS, column=True, values=(1, 2))
BYTES = LabelForm(
    encoding=Encoding.CLASS_IDS, column=True, values=(0, 255), dtype="uint8"
)
FROM_ONE = LabelForm(encoding=Encoding.CLASS_IDS, values=(1, 2, 3))
COLUMN_IDS = LabelForm(encoding=Encoding.CLASS_IDS, column=True)
HARD, HARD3 = "binary_hard", "multiclass_hard"
WATCHED = tuple(
    Part.of(name)
    for name in (
        "accuracy",
        "BinaryAccuracy",
        "CategoricalAccuracy",
        "SparseCategoricalAccuracy",
        "Accuracy",
        "AUC",
        "Recall",
        "F1Score",
    )
)

SETUPS = {
    "right": setup(1, "sigmoid", "BCE", watched=WATCHED),
    "right bool": setup(1, "sigmoid", "BCE", BOOL),
    "right hard": setup(1, "sigmoid", "BCE", COLUMN, HARD),
    "right 3 hard": setup(3, "softmax", "SCCE", IDS, HARD3),
    "right 5 %": setup(
        1, "sigmoid", "BCE", COLUMN, "binary_imbalanced", watched=WATCHED
    ),
    "right tags": setup(4, "sigmoid", "BCE", TAGS, "multilabel", watched=WATCHED),
    "broadcast 2": setup(2, "softmax", "MSE"),
    "broadcast 3": setup(3, "softmax", "MSE", COLUMN_IDS, "multiclass"),
    "one-hot on 1": setup(1, "sigmoid", "MSE", ONE_HOT),
    "softmax(1)": setup(1, "softmax", "BCE"),
    "softmax(1) focal": setup(1, "softmax", "focal"),
    "softmax(1) 5 %": setup(1, "softmax", "BCE", COLUMN, "binary_imbalanced"),
    "CCE on 1": setup(1, "sigmoid", "CCE"),
    "CCE on 1 linear": setup(1, "linear", "CCE"),
    "CCE on 1 relu": setup(1, "relu", "CCE"),
    "linear BCE hard": setup(1, "linear", "BCE", COLUMN, HARD),
    "linear CCE": setup(3, "linear", "CCE", ONE_HOT, "multiclass"),
    "linear SCCE hard": setup(3, "linear", "SCCE", IDS, HARD3),
    "relu CCE": setup(3, "relu", "CCE", ONE_HOT, "multiclass"),
    "rescued": setup(1, "sigmoid", "BCE logits", COLUMN, HARD),
    "hidden": setup(1, "sigmoid", "BCE logits", COLUMN, HARD, hidden_activation=True),
    "hidden easy": setup(1, "sigmoid", "BCE logits", hidden_activation=True),
    "hidden 3": setup(3, "softmax", "SCCE logits", IDS, HARD3, hidden_activation=True),
    "focal twice": setup(1, "sigmoid", "focal logits", COLUMN, HARD),
    "focal hard": setup(1, "sigmoid", "focal", COLUMN, HARD),
    "softmax BCE": setup(2, "softmax", "BCE", ONE_HOT, HARD),
    "sigmoid BCE": setup(2, "sigmoid", "BCE", ONE_HOT, HARD),
    "sigmoid CCE": setup(2, "sigmoid", "CCE", ONE_HOT, HARD),
    "softmax CCE": setup(2, "softmax", "CCE", ONE_HOT, HARD),
    "tanh logits": setup(1, "tanh", "BCE logits"),
    "Poisson": setup(1, "linear", "Poisson"),
    "KLD": setup(1, "sigmoid", "KLD"),
    "KLD softmax": setup(2, "softmax", "KLD", ONE_HOT),
    "signed BCE": setup(1, "sigmoid", "BCE", SIGNED, watched=WATCHED),
    "signed MSE": setup(1, "linear", "MSE", SIGNED),
    "{1, 2} BCE": setup(1, "sigmoid", "BCE", ONE_TWO, watched=WATCHED),
    "{1, 2} MSE": setup(1, "linear", "MSE", ONE_TWO),
    "{0, 255} BCE": setup(1, "sigmoid", "BCE", BYTES),
    "{0, 255} MSE": setup(1, "linear", "MSE", BYTES),
    "3 classes on 1": setup(1, "sigmoid", "BCE", COLUMN_IDS, "multiclass"),
    "spare unit": setup(4, "softmax", "SCCE", IDS, "multiclass"),
    "ids from 1": setup(4, "softmax", "SCCE", FROM_ONE, "multiclass"),
    "tags softmax": setup(4, "softmax", "BCE", TAGS, "multilabel"),
    "tags CCE": setup(4, "sigmoid", "CCE", TAGS, "multilabel"),
    "hinge": setup(1, "linear", "Hinge"),
    "hinge sigmoid": setup(1, "sigmoid", "Hinge", COLUMN, HARD),
    "MSE": setup(1, "sigmoid", "MSE"),
    "logits hard": setup(1, "linear", "BCE logits", COLUMN, HARD, watched=WATCHED),
    "rows 5 %": setup(
        2, "softmax", "CCE", ONE_HOT, "binary_imbalanced", watched=WATCHED
    ),
}


@pytest.fixture(scope="module")
def results():
    from kerascheck.confirm.train.training import train

    found = train(list(SETUPS.values()))
    return dict(zip(SETUPS, found, strict=True))


@pytest.fixture
def mean(results):
    """Return the mean over seeds of one quantity of one setup."""
    return lambda name, quantity: results[name].spread(quantity).mean


def test_all_of_them_train(results):
    assert {result.status for result in results.values()} == {Status.TRAINED}


@pytest.mark.parametrize(
    ("name", "accuracy"),
    [
        ("right", 0.987),
        ("right hard", 0.795),
        ("right 3 hard", 0.78),
        ("right 5 %", 0.995),
        ("right tags", 0.986),
        ("spare unit", 0.977),
        ("ids from 1", 0.976),
        ("MSE", 0.987),
        ("hinge", 0.986),
        ("KLD softmax", 0.987),
        ("signed MSE", 0.986),
        ("hidden easy", 0.986),
    ],
)
def test_what_is_right_reaches_the_best_accuracy(mean, name, accuracy):
    assert mean(name, "accuracy") == pytest.approx(accuracy, abs=0.008)


@pytest.mark.parametrize(
    ("name", "chance"),
    [("broadcast 2", 0.5), ("broadcast 3", 1 / 3), ("one-hot on 1", 0.5)],
)
def test_labels_that_broadcast_teach_nothing(mean, name, chance):
    assert mean(name, "accuracy") == pytest.approx(chance, abs=0.12)


@pytest.mark.parametrize("name", ["softmax(1)", "softmax(1) focal", "softmax(1) 5 %"])
def test_a_softmax_on_one_unit_says_yes_while_its_loss_falls(results, mean, name):
    assert all(seed.constant for seed in results[name].seeds)
    assert mean(name, "balanced_accuracy") == 0.5
    assert mean(name, "recall") == 1
    assert mean(name, "last_loss") < 0.1 * mean(name, "first_loss")
    assert any("axis has size 1" in text for text in results[name].warnings)


def test_categorical_loss_on_one_unit_is_zero_and_teaches_nothing(mean):
    for name in ("CCE on 1", "CCE on 1 linear"):
        assert mean(name, "first_loss") == pytest.approx(0, abs=1e-6)
        assert mean(name, "last_loss") == pytest.approx(0, abs=1e-6)
        assert mean(name, "accuracy") == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("name", ["CCE on 1 relu", "relu CCE", "Poisson"])
def test_losses_of_a_negative_or_of_nothing_are_nan(results, name):
    assert all(seed.nan for seed in results[name].seeds)


def test_logits_taken_for_probabilities_learn_worse_or_not(mean):
    assert mean("linear BCE hard", "accuracy") < mean("right hard", "accuracy") - 0.02
    assert mean("linear BCE hard", "ece") > mean("right hard", "ece") + 0.03
    assert mean("linear CCE", "accuracy") < 0.6
    assert mean("linear SCCE hard", "accuracy") < 0.65


def test_tensorflow_rescues_a_sigmoid_from_logits(results):
    rescued, right = results["rescued"], results["right hard"]
    for one, other in zip(rescued.seeds, right.seeds, strict=True):
        assert one.loss_curve == pytest.approx(other.loss_curve, rel=1e-3)
        assert one.accuracy == pytest.approx(other.accuracy, abs=1e-3)
    assert any("from_logits=True" in text for text in rescued.warnings)


def test_a_hidden_activation_is_squashed_twice_in_silence(results, mean):
    assert results["hidden"].warnings == results["hidden 3"].warnings == ()
    assert mean("hidden", "ece") > mean("right hard", "ece") + 0.1
    assert mean("hidden 3", "ece") > mean("right 3 hard", "ece") + 0.1
    assert mean("hidden", "recall") < mean("right hard", "recall") - 0.05
    assert mean("hidden easy", "last_loss") == pytest.approx(0.51, abs=0.02)


def test_focal_loss_squashes_a_plain_sigmoid_twice(results, mean):
    assert results["focal twice"].warnings == ()
    assert mean("focal twice", "accuracy") < mean("focal hard", "accuracy") - 0.04
    assert mean("focal twice", "ece") > 0.18


@pytest.mark.parametrize(
    ("mixed", "matching"),
    [("softmax BCE", "sigmoid BCE"), ("sigmoid CCE", "softmax CCE")],
)
def test_mixing_sigmoid_and_softmax_costs_calibration_alone(mean, mixed, matching):
    assert mean(mixed, "accuracy") == pytest.approx(
        mean(matching, "accuracy"), abs=0.005
    )
    assert mean(mixed, "last_loss") == pytest.approx(
        mean(matching, "last_loss"), rel=0.01
    )
    assert mean(mixed, "ece") > mean(matching, "ece") + 0.05


def test_bounded_logits_are_miscalibrated(mean):
    assert mean("tanh logits", "accuracy") > 0.98
    assert mean("tanh logits", "ece") == pytest.approx(0.26, abs=0.02)


def test_divergence_on_one_unit_pushes_everything_to_yes(mean):
    assert mean("KLD", "accuracy") < 0.65
    assert mean("KLD", "last_loss") < 0.01
    assert mean("KLD", "auc") > 0.95


@pytest.mark.parametrize("name", ["signed BCE", "{1, 2} BCE", "{0, 255} BCE"])
def test_labels_outside_zero_to_one_drive_a_crossentropy_negative(mean, name):
    assert mean(name, "last_loss") < -50


def test_signed_labels_learn_while_the_metric_lies(mean):
    assert mean("signed BCE", "accuracy") > 0.95
    assert mean("signed BCE", "AUC") == 0


def test_labels_one_and_two_need_a_regression(mean):
    assert mean("{1, 2} BCE", "accuracy") == pytest.approx(0.5, abs=0.02)
    assert mean("{1, 2} MSE", "accuracy") > 0.96


def test_byte_labels_hurt_a_crossentropy_most(mean):
    assert mean("{0, 255} BCE", "accuracy") < 0.75
    assert mean("{0, 255} MSE", "accuracy") > 0.92


def test_three_classes_do_not_fit_one_unit(mean):
    assert mean("3 classes on 1", "accuracy") < 0.67


def test_tags_need_sigmoids(mean):
    assert mean("tags softmax", "accuracy") == pytest.approx(0.81, abs=0.04)
    assert mean("tags softmax", "exact_match") < 0.6
    same = mean("right tags", "last_loss")
    assert mean("tags softmax", "last_loss") == pytest.approx(same, rel=0.01)
    assert mean("tags CCE", "last_loss") > mean("tags CCE", "first_loss")


def test_hinge_outputs_of_a_sigmoid_are_no_probabilities(mean):
    assert mean("hinge sigmoid", "accuracy") > 0.78
    assert mean("hinge sigmoid", "ece") == pytest.approx(0.165, abs=0.03)


def test_focal_outputs_are_no_probabilities(mean):
    assert mean("focal hard", "accuracy") > 0.78
    assert mean("focal hard", "ece") == pytest.approx(0.147, abs=0.03)


def test_bool_labels_train_as_numbers(results):
    bools, numbers = results["right bool"], results["right"]
    for one, other in zip(bools.seeds, numbers.seeds, strict=True):
        assert one.loss_curve == other.loss_curve


def test_categorical_accuracy_of_one_unit_is_always_one(mean):
    for name in ("right", "right 5 %", "signed BCE", "logits hard"):
        assert mean(name, "CategoricalAccuracy") == 1


def test_sparse_accuracy_of_one_unit_is_the_share_of_negatives(mean):
    assert mean("right 5 %", "SparseCategoricalAccuracy") == pytest.approx(
        0.95, abs=0.01
    )


def test_exact_equality_is_no_accuracy(mean):
    assert mean("logits hard", "Accuracy") < 0.01
    assert mean("right", "Accuracy") < 0.2


def test_accuracy_of_logits_is_cut_at_one_half(mean):
    reported, true = (
        mean("logits hard", "BinaryAccuracy"),
        mean("logits hard", "accuracy"),
    )
    assert -0.02 < reported - true < -0.005


def test_area_of_logits_is_clipped(mean):
    assert mean("logits hard", "AUC") == pytest.approx(
        mean("logits hard", "auc") - 0.05, abs=0.02
    )


def test_accuracy_of_tags_is_agreement_of_the_highest(results, mean):
    reported = [
        seed.reported["CategoricalAccuracy"] for seed in results["right tags"].seeds
    ]
    assert mean("right tags", "accuracy") - sum(reported) / 5 == pytest.approx(
        0.36, abs=0.03
    )


def test_f1_of_one_unit_calls_all_positive(mean):
    assert mean("right", "F1Score") == pytest.approx(0.667, abs=0.02)
    assert mean("right 5 %", "F1Score") == pytest.approx(0.096, abs=0.01)


def test_recall_of_rows_hides_the_rare_class(mean):
    assert mean("rows 5 %", "Recall") > 0.99
    assert mean("rows 5 %", "recall") < 0.97
