"""A live model is described as the file that `save` makes of it."""

import re
from dataclasses import replace

import pytest

from tests.live.twins import CASES, FIXTURES, twin

keras = pytest.importorskip("keras")

from kerascheck.model.description import Activation  # noqa: E402
from kerascheck.readers.live import read_live  # noqa: E402
from kerascheck.readers.read import read  # noqa: E402


def _comparable(described):
    heads = tuple(
        replace(h, origins=(), metrics=tuple(map(_thawed, h.metrics or ())))
        for h in described.heads
    )
    return replace(
        described,
        path="",
        format=None,
        backend=None,
        keras_version=None,
        problems=(),
        heads=heads,
    )


def _thawed(metric):
    """Leave out what is of the session, or of Keras 2 when it saves HDF5.

    Keras counts metrics of one class; Keras 2 settles what "accuracy" is.
    """
    name = metric.name and re.sub(r"_\d+$", "", metric.name)
    return replace(metric, frozen=False, resolved=None, name=name)


@pytest.mark.parametrize("name", [n for n in CASES if not n.startswith("file-")])
def test_live_model_is_described_as_its_file(name):
    live = read_live(twin(name))
    saved = read(str(FIXTURES / name / CASES[name].file))
    assert _comparable(live) == _comparable(saved)


def test_format_backend_and_name_are_told():
    model = keras.Sequential([keras.layers.Dense(1)], name="net")
    live = read_live(model)
    assert (live.format, live.path) == ("live", "net")
    assert live.backend == keras.backend.backend()
    assert live.keras_version == keras.__version__


def _subclassed():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.trunk = keras.layers.Dense(4, "relu")
            self.end = keras.layers.Dense(1)

        def call(self, inputs):
            return self.end(self.trunk(inputs))

    model = Own()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def test_subclassed_model_is_opaque_without_inputs():
    assert "user's own" in read_live(_subclassed()).opaque


def test_inputs_show_the_head_of_a_subclassed_model():
    import numpy as np

    model = _subclassed()
    live = read_live(model, np.zeros((100, 4), "float32"))
    assert live.opaque is None
    assert live.heads[0].activation is Activation.LINEAR
    assert live.heads[0].shape == (None, 1)
    assert live.model_class == "Own"


def test_tracing_leaves_no_nodes_in_the_layers_of_the_user():
    import numpy as np

    model = _subclassed()
    read_live(model, np.zeros((2, 4), "float32"))
    assert (model.trunk._inbound_nodes, model.end._inbound_nodes) == ([], [])


def test_loss_that_can_not_be_saved_is_a_custom_one():
    class Closed(keras.losses.Loss):
        def get_config(self):
            raise ValueError("not saved")

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("adam", Closed())
    assert read_live(model).heads[0].loss.name == "Closed"


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (keras.losses.Huber(delta=2.0), ["loss-argument-not-saved"]),
        ([keras.losses.CosineSimilarity(axis=0)], ["loss-argument-not-saved"]),
        (keras.losses.Huber(), []),
        (keras.losses.CosineSimilarity(axis=-1), []),
        ("huber", []),
    ],
)
def test_an_argument_that_saving_loses_is_told(loss, told):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", loss)
    assert [problem.kind for problem in read_live(model).problems] == told


@pytest.mark.parametrize("form", [lambda x: x, lambda x: [x], lambda x: {"out": x}])
def test_an_argument_that_saving_loses_is_one_of_the_live_loss(form):
    layer = keras.layers.Dense(1, name="out")
    model = keras.Sequential([keras.Input((2,)), layer])
    model.compile("adam", form(keras.losses.Huber(delta=2.0)))
    assert read_live(model).heads[0].loss.argument("delta") == 2.0
