"""From configs, as Keras saves them, to heads with losses and metrics."""

import copy
import json
import math
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kerascheck.model.description import Activation, LossKind, Problem
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.config.graph import Scope, network_of
from kerascheck.readers.config.heads import outlets, output_of
from kerascheck.readers.config.trace import Walk
from kerascheck.readers.containers.open import open_container
from tests.readers.configs import (
    call,
    dense,
    described,
    functional,
    head,
    inside,
    layer,
    legacy,
    operation,
    sequential,
    tensor,
    x,
)

ARTEFACTS = Path(__file__).parents[2] / "fixtures" / "artefacts"
ACT = Activation


def kinds(model):
    return [problem.kind for problem in model.problems]


# What ends a head


def test_dense_is_linear_where_it_names_no_activation():
    found = head(x(), dense("d"))

    assert (found.name, found.layer, found.layer_class) == ("d", "d", "Dense")
    assert (found.units, found.shape) == (3, (None, 3))
    assert found.activation is ACT.LINEAR


@pytest.mark.parametrize(
    ("saved", "activation", "as_saved"),
    [
        (None, ACT.LINEAR, None),
        ("softmax", ACT.SOFTMAX, None),
        ("swish", ACT.SILU, "swish"),
        ("hard_swish", ACT.HARD_SILU, "hard_swish"),
        ("glu", ACT.UNKNOWN, "glu"),
        ("kc_demo>mine", ACT.UNKNOWN, "kc_demo>mine"),
        (
            {"module": "builtins", "class_name": "function", "config": "softmax_v2"},
            ACT.SOFTMAX,
            "softmax_v2",
        ),
        (
            {"module": "models", "class_name": "function", "config": "softmax"},
            ACT.UNKNOWN,
            "softmax",
        ),
        (
            {"module": "keras.layers", "class_name": "LeakyReLU", "config": {}},
            ACT.LEAKY_RELU,
            None,
        ),
        ({"class_name": "ReLU", "config": {"max_value": 6.0}}, ACT.RELU6, None),
        (
            {"module": "m", "class_name": "ReLU", "config": {}},
            ACT.UNKNOWN,
            "ReLU",
        ),
        (3, ACT.UNKNOWN, None),
        (["relu"], ACT.UNKNOWN, None),
    ],
)
def test_activation_is_known_in_every_form_it_is_saved_in(saved, activation, as_saved):
    found = head(x(), dense("d", activation=saved))

    assert found.activation is activation
    assert found.activation_as_saved == as_saved


@pytest.mark.parametrize(
    ("last", "activation"),
    [
        (layer("Activation", "a", activation="sigmoid"), ACT.SIGMOID),
        (layer("Softmax", "a", axis=-1), ACT.SOFTMAX),
        (layer("ReLU", "a", max_value=None), ACT.RELU),
        (layer("ReLU", "a", max_value=6), ACT.RELU6),
        (layer("LeakyReLU", "a", negative_slope=0.3), ACT.LEAKY_RELU),
        (layer("PReLU", "a"), ACT.LEAKY_RELU),
        (layer("ELU", "a"), ACT.ELU),
        (legacy("ThresholdedReLU", "a", theta=1.0), ACT.RELU),
    ],
)
def test_activation_layer_is_where_the_activation_sits(last, activation):
    found = head(x(), dense("d", activation="linear"), last)

    assert found.activation is activation
    assert (found.layer, found.units, found.inner_activations) == ("a", 3, ())


def test_activation_on_top_of_another_tells_both():
    found = head(
        x(),
        dense("d", activation="relu"),
        layer("Dropout", "o"),
        layer("Activation", "a", activation="softmax"),
    )

    assert found.activation is ACT.SOFTMAX
    assert found.inner_activations == (ACT.RELU,)
    assert (found.layers_after, found.logits_hidden) == ((), False)


def test_softmax_twice_is_told():
    found = head(x(), dense("d", activation="softmax"), layer("Softmax", "s"))

    assert (found.activation, found.inner_activations) == (ACT.SOFTMAX, (ACT.SOFTMAX,))


def test_activations_behind_a_weighted_layer_do_not_count():
    found = head(x(), dense("h", activation="relu"), dense("d", activation="softmax"))

    assert found.inner_activations == ()


def test_softmax_over_another_axis_is_told():
    found = head(x(5, 4), dense("d"), layer("Softmax", "s", axis=1))

    assert (found.activation, found.softmax_axis) == (ACT.SOFTMAX, 1)


@pytest.mark.parametrize("axis", [-1, [-1], 2])
def test_softmax_over_the_last_axis_has_no_axis_to_tell(axis):
    found = head(x(5, 4), dense("d"), layer("Softmax", "s", axis=axis))

    assert (found.activation, found.softmax_axis) == (ACT.SOFTMAX, None)


def test_softmax_over_two_axes_is_no_softmax_of_rows():
    found = head(x(5, 4), dense("d"), layer("Softmax", "s", axis=[1, 2]))

    assert found.activation is ACT.UNKNOWN


# What lies behind the activation

SOFTMAX = dense("d", activation="softmax")


@pytest.mark.parametrize(
    ("last", "hidden"),
    [
        # Measured: whether the output still has `_keras_logits` in Keras 3.15.1.
        (layer("Activation", "a", activation="linear"), False),
        (layer("Identity", "a"), False),
        (layer("ActivityRegularization", "a"), False),
        (layer("Dropout", "a", rate=0.1), True),
        (layer("GaussianNoise", "a"), True),
        (layer("GaussianDropout", "a"), True),
        (layer("AlphaDropout", "a"), True),
        (layer("Masking", "a"), True),
        (layer("Flatten", "a"), True),
        (layer("Reshape", "a", target_shape=[3]), True),
        (layer("Permute", "a", dims=[1]), True),
        (layer("Rescaling", "a", scale=1.0, offset=0.0), True),
    ],
)
def test_layer_behind_the_softmax_is_looked_through(last, hidden):
    found = head(x(), SOFTMAX, last)

    assert found.activation is ACT.SOFTMAX
    assert (found.layer, found.name) == ("d", "a")
    assert (found.units, found.shape) == (3, (None, 3))
    assert (found.layers_after, found.logits_hidden) == ((last["class_name"],), hidden)


