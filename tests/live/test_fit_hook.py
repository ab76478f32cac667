"""Watching a program: what is seen of its models, and what is left as it was."""

import importlib
import runpy
import sys
from contextlib import nullcontext, suppress
from functools import partial

import numpy as np
import pytest

from kerascheck.live.fit_hook import check_on_fit
from kerascheck.model.errors import UsageError

keras = pytest.importorskip("keras")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")
QUIET = {"verbose": 0}

both = pytest.mark.parametrize("name", ["keras", "tf_keras"])


def module_of(name):
    return pytest.importorskip(name)


def compiled(model, loss="binary_crossentropy", **settings):
    model.compile("adam", loss, **{"run_eagerly": True, **settings})
    return model


def network(module=keras, activation=None, name="net", **settings):
    start = module.layers.InputLayer((4,))
    head = module.layers.Dense(1, activation=activation, name="out")
    return compiled(module.Sequential([start, head], name=name), **settings)


def codes(watched):
    return [finding.code for finding in watched.report]


def seen_of(go, *arguments, **settings):
    """Return what is told while `go(*arguments)` runs."""
    told = []
    with check_on_fit(told.append, **settings):
        go(*arguments)
    return told


# In every form that data comes.


def fed(module):
    base = getattr(module.utils, "PyDataset", None) or module.utils.Sequence

    class Fed(base):
        def __len__(self):
            return 4

        def __getitem__(self, place):
            rows = slice(10 * place, 10 * place + 10)
            return X[rows], Y[rows]

    return Fed()


def dataset(module):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices((X, Y)).batch(10)


def loader(module):
    data = pytest.importorskip("torch.utils.data")
    return data.DataLoader(list(zip(X, Y, strict=True)), batch_size=10)


def batches(module):
    return ((X[place : place + 10], Y[place : place + 10]) for place in (0, 10, 20))


WAYS = {
    "fit": lambda m, _: m.fit(X, Y, batch_size=10, **QUIET),
    "fit-dataset": lambda m, k: m.fit(dataset(k), **QUIET),
    "fit-fed": lambda m, k: m.fit(fed(k), **QUIET),
    "fit-generator": lambda m, k: m.fit(batches(k), **QUIET),
    "fit-loader": lambda m, k: m.fit(loader(k), **QUIET),
    "evaluate": lambda m, _: m.evaluate(X, Y, **QUIET),
    "evaluate-dataset": lambda m, k: m.evaluate(dataset(k), **QUIET),
    "evaluate-fed": lambda m, k: m.evaluate(fed(k), **QUIET),
    "evaluate-generator": lambda m, k: m.evaluate(batches(k), **QUIET),
    "evaluate-loader": lambda m, k: m.evaluate(loader(k), **QUIET),
    "train-on-batch": lambda m, _: m.train_on_batch(X, Y),
    "test-on-batch": lambda m, _: m.test_on_batch(X, Y),
}


@pytest.mark.parametrize(
    ("name", "way"),
    [("keras", way) for way in WAYS]
    + [("tf_keras", way) for way in WAYS if "loader" not in way],  # it takes none
)
def test_a_model_is_checked_with_the_labels_that_arrive(name, way):
    module = module_of(name)
    (watched,) = seen_of(WAYS[way], network(module), module)
    assert codes(watched) == ["KC101"]
    assert watched.report.models[0].heads[0].labels.encoding == "binary"
    assert len(watched.x) == len(watched.y)


def test_arrays_are_looked_at_beyond_the_first_batch():
    (watched,) = seen_of(lambda: network().fit(X, Y, batch_size=8, verbose=0))
    assert watched.report.models[0].heads[0].labels.shape == (40,)


def test_a_fit_without_a_step_is_looked_at():
    (watched,) = seen_of(lambda: network().fit(X, Y, epochs=0, verbose=0))
    assert codes(watched) == ["KC101"]


