"""Functional subclasses whose `get_config` leaves the graph out, as tasks have it."""

import pytest

from kerascheck.model.description import Activation
from kerascheck.readers.live import read_live

keras = pytest.importorskip("keras")
tf_keras = pytest.importorskip("tf_keras")


def task(k, outputs=None):
    """Return a model that is made of another one and saves its arguments alone."""

    class Task(k.Model):
        def __init__(self, backbone, units, **options):
            x = backbone.inputs[0]
            made = k.layers.Dense(units, "softmax", name="head")(backbone(x))
            super().__init__(inputs=x, outputs=outputs(made) if outputs else made)
            self.backbone = backbone
            self.units = units

        def get_config(self):
            return {"units": self.units}

    x = k.Input((8, 8, 3))
    body = k.layers.GlobalAveragePooling2D()(k.layers.Conv2D(4, 3)(x))
    model = Task(k.Model(x, body), 5)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize("k", [keras, tf_keras])
def test_the_heads_are_read_from_the_graph(k):
    described = read_live(task(k))
    (head,) = described.heads
    assert (head.units, head.activation) == (5, Activation.SOFTMAX)
    assert head.shape == (None, 5)
    assert described.opaque is None
    assert described.model_class == "Task"


@pytest.mark.parametrize("k", [keras, tf_keras])
def test_the_keys_of_outputs_name_the_heads(k):
    model = task(k, outputs=lambda made: {"kind": made})
    assert [head.name for head in read_live(model).heads] == ["kind"]


@pytest.mark.parametrize("k", [keras, tf_keras])
def test_reading_the_graph_leaves_the_model_as_it_was(k):
    model = task(k)
    head = model.get_layer("head")
    before = len(head._inbound_nodes), len(head._outbound_nodes), len(model.layers)
    read_live(model)
    after = len(head._inbound_nodes), len(head._outbound_nodes), len(model.layers)
    assert before == after


@pytest.mark.parametrize("k", [keras, tf_keras])
def test_a_sequential_model_is_read_from_its_graph(k):
    class Own(k.Sequential):
        def get_config(self):
            return {"units": 1}

    model = Own([k.Input((8,)), k.layers.Dense(1, "softmax")])
    model.compile("adam", "binary_crossentropy")
    (head,) = read_live(model).heads
    assert (head.units, head.activation) == (1, Activation.SOFTMAX)


def test_a_model_of_python_code_stays_unknown():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = keras.layers.Dense(1)

        def call(self, x):
            return self.head(x)

    model = Own()
    model.compile("adam", "mse")
    assert read_live(model).opaque is not None
