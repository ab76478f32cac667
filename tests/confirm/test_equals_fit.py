"""A stacked training is an ordinary `model.fit`, weight by weight.

Seeds, setups and losses lie side by side in one graph; each lane must end where a lone
fit with the same start and the same batches ends.
"""

from importlib import import_module

import numpy as np
import pytest

from kerascheck.confirm.setup import (
    DEEP,
    NETWORKS,
    SEVERAL_TARGETS,
    STEPS_OF_SEQUENCE,
    LabelForm,
    Part,
)
from kerascheck.confirm.train.initial_weights import test_rows as held_out_rows
from kerascheck.confirm.train.initial_weights import training_rows
from kerascheck.model.description import Encoding
from tests.confirm.builders import (
    BINARY,
    BOOL,
    COLUMN,
    NUMBERS,
    ONE_HOT,
    SIGNED,
    setup,
)

pytestmark = pytest.mark.slow
keras = pytest.importorskip("keras")

SEEDS = 2
TARGETS = LabelForm(encoding=Encoding.CONTINUOUS, width=3)
EXTREME = LabelForm(
    encoding=Encoding.CLASS_IDS, column=True, values=(0, 255), dtype="uint8"
)

STEADY = {
    "sigmoid rescued from logits": setup(1, "sigmoid", "BCE logits"),
    "sigmoid, flat labels": setup(1, "sigmoid", "BCE", BINARY),
    "sigmoid, a column of labels": setup(1, "sigmoid", "BCE", COLUMN),
    "hidden sigmoid": setup(1, "sigmoid", "BCE logits", hidden_activation=True),
    "sigmoid behind linear": setup(1, "linear", "BCE", inner_activation="sigmoid"),
    "softmax over steps": setup(2, "softmax", "SCCE", BINARY, over_steps=True),
    "several targets": setup(3, "linear", "mse", TARGETS, SEVERAL_TARGETS, classes=3),
    "softmax on one unit": setup(1, "softmax", "BCE"),
    "logits": setup(1, "linear", "BCE logits", BOOL),
    "margins": setup(1, "linear", "Hinge", BINARY),
    "signed margins": setup(1, "tanh", "SquaredHinge", SIGNED),
    "focal twice": setup(1, "sigmoid", "focal logits"),
    "softmax, ids": setup(2, "softmax", "SCCE", BINARY),
    "softmax after relu": setup(2, "softmax", "SCCE", inner_activation="relu"),
    "sigmoid under categorical": setup(2, "sigmoid", "CCE", ONE_HOT),
    "softmax under binary": setup(2, "softmax", "BCE", ONE_HOT),
    "broadcast": setup(2, "linear", "MSE"),
    "extreme labels": setup(1, "linear", "mse", EXTREME),
    "not a number": setup(2, "relu", "CCE", ONE_HOT),
    "weighted column": setup(1, "sigmoid", "BCE", class_weight=((0, 1.0), (1, 5.0))),
    "weighted rows": setup(
        2, "softmax", "CCE", ONE_HOT, class_weight=((0, 1.0), (1, 5.0))
    ),
}
CHAOTIC = {
    # Logits taken for probabilities: log(clip(logit)) has a cliff at zero.
    "linear, ids": setup(2, "linear", "SCCE", BINARY),
    "linear, one-hot": setup(2, "linear", "CCE", ONE_HOT),
}
ALL = {**STEADY, **CHAOTIC}
METRICS = (
    Part.of("accuracy"),
    Part.of("BinaryAccuracy"),
    Part.of("CategoricalAccuracy"),
    Part.of("AUC"),
)


def group_of(setups):
    from kerascheck.confirm.train.stacked_training import StackedTraining

    backend = keras.backend.backend()
    loop = import_module(f"kerascheck.confirm.train.loop_{backend}")
    return StackedTraining(setups, SEEDS, loop)


