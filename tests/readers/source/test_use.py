"""Compile calls that nothing uses, and those that nothing reaches."""

import pytest

from kerascheck.api import check

START = """
import keras
import numpy as np
from keras import layers
"""
GAN = (
    START
    + """
generator = keras.Sequential(
    [keras.Input((9,)), layers.Dense(4, activation="tanh", name="made")]
)
judge = keras.Sequential(
    [keras.Input((4,)), layers.Dense(1, activation="sigmoid", name="real")]
)
generator.compile(loss="binary_crossentropy", optimizer="adam")
judge.compile(loss="binary_crossentropy", optimizer="adam")
noise = keras.Input((9,))
both = {both}
both.compile(loss="binary_crossentropy", optimizer="adam")
judge.train_on_batch(np.random.rand(8, 4), np.ones((8, 1)))
{last}
"""
)
FUNCTIONAL = "keras.Model(noise, judge(generator(noise)))"
SEQUENTIAL = "keras.Sequential([generator, judge])"
TRAINED = "both.train_on_batch(np.random.rand(8, 9), np.ones((8, 1)))"


def found(tmp_path, code):
    path = tmp_path / "train.py"
    path.write_text(code)
    return check(path)


@pytest.mark.parametrize("both", [FUNCTIONAL, SEQUENTIAL])
def test_a_model_that_only_another_one_trains_is_undecided(tmp_path, both):
    report = found(tmp_path, GAN.format(both=both, last=TRAINED))
    assert not report.findings
    generator = report.models[0]
    assert "it is trained only as a part of" in (generator.not_trained or "")
    why = {run.why for run in report.not_run if run.model == generator.path}
    assert generator.not_trained in why


@pytest.mark.parametrize(
    "last",
    [
        "",  # nothing says what trains it
        TRAINED + "\ngenerator.fit(np.random.rand(8, 9), np.ones((8, 4)))",
        TRAINED + "\ngenerator.test_on_batch(np.random.rand(8, 9), np.ones((8, 4)))",
        TRAINED + "\ntrain(generator)",
    ],
)
def test_a_model_that_may_be_trained_by_itself_is_judged(tmp_path, last):
    report = found(tmp_path, GAN.format(both=FUNCTIONAL, last=last))
    assert "KC105" in [finding.code for finding in report.findings]


def test_models_that_hold_one_another_many_times_are_gone_through_once(tmp_path):
    nested = "".join(f"both = keras.Sequential([both] * 60)  # {n}\n" for n in range(6))
    last = f"{nested}both.compile('adam', 'mse')\nboth.fit(noise, noise)"
    report = found(tmp_path, GAN.format(both=SEQUENTIAL, last=last))
    assert "it is trained only as a part of" in (report.models[0].not_trained or "")


OFF = (
    START
    + """
FANCY = False
model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
if FANCY:
    model.compile("adam", "mse")
    model.compile(loss="mse")
{also}
"""
)


def test_calls_that_are_not_reached_are_counted(tmp_path):
    (note,) = found(tmp_path, OFF.format(also="")).findings
    assert note.code == "KC028"
    assert note.message.startswith("2 compile calls are not reached: ")
    assert note.source == f"{tmp_path / 'train.py'}:9"


@pytest.mark.parametrize(
    "other",
    [
        "import re; re.compile('a')",
        "import re; re.compile('a', re.I)",
        "compiler.compile('main', 'source')",
        "compile('a', 'b', 'exec')",
    ],
)
def test_what_is_no_call_of_keras_is_not_counted(tmp_path, other):
    code = OFF.format(also=f"if FANCY:\n    {other}")
    (note,) = found(tmp_path, code).findings
    assert note.message.startswith("2 compile calls")


def test_a_reached_call_is_judged_beside_them(tmp_path):
    report = found(tmp_path, OFF.format(also="model.compile(loss='mse')"))
    assert [model.program.line for model in report.models] == [11]
    assert [finding.code for finding in report.findings] == ["KC028"]


KERAS_2 = """
from keras.layers import Dense, Input
from keras.models import Model
{module}
start = Input((4,))
first = Dense(3, activation="softmax", name="first")(start)
second = Dense(2, activation="softmax", name="second")(start)
model = Model(start, [first, second])
model.compile(loss="categorical_crossentropy", metrics=["accuracy", "mse"])
"""


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (
            "from keras.utils.np_utils import to_categorical",
            ["accuracy", "MeanSquaredError"] * 2,
        ),
        ("from keras.utils import to_categorical", ["accuracy", "MeanSquaredError"]),
    ],
)
def test_keras_2_gives_a_flat_list_of_metrics_to_each_head(tmp_path, module, names):
    (model,) = found(tmp_path, KERAS_2.format(module=module)).models
    metrics = [metric.compiled for head in model.heads for metric in head.metrics]
    assert metrics == names