@both
def test_data_without_labels_is_looked_at(name):
    module = module_of(name)

    class Own(module.Model):
        def __init__(self):
            super().__init__(name="own")
            self.head = module.layers.Dense(1)

        def call(self, inputs):
            return self.head(inputs)

        def train_step(self, data):
            return {"loss": 0.0}

    (watched,) = seen_of(lambda: compiled(Own()).fit(X, verbose=0))
    assert watched.y is None
    assert watched.report.models[0].heads[0].labels is None


# Weights of classes and samples.


@both
@pytest.mark.parametrize(
    "weights",
    [{"class_weight": {0: 1.0, 1: 9.0}}, {"sample_weight": np.where(Y, 9.0, 1.0)}],
)
def test_weights_arrive(name, weights):
    model = network(module_of(name))
    (watched,) = seen_of(lambda: model.fit(X, Y, **weights, verbose=0))
    assert watched.report.models[0].heads[0].class_weight == ((0, 1.0), (1, 9.0))


def test_weights_in_batches_arrive():
    batches = ((X, Y, np.where(Y, 9.0, 1.0)) for _ in range(2))
    (watched,) = seen_of(lambda: network().fit(batches, verbose=0))
    assert watched.report.models[0].heads[0].class_weight == ((0, 1.0), (1, 9.0))


# How often, and which models.


def test_a_model_is_looked_at_once():
    model = network()

    def program():
        model.fit(X, Y, validation_data=(X, Y), epochs=2, verbose=0)
        model.evaluate(X, Y, verbose=0)
        model.train_on_batch(X, Y)

    assert len(seen_of(program)) == 1


def test_a_model_is_looked_at_anew_after_compile():
    model = network()

    def program():
        model.train_on_batch(X, Y)
        model.compile("sgd", "mse")
        model.train_on_batch(X, Y)

    assert [w.report.models[0].heads[0].loss.name for w in seen_of(program)] == [
        "BinaryCrossentropy",
        "MeanSquaredError",
    ]


def test_models_named_alike_are_told_apart():
    def program():
        for _ in range(3):
            network().train_on_batch(X, Y)

    assert [w.origin.name for w in seen_of(program)] == ["net", "net (2)", "net (3)"]


def test_a_model_that_was_compiled_before_is_looked_at():
    model = network()
    (watched,) = seen_of(lambda: model.train_on_batch(X, Y))
    assert codes(watched) == ["KC101"]
    assert watched.origin.compiled is None


def test_what_trains_while_it_is_told_is_not_looked_at():
    def train_another(_):
        told.append(network(name="another"))
        told[-1].fit(X, Y, verbose=0)

    told = []
    with check_on_fit(train_another):
        network().train_on_batch(X, Y)
    assert len(told) == 1


@both
def test_a_subclass_may_have_compile_fit_and_a_step_of_its_own(name):
    module = module_of(name)

    class Own(module.Sequential):
        def compile(self, **settings):
            super().compile("adam", "binary_crossentropy", **settings)

        def fit(self, inputs, labels):
            return super().fit(inputs, labels, verbose=0)

        def train_step(self, data):
            steps.append(len(data[0]))
            return super().train_step(data)

    def program():
        start, head = module.layers.InputLayer((4,)), module.layers.Dense(1)
        model = Own([start, head])
        model.compile(run_eagerly=True)
        model.fit(X, Y)

    steps = []
    (watched,) = seen_of(program)
    assert codes(watched) == ["KC101"]
    assert sum(steps) == len(X)
    assert watched.origin.compiled.rpartition(":")[0].endswith("test_fit_hook.py")


# Where a model was made.

NET = """
import {module} as keras

class Own(keras.Model):
    def __init__(self):
        super().__init__(name="net")
        self.out = keras.layers.Dense(
            1, name="out"
        )

    def call(self, inputs):
        return self.out(inputs)

    def compile(self, optimizer):
        super().compile(optimizer, "binary_crossentropy", run_eagerly=True)

model = Own()
model.compile(
    optimizer="adam",
)
import os; os.chdir("elsewhere")
model.evaluate(X, Y, verbose=0)
"""