@pytest.mark.parametrize(
    "last",
    [
        layer("Rescaling", "a", scale=2.0, offset=0.0),
        layer("Lambda", "a", function={"class_name": "__lambda__", "config": {}}),
        layer("NoSuchLayer", "a"),
        {**layer("Identity", "a"), "module": "models"},
        {**layer("Dense", "a", units=3), "registered_name": "kc_demo>Dense"},
        layer("TimeDistributed", "a", layer=None),
        {},
    ],
)
def test_what_an_unknown_layer_makes_is_unknown(last):
    found = head(x(), SOFTMAX, last)

    assert found.activation is ACT.UNKNOWN
    assert found.inner_activations == ()


def test_rows_of_a_softmax_that_are_cut_are_no_softmax():
    found = head(
        x(),
        dense("d", units=6, activation="softmax"),
        layer("Reshape", "r", target_shape=[2, 3]),
    )

    assert found.shape == (None, 2, 3)
    assert found.activation is ACT.UNKNOWN


@pytest.mark.parametrize(
    ("last", "activation"),
    [
        (layer("Permute", "a", dims=[2, 1]), ACT.UNKNOWN),
        (layer("Permute", "a", dims=[1, 2]), ACT.SOFTMAX),
        (layer("Flatten", "a"), ACT.UNKNOWN),
        (layer("Reshape", "a", target_shape=[3, 1, 3]), ACT.SOFTMAX),
        (layer("Reshape", "a", target_shape=[9, 1]), ACT.UNKNOWN),
        (layer("Cropping1D", "a", cropping=1), ACT.SOFTMAX),
        (layer("UpSampling1D", "a", size=2), ACT.SOFTMAX),
    ],
)
def test_softmax_stays_one_where_its_rows_stay(last, activation):
    found = head(x(3, 4), dense("d", activation="softmax"), last)

    assert found.activation is activation


def test_softmax_over_another_axis_is_lost_where_that_axis_is_cut():
    found = head(
        x(3, 4),
        dense("d"),
        layer("Softmax", "s", axis=1),
        layer("Cropping1D", "c", cropping=1),
    )

    assert found.activation is ACT.UNKNOWN


def test_softmax_behind_an_unknown_layer_is_followed_by_its_width():
    found = head(
        layer("Mine", "m"),
        dense("d", activation="softmax"),
        layer("Reshape", "r", target_shape=[3]),
    )

    assert (found.activation, found.shape) == (ACT.SOFTMAX, (None, 3))


def test_rows_of_a_softmax_that_stay_whole_are_one():
    found = head(
        x(5, 5, 2),
        layer("Conv2D", "c", filters=3, kernel_size=[1, 1], activation="softmax"),
        layer("Reshape", "r", target_shape=[-1, 3]),
    )

    assert (found.activation, found.shape) == (ACT.SOFTMAX, (None, 25, 3))
    assert (found.units, found.logits_hidden) == (3, True)


@pytest.mark.parametrize(
    "name",
    [
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "UnitNormalization",
    ],
)
def test_normalization_ends_a_head_without_bounds(name):
    found = head(x(), dense("d", activation="sigmoid"), layer(name, "n"))

    assert (found.activation, found.layer, found.layer_class) == (ACT.LINEAR, "n", name)
    assert (found.inner_activations, found.layers_after, found.logits_hidden) == (
        (ACT.SIGMOID,),
        (),
        False,
    )
    assert found.units == 3


@pytest.mark.parametrize(
    ("activation", "average", "maximum"),
    [
        ("linear", ACT.LINEAR, ACT.LINEAR),
        ("sigmoid", ACT.SIGMOID, ACT.UNKNOWN),
        ("softmax", ACT.SOFTMAX, ACT.UNKNOWN),
        ("relu", ACT.UNKNOWN, ACT.UNKNOWN),
        ("tanh", ACT.UNKNOWN, ACT.UNKNOWN),
    ],
)
def test_pooling_keeps_what_it_can_not_change(activation, average, maximum):
    inner = (x(6, 4), dense("d", activation=activation))

    assert head(*inner, layer("GlobalAveragePooling1D", "p")).activation is average
    assert head(*inner, layer("GlobalMaxPooling1D", "p")).activation is maximum
    assert head(*inner, layer("ZeroPadding1D", "p", padding=1)).units == 3


@pytest.mark.parametrize(
    ("saved", "activation"),
    [
        (layer("LSTM", "r", units=2), ACT.TANH),
        (layer("LSTM", "r", units=2, activation="tanh"), ACT.TANH),
        (layer("GRU", "r", units=2, activation="sigmoid"), ACT.SIGMOID),
        (layer("GRU", "r", units=2, activation="hard_sigmoid"), ACT.SIGMOID),
        (layer("LSTM", "r", units=2, activation="linear"), ACT.UNKNOWN),
        (layer("LSTM", "r", units=2, activation="softmax"), ACT.UNKNOWN),
        (layer("SimpleRNN", "r", units=2, activation="softmax"), ACT.SOFTMAX),
        (layer("RNN", "r", cell=layer("GRUCell", "c", units=2)), ACT.TANH),
        (
            layer(
                "RNN",
                "r",
                cell={
                    "class_name": "StackedRNNCells",
                    "config": {
                        "cells": [
                            layer("Mine", "a", units=7),
                            layer("LSTMCell", "b", units=2),
                        ]
                    },
                },
            ),
            ACT.TANH,
        ),
        (layer("RNN", "r", cell=layer("Mine", "c", units=2)), ACT.UNKNOWN),
    ],
)
def test_recurrent_layer_keeps_the_ranges_its_gates_keep(saved, activation):
    found = head(x(6, 4), saved)

    assert (found.activation, found.units) == (activation, 2)
    assert found.logits_hidden


def test_bidirectional_doubles_the_width():
    inner = layer("LSTM", "r", units=2, return_sequences=True)
    found = head(x(6, 4), layer("Bidirectional", "b", layer=inner))

    assert (found.shape, found.units) == ((None, 6, 4), 4)
    assert (found.layer, found.layer_class) == ("b", "Bidirectional")
    assert found.activation is ACT.TANH


@pytest.mark.parametrize(("mode", "kept"), [("ave", ACT.TANH), ("sum", ACT.UNKNOWN)])
def test_bidirectional_by_other_modes_keeps_the_width(mode, kept):
    inner = layer("GRU", "r", units=2)
    found = head(x(6, 4), layer("Bidirectional", "b", layer=inner, merge_mode=mode))

    assert (found.units, found.activation) == (2, kept)


