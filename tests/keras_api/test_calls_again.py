"""A call that is read from a file and written again scores as the user's own did."""

import importlib
import random
import re

import numpy as np
import pytest

from kerascheck.engine.snippet import snippet
from kerascheck.readers.read import read

LOSSES = (
    "'binary_crossentropy'",
    "'mse'",
    "BinaryCrossentropy(label_smoothing=0.25, reduction='sum')",
    "BinaryFocalCrossentropy(gamma=3.0, alpha=0.4, apply_class_balancing=True)",
    "CategoricalCrossentropy(label_smoothing=0.1, axis=1)",
    "CategoricalFocalCrossentropy(alpha=[0.2, 0.3, 0.5], gamma=1.0)",
    "CosineSimilarity(reduction='sum')",
    "KLDivergence(reduction='sum')",
)
OF_ONE = {
    3: ("Tversky(alpha=0.25, beta=0.75)", "Dice(axis=(1,))"),
    2: ("Huber(delta=0.2)",),  # Keras 3 does not save its delta
}
METRICS = (
    "'mae'",
    "AUC(name='roc', curve='PR', num_thresholds=31)",
    "AUC(thresholds=[0.1, 0.5], multi_label=True)",
    "Precision(thresholds=0.3, class_id=1, name='hits')",
    "Recall(top_k=2)",
    "BinaryAccuracy(threshold=0.7, name='right')",
    "TopKCategoricalAccuracy(k=2)",
    "BinaryCrossentropy(label_smoothing=0.1)",
    "IoU(num_classes=3, target_class_ids=[1], sparse_y_true=False, "
    "sparse_y_pred=False)",
    "MeanSquaredError(name='brier')",
    "F1Score(average='macro', threshold=0.4)",  # not with weights
)


def call(rng, version):
    """Return the arguments of a random compile() of two heads, as Python."""
    losses = [*LOSSES, *OF_ONE[version]]

    def of_heads(codes):
        return f"{{'a': {codes()}, 'b': {codes()}}}"

    def metrics(known=METRICS):
        chosen = rng.sample(known, rng.randrange(3))
        return f"[{', '.join(_object(m, 'metrics') for m in chosen)}]"

    arguments = {"loss": of_heads(lambda: _object(rng.choice(losses), "losses"))}
    if rng.random() < 0.6:
        arguments["loss_weights"] = of_heads(lambda: rng.choice((0.25, 1.0, 3.0)))
    arguments["metrics"] = of_heads(metrics)
    if rng.random() < 0.6:
        arguments["weighted_metrics"] = of_heads(lambda: metrics(METRICS[:-1]))
    given = ", ".join(f"{name}={code}" for name, code in arguments.items())
    return f"model.compile('sgd', {given})"


def _object(code, module):
    return code if code.startswith("'") else f"keras.{module}.{code}"


def scores(model):
    """Return the log of an evaluation, with weights that differ by sample and head.

    Names are without the number that Keras gives them: auc_1 is auc.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 4)).astype("float32")
    y = [np.eye(3, dtype="float32")[rng.integers(3, size=8)] for _ in "ab"]
    weights = [rng.uniform(0.1, 2.0, 8).astype("float32") for _ in "ab"]
    model.run_eagerly = True
    log = model.evaluate(
        x, y, sample_weight=weights, batch_size=8, return_dict=True, verbose=0
    )
    plain = ((re.sub(r"_\d+\Z", "", name), value) for name, value in log.items())
    return [(name, pytest.approx(value, rel=1e-5)) for name, value in sorted(plain)]


def assert_same_scores(seed, version, path):
    keras = importlib.import_module({3: "keras", 2: "tf_keras"}[version])
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((4,))
    ends = [keras.layers.Dense(3, "softmax", name=name)(inputs) for name in "ab"]
    model = keras.Model(inputs, ends)
    names = {"keras": keras, "model": model}
    code = call(random.Random(seed), version)
    exec(code, names)
    before = scores(model)
    model.save(path)
    written = snippet(read(path))
    exec(written, names)
    again = [(name, value.expected) for name, value in scores(model)]
    assert again == before, f"{code}\n{written}"


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("seed", range(2))
def test_a_call_is_written_as_it_was_saved(seed, version, tmp_path):
    assert_same_scores(seed, version, str(tmp_path / "model.keras"))


@pytest.mark.slow
@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("seed", range(100, 160))
def test_more_calls_are_written_as_they_were_saved(seed, version, tmp_path):
    assert_same_scores(seed, version, str(tmp_path / "model.keras"))