@both
def test_the_lines_of_compile_and_of_the_head_are_told(name, tmp_path, monkeypatch):
    module_of(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    path = tmp_path / "code" / "net.py"
    path.parent.mkdir()
    path.write_text(NET.format(module=name))
    (watched,) = seen_of(partial(runpy.run_path, str(path), {"X": X, "Y": Y}))
    assert watched.origin == ("net", "code/net.py:18", {"out": "code/net.py:7"})


def test_a_model_that_keras_loads_has_no_line(tmp_path):
    path = tmp_path / "model.keras"
    network(run_eagerly=False).save(path)

    def program():
        keras.models.load_model(path).evaluate(X, Y, verbose=0)

    (watched,) = seen_of(program)
    assert watched.origin.compiled is None
    assert codes(watched) == ["KC101"]


def test_a_model_without_a_file_has_no_line():
    code = "model = network(); model.compile('sgd', 'mse'); model.evaluate(X, Y)"
    names = {"network": network, "X": X, "Y": Y}
    (watched,) = seen_of(exec, code, names)
    assert watched.origin.compiled is None


# Training goes on as if nobody had looked.


def unbuilt(module):
    layers = module.layers
    rest = layers.Dropout(0.5), layers.Dense(1, activation="sigmoid")
    return module.Sequential([layers.Dense(3), *rest])


def subclassed(module):
    class Own(module.Model):
        def __init__(self):
            super().__init__()
            self.net = unbuilt(module)

        def call(self, inputs, training=None):
            return self.net(inputs, training=training)

    return Own()


def trained(make, module, way, *, watched):
    told = {"metrics": ["accuracy"]}
    if way == "fit" and make is unbuilt:
        told |= {"run_eagerly": False, "steps_per_execution": 3}
    with check_on_fit(lambda _: None) if watched else nullcontext():
        module.utils.set_random_seed(1)
        model = compiled(make(module), **told)
        logs = WAYS[way](model, module)
    return [weights.tobytes() for weights in model.get_weights()], logs


@both
@pytest.mark.parametrize("make", [unbuilt, subclassed])
@pytest.mark.parametrize("way", ["fit", "fit-generator", "train-on-batch"])
def test_watching_leaves_every_weight_as_it_would_be(name, make, way):
    module = module_of(name)
    one, other = (trained(make, module, way, watched=w) for w in (False, True))
    assert one[0] == other[0]
    if way == "fit":
        assert one[1].history == other[1].history


@both
def test_samples_are_pulled_from_a_generator_without_loss(name):
    module = module_of(name)
    model, steps = network(module), []
    noted = module.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: steps.append(batch)
    )

    def program():
        model.fit(batches(module), callbacks=[noted], verbose=0)

    (watched,) = seen_of(program, samples=25)
    assert len(watched.x) == len(watched.y) == 30
    assert steps == [0, 1, 2]


def test_a_generator_without_labels_is_handed_on():
    def batches():
        for _ in range(3):
            fed.append(1)
            yield (X,)

    class Own(keras.Sequential):
        def train_step(self, data):
            return {"loss": 0.0}

    fed = []
    model = compiled(Own([keras.layers.Dense(1)]))
    (watched,) = seen_of(lambda: model.fit(batches(), verbose=0), samples=25)
    assert len(fed) == 3
    assert watched.y is None


# What goes wrong.


class Halt(Exception):
    """Raised by what is told."""


def halt(_):
    raise Halt


@both
@pytest.mark.parametrize("way", ["fit", "fit-dataset", "train-on-batch"])
def test_what_is_raised_leaves_before_a_weight_changes(name, way):
    module = module_of(name)
    model = network(module)
    before = model.get_weights()
    with pytest.raises(Halt), check_on_fit(halt):
        WAYS[way](model, module)
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