def test_time_distributed_is_its_layer_at_each_step():
    inner = layer("Dense", "d", units=3, activation="softmax")
    found = head(x(6, 4), layer("TimeDistributed", "t", layer=inner))

    assert (found.layer, found.layer_class) == ("t", "TimeDistributed")
    assert (found.activation, found.shape) == (ACT.SOFTMAX, (None, 6, 3))
    assert found.logits_hidden


def test_time_distributed_model_is_entered():
    inner = sequential(x(4), dense("d", activation="softmax"), name="inner")
    found = head(x(6, 4), layer("TimeDistributed", "t", layer=inner))

    assert (found.layer, found.activation) == ("t/d", ACT.SOFTMAX)
    assert (found.shape, found.logits_hidden) == ((None, None, 3), True)


@pytest.mark.parametrize(
    ("joint", "activation", "units"),
    [
        ("Average", ACT.SIGMOID, 3),
        ("Add", ACT.UNKNOWN, 3),
        ("Multiply", ACT.UNKNOWN, 3),
        ("Maximum", ACT.UNKNOWN, 3),
        ("Concatenate", ACT.SIGMOID, 6),
    ],
)
def test_joined_sigmoids(joint, activation, units):
    layers = [
        x(),
        dense("a", "x", activation="sigmoid"),
        dense("b", "x", activation="sigmoid"),
        layer(joint, "j", "a", "b"),
    ]
    (found,) = described(functional(layers, "j")).heads

    assert (found.activation, found.units) == (activation, units)
    assert (found.layer, found.logits_hidden) == ("j", True)


@pytest.mark.parametrize("joint", ["Add", "Subtract", "Multiply", "Average", "Dot"])
def test_joined_linear_heads_stay_linear(joint):
    layers = [x(), dense("a", "x"), dense("b", "x"), layer(joint, "j", "a", "b")]
    layers[-1]["config"]["axes"] = 1
    (found,) = described(functional(layers, "j")).heads

    assert found.activation is ACT.LINEAR


def test_cosine_of_two_vectors_is_not_linear():
    layers = [x(), dense("a", "x"), dense("b", "x")]
    layers.append(layer("Dot", "j", "a", "b", axes=1, normalize=True))
    (found,) = described(functional(layers, "j")).heads

    assert (found.activation, found.shape) == (ACT.UNKNOWN, (None, 1))


def test_concatenated_softmaxes_are_no_softmax():
    layers = [x(), SOFTMAX, dense("e", "x", activation="softmax")]
    layers[1] = dense("d", "x", activation="softmax")
    layers.append(layer("Concatenate", "j", "d", "e"))
    (found,) = described(functional(layers, "j")).heads

    assert (found.activation, found.units) == (ACT.UNKNOWN, 6)


@pytest.mark.parametrize(
    ("last", "activation"),
    [
        (operation("Softmax", "o", "d", axis=-1), ACT.SOFTMAX),
        (operation("Sigmoid", "o", "d"), ACT.SIGMOID),
        (operation("Tanh", "o", "d"), ACT.TANH),
        (operation("Multiply", "o", "d", 2), ACT.LINEAR),
        (operation("TrueDivide", "o", "d", 2), ACT.LINEAR),
        (operation("TrueDivide", "o", 1, "d"), ACT.UNKNOWN),
        (operation("Maximum", "o", "d", 0), ACT.UNKNOWN),
        (operation("Clip", "o", "d", x_min=0, x_max=1), ACT.UNKNOWN),
        (operation("Cast", "o", "d", dtype="float16"), ACT.LINEAR),
        (operation("Cast", "o", "d", dtype="int32"), ACT.UNKNOWN),
        (operation("NoSuchOperation", "o", "d"), ACT.UNKNOWN),
    ],
)
def test_operation_on_a_linear_head(last, activation):
    (found,) = described(functional([x(), dense("d", "x"), last], "o")).heads

    assert found.activation is activation


@pytest.mark.parametrize(
    ("function", "kwargs", "activation", "shape"),
    [
        ("nn.softmax", {"axis": -1}, ACT.SOFTMAX, (None, 6)),
        ("math.sigmoid", {}, ACT.SIGMOID, (None, 6)),
        ("nn.relu", {}, ACT.RELU, (None, 6)),
        ("keras.activations.softmax", {}, ACT.SOFTMAX, (None, 6)),
        ("reshape", {"shape": [-1, 2, 3]}, ACT.LINEAR, (None, 2, 3)),
        ("expand_dims", {"axis": -1}, ACT.LINEAR, (None, 6, 1)),
        ("math.multiply", {"y": 2.0}, ACT.LINEAR, (None, 6)),
        ("__operators__.add", {"y": ["d", 0, 0]}, ACT.LINEAR, (None, 6)),
        ("__operators__.add", {"y": ["s", 0, 0]}, ACT.UNKNOWN, (None, 6)),
        ("math.add", {"y": [1.0, 2.0]}, ACT.LINEAR, None),
        ("math.no_such_function", {}, ACT.UNKNOWN, None),
    ],
)
def test_function_of_tensorflow_in_keras_2(function, kwargs, activation, shape):
    last = legacy("TFOpLambda", "o", function=function)
    last["inbound_nodes"] = [["d", 0, 0, kwargs]]
    layers = [
        legacy("InputLayer", "x", batch_input_shape=[None, 4]),
        legacy("Dense", "d", "x", units=6),
        legacy("Dense", "s", "x", units=6, activation="sigmoid"),
        last,
    ]
    (found,) = described(functional(layers, "o"), keras="2.15.0").heads

    assert (found.activation, found.shape) == (activation, shape)


def test_constant_may_come_first_in_keras_2():
    last = legacy("TFOpLambda", "o", function="math.multiply")
    last["inbound_nodes"] = [["_CONSTANT_VALUE", -1, 2, {"y": ["d", 0, 0]}]]
    layers = [legacy("InputLayer", "x"), legacy("Dense", "d", "x", units=6), last]
    model = described(functional(layers, "o"), keras="2.15.0")

    assert model.heads[0].activation is ACT.LINEAR
    assert "broken-graph" not in kinds(model)


