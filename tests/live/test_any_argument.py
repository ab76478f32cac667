"""What cannot be understood of one argument of `fit` hides no other finding."""

import os
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kerascheck
from kerascheck.live.fit_hook import check_on_fit

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

N = 13
X = np.random.default_rng(0).normal(size=(N, 3)).astype("float32")
Y = np.arange(N) % 2
KNOWN = {"KC101", "KC103"}


class Odd:
    """Something that raises whatever is asked of it."""

    shape = (N,)

    def __array__(self, *_args, **_settings):
        raise RuntimeError("not an array")

    def __len__(self):
        raise RuntimeError("no length")


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(),
    st.text(max_size=3),
    st.builds(Odd),
    st.sampled_from([Y, Y * 1.0, X, Y[:5], np.array("a"), np.array([None, 1])]),
    st.sampled_from([np.zeros(0), np.array(3.0), np.full(N, np.nan), object()]),
)
KEYS = st.one_of(st.integers(-2, 3), st.text(max_size=3), st.sampled_from(["a", "b"]))
GARBAGE = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=3),
        st.dictionaries(st.one_of(KEYS, st.floats()), inner, max_size=3),
    ),
    max_leaves=6,
)
ARGUMENTS = st.sampled_from(["class_weight", "sample_weight", "y", "x"])


def network():
    start = keras.Input((3,))
    wrong = {"a": "linear", "b": "softmax"}
    ends = [
        keras.layers.Dense(1, activation=activation, name=name)(start)
        for name, activation in wrong.items()
    ]
    model = keras.Model(start, ends)
    model.compile("sgd", ["binary_crossentropy"] * 2, run_eagerly=True)
    return model


@pytest.fixture(scope="module")
def model():
    return network()


def codes(report):
    return {f.code for found in report for f in (found, *found.follows)}


def expected(argument, garbage):
    """Return what is found whatever is passed: of real targets, the loss is wrong."""
    real = argument == "y" and any(map(is_real, flat(garbage)))
    return KNOWN - {"KC101"} if real else KNOWN


def flat(garbage):
    if isinstance(garbage, dict):
        garbage = list(garbage.values())
    if not isinstance(garbage, (list, tuple)):
        return [garbage]
    return [leaf for inner in garbage for leaf in flat(inner)]


def is_real(leaf):
    return leaf is X or isinstance(leaf, float)


def with_garbage(argument, garbage):
    given = {"x": X, "y": [Y, Y], argument: garbage}
    return given.pop("x"), given.pop("y"), given


SLOWLY = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=60, **SLOWLY)
@given(ARGUMENTS, GARBAGE)
def test_check_finds_what_it_finds_without_the_argument(model, argument, garbage):
    x, y, rest = with_garbage(argument, garbage)
    found = codes(kerascheck.check(model, y, x, **rest))
    assert found >= expected(argument, garbage)


def seen_by_hook(model, argument, garbage):
    x, y, rest = with_garbage(argument, garbage)
    seen = []
    model.compile("sgd", ["binary_crossentropy"] * 2, run_eagerly=True)
    with suppress(Exception), check_on_fit(seen.append):  # Keras refuses most of it
        model.fit(x, y, **rest, batch_size=N, verbose=0)
    return seen


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=12, **SLOWLY)
@given(ARGUMENTS, GARBAGE)
def test_the_hook_finds_what_it_finds_without_the_argument(model, argument, garbage):
    (watched,) = seen_by_hook(model, argument, garbage)
    assert watched.why is None
    assert codes(watched.report) >= expected(argument, garbage)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@settings(max_examples=1000, **SLOWLY)
@given(ARGUMENTS, GARBAGE)
def test_the_hook_finds_it_in_many_more(model, argument, garbage):
    (watched,) = seen_by_hook(model, argument, garbage)
    assert codes(watched.report) >= expected(argument, garbage)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=12, **SLOWLY)
@given(ARGUMENTS, GARBAGE)
def test_the_callback_finds_it_if_keras_makes_a_batch(model, argument, garbage):
    x, y, rest = with_garbage(argument, garbage)
    look = kerascheck.callback(fail_on="never")
    try:
        model.fit(x, y, **rest, batch_size=N, verbose=0, callbacks=[look])
    except Exception:
        return
    assert look.report is None or codes(look.report) >= KNOWN
