"""Labels and losses in every structure that Keras trains on."""

import os

import numpy as np
import pytest

import kerascheck

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

N = 13
X = np.random.default_rng(0).normal(size=(N, 3)).astype("float32")
Y = X[:, :1]


def mean_of_all(true, pred):
    pairs = zip(keras.tree.flatten(true), keras.tree.flatten(pred), strict=True)
    return sum(keras.ops.mean(keras.ops.square(t - p)) for t, p in pairs)


OUTPUTS = {
    "three": lambda a, b, c: [a, b, c],
    "two": lambda a, b, _: [a, b],
    "one": lambda a, *_: a,
    "dict": lambda a, b, _: {"u": {"v": a}, "w": b},
    "tree": lambda a, b, c: [a, (b, c)],
    "dict in a tuple": lambda a, b, _: (a, {"q": b}),
}


def network(outputs, loss):
    start = keras.Input((3,))
    ends = [keras.layers.Dense(1, name=name)(start) for name in "abc"]
    model = keras.Model(start, OUTPUTS[outputs](*ends))
    model.compile("sgd", loss, run_eagerly=True)
    return model


both = mean_of_all
TRAINS = {
    "lone array, first loss": ("three", ["mse", None, None], Y, "a"),
    "lone array, second loss": ("three", [None, "mse", None], Y, "b"),
    "none for the others": ("three", ["mse", None, None], [Y, None, None], "a"),
    "two arrays of three": ("three", ["mse", None, "mae"], [Y, Y], "a c"),
    "nested dict": ("dict", "mse", {"u": {"v": Y}, "w": Y}, "u/v w"),
    "flat list for a dict": ("dict", "mse", [Y, Y], "u/v w"),
    "nested list": ("tree", ["mse", ("mse", "mae")], [Y, (Y, Y)], "a 1/b 1/c"),
    "dict in a tuple": ("dict in a tuple", "mse", (Y, {"q": Y}), "a 1/q"),
    "flat list for a nested": ("tree", ["mse", "mse", "mae"], [Y, Y, Y], "a 1/b 1/c"),
    "one in a list": ("one", "mse", [Y], "a"),
    "tuple": ("two", ["mse", "mae"], (Y, Y), "a b"),
    "loss of the pair": ("two", (both, ["mse", "mae"]), [Y, Y], "a b"),
    "losses in a list": ("two", [both, ("mse", "mae")], [Y, Y], "a b"),
    "two losses of one": ("two", [["mse", "mae"], "mse"], [Y, Y], "a b"),
}


@pytest.mark.parametrize("name", TRAINS)
def test_what_trains_is_not_refused_and_labels_find_their_heads(name):
    outputs, loss, y, heads = TRAINS[name]
    model = network(outputs, loss)
    model.fit(X, y, verbose=0)
    report = kerascheck.check(model, y, X)
    assert not [f for f in report if f.harm == "raises" or f.code == "KC015"]
    found = [h.name for h in report.models[0].heads if h.labels is not None]
    assert found == heads.split()


REFUSED = {
    "too many losses": ("two", ["mse", "mae", "mae"], [Y, Y]),
    "own losses too many": ("two", [both, "mse", "mae"], [Y, Y]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_losses_that_keras_refuses_are_found(name):
    outputs, loss, y = REFUSED[name]
    model = network(outputs, loss)
    with pytest.raises(KeyError):
        model.fit(X, y, verbose=0)
    assert "KC011" in [f.code for f in kerascheck.check(model, y)]


@pytest.mark.parametrize(
    ("outputs", "y", "names"),
    [("one", {"label": Y}, "'a'"), ("two", {"a": Y, "B": Y}, "'a', 'b'")],
)
def test_labels_under_another_name_are_one_finding(outputs, y, names):
    model = network(outputs, "mse")
    with pytest.raises(Exception, match=r"dtype|float|structure"):
        model.fit(X, y, verbose=0)
    (finding,) = kerascheck.check(model, y).findings
    assert finding.code == "KC417"
    assert f"of {names}: " in finding.message


def test_of_two_losses_on_one_output_the_first_alone_trains():
    model = network("one", ["mse", "mae"])
    before = float(keras.ops.mean((model(X) - Y) ** 2))
    shown = model.fit(X, Y, batch_size=N, verbose=0).history["loss"][0]
    assert shown == pytest.approx(before, rel=1e-4)
    (finding,) = kerascheck.check(model, Y)
    assert finding.code == "KC416"
    assert "not MeanAbsoluteError" in finding.message


def test_labels_in_a_list_add_both_losses_up():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", ["mse", "mae"], run_eagerly=True)
    logs = model.fit(X, [Y], batch_size=N, verbose=0).history
    each = [values[0] for name, values in logs.items() if name != "loss"]
    assert len(each) == 2
    assert logs["loss"][0] == pytest.approx(sum(each))
    assert "KC416" not in [f.code for f in kerascheck.check(model, [Y])]


def test_class_weights_go_with_a_lone_array():
    model = network("three", ["binary_crossentropy", None, None])
    y, weights = np.arange(N) % 2, {0: 1.0, 1: 9.0}
    model.fit(X, y, class_weight=weights, verbose=0)
    report = kerascheck.check(model, y, class_weight=weights)
    assert "KC404" not in [f.code for f in report]
    assert report.models[0].heads[0].class_weight == ((0, 1.0), (1, 9.0))


NESTED = {"a": {0: 1.0, 1: 2.0}, "b": {0: 1.0, 1: 3.0}}


def test_class_weights_by_head_are_one_finding_and_its_advice_trains():
    model = network("two", ["binary_crossentropy", "mse"])
    y = [np.arange(N) % 2, Y]
    with pytest.raises(ValueError, match="single output"):
        model.fit(X, y, class_weight=NESTED, verbose=0)
    found = list(kerascheck.check(model, y, class_weight=NESTED))
    (one,) = [finding for finding in found if finding.code == "KC404"]
    assert "sample_weight=[weights, weights]" in one.fix.title
    assert "KC101" in [finding.code for finding in found]
    weights = np.array([1.0, 2.0])[y[0]]
    model.fit(X, y, sample_weight=[weights, weights], verbose=0)


IDS = np.arange(N) % 3
VOID = np.where(np.arange(N) % 4, IDS, -1)


@pytest.mark.parametrize("by", [list, lambda y: dict(zip("ab", y, strict=True))])
@pytest.mark.parametrize(("first", "code"), [(IDS + 1, "KC205"), (VOID, "KC205")])
def test_lines_for_labels_run_on_the_structure_that_fit_gets(by, first, code):
    start = keras.Input((3,))
    ends = [
        keras.layers.Dense(3, activation="softmax", name="a")(start),
        keras.layers.Dense(1, name="b")(start),
    ]
    model = keras.Model(start, ends)
    metrics = {"a": ["accuracy"]}
    losses = ["sparse_categorical_crossentropy", "mse"]
    model.compile("sgd", losses, metrics=metrics, run_eagerly=True)
    names = {"y": by([first, Y]), "np": np, "keras": keras, "model": model}
    (found,) = [f for f in kerascheck.check(model, names["y"]) if f.code == code]
    for line in (found.labels_line, found.snippet):
        exec(line, names)
    given = {k: names[k] for k in ("sample_weight",) if k in names}
    report = kerascheck.check(model, names["y"], **given)
    assert not [f for f in report if f.severity.rank >= found.severity.rank]
    model.fit(X, names["y"], verbose=0, **given)
