"""What rules say of class and sample weights is what `fit` does with them.

`pytest -m slow tests/keras_api/test_fit_weights.py` tries many more, and JAX.
"""

import os
import subprocess
import sys

import numpy as np
import pytest

import kerascheck
from kerascheck.live.first_batch import at_first_step, split_batch

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

N = 7
IDS = np.array([0, 1, 2, 2, 1, 0, 2])
RNG = np.random.default_rng(0)
STEPS = RNG.integers(0, 3, (N, 5))
TAGS = np.array(
    [
        [0, 1, 1, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [1, 0, 0, 1, 0],
        [1, 1, 1, 1, 1],
        [0, 0, 1, 0, 1],
        [0, 1, 0, 0, 0],
    ]
)
BCE, CCE = "binary_crossentropy", "categorical_crossentropy"
SCCE = "sparse_categorical_crossentropy"
SETUPS = {
    "binary": ((3,), (1, "sigmoid"), BCE, (IDS > 0) * 1.0),
    "column": ((3,), (1, "sigmoid"), BCE, (IDS > 0)[:, None] * 1.0),
    "ids": ((3,), (3, "softmax"), SCCE, IDS),
    "one-hot": ((3,), (3, "softmax"), CCE, np.eye(3)[IDS]),
    "soft": ((3,), (3, "softmax"), CCE, np.eye(3)[IDS] * 0.8 + 0.2 / 3),
    "tags": ((3,), (5, "sigmoid"), BCE, TAGS * 1.0),
    "signed": ((3,), (1, "tanh"), "hinge", np.where(IDS, 1, -1)),
    "from one": ((3,), (4, "softmax"), SCCE, IDS + 1),
    "real": ((3,), (1, None), "mse", np.linspace(-1.6, 1.6, N)),
    "steps of ids": ((5, 3), (3, "softmax"), SCCE, STEPS),
    "steps of rows": (
        (5, 3),
        (3, "softmax"),
        CCE,
        np.eye(3)[RNG.integers(0, 3, (N, 5))],
    ),
    "mask": ((4, 6, 2), (1, "sigmoid"), BCE, RNG.integers(0, 2, (N, 4, 6, 1))),
    "flat steps": ((5, 3), (1, "sigmoid"), BCE, RNG.integers(0, 2, (N, 5))),
    "column steps": ((5, 3), (1, None), "mse", RNG.normal(size=(N, 5, 1))),
    "flat mask": ((4, 6, 2), (1, "sigmoid"), "huber", RNG.integers(0, 2, (N, 4, 6))),
    "areas": ((4, 6, 2), (1, "sigmoid"), "dice", RNG.integers(0, 2, (N, 4, 6, 1))),
    "id mask": ((4, 6, 2), (3, "softmax"), SCCE, RNG.integers(0, 3, (N, 4, 6))),
}
WEIGHTS = {
    "all": {0: 1.0, 1: 2.0, 2: 3.0},
    "numpy": {np.int64(0): np.float32(1), np.int64(1): 2, np.int64(2): 3},
    "two": {0: 1.0, 1: 2.0},
    "gap": {0: 1.0, 2: 2.0},
    "one": {1: 9.0},
    "from one": {1: 1.5, 2: 2.0, 3: 3.0},
    "text": {"0": 2.0, "1": 3.0},
    "names": {"cat": 2.0, "dog": 3.0},
    "by head": {"out": {0: 1.0, 1: 2.0}},
    "list": [1.0, 2.0, 3.0],
    "array": np.array([1.0, 2.0, 3.0]),
    "balanced": "balanced",
    "empty": {},
}
FORMS = ("arrays", "dataset", "sequence", "generator")
RAISES = {"KC404", "KC410"}


def quickly(every, few):
    """Return parameters of which all but a few are for the long run."""
    slow = pytest.mark.slow
    return [one if one in few else pytest.param(one, marks=slow) for one in every]


def home(name):
    return keras if name == "keras" else pytest.importorskip("tf_keras")


def built(module, shape, head, loss):
    units, activation = head
    layers = [module.layers.Dense(units, activation=activation, name="out")]
    model = module.Sequential([module.layers.InputLayer(shape), *layers])
    model.compile("sgd", loss, run_eagerly=module.__name__ == "tf_keras" or BY_TF)
    return model


BY_TF = keras.backend.backend() == "tensorflow"


def batched(module, form, x, y):
    """Return data as `fit` gets them, as the check gets them, and steps."""
    if form == "dataset":
        data = tf.data.Dataset.from_tensor_slices((x, y)).batch(N)
        return (data,), data
    if form == "sequence":

        class Batches(getattr(module.utils, "PyDataset", module.utils.Sequence)):
            def __len__(self):
                return 1

            def __getitem__(self, place):
                return x, y

        return (Batches(),), Batches()
    if form == "generator":
        return (iter_of(x, y),), kerascheck.Peeked(iter_of(x, y))
    return (x, y), y


def iter_of(x, y):
    yield x, y


def fitted(module, model, given, **weights):
    """Return the sample weights of the first batch, or the error of `fit`."""
    seen = []

    class Look(module.callbacks.Callback):
        def on_train_begin(self, logs=None):
            at_first_step(model, "train_function", seen.append)

    try:
        model.fit(*given, **weights, verbose=0, shuffle=False, callbacks=[Look()])
    except Exception as error:
        return error
    weights = split_batch(seen[0])[2]
    return np.ones(N) if weights is None else np.asarray(weights)


def classes(labels):
    rows = labels.ndim > 1 and labels.shape[-1] > 1
    return labels.argmax(-1) if rows else labels.ravel()


def agrees(module, setup, weights, form):
    shape, head, loss, labels = SETUPS[setup]
    x = RNG.normal(size=(N, *shape)).astype("float32")
    model = built(module, shape, head, loss)
    given, y = batched(module, form, x, labels)
    got = fitted(module, model, given, class_weight=weights)
    report = kerascheck.check(model, y, class_weight=weights)
    codes = {finding.code for finding in report}
    undecided = {one.code for one in report.not_run}
    where = f"{setup}, {weights}, {form}: {got!r}, {codes}"
    if isinstance(got, Exception):
        assert codes & RAISES or "KC410" in undecided or "KC412" in codes, where
        return
    assert not codes & RAISES, where
    if "KC411" in codes:
        assert unused(weights, got), where
    elif "KC412" not in codes and weights and np.ndim(labels) < 3:
        ids = classes(labels)
        assert (got == [weights.get(int(i), 1.0) for i in ids]).all(), where
        assert {*ids.tolist()} <= {*weights} or not unused(weights, got), where


def unused(weights, got):
    """Say whether a weight other than 1 is that of no sample."""
    values = [w for w in weights.values() if not isinstance(w, dict)]
    return not values or any(w != 1 and w not in got for w in values)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("setup", quickly(SETUPS, ("one-hot", "tags", "mask")))
def test_class_weights_in_keras_3(setup):
    first = list(SETUPS).index(setup)
    for number, weights in enumerate(WEIGHTS.values()):
        if (number + first) % 2:
            agrees(keras, setup, weights, FORMS[(number // 2 + first) % 4])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["keras", "tf_keras"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("setup", SETUPS)
def test_class_weights_in_every_form(name, setup, form):
    for weights in WEIGHTS.values():
        agrees(home(name), setup, weights, form)


def several(shape):
    return RNG.uniform(0.5, 2, shape).astype("float32")


ONE = ("binary", "one-hot", "tags", "steps of ids", "steps of rows", "mask")
ONE += ("flat steps", "column steps", "flat mask", "areas")
SHAPES = [(N,), (N, 1), (N, 2), (N, 3), (N, 5), (N, 5, 1), (N, 5, 3), (N, 1, 1)]
SHAPES += [(N, 4, 6), (N, 4, 6, 1), (N - 1,)]


def shapes(setup):
    """Return shapes of weights; more axes than the loss has would mix the samples."""
    most = len(SETUPS[setup][0]) + (not setup.startswith("flat"))
    return [shape for shape in SHAPES if len(shape) <= most]


def of_one(module, setup, weights):
    shape, head, loss, labels = SETUPS[setup]
    x = RNG.normal(size=(N, *shape)).astype("float32")
    model = built(module, shape, head, loss)
    return model, x, labels, weights


def two(module, outputs):
    start = module.Input((3,))
    a, b = (module.layers.Dense(1, name=name)(start) for name in "ab")
    model = module.Model(start, [a, b] if outputs == "list" else {"a": a, "b": b})
    model.compile("sgd", "mse", run_eagerly=module.__name__ == "tf_keras" or BY_TF)
    return model


def refuses_alike(model, x, y, weights):
    try:
        model.fit(x, y, sample_weight=weights, batch_size=N, verbose=0)
        raised = None
    except Exception as error:
        raised = error
    report = kerascheck.check(model, y, x, sample_weight=weights)
    codes = {finding.code for finding in report}
    assert bool(codes & {"KC414", "KC415"}) == (raised is not None), (raised, codes)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("setup", quickly(ONE, ("steps of ids", "flat mask")))
def test_sample_weights_of_one_output(setup):
    for shape in shapes(setup):
        refuses_alike(*of_one(keras, setup, several(shape)))
    for odd in ([1.0] * N, [several(N)], {"out": several(N)}):
        refuses_alike(*of_one(keras, setup, odd))


W = several(N)
FORMS_OF_TWO = {
    "one": W,
    "column": W[:, None],
    "wide": several((N, 2)),
    "list": [W, W],
    "tuple": (W, W),
    "dict": {"a": W, "b": W},
    "one of a dict": {"a": W},
    "with none": [W, None],
    "list of one": [W],
}
LABELS_OF_TWO = {"list": [W, W], "tuple": (W, W), "dict": {"a": W, "b": W}}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("outputs", quickly(("list", "dict"), ("list",)))
@pytest.mark.parametrize("labels", LABELS_OF_TWO)
def test_sample_weights_of_two_outputs(outputs, labels):
    x, y = several((N, 3)), LABELS_OF_TWO[labels]
    for weights in FORMS_OF_TWO.values():
        refuses_alike(two(keras, outputs), x, y, weights)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("setup", [one for one in ONE if one != "areas"])
def test_sample_weights_in_keras_2(setup):
    for shape in shapes(setup):
        refuses_alike(*of_one(home("tf_keras"), setup, several(shape)))


@pytest.mark.slow
def test_all_of_this_holds_on_jax():
    pytest.importorskip("jax")
    call = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    found = subprocess.run(
        [*call, __file__],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-3000:]