def test_graph_node_of_tensorflow_2_3():
    last = legacy("TensorFlowOpLayer", "o", "d", node_def={"op": "Softmax"})
    layers = [legacy("InputLayer", "x"), legacy("Dense", "d", "x", units=6), last]
    (found,) = described(functional(layers, "o"), keras="2.4.0").heads

    assert (found.activation, found.units) == (ACT.SOFTMAX, 6)
    assert dict(found.origins)["activation"].endswith("/config/node_def/op")


# Names, outputs and nested models

TWO = [x(), dense("a", "x", units=1), dense("b", "x", units=2)]


@pytest.mark.parametrize(
    ("outputs", "names"),
    [
        (["a", 0, 0], ["a"]),
        ([["a", 0, 0]], ["a"]),
        ([["a", 0, 0], ["b", 0, 0]], ["a", "b"]),
        ({"q": ["b", 0, 0], "p": ["a", 0, 0]}, ["p", "q"]),
        ([["a", 0, 0], ["a", 0, 0], ["a", 0, 0]], ["a", "a_1", "a_2"]),
        ({"p": [["a", 0, 0], ["b", 0, 0]]}, ["p/a", "p/b"]),
        ([[["a", 0, 0]], {"k": ["b", 0, 0]}], ["0/a", "1/k"]),
    ],
)
def test_head_has_the_name_that_keras_has_for_its_loss(outputs, names):
    model = described(functional(TWO, outputs))

    assert [found.name for found in model.heads] == names


def test_output_of_a_missing_layer_is_told():
    model = described(functional(TWO, [["a", 0, 0], ["z", 0, 0]]))

    assert [found.units for found in model.heads] == [1, None]
    problem = next(p for p in model.problems if p.kind == "broken-graph")
    assert (problem.head, "'z'" in problem.message) == ("z", True)


@pytest.mark.parametrize("outputs", [None, 5, "a", [], {}, [[]], ["a", "b", "c"]])
def test_model_without_outputs_is_told(outputs):
    saved = functional(TWO, None)
    saved["config"]["output_layers"] = outputs
    model = described(saved)

    assert (model.heads, kinds(model)) == ((), ["uncompiled", "broken-graph"])
    assert model.opaque is not None


def test_layer_called_twice_follows_the_call():
    shared = layer("Dropout", "s")
    shared["inbound_nodes"] = [call("p"), call("q")]
    layers = [
        x(),
        dense("p", "x", units=1, activation="sigmoid"),
        dense("q", "x", units=2, activation="softmax"),
        shared,
    ]
    model = described(functional(layers, [["s", 0, 0], ["s", 1, 0]]))

    assert [found.layer for found in model.heads] == ["p", "q"]
    assert [found.units for found in model.heads] == [1, 2]


def test_output_of_a_nested_model_is_told_by_its_index():
    inner = functional(
        [
            x(5, name="i"),
            dense("na", "i", units=2, activation="sigmoid"),
            dense("nb", "i", units=3, activation="softmax"),
        ],
        [["na", 0, 0], ["nb", 0, 0]],
        ["i", 0, 0],
        name="two",
    )
    layers = [x(), dense("h", "x", units=5), inside(inner, "two", "h")]
    model = described(functional(layers, [["two", 1, 1], ["two", 1, 0]]))

    assert [found.layer for found in model.heads] == ["two/nb", "two/na"]
    assert [found.shape for found in model.heads] == [(None, 3), (None, 2)]
    assert [found.name for found in model.heads] == ["two", "two_1"]


def test_nested_model_that_only_passes_on_is_left_again():
    inner = sequential(x(3), layer("Dropout", "o"), layer("Softmax", "s"), name="top")
    layers = [x(), dense("d", "x", activation="relu"), inside(inner, "top", "d")]
    (found,) = described(functional(layers, [["top", 0, 0]])).heads

    assert (found.layer, found.activation) == ("top/s", ACT.SOFTMAX)
    assert found.inner_activations == (ACT.RELU,)


@pytest.mark.parametrize("keras", ["2.15.0", "3.15.1"])
def test_shared_nested_model_follows_the_call(keras):
    inner = functional([x(3, name="i"), layer("Dropout", "o", "i")], "o", ["i", 0, 0])
    saved = inside(inner, "two", "p", "q")
    if keras.startswith("2"):
        saved["inbound_nodes"] = [[["p", 0, 0, {}]], [["q", 0, 0, {}]]]
    layers = [x(), dense("p", "x", units=1), dense("q", "x", units=2), saved]
    model = described(functional(layers, [["two", 1, 0], ["two", 2, 0]]), keras=keras)

    assert [found.layer for found in model.heads] == ["p", "q"]


def test_sequential_without_input_takes_the_shape_it_was_built_with():
    saved = sequential(layer("Flatten", "f"), dense("d"))
    saved["config"]["build_input_shape"] = [None, 2, 2]

    (found,) = described(saved).heads
    assert (found.units, found.shape) == (3, (None, 3))


def test_unbuilt_sequential_has_the_rank_that_its_layers_fix():
    found = head(layer("Flatten", "f"), dense("d"))

    assert (found.units, found.shape) == (3, (None, 3))


def test_unbuilt_sequential_has_units_but_no_shape():
    found = head(layer("Dropout", "f", rate=0.5), dense("d"))

    assert (found.units, found.shape) == (3, None)


def test_dense_after_an_unknown_layer_has_units_but_no_shape():
    found = head(x(), layer("Mine", "m"), dense("d"))

    assert (found.units, found.shape) == (3, None)


def test_layers_of_the_oldest_sequential_are_a_bare_list():
    saved = {"class_name": "Sequential", "config": [legacy("Dense", "d", units=2)]}
    saved["config"][0]["config"]["batch_input_shape"] = [None, 4]

    (found,) = described(saved, keras="2.2.0").heads
    assert (found.units, found.shape) == (2, (None, 2))


def test_tuples_of_a_saved_model_are_unwrapped():
    shape = {"class_name": "__tuple__", "items": [None, 4]}
    found = head(legacy("InputLayer", "x", batch_input_shape=shape), dense("d"))

    assert found.shape == (None, 3)


