"""What the rules about metrics propose is fitted by Keras, and shows the truth."""

import random
from functools import cache

import numpy as np
import pytest

from kerascheck.engine.finding import Severity
from kerascheck.engine.judge import apply_fixes
from kerascheck.model.description import Encoding
from kerascheck.rules import our_rules
from tests.rules.test_metric_table import ROWS, SITUATIONS, _sample, model_of, said_of
from tools.metric_situations import draw
from tools.metric_table import RAISES, SMALL, keras_metric, shown_and_true

QUICK = 10
BATCH = 7


@cache
def fixed(situation, metric):
    """Return what the rules find in a metric, and the model with all fixes applied."""
    (row,) = (r for r in ROWS if (r.situation, r.metric) == (situation, metric))
    model = model_of(row, "rare")
    found, _ = said_of(model)
    return frozenset(f.code for f in found), apply_fixes(our_rules(), model)


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


def _holds(row):
    """Fit the fixed model of a row, and measure its metrics."""
    s = SITUATIONS[row.situation]
    _, after = fixed(row.situation, row.metric)
    head = after.heads[0]
    if head.units != s.units or head.labels.shape[1:] not in _shapes(row):
        return  # another head: the business of the rules about heads
    _, y = _labels(row.situation, "trained", head)
    left, _ = said_of(after)
    worst = max((f.severity.rank for f in left), default=-1)
    if any(f.fix is None or not f.fix.edits for f in left):
        return  # advice alone
    assert worst < Severity.WARNING.rank, [f.code for f in left]
    _fitted(row.situation, head, y)
    if str(head.activation) != s.activation or head.loss.name != s.loss:
        return
    for quality in ("perfect", "random"):
        sample, y = _labels(row.situation, quality, head)
        if y.max() != sample.y.max() or y.min() != sample.y.min():
            continue  # other labels train another head
        for metric in head.metrics:
            pair = shown_and_true(s, metric, sample, y=y)
            assert pair != RAISES, metric
            assert pair is None or abs(pair[0] - pair[1]) <= SMALL, (metric, pair)


def _shapes(row):
    shape = _sample(row.situation, "rare").y.shape[1:]
    return shape, (*shape, 1)


def test_fixes_are_fitted_and_show_the_truth():
    rows = random.Random(3).sample(ROWS, 300)
    by_code = {}
    for row in rows:
        codes, _ = fixed(row.situation, row.metric)
        for code in codes:
            by_code.setdefault(code, row)
    assert len(by_code) >= QUICK
    for row in list(by_code.values())[:QUICK]:
        _holds(row)


@pytest.mark.slow
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_fix_is_fitted_and_shows_the_truth(situation):
    wrong, tried = [], set()
    for row in (r for r in ROWS if r.situation == situation):
        codes, after = fixed(row.situation, row.metric)
        if not codes or after.heads[0] in tried:
            continue
        tried.add(after.heads[0])
        try:
            _holds(row)
        except Exception as error:
            wrong.append((row.metric, codes, str(error)[:200]))
    assert not wrong
