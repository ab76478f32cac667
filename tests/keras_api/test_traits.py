"""The traits of losses, metrics, activations and layers are those of real Keras."""

import importlib
import inspect
import math

import numpy as np
import pytest

from kerascheck.keras_api.activations import (
    ACTIVATION_LAYERS,
    ACTIVATIONS,
    BY_NAME,
    BY_ROW,
    PROBABILITIES,
    TENSORFLOW_NAMES,
)
from kerascheck.keras_api.defaults import LOSSES as LOSS_DEFAULTS
from kerascheck.keras_api.defaults import METRICS as METRIC_DEFAULTS
from kerascheck.keras_api.layers import LAYERS, OPERATIONS, WRAPPERS
from kerascheck.keras_api.losses import LOSSES, ONE_CLASS, WITH_FROM_LOGITS, loss_called
from kerascheck.keras_api.losses import snake_case as function_of
from kerascheck.keras_api.metrics import METRICS, RESOLVED_BY_SHAPE
from kerascheck.model.description import Activation, LossKind
from tools.keras_api import MODULES

KERAS = {major: importlib.import_module(name) for major, name in MODULES.items()}

GONE = {
    "BatchNormalizationV1": "TensorFlow 1",
    "BatchNormalizationV2": "TensorFlow 2.0 to 2.2",
    "CuDNNGRU": "Keras 2.0 to 2.3, tf.compat.v1",
    "CuDNNLSTM": "Keras 2.0 to 2.3, tf.compat.v1",
    "GroupedQueryAttention": "the class of keras.layers.GroupQueryAttention",
    "QuantizeLayer": "TensorFlow Model Optimization",
    "SyncBatchNormalization": "tf.keras.layers.experimental",
    **dict.fromkeys(
        (
            *("AtrousConvolution1D", "AtrousConvolution2D", "Deconvolution2D"),
            *("Highway", "MaxoutDense", "ParametricSoftplus", "SReLU"),
            "TimeDistributedDense",
        ),
        "Keras 1",
    ),
}
"""Layers that no Keras here exports under this name, and where they come from."""


def has(kind, name):
    return {m for m, keras in KERAS.items() if hasattr(getattr(keras, kind), name)}


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_in_a_keras_and_its_kind_is_known(name):
    assert has("losses", name)
    assert LOSSES[name].kind is not LossKind.CUSTOM
    functions = has("losses", LOSSES[name].function)
    assert functions or name == "CTC" or has("losses", name) == {3}


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_in_a_keras(name):
    assert has("metrics", name) or name == "MeanRelativeError"


@pytest.mark.parametrize("major", MODULES)
@pytest.mark.parametrize("name", METRICS)
def test_a_reduction_takes_no_predictions(name, major):
    if major in has("metrics", name):
        update = getattr(KERAS[major].metrics, name).update_state
        taken = set(inspect.signature(update).parameters)
        assert ("y_pred" in taken) == (METRICS[name].family != "reduction")


@pytest.mark.parametrize("major", MODULES)
@pytest.mark.parametrize("name", LOSSES)
def test_arguments_of_losses_are_those_of_keras(name, major):
    known = LOSS_DEFAULTS[major].get(name)
    if known is None:
        assert major not in has("losses", name)
        return
    row = LOSSES[name]
    assert known.get("from_logits") == (False if row.from_logits else None)
    assert known.get("axis", row.axis) == row.axis
    assert row.focal == ("gamma" in known and "alpha" in known)
    if row.unsaved is not None:
        argument, default = row.unsaved
        assert known.get(argument, default) == default


@pytest.mark.parametrize("major", MODULES)
@pytest.mark.parametrize("name", METRICS)
def test_arguments_of_metrics_are_those_of_keras(name, major):
    known = METRIC_DEFAULTS[major].get(name)
    if known is None:
        return
    row = METRICS[name]
    assert known.get("from_logits") == (False if row.from_logits else None)
    assert ("class_id" in known) >= row.class_id
    assert (row.family == "top-k") == ("k" in known)
    assert (row.family == "f-score") == ("average" in known)
    assert row.scores_ids == (known.get("sparse_y_pred") is True)
    if row.threshold_argument is not None:
        assert row.threshold_argument in known