def test_class_of_the_users_own_is_opaque():
    saved = {"module": "m", "class_name": "Net", "config": {"units": 3}}
    saved["registered_name"] = "kc_demo>Net"
    model = described(saved, {"loss": "mse", "metrics": ["accuracy"]})

    assert model.model_class == "kc_demo>Net"
    assert "kc_demo>Net" in model.opaque
    (found,) = model.heads
    assert (found.name, found.units, found.activation) == ("output", None, ACT.UNKNOWN)
    assert found.loss.kind is LossKind.REGRESSION


def test_users_own_class_around_a_known_graph_is_read():
    saved = functional(TWO, "a")
    saved |= {"module": "m", "class_name": "Net", "registered_name": "kc_demo>Net"}
    model = described(saved)

    assert (model.model_class, model.opaque) == ("kc_demo>Net", None)
    assert model.heads[0].units == 1


@pytest.mark.parametrize("units", ["3", -1, 0, 1e308, True, None, [3], math.inf])
def test_odd_width_is_told(units):
    model = described(sequential(x(), dense("d", units=units)))

    assert model.heads[0].units is None
    assert "odd-value" in kinds(model)


def test_whole_float_is_a_width():
    assert head(x(), dense("d", units=3.0)).units == 3


# Where facts stand


def test_origins_point_at_the_values():
    training = {
        "loss": {
            "class_name": "BinaryCrossentropy",
            "config": {"from_logits": True},
        },
        "metrics": ["accuracy", "mse"],
    }
    found = head(x(), dense("d", activation="sigmoid"), training=training)

    assert dict(found.origins) == {
        "activation": "config.json: /config/layers/1/config/activation",
        "units": "config.json: /config/layers/1/config/units",
        "loss": "config.json: /compile_config/loss",
        "loss.from_logits": "config.json: /compile_config/loss/config/from_logits",
        "metrics": "config.json: /compile_config/metrics",
        "metrics.0": "config.json: /compile_config/metrics/0",
        "metrics.1": "config.json: /compile_config/metrics/1",
    }


def test_default_has_no_origin_of_its_own():
    found = head(x(), dense("d"), training={"loss": "bce"})

    assert found.origin("loss.from_logits") == "config.json: /compile_config/loss"
    assert found.origin("activation") == "config.json: /config/layers/1/config"


def test_key_is_escaped_in_a_pointer():
    outputs = {"a/b~": ["a", 0, 0], "c": ["b", 0, 0]}
    model = described(functional(TWO, outputs), {"loss": {"a/b~": "mse", "c": "mse"}})

    assert model.heads[0].origin("loss") == "config.json: /compile_config/loss/a~1b~0"


# Losses


def loss_of(saved, **config):
    return head(x(), dense("d", **config), training={"loss": saved}).loss


FUNCTION = {
    "module": "builtins",
    "class_name": "function",
    "registered_name": "function",
}


@pytest.mark.parametrize(
    ("saved", "name", "given"),
    [
        ("mse", "MeanSquaredError", "string"),
        ("BinaryCrossentropy", "BinaryCrossentropy", "string"),
        ("kullback_leibler_divergence", "KLDivergence", "string"),
        ({**FUNCTION, "config": "hinge"}, "Hinge", "function"),
        (
            {
                "module": "keras.losses",
                "class_name": "function",
                "config": "poisson",
                "registered_name": "poisson",
            },
            "Poisson",
            "function",
        ),
        ({"class_name": "Huber", "config": {"delta": 2.0}}, "Huber", "object"),
        (
            {
                "class_name": "LossFunctionWrapper",
                "config": {"fn": "log_cosh", "name": "l"},
            },
            "LogCosh",
            "object",
        ),
    ],
)
def test_loss_is_known_in_every_form_it_is_saved_in(saved, name, given):
    loss = loss_of(saved)

    assert (loss.name, loss.given) == (name, given)
    assert loss.kind is not LossKind.CUSTOM


@pytest.mark.parametrize(
    ("saved", "name", "given"),
    [
        ("my_loss", "my_loss", "function"),
        ("<lambda>", "<lambda>", "lambda"),
        ({**FUNCTION, "config": "my_loss"}, "my_loss", "function"),
        ({**FUNCTION, "config": "kc_demo>reg"}, "kc_demo>reg", "function"),
        (
            {"module": "m", "class_name": "function", "config": "mse"},
            "mse",
            "function",
        ),
        (
            {"class_name": "__lambda__", "config": {"value": ["4wI="]}},
            "<lambda>",
            "lambda",
        ),
        (
            {"module": "functools", "class_name": "partial", "config": "bce"},
            "bce",
            "partial",
        ),
        (
            {
                "module": "m",
                "class_name": "Huber",
                "registered_name": "kc_demo>Huber",
                "config": {"k": 7},
            },
            "kc_demo>Huber",
            "object",
        ),
        ({"class_name": "Mine", "config": None}, "Mine", "object"),
        (5, "unknown", "unknown"),
        ({"class_name": 3}, "unknown", "unknown"),
    ],
)
def test_loss_that_is_not_keras_s_is_custom(saved, name, given):
    loss = loss_of(saved)

    assert (loss.name, loss.kind, loss.given) == (name, LossKind.CUSTOM, given)
    assert loss.from_logits is None


def test_arguments_of_a_loss_are_kept():
    loss = loss_of(
        {
            "class_name": "CategoricalFocalCrossentropy",
            "config": {
                "name": "n",
                "reduction": "auto",
                "axis": -1,
                "fn": "categorical_focal_crossentropy",
                "from_logits": True,
                "label_smoothing": 0.1,
                "alpha": [0.25],
                "gamma": [1.0, 2.0],
            },
        }
    )

    assert loss.from_logits is True
    assert loss.arguments == (
        ("alpha", (0.25,)),
        ("gamma", (1.0, 2.0)),
        ("label_smoothing", 0.1),
    )
    assert (loss.argument("alpha"), loss.argument("gamma")) == (0.25, "[1.0, 2.0]")


@pytest.mark.parametrize("reduction", ["sum", "none", None, "mean_with_sample_weight"])
def test_how_a_loss_is_reduced_is_kept_where_it_is_no_default(reduction):
    loss = loss_of({"class_name": "Huber", "config": {"reduction": reduction}})
    assert loss.arguments == (("reduction", reduction),)


