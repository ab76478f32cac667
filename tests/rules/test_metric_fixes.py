"""What the rules about metrics propose is fitted by Keras, and shows the truth."""

import random

import numpy as np
import pytest

from kerascheck.engine.judge import judge
from kerascheck.model.description import Encoding
from kerascheck.rules import our_rules
from tests.rules.test_metric_table import ROWS, SITUATIONS, _sample, model_of
from tools.metric_situations import draw
from tools.metric_table import RAISES, SMALL, keras_metric, shown_and_true

QUICK = 10
BATCH = 7


def fixes_of(row):
    """Return each fix of a row, on metric alone or on the form of labels as well."""
    model = model_of(row, "rare")
    for finding in judge(our_rules(), model).findings:
        every = (finding, *finding.follows)
        about_metric = any(f.code.startswith("KC3") for f in every)
        if about_metric and finding.fix is not None and finding.fix.edits:
            yield finding.code, finding.fix.of(model)


def _distinct():
    """Return (situation, code, text of the model after the fix) once each."""
    seen = {}
    for row in ROWS:
        for code, after in fixes_of(row):
            seen.setdefault((row.situation, code, after.heads[0]), (row, code))
    return list(seen.values())


def _fitted(situation, head, y):
    """Fit two steps of a real model as described; return nothing, or raise."""
    import keras

    s = SITUATIONS[situation]
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(2 * BATCH, *s.grid, 4))
    inputs = keras.Input((*s.grid, 4))
    outputs = keras.layers.Dense(head.units, activation=str(head.activation))(inputs)
    model = keras.Model(inputs, outputs)
    model.compile(
        "adam",
        _loss(head.loss),
        metrics=[keras_metric(m) for m in head.metrics],
    )
    model.fit(x.astype("float32"), y[: 2 * BATCH], batch_size=BATCH, verbose=0)


def _loss(loss):
    import keras

    if loss.name == "own_loss":
        return lambda y, p: keras.ops.mean(keras.ops.square(p), axis=-1)
    arguments = dict(loss.arguments)
    if loss.from_logits is not None:
        arguments["from_logits"] = loss.from_logits
    return getattr(keras.losses, loss.name)(**arguments)


def _labels(situation, quality, head):
    """Return labels in the form that a fix asks for, and whether it changed them."""
    s = SITUATIONS[situation]
    sample = draw(s, quality, "rare")
    y = sample.y
    if head.labels.encoding is Encoding.BINARY and y.min() < 0:
        y = (y > 0).astype("int64")
    elif head.labels.encoding is Encoding.BINARY and y.max() > 1:
        y = (y == y.max()).astype("int64")
    if len(head.labels.shape) > y.ndim:
        y = y[..., None]
    return sample, y


def _holds(row, code):
    s = SITUATIONS[row.situation]
    for _, after in (pair for pair in fixes_of(row) if pair[0] == code):
        head = after.heads[0]
        if head.units != s.units or head.labels.shape[1:] not in _shapes(row):
            continue  # another head: the business of the rules about heads
        _, y = _labels(row.situation, "trained", head)
        _fitted(row.situation, head, y)
        if str(head.activation) != s.activation or head.loss.name != s.loss:
            continue
        for quality in ("perfect", "random"):
            sample, y = _labels(row.situation, quality, head)
            if y.max() != sample.y.max() and s.activation != "sigmoid":
                continue  # other labels train another head
            for metric in head.metrics:
                pair = shown_and_true(s, metric, sample, y=y)
                assert pair != RAISES, metric
                assert pair is None or abs(pair[0] - pair[1]) <= SMALL, (metric, pair)


def _shapes(row):
    shape = _sample(row.situation, "rare").y.shape[1:]
    return shape, (*shape, 1)


def test_fixes_are_fitted_and_show_the_truth():
    rng = random.Random(3)
    rows = rng.sample(ROWS, 400)
    tried = [(row, code) for row in rows for code, _ in fixes_of(row)]
    codes = {}
    for row, code in tried:
        codes.setdefault(code, (row, code))
    assert len(codes) >= QUICK
    for row, code in list(codes.values())[:QUICK]:
        _holds(row, code)


@pytest.mark.slow
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_fix_is_fitted_and_shows_the_truth(situation):
    wrong = []
    for row, code in _distinct():
        if row.situation != situation:
            continue
        try:
            _holds(row, code)
        except Exception as error:
            wrong.append((row.metric, code, str(error)[:200]))
    assert not wrong