@pytest.mark.parametrize("major", MODULES)
@pytest.mark.parametrize("name", [n for n, r in METRICS.items() if r.threshold])
def test_the_default_threshold_is_the_one_that_counts(name, major):
    metric = getattr(KERAS[major].metrics, name)
    arguments = {"target_class_ids": [1]} if name == "BinaryIoU" else {}
    explicit = {METRICS[name].threshold_argument: METRICS[name].threshold}
    y = np.array([[0.0], [0.0], [1.0], [1.0], [1.0]])
    p = np.array([[0.45], [0.45], [0.55], [0.55], [0.45]])
    figures = []
    for more in ({}, explicit):
        one = metric(**arguments, **more)
        one.update_state(y, p)
        figures.append(float(one.result()))
    assert figures[0] == figures[1]
    moved = metric(**arguments, **{METRICS[name].threshold_argument: 0.4})
    moved.update_state(y, p)
    assert float(moved.result()) != figures[0]


@pytest.mark.parametrize("name", [n for n, r in METRICS.items() if r.expects])
def test_a_metric_over_ids_has_sparse_in_its_name(name):
    assert (METRICS[name].expects == "ids") == name.startswith("Sparse")


@pytest.mark.parametrize("table", [LOSSES, METRICS])
def test_the_other_form_of_a_class_expects_the_other_labels(table):
    for name, row in table.items():
        if row.other_form is None:
            continue
        assert row.other_form.startswith("Sparse") != name.startswith("Sparse")
        back = table[row.other_form].other_form
        assert back == name or name == "BinaryAccuracy"


def test_what_shapes_decide_are_accuracies_and_crossentropies():
    families = {METRICS[name].family for name in RESOLVED_BY_SHAPE}
    assert families == {"accuracy", "crossentropy"}
    assert len(RESOLVED_BY_SHAPE) == 6


def test_losses_over_one_class_have_logits():
    kinds = {LOSSES[name].kind for name in WITH_FROM_LOGITS}
    assert kinds == ONE_CLASS | {LossKind.BINARY}
    assert loss_called("bce").kind is LossKind.BINARY
    assert function_of("KLDivergence") == "kl_divergence"


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_ranges_are_those_of_keras(activation):
    import keras

    x = np.linspace(-40, 40, 80_001, dtype="float32")[:, None]
    rows = np.concatenate([x, -x, np.zeros_like(x)], axis=1)
    y = np.asarray(keras.activations.get(str(activation))(rows))
    row = ACTIVATIONS[activation]
    for bound, reached in ((row.low, y.min()), (row.high, y.max())):
        if math.isinf(bound):
            assert abs(reached) >= 8  # leaky_relu has a slope of 0.2
        else:
            assert reached == pytest.approx(bound, abs=0.03)
    assert row.low - 1e-6 <= y.min()
    assert y.max() <= row.high + 1e-6


def test_every_activation_but_the_unknown_has_a_row():
    assert {*ACTIVATIONS} == {*Activation} - {Activation.UNKNOWN}


def test_a_row_of_values_depends_on_its_others_where_we_say():
    import keras

    rows = np.array([[0.5, 0.4, -1.0]], dtype="float32")
    moved = np.array([[0.5, 3.0, -1.0]], dtype="float32")
    for activation in ACTIVATIONS:
        function = keras.activations.get(str(activation))
        first = [float(np.asarray(function(r))[0, 0]) for r in (rows, moved)]
        assert (first[0] != first[1]) == (activation in BY_ROW), activation


def test_probabilities_are_what_lies_between_0_and_1():
    assert {str(a) for a in PROBABILITIES} == {
        "sigmoid",
        "hard_sigmoid",
        "softmax",
        "sparsemax",
    }


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - TENSORFLOW_NAMES))
def test_every_name_of_an_activation_is_one_of_keras(name):
    assert KERAS[3].activations.get(name) is not None


@pytest.mark.parametrize("name", [*LAYERS, *ACTIVATION_LAYERS, *sorted(WRAPPERS)])
def test_every_layer_is_in_a_keras_or_known_to_be_gone(name):
    assert bool(has("layers", name)) != (name in GONE)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_in_keras_3(name):
    modules = [
        importlib.import_module(f"keras.src.ops.{part}")
        for part in ("core", "math", "nn", "numpy")
    ]
    assert any(hasattr(module, name) for module in modules)
