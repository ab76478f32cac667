"""The check inside fit: what it stops, what it leaves as it was."""

import numpy as np
import pytest

import kerascheck

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
