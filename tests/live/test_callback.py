"""The check inside fit: what it stops, what it leaves as it was."""

import copy
import pickle  # noqa: TID251  (what users do with their callbacks)
import subprocess
import sys

import numpy as np
import pytest

import kerascheck
from kerascheck.live.first_batch import as_arrays

keras = pytest.importorskip("keras")

X = np.random.default_rng(0).normal(size=(100, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


def _module(name):
    return pytest.importorskip(name)


def _model(module=keras, activation=None, **settings):
    module.utils.set_random_seed(0)
    start = module.layers.InputLayer((4,))
    head = module.layers.Dense(1, activation=activation, name="out")
    model = module.Sequential([start, head], name="net")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], **settings)
    return model


def _same(one, other):
    return all((a == b).all() for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", ["keras", "tf_keras"])
def test_doomed_run_stops_before_a_weight_changes(name):
    model = _model(_module(name))
    before = model.get_weights()
    with pytest.raises(kerascheck.FindingsError) as stopped:
        model.fit(X, Y, verbose=0, callbacks=[kerascheck.callback()])
    assert [f.code for f in stopped.value.report] == ["KC101"]
    assert _same(before, model.get_weights())


def test_the_report_is_written_beside_the_checkpoints_before_it_stops(tmp_path):
    model = _model()
    saving = keras.callbacks.ModelCheckpoint(tmp_path / "runs/1/{epoch}.keras")
    file = tmp_path / "runs/1/kerascheck.json"
    checking = kerascheck.callback("never", report_file=file)
    model.fit(X, Y, verbose=0, callbacks=[checking, saving])
    assert file.read_text() == checking.report.to_json()
    assert (file.parent / "1.keras").exists()
    page = tmp_path / "runs/2/kerascheck.html"
    again = kerascheck.callback(report_file=str(page))
    with pytest.raises(kerascheck.FindingsError):
        model.fit(X, Y, verbose=0, callbacks=[copy.copy(again)])
    assert "KC101" in page.read_text()


def test_a_report_that_cannot_be_written_stops_nothing(tmp_path, capsys):
    (tmp_path / "runs").touch()
    file = tmp_path / "runs/kerascheck.md"
    checking = kerascheck.callback("never", report_file=file, verbose=1)
    _model().fit(X, Y, verbose=0, callbacks=[checking])
    assert f"kerascheck: writing {str(file)!r} failed: " in capsys.readouterr().out


def test_the_format_of_a_report_is_known_before_training():
    with pytest.raises(kerascheck.UsageError, match=r"ends in \.html, \.json"):
        kerascheck.callback(report_file="report.docx")


@pytest.mark.parametrize("name", ["keras", "tf_keras"])
@pytest.mark.parametrize("steps", [1, 3])
def test_right_run_trains_as_without_a_check(name, steps):
    settings = {"epochs": 2, "batch_size": 32, "verbose": 0}
    histories = []
    for callbacks in ([], [kerascheck.callback()]):
        told = {"run_eagerly": True} if steps == 1 else {"steps_per_execution": steps}
        model = _model(_module(name), "sigmoid", **told)
        fit = model.fit(X, Y, callbacks=callbacks, **settings)
        histories.append((fit.history, model.get_weights()))
    assert histories[0][0] == histories[1][0]
    assert _same(histories[0][1], histories[1][1])


def test_nothing_is_left_in_the_model():
    model = _model()
    with pytest.raises(kerascheck.FindingsError):
        model.fit(X, Y, verbose=0, callbacks=[kerascheck.callback()])
    assert "kerascheck" not in model.train_function.__module__
    model.fit(X, Y, verbose=0)


def test_below_fail_on_a_report_is_printed_and_training_goes_on(capsys):
    model = _model()
    model.fit(X, Y, verbose=2, callbacks=[kerascheck.callback("never")])
    assert "KC101" in capsys.readouterr().out


def test_silent_fit_stays_silent(capsys):
    model = _model()
    model.fit(X, Y, verbose=0, callbacks=[kerascheck.callback("never")])
    assert capsys.readouterr().out == ""


def test_weights_of_a_generator_arrive():
    def batches():
        while True:
            yield X, Y, np.where(Y, 9.0, 1.0)

    checked = kerascheck.callback("never", verbose=0)
    _model().fit(batches(), steps_per_epoch=2, verbose=0, callbacks=[checked])
    assert checked.report.models[0].heads[0].class_weight == ((0, 1.0), (1, 9.0))


def test_unknown_severity_is_refused():
    with pytest.raises(kerascheck.UsageError, match="Expected one of"):
        kerascheck.callback("bad")


class Subclassed(keras.Model):
    """A model whose head is in Python code."""

    def __init__(self):
        super().__init__(name="own")
        self.out = keras.layers.Dense(1, name="out")

    def call(self, inputs, training=None):
        x = inputs["a"] if isinstance(inputs, dict) else inputs
        return self.out(x)


@pytest.mark.parametrize("x", [X, {"a": X}], ids=["array", "dict"])
def test_a_subclassed_model_is_shown_the_inputs_of_the_batch(x):
    model = Subclassed()
    model.compile("adam", "binary_crossentropy")
    with pytest.raises(kerascheck.FindingsError) as stopped:
        model.fit(x, Y, verbose=0, callbacks=[kerascheck.callback()])
    assert [f.code for f in stopped.value.report] == ["KC101"]


def test_a_subclassed_model_trains_as_without_a_check():
    losses = []
    for callbacks in ([], [kerascheck.callback("never", verbose=0)]):
        keras.utils.set_random_seed(0)
        model = Subclassed()
        model.compile("adam", "binary_crossentropy")
        fit = model.fit(X, Y, epochs=2, verbose=0, shuffle=False, callbacks=callbacks)
        losses.append(fit.history["loss"])
    assert losses[0] == losses[1]


def test_inputs_that_are_not_dense_arrays_are_not_shown():
    ragged = _module("tensorflow").ragged.constant([[1.0], [2.0, 3.0]])
    assert as_arrays(ragged) is None
    assert as_arrays(None) is None
    assert [rows.shape for rows in as_arrays((X, Y))] == [(100, 4), (100,)]


def copies(callback):
    yield pickle.loads(pickle.dumps(callback))
    yield copy.deepcopy(callback)
    yield copy.copy(callback)


def test_a_callback_is_pickled_and_copied_before_and_after_fit():
    callback = kerascheck.callback("never", verbose=0)
    for used in (False, True):
        if used:
            _model().fit(X, Y, verbose=0, callbacks=[callback])
            callback.set_model(None)
        for copied in copies(callback):
            assert isinstance(copied, keras.callbacks.Callback)
            assert type(copied) is type(callback)
            assert (copied.fail_on, copied.verbose) == ("never", 0)
            assert copied.report == callback.report
            assert (copied.report is not None) is used


def test_a_pickled_callback_checks_as_the_original_does():
    copied = pickle.loads(pickle.dumps(kerascheck.callback()))
    with pytest.raises(kerascheck.FindingsError):
        _model().fit(X, Y, verbose=0, callbacks=[copied])


def test_a_callback_is_unpickled_where_keras_is_not_imported_yet():
    stored = pickle.dumps(kerascheck.callback())
    code = f"import pickle; print(type(pickle.loads({stored!r})).__name__)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "Kerascheck\n"