def test_the_axis_of_an_overlap_is_kept_where_it_is_not_all():
    loss = loss_of({"class_name": "Dice", "config": {"axis": -1}})
    assert loss.arguments == (("axis", -1),)


def test_a_number_in_a_list_that_is_none_is_told():
    config = {"alpha": [0.5, float("nan")]}
    assert loss_of({"class_name": "Tversky", "config": config}).arguments == ()


@pytest.mark.parametrize(
    ("told", "known"),
    [(True, True), (False, False), (1, True), ("yes", None), ([], None)],
)
def test_odd_from_logits_is_unknown(told, known):
    saved = {"class_name": "BinaryCrossentropy", "config": {"from_logits": told}}

    assert loss_of(saved).from_logits is known


@pytest.mark.parametrize("value", [math.nan, math.inf, [math.nan]])
def test_number_that_is_not_finite_is_told(value):
    saved = {"class_name": "BinaryCrossentropy", "config": {"label_smoothing": value}}
    model = described(sequential(x(), dense("d")), {"loss": saved})

    assert "odd-value" in kinds(model)
    assert model.heads[0].loss.arguments == ()


def test_crossentropy_by_shape_is_binary_on_one_unit():
    assert loss_of("crossentropy", units=1).name == "BinaryCrossentropy"


def test_crossentropy_by_shape_is_left_open_on_more_units():
    assert loss_of("ce", units=3).kind is LossKind.CUSTOM


def losses(training_loss, outputs=(["a", 0, 0], ["b", 0, 0]), keras="3.15.1", **more):
    training = {"loss": training_loss, **more}
    return described(functional(TWO, outputs), training, keras=keras)


def names(model):
    return [found.loss and found.loss.name for found in model.heads]


MSE, MAE = "MeanSquaredError", "MeanAbsoluteError"
DICT = {"p": ["a", 0, 0], "q": ["b", 0, 0]}


@pytest.mark.parametrize(
    ("saved", "outputs", "expected"),
    [
        ("mse", [["a", 0, 0], ["b", 0, 0]], [MSE, MSE]),
        (["mse", "mae"], [["a", 0, 0], ["b", 0, 0]], [MSE, MAE]),
        (["mse", None], [["a", 0, 0], ["b", 0, 0]], [MSE, None]),
        ({"b": "mae", "a": "mse"}, [["a", 0, 0], ["b", 0, 0]], [MSE, MAE]),
        ({"a": "mse", "b": None}, [["a", 0, 0], ["b", 0, 0]], [MSE, None]),
        ({"p": "mse", "q": "mae"}, DICT, [MSE, MAE]),
        ({"q": "mae"}, DICT, [None, MAE]),
        ({"a": "mse", "b": "mae"}, DICT, [MSE, MAE]),
        (["mse", "mae"], DICT, [MSE, MAE]),
        ([["mse"], {"k": "mae"}], [[["a", 0, 0]], {"k": ["b", 0, 0]}], [MSE, MAE]),
        ({"class_name": "__tuple__", "items": ["mse", "mae"]}, DICT, [MSE, MAE]),
        (
            {"class_name": "__tuple__", "config": {"value": ["mse", "mae"]}},
            [["a", 0, 0], ["b", 0, 0]],
            [MSE, MAE],
        ),
        (None, [["a", 0, 0], ["b", 0, 0]], [None, None]),
    ],
)
def test_each_head_gets_its_loss(saved, outputs, expected):
    model = losses(saved, outputs)

    assert names(model) == expected
    assert kinds(model) == []


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (["mse"], [MSE, None]),
        (["mse", "mae", "mse"], [MSE, MAE]),
        ({"a": "mse", "z": "mae"}, [MSE, None]),
        ({"a": "mse"}, [MSE, None]),
    ],
)
def test_losses_out_of_step_with_the_heads_are_told(saved, expected):
    model = losses(saved)

    assert names(model) == expected
    assert kinds(model) == ["loss-mismatch"]
    assert "'a', 'b'" in model.problems[0].message


def test_keras_2_takes_a_dict_that_leaves_heads_out():
    assert kinds(losses({"a": "mse"}, keras="2.15.0")) == []


def test_the_first_of_several_losses_on_one_head_trains_it():
    model = described(sequential(x(), dense("d")), {"loss": ["mse", "mae"]})

    assert model.heads[0].loss.name == "MeanSquaredError"
    assert model.heads[0].spare_losses == ("MeanAbsoluteError",)
    assert kinds(model) == []


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([0.3, 0.7], [0.3, 0.7]),
        ({"b": 2}, [None, 2.0]),
        ([1, None], [1.0, None]),
        ([1, math.nan], [1.0, None]),
        ([1, "2"], [1.0, None]),
        (None, [None, None]),
    ],
)
def test_each_head_gets_its_loss_weight(weights, expected):
    model = losses("mse", loss_weights=weights)

    assert [found.loss_weight for found in model.heads] == expected
    assert ("odd-value" in kinds(model)) == (
        weights in ([1, "2"],) or "nan" in str(weights)
    )


def test_user_defined_compile_config_is_told():
    model = described(sequential(x(), dense("d")), {"my_loss": "mse"})

    assert model.compiled is None
    assert kinds(model) == ["own-compile-config"]
    assert model.heads[0].metrics is None


def test_model_without_compile_settings_is_not_compiled():
    assert described(sequential(x(), dense("d"))).compiled is False


def test_file_that_can_not_tell_is_neither_compiled_nor_not():
    problem = Problem(kind="architecture-only", message="left out")

    assert described(sequential(x(), dense("d")), problems=(problem,)).compiled is None


@pytest.mark.parametrize("training", [5, "mse", ["mse"], True])
def test_compile_settings_that_are_no_object_are_told(training):
    model = described(sequential(x(), dense("d")), training)

    assert (model.compiled, kinds(model)) == (None, ["odd-value"])


def test_weights_alone_have_no_heads():
    problem = Problem(kind="weights-only", message="weights, no model")
    model = described(None, problems=(problem,))

    assert (model.heads, model.opaque) == ((), "weights, no model")
    assert kinds(model) == ["weights-only"]