def lane_weights(group, index, seed):
    """Return one lane's weights in the order of `Model.get_weights`."""
    lane = group.network.lanes_of_setups()[index].start + seed
    layers = 2 * len(NETWORKS[group.network.network].widths)
    weights = group.loop.weights()
    trunk, heads = weights[:layers], weights[layers:]
    for kernels, biases in zip(heads[::2], heads[1::2], strict=True):
        if lane < len(kernels):
            found = [kernels[lane], biases[lane, 0]]
            break
        lane -= len(kernels)
    lane = group.network.lanes_of_setups()[index].start + seed
    pairs = zip(trunk[::2], trunk[1::2], strict=True)
    own = [part for k, b in pairs for part in (k[lane], b[lane, 0])]
    return [*own, *found]


def distance(some, others):
    """Return the largest difference of weights; both must be NaN in the same places."""
    for one, other in zip(some, others, strict=True):
        assert np.array_equal(np.isnan(one), np.isnan(other))
    pairs = zip(some, others, strict=True)
    return max(np.abs(np.nan_to_num(one - other)).max() for one, other in pairs)


def felt(one, weights):
    """Return the weights on which outputs depend.

    A softmax over steps takes no notice of the bias of its head, which adds the same to
    each step. Its slope is what rounding leaves of 0, and Adam scales that up, unless
    the loss looks at the logits.
    """
    from kerascheck.confirm.train.keras_objects import loss_sees_logits

    return weights[:-1] if one.over_steps and not loss_sees_logits(one) else weights


@pytest.fixture(scope="module")
def stacked():
    group = group_of(list(ALL.values()))
    group.train(None, lambda: None)
    return group


def fitted(name, seed):
    from kerascheck.confirm.train.single_fit import fit

    return fit(ALL[name], seed).get_weights()


@pytest.mark.parametrize("name", STEADY)
def test_a_stacked_training_gives_the_weights_of_a_fit(stacked, name):
    index = list(ALL).index(name)
    own, lone = lane_weights(stacked, index, 1), fitted(name, 1)
    assert distance(felt(ALL[name], own), felt(ALL[name], lone)) < 1e-4


def test_a_softmax_over_steps_takes_no_notice_of_the_bias_of_its_head():
    from kerascheck.confirm.train.single_fit import plain_model

    one = ALL["softmax over steps"]
    model = plain_model(one, 0)
    x = held_out_rows(one, 0)[0].x[:64]
    *weights, bias = model.get_weights()
    outputs = model.predict(x, verbose=0)
    model.set_weights([*weights, bias + np.array([0.5, -0.3])])
    assert model.predict(x, verbose=0) == pytest.approx(outputs, abs=1e-6)
    model.set_weights([*weights[:-1], weights[-1] * 2, bias])
    assert np.abs(model.predict(x, verbose=0) - outputs).max() > 0.01


def test_two_layers_of_another_activation_are_those_of_a_fit():
    from kerascheck.confirm.train.single_fit import fit

    pair = [setup(1, a, "BCE logits", network=DEEP) for a in ("linear", "sigmoid")]
    group = group_of(pair)
    group.train(None, lambda: None)
    for index, one in enumerate(pair):
        assert distance(lane_weights(group, index, 1), fit(one, 1).get_weights()) < 1e-4


def test_rates_of_one_group_are_those_of_fits():
    from kerascheck.confirm.train.single_fit import fit

    group_mixes = import_module(f"kerascheck.confirm.train.loop_{_backend()}")
    rates = (0.01, 0.003) if group_mixes.Loop.mixes_rates else (0.003, 0.003)
    some = [
        setup(units, "sigmoid", "BCE", form, learning_rate=rate)
        for units, form in ((1, COLUMN), (2, ONE_HOT))
        for rate in rates
    ]
    group = group_of(some)
    group.train(None, lambda: None)
    for index, one in enumerate(some):
        assert distance(lane_weights(group, index, 1), fit(one, 1).get_weights()) < 1e-4


def _backend():
    return keras.backend.backend()


