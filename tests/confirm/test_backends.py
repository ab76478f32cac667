"""What hangs on the backend, each in a process of its own."""

import importlib.util
import json
import os
import subprocess
import sys
from functools import cache

import pytest

from kerascheck.confirm.result import SetupResult, Status
from tests.confirm.builders import BINARY, COLUMN, IDS, setup

pytestmark = pytest.mark.slow

HARD = "binary_hard"
SETUPS = {
    "right": setup(1, "sigmoid", "BCE", COLUMN, HARD),
    "doubled": setup(1, "sigmoid", "BCE logits", COLUMN, HARD),
    "hidden": setup(1, "sigmoid", "BCE logits", COLUMN, HARD, hidden_activation=True),
    "softmax from logits": setup(3, "softmax", "SCCE logits", IDS, "multiclass_hard"),
    "softmax(1)": setup(1, "softmax", "BCE"),
    "sparse on one unit": setup(1, "linear", "SCCE", BINARY),
    "margins": setup(1, "linear", "Hinge"),
}
CHILD = """
import json, sys
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.train.training import train
setups = [Setup.from_dict(plain) for plain in json.load(sys.stdin)]
json.dump([result.to_dict() for result in train(setups, seeds=3)], sys.stdout)
"""

each_backend = pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
unrescued = pytest.mark.parametrize("backend", ["jax", "torch"])


@cache
def trained(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps([one.to_dict() for one in SETUPS.values()]),
        env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    results = [SetupResult.from_dict(plain) for plain in json.loads(child.stdout)]
    return dict(zip(SETUPS, results, strict=True))


@each_backend
def test_what_is_right_is_right_everywhere(backend):
    results = trained(backend)
    assert results["right"].environment["backend"] == backend
    assert results["right"].spread("accuracy").mean == pytest.approx(0.795, abs=0.01)
    assert results["margins"].spread("accuracy").mean == pytest.approx(0.987, abs=0.01)


@each_backend
def test_a_hidden_sigmoid_is_doubled_everywhere(backend):
    assert trained(backend)["hidden"].spread("ece").mean > 0.12


@unrescued
def test_a_plain_sigmoid_is_doubled_without_tensorflow(backend):
    results = trained(backend)
    for one, other in zip(
        results["doubled"].seeds, results["hidden"].seeds, strict=True
    ):
        assert one.loss_curve == pytest.approx(other.loss_curve, rel=1e-3)
    assert results["softmax from logits"].spread("ece").mean > 0.12


def test_a_plain_sigmoid_is_rescued_by_tensorflow():
    results = trained("tensorflow")
    assert results["doubled"].spread("ece").mean < 0.04
    assert results["softmax from logits"].spread("ece").mean < 0.04


@unrescued
def test_a_softmax_on_one_unit_keeps_its_loss_without_tensorflow(backend):
    found = trained(backend)["softmax(1)"]
    assert found.spread("last_loss").mean > 1
    assert all(seed.constant for seed in found.seeds)


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_sparse_loss_on_one_unit_raises(backend):
    assert trained(backend)["sparse on one unit"].status is Status.RAISED


def test_sparse_loss_on_one_unit_is_silent_on_jax():
    found = trained("jax")["sparse on one unit"]
    assert found.status is Status.TRAINED
    assert found.spread("last_loss").mean == pytest.approx(0, abs=1e-6)
    assert found.spread("accuracy").mean < 0.6