@pytest.mark.parametrize(
    ("saved", "name"),
    [
        ("adam", "Adam"),
        ("rmsprop", "RMSprop"),
        ({"class_name": "Custom>SGD", "config": {}}, "SGD"),
        (
            {
                "class_name": "LossScaleOptimizerV3",
                "config": {"inner_optimizer": {"class_name": "Custom>Adam"}},
            },
            "Adam",
        ),
        ({"class_name": "Mine", "config": {}}, "Mine"),
        (7, None),
    ],
)
def test_optimizer_is_named_by_its_class(saved, name):
    training = {"loss": "mse", "optimizer": saved}

    assert described(sequential(x(), dense("d")), training).optimizer == name


# Metrics


def metrics_of(*saved, units=3, keras="3.15.1"):
    training = {"loss": "mse", "metrics": list(saved)}
    return head(x(), dense("d", units=units), training=training, keras=keras).metrics


def test_accuracy_stays_open_where_labels_decide():
    (metric,) = metrics_of("accuracy")

    assert (metric.compiled, metric.resolved, metric.frozen) == (
        "accuracy",
        None,
        False,
    )


def test_accuracy_is_binary_on_one_unit():
    assert metrics_of("acc", units=1)[0].resolved == "BinaryAccuracy"


def test_function_called_accuracy_is_not_resolved_by_shape():
    (metric,) = metrics_of({**FUNCTION, "config": "accuracy"}, units=1)

    assert (metric.resolved, metric.given) == ("Accuracy", "function")


def test_metric_object_keeps_its_arguments():
    config = {"name": "p", "dtype": "float32", "thresholds": [0.2], "class_id": None}
    (metric,) = metrics_of({"class_name": "Precision", "config": config})

    assert (metric.compiled, metric.resolved, metric.name) == ("Precision",) * 2 + (
        "p",
    )
    assert metric.arguments == (("class_id", None), ("thresholds", (0.2,)))
    assert metric.argument("thresholds") == 0.2


def wrapper(name, fn):
    return {"class_name": "MeanMetricWrapper", "config": {"name": name, "fn": fn}}


def test_accuracy_that_keras_2_froze_is_no_choice_of_the_user():
    (metric,) = metrics_of(wrapper("accuracy", "categorical_accuracy"), keras="2.15.0")

    assert (metric.compiled, metric.resolved) == ("accuracy", "CategoricalAccuracy")
    assert metric.frozen


@pytest.mark.parametrize(
    "fn", ["mean_absolute_error", {**FUNCTION, "config": "mean_absolute_error"}]
)
def test_wrapped_function_is_the_metric(fn):
    (metric,) = metrics_of(wrapper("mae", fn), keras="2.15.0")

    assert (metric.compiled, metric.name, metric.frozen) == (MAE, "mae", False)


@pytest.mark.parametrize(
    ("saved", "name"),
    [
        ("my_metric", "my_metric"),
        (wrapper("m", "my_metric"), "my_metric"),
        ({**FUNCTION, "config": "my_metric"}, "my_metric"),
        (
            {
                "module": "m",
                "class_name": "AUC",
                "registered_name": "AUC",
                "config": {"k": 7},
            },
            "AUC",
        ),
        ({"class_name": "kc_demo>Mine", "config": {}}, "kc_demo>Mine"),
        (5, "unknown"),
    ],
)
def test_metric_of_the_users_own_is_not_built_in(saved, name):
    (metric,) = metrics_of(saved)

    assert (metric.compiled, metric.resolved, metric.builtin) == (name, None, False)


def compiled_metrics(saved, keras="3.15.1", outputs=None, **more):
    model = described(
        functional(TWO, outputs or [["a", 0, 0], ["b", 0, 0]]),
        {"loss": "mse", "metrics": saved, **more},
        keras=keras,
    )
    found = [h.metrics and [m.compiled for m in h.metrics] for h in model.heads]
    return found, kinds(model)


@pytest.mark.parametrize(
    ("saved", "outputs", "expected"),
    [
        (["mse", "mae"], None, [[MSE], [MAE]]),
        ([["mse", "mae"], None], None, [[MSE, MAE], ()]),
        ([["mse"], ["mae"]], None, [[MSE], [MAE]]),
        ({"b": ["mae"]}, None, [(), [MAE]]),
        ({"p": "mse", "q": ["mae", "acc"]}, DICT, [[MSE], [MAE, "acc"]]),
        (None, None, [(), ()]),
        ([], None, [(), ()]),
    ],
)
def test_each_head_gets_its_metrics_in_keras_3(saved, outputs, expected):
    assert compiled_metrics(saved, outputs=outputs) == (expected, [])


@pytest.mark.parametrize("saved", [["mse"], ["mse", "mae", "acc"], {"z": ["mse"]}])
def test_metrics_out_of_step_with_the_heads_are_told(saved):
    assert compiled_metrics(saved) == ([None, None], ["metric-mismatch"])


def test_flat_list_of_metrics_is_for_every_head_in_keras_2():
    found = compiled_metrics(["mse", "mae"], keras="2.15.0")

    assert found == ([[MSE, MAE], [MSE, MAE]], [])


def test_output_name_before_a_metric_in_keras_2_is_left_out():
    saved = [[wrapper("a_accuracy", "binary_accuracy")], []]
    model = losses("mse", keras="2.15.0", weighted_metrics=saved)

    (metric,) = model.heads[0].metrics
    assert (metric.name, metric.compiled, metric.weighted) == ("accuracy",) * 2 + (
        True,
    )


def test_weighted_metrics_come_after_the_others():
    training = {"loss": "mse", "metrics": ["mse"], "weighted_metrics": ["mae"]}
    metrics = head(x(), dense("d"), training=training).metrics

    assert [(m.compiled, m.weighted) for m in metrics] == [(MSE, False), (MAE, True)]


def test_metric_on_its_own_stands_where_it_is_saved():
    training = {"loss": "mse", "metrics": "mae"}
    found = head(x(), dense("d"), training=training)

    assert found.origin("metrics") == "config.json: /compile_config/metrics"


def test_dict_of_metrics_on_one_head_is_for_that_head():
    training = {"loss": "mse", "metrics": {"anything": ["mse", "mae"]}}

    assert len(head(x(), dense("d"), training=training).metrics) == 2


# Hostile graphs


def seconds_of(architecture):
    start = time.process_time()
    model = described(architecture)
    return model, time.process_time() - start