def test_a_softmax_over_rows_is_that_over_the_steps_of_sequences():
    from kerascheck.confirm.train.single_fit import fit, start_of

    one = ALL["softmax over steps"]
    rows, labels, _ = training_rows(one, 0)
    model = keras.Sequential(
        [
            keras.Input((STEPS_OF_SEQUENCE, rows.x.shape[1])),
            keras.layers.Dense(16, "relu"),
            keras.layers.Dense(one.units),
            keras.layers.Softmax(axis=1),
        ]
    )
    model.set_weights(start_of(one, 0))
    model.compile(
        keras.optimizers.Adam(one.learning_rate),
        "sparse_categorical_crossentropy",
    )
    model.fit(
        rows.x.reshape(-1, STEPS_OF_SEQUENCE, rows.x.shape[1]),
        labels.reshape(-1, STEPS_OF_SEQUENCE),
        batch_size=one.batch // STEPS_OF_SEQUENCE,
        shuffle=False,
        verbose=0,
    )
    ours = felt(one, fit(one, 0).get_weights())
    assert distance(felt(one, model.get_weights()), ours) < 1e-4


@pytest.mark.parametrize("name", CHAOTIC)
def test_a_chaotic_training_drifts_no_more_than_a_nudged_fit(stacked, name):
    from kerascheck.confirm.train.single_fit import plain_model

    one, index = ALL[name], list(ALL).index(name)
    lone = fitted(name, 0)
    model = plain_model(one, 0)
    model.set_weights([values * (1 + 1e-6) for values in model.get_weights()])
    rows, labels, _ = training_rows(one, 0)
    model.fit(rows.x, labels, batch_size=one.batch, shuffle=False, verbose=0)
    drift = distance(model.get_weights(), lone)
    assert distance(lane_weights(stacked, index, 0), lone) < max(1e-4, 10 * drift)


@pytest.mark.parametrize(
    "optimizer",
    [
        "sgd",
        "rmsprop",
        "adamw",
        "nadam",
        "adamax",
        "adagrad",
        "adadelta",
        "ftrl",
        "lion",
    ],
)
def test_every_optimizer_works_weight_by_weight(optimizer):
    from kerascheck.confirm.train.single_fit import fit

    pair = [
        setup(1, activation, "BCE logits", optimizer=optimizer, steps=40)
        for activation in ("linear", "tanh")
    ]
    group = group_of(pair)
    group.train(None, lambda: None)
    for index, one in enumerate(pair):
        lone = fit(one, 0).get_weights()
        assert distance(lane_weights(group, index, 0), lone) < 1e-4


@pytest.mark.parametrize(
    "one",
    [
        setup(1, "sigmoid", "BCE", metrics=METRICS),
        setup(1, "linear", "BCE logits", SIGNED, metrics=METRICS),
        setup(2, "softmax", "CCE", ONE_HOT, metrics=METRICS),
        # Labels of lower rank: this metric mixes the rows of a batch.
        setup(2, "softmax", "SCCE", BINARY, metrics=METRICS[2:3]),
        setup(1, "sigmoid", "BCE", BINARY, metrics=METRICS),
        setup(1, "linear", "mse", NUMBERS, "regression", metrics=(Part.of("mae"),)),
    ],
    ids=lambda one: f"{one.activation}-{one.loss.name}",
)
def test_reported_metrics_are_those_of_evaluate(one):
    from kerascheck.confirm.train.single_fit import fit
    from kerascheck.confirm.train.training import train

    [result] = train([one], seeds=1)
    rows, labels = held_out_rows(one, 0)
    evaluated = fit(one, 0).evaluate(
        rows.x, labels, batch_size=one.batch, verbose=0, return_dict=True
    )
    del evaluated["loss"]
    # One row of 4000 may lie on the other side of a cut by the last bit.
    assert result.seeds[0].reported == pytest.approx(evaluated, abs=3e-4)


def test_names_of_metrics_do_not_count_on():
    from kerascheck.confirm.train.keras_objects import metric_of

    assert [metric_of(Part.of("AUC")).name for _ in range(2)] == ["auc", "auc"]
    assert metric_of(Part.of("AUC", name="area_1")).name == "area_1"


def test_a_column_of_labels_trains_as_a_flat_one(stacked):
    flat = list(ALL).index("sigmoid, flat labels")
    column = list(ALL).index("sigmoid, a column of labels")
    difference = distance(
        lane_weights(stacked, flat, 0), lane_weights(stacked, column, 0)
    )
    assert difference < 1e-4
