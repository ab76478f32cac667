"""What is used of Keras's private parts is there, in Keras 3 and in tf_keras."""

import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import kerascheck
from kerascheck.keras_api import internals

X = np.zeros((8, 4), "float32")


@pytest.fixture(params=["keras", "tf_keras"])
def keras(request):
    return pytest.importorskip(request.param)


@pytest.fixture
def model(keras):
    inner = keras.Sequential([keras.layers.Dense(2, name="a")], name="inner")
    start = keras.Input((4,), name="start")
    end = keras.layers.Dense(1, name="b")(inner(start))
    return keras.Model(start, end)


def test_the_module_that_defines_the_model_is_known(keras):
    defining = [sys.modules[m] for m in internals.MODEL_MODULES if m in sys.modules]
    classes = [internals.model_and_layer(module) for module in defining]
    assert (keras.Model, keras.layers.Layer) in classes


def test_compile_arguments_are_what_the_user_passed(keras, model):
    loss = keras.losses.Huber(delta=2.0)
    model.compile("sgd", loss, metrics=["accuracy"])
    arguments = internals.compile_arguments(model)
    assert arguments["loss"] is loss
    assert arguments["metrics"] == ["accuracy"]


def test_compile_arguments_can_be_changed_without_changing_the_model(model):
    model.compile("sgd", "mse")
    internals.compile_arguments(model)["loss"] = "mae"
    assert internals.compile_arguments(model)["loss"] == "mse"


def test_a_model_that_is_not_compiled_has_no_compile_arguments(model):
    assert internals.compile_arguments(model) is None


def test_a_loss_says_what_it_passes_to_its_function(keras):
    loss = keras.losses.Huber(delta=2.0)
    assert internals.function_arguments(loss)["delta"] == 2.0
    assert internals.function_arguments("mse") == {}


def test_layers_inside_layers_are_found(model):
    names = {layer.name for layer in internals.layers_of(model)}
    assert {"a", "b", "inner"} <= names


def nodes(model):
    layers = internals.layers_of(model)
    return [(len(x._inbound_nodes), len(x._outbound_nodes)) for x in layers]


def test_a_symbolic_call_leaves_no_nodes(keras, model):
    before = nodes(model)
    with internals.nodes_restored(model):
        model.call(keras.Input((4,)))
        assert nodes(model) != before
    assert nodes(model) == before


def test_nodes_are_restored_after_an_error(keras, model):
    before = nodes(model)
    with suppress(ZeroDivisionError), internals.nodes_restored(model):
        model.call(keras.Input((4,)))
        raise ZeroDivisionError
    assert nodes(model) == before


@pytest.mark.parametrize("steps", [1, 3])
def test_steps_per_call_are_those_of_compile(model, steps):
    model.compile("sgd", "mse", steps_per_execution=steps)
    assert internals.steps_per_call(model) == steps


def test_a_model_without_steps_per_call_makes_one():
    assert internals.steps_per_call(SimpleNamespace(steps_per_execution=None)) == 1


def test_a_step_that_gets_data_alone_leaves_the_variables(keras, model):
    weights = [w.copy() for w in model.get_weights()]
    with internals.variables_filled(model, (iter([X]),)):
        pass
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


class Stateful:
    """Stands for a model of Keras on JAX: what is synced, and from which state."""

    def __init__(self):
        self.synced = []

    def jax_state_sync(self):
        self.synced.append((dict(self._jax_state), self._jax_state_synced))


@pytest.mark.parametrize(
    "kinds",
    [
        ["trainable", "non_trainable", "optimizer", "metrics"],
        ["trainable", "non_trainable", "metrics"],
    ],
    ids=["train", "test"],
)
def test_variables_of_a_step_on_jax_are_filled_for_a_while(kinds):
    model, values = Stateful(), tuple(range(len(kinds)))
    with internals.variables_filled(model, (values, "data")):
        named = {f"{kind}_variables": n for n, kind in enumerate(kinds)}
        assert model.synced == [(named, False)]
        model._jax_state_synced = True
    assert model._jax_state_synced is False


def test_variables_on_jax_stay_filled_after_an_error():
    model = Stateful()
    with suppress(KeyError), internals.variables_filled(model, ((1, 2, 3), "x")):
        model._jax_state_synced = True
        raise KeyError
    assert model._jax_state_synced is True


def test_no_other_module_reaches_into_keras():
    """The names that are private in Keras are written in one module alone."""

    private = ("_flatten_layers", "_inbound_nodes", "_outbound_nodes", "_jax_state")
    private += ("_compile_config.", '"_compile_config"', "_fn_kwargs")
    root = Path(kerascheck.__file__).parent
    using = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(name in path.read_text(encoding="utf-8") for name in private)
    }
    assert using == {"keras_api/internals.py"}