def test_long_chain_is_walked_without_recursion():
    count = 20_000
    layers = [x(), dense("l0", "x", activation="softmax")]
    layers += [layer("Dropout", f"l{i}", f"l{i - 1}") for i in range(1, count)]
    model, seconds = seconds_of(functional(layers, f"l{count - 1}"))

    (found,) = model.heads
    assert (found.activation, found.shape) == (ACT.SOFTMAX, (None, 3))
    assert len(found.layers_after) <= 32
    assert seconds < 5


def test_diamonds_in_a_row_are_linear():
    layers = [x(), dense("j0", "x")]
    for i in range(60):
        layers += [
            layer("Identity", f"p{i}", f"j{i}"),
            layer("Identity", f"q{i}", f"j{i}"),
            layer("Add", f"j{i + 1}", f"p{i}", f"q{i}"),
        ]
    model, seconds = seconds_of(functional(layers, "j60"))

    assert model.heads[0].activation is ACT.LINEAR
    assert model.heads[0].shape == (None, 3)
    assert seconds < 5


@pytest.mark.parametrize(
    "layers",
    [
        [x(), layer("Dropout", "j", "j")],
        [x(), layer("Add", "j", "k", "x"), layer("Add", "k", "j", "x")],
    ],
)
def test_cycle_ends_as_unknown(layers):
    (found,) = described(functional(layers, "j")).heads

    assert (found.activation, found.shape) == (ACT.UNKNOWN, None)


def doubling(depth):
    """Return a model that calls a model twice that calls a model twice …"""
    model = functional([x(name="i"), layer("Dropout", "o", "i")], "o", ["i", 0, 0])
    for _ in range(depth):
        inner = inside(model, "in", "i", tensor("in", 1))
        model = functional([x(name="i"), inner], [["in", 2, 0]], ["i", 0, 0])
    return model


def test_calls_of_calls_are_bounded():
    network = network_of(doubling(40), "")
    ((_, end),) = outlets(network)
    walk = Walk(steps=2_000)
    output = output_of(walk, Scope(network), end)

    assert walk.exhausted
    assert output.facts.activation is ACT.UNKNOWN


def test_walk_that_is_cut_short_is_told(monkeypatch):
    monkeypatch.setattr(Walk.__init__, "__kwdefaults__", {"steps": 3})
    layers = [x(), dense("a", "x"), dense("b", "a"), layer("Dropout", "c", "b")]
    model = described(functional(layers, "c"))

    assert "graph-too-large" in kinds(model)


def test_many_heads_are_bounded():
    model, seconds = seconds_of(functional(TWO, [["a", 0, 0]] * 50_000))

    assert len(model.heads) == 1_000
    assert "graph-too-large" in kinds(model)
    assert seconds < 5


@pytest.mark.parametrize("keras", ["2.15.0", "3.15.1"])
def test_many_losses_and_metrics_are_bounded(keras):
    names = [f"n{i}" for i in range(2_000)]
    outputs = {name: ["a", 0, 0] for name in names}
    training = {
        "loss": dict.fromkeys(names[::-1], "mse"),
        "metrics": ["mse"] * 20_000,
        "weighted_metrics": {name: ["mae"] * 200 for name in names[:20]},
    }
    start = time.perf_counter()
    model = described(functional(TWO, outputs), training, keras=keras)

    assert all(found.loss is not None for found in model.heads)
    assert time.perf_counter() - start < 60


ODD = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 3, 10**30, 1.5, math.nan, math.inf, 1e308),
        *("", "x", "softmax", "3", "<lambda>", "\ud800", "(a+)+$", "{0.__class__}"),
        *([], [[]], [None], {}, {"a": 1}, ["x", 0, 0], ["d", 0, 0], [1, 2, 3]),
        {"class_name": 3},
        {"class_name": "function", "config": 3},
        {"class_name": "__tuple__", "items": [1]},
        {"class_name": "Sequential", "config": {"layers": []}},
        {"class_name": "__keras_tensor__", "config": None},
        {"class_name": "__keras_tensor__", "config": {"keras_history": ["d", 0, 0]}},
        {"class_name": "Lambda", "config": {"function": ["4wE=", None, None]}},
    ]
)


def places(value):
    """Return the path of every value inside a JSON value."""
    found, stack = [], [(value, ())]
    while stack:
        inner, path = stack.pop()
        if path:
            found.append(path)
        if isinstance(inner, dict):
            stack += [(v, (*path, k)) for k, v in inner.items()]
        elif isinstance(inner, list):
            stack += [(v, (*path, k)) for k, v in enumerate(inner)]
    return found


def changed(draw, value):
    """Return a copy of a JSON value with one value in it changed, or left out."""
    value = copy.deepcopy(value)
    paths = places(value)
    if not paths:
        return value
    *steps, last = draw(st.sampled_from(paths))
    inner = value
    for step in steps:
        inner = inner[step]
    if draw(st.booleans()) and draw(st.booleans()):
        del inner[last]
    else:
        inner[last] = copy.deepcopy(draw(ODD))
    return value


def real_containers():
    manifest = json.loads((ARTEFACTS / "manifest.json").read_bytes())["artefacts"]
    opened = [open_container(ARTEFACTS / told["path"]) for told in manifest]
    return [found for found in opened if found.architecture is not None]


REAL = real_containers()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_config_whatever_raises(data):
    container = data.draw(st.sampled_from(REAL))
    architecture, training = container.architecture, container.training
    for _ in range(data.draw(st.integers(1, 4))):
        if training and data.draw(st.booleans()):
            training = changed(data.draw, training)
        else:
            architecture = changed(data.draw, architecture)
    mutant = replace(container, architecture=architecture, training=training)

    model = describe_config(mutant, "m.keras")

    assert hash(model) is not None
    assert model == describe_config(mutant, "m.keras")


@pytest.mark.parametrize("container", REAL, ids=lambda found: found.member)
def test_every_origin_is_a_place_in_the_file(container):
    document = {}
    for value, at in (
        (container.training, container.training_at),
        (container.architecture, container.architecture_at),
    ):
        if at:
            document[at[1:]] = value
        else:
            document |= value
    for found in describe_config(container, "m").heads:
        for fact, origin in found.origins:
            inner = document
            for step in origin.removeprefix(f"{container.member}: /").split("/"):
                inner = inner[int(step) if isinstance(inner, list) else step]
            if fact == "loss.from_logits":
                assert inner is found.loss.from_logits