@both
def test_an_error_of_keras_before_the_first_step_stays_and_is_told(name):
    model = network(module_of(name))
    told = []
    with pytest.raises(ValueError, match="cardinality"), check_on_fit(told.append):
        model.fit(X, Y[:7], verbose=0)
    (watched,) = told
    assert watched.raised
    assert "KC415" in codes(watched)


@both
def test_an_error_of_keras_in_the_first_step_stays_and_is_told(name):
    model = network(module_of(name), loss="categorical_crossentropy")
    told = []
    with pytest.raises(ValueError, match=r"[Ss]hape"), check_on_fit(told.append):
        model.fit(X, np.eye(3)[np.arange(40) % 3], verbose=0)
    assert not told[0].raised
    assert codes(told[0]) == ["KC203"]


def test_an_error_of_keras_is_not_hidden_by_what_is_told():
    with pytest.raises(ValueError, match="cardinality"), check_on_fit(halt):
        network().fit(X, Y[:7], verbose=0)


def test_wrong_arguments_stay_an_error_of_keras():
    with pytest.raises(TypeError, match="labels"), check_on_fit(halt):
        network().fit(X, labels=Y)


def test_a_model_that_is_not_compiled_stays_an_error_of_keras():
    model = keras.Sequential([keras.layers.Dense(1)])
    told = []
    with pytest.raises(ValueError, match="compile"), check_on_fit(told.append):
        model.fit(X, Y, verbose=0)
    assert codes(told[0]) == ["KC005"]


@pytest.mark.parametrize("error", [UsageError("no such rule"), RuntimeError("a fault")])
def test_a_check_that_fails_lets_the_program_go_on(error):
    def check(*_, **__):
        raise error

    model = network()
    (watched,) = seen_of(lambda: model.fit(X, Y, verbose=0), check=check)
    assert watched.report is None
    assert str(error) in watched.why
    assert model.optimizer.iterations.numpy() == 2


# Nothing is left.

EXCHANGED = (
    *("compile", "fit", "evaluate", "train_on_batch", "test_on_batch"),
    *("make_train_function", "make_test_function", "__new__"),
)


def methods(module):
    kinds = [*module.Model.__mro__, module.layers.Layer]
    return [vars(kind).get(name) for kind in kinds for name in EXCHANGED]


@both
@pytest.mark.parametrize("tell", [lambda _: None, halt])
def test_every_class_has_its_own_methods_afterwards(name, tell):
    module = module_of(name)
    before, finders = methods(module), list(sys.meta_path)
    with suppress(Halt), check_on_fit(tell):
        assert methods(module) != before
        network(module).train_on_batch(X, Y)
    assert all(a is b for a, b in zip(before, methods(module), strict=True))
    assert sys.meta_path == finders


def test_a_model_keeps_nothing_of_it():
    model = network()
    seen_of(lambda: model.fit(X, Y, verbose=0))
    assert "kerascheck" not in model.train_function.__module__


def test_a_function_that_was_never_called_does_not_look_afterwards():
    model, told = network(), []
    with check_on_fit(told.append):
        model.make_train_function()
    model.fit(X, Y, verbose=0)
    assert told == []


ARRIVING = """
class Layer:
    def __new__(cls):
        return object.__new__(cls)

class Model(Layer):
    def compile(self): pass
    def fit(self): pass
    def evaluate(self): pass
    def train_on_batch(self): pass
    def test_on_batch(self): pass
    def make_train_function(self): pass
    def make_test_function(self): pass
"""


def test_a_module_that_arrives_is_imported_as_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("kerascheck.live.call_sites.MODEL_MODULES", ("arriving",))
    (tmp_path / "arriving.py").write_text(ARRIVING)
    monkeypatch.syspath_prepend(tmp_path)
    with check_on_fit(lambda _: None):
        arriving = importlib.import_module("arriving")
        assert hasattr(arriving.Model.fit, "__wrapped__")
    assert not hasattr(arriving.Model.fit, "__wrapped__")
    assert "exec_module" not in vars(arriving.__spec__.loader)
