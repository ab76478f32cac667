"""A small audit from sampling to report, on real Keras."""

import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tools.audit.test_truth import BINARY, HEAD
from tools.audit import audit, judge_again, measured
from tools.audit.kinds import disagreements
from tools.audit.sampling import random_setups
from tools.audit.setups import Setup

pytestmark = pytest.mark.slow

ACCURACY = (("accuracy", ()),)
RIGHT = Setup(heads=(replace(HEAD, metrics=ACCURACY),))
SOFTMAX = Setup(heads=(replace(BINARY, activation="softmax", metrics=ACCURACY),))
TWO = Setup(heads=(RIGHT.heads[0], BINARY), rank=3, structure="dict")
ROWS = Setup(heads=(replace(HEAD, encoding="one-hot", layout="rows"),))


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
@pytest.mark.parametrize("way", ["together", "alone"])
def test_right_wrong_and_raising_setups_are_measured_as_such(backend, way):
    setups = [RIGHT, SOFTMAX, TWO, ROWS]
    found = measured(setups, backend, 1, time.time() + 600, way=way)
    assert [Setup.from_dict(one["setup"]) for one in found] == setups
    right, softmax, two, rows = found
    assert max(right["heads"][0]["shortfall"]) < 0.02
    assert max(right["heads"][0]["miscalibration"]) < 0.05
    metric = right["heads"][0]["metrics"][0]
    assert metric["reported"] == pytest.approx(metric["true"], abs=1e-6)
    assert min(softmax["heads"][0]["shortfall"]) > 0.2
    assert {f["code"] for f in softmax["findings"]} >= {"KC103"}
    assert [max(h["shortfall"]) < 0.02 for h in two["heads"]] == [True, True]
    assert rows["raised"] is not None
    assert {f["code"] for f in rows["findings"]} >= {"KC202"}
    assert [d.signature for one in found for d in disagreements(one)] == []


def test_towers_learn_what_a_fit_of_their_own_learns():
    setups = list(random_setups(12, random.Random(4)))
    together = measured(setups, "tensorflow", 1, time.time() + 600)
    alone = measured(setups, "tensorflow", 1, time.time() + 600, way="alone")
    pairs = list(zip(together, alone, strict=True))
    assert [bool(a["raised"]) == bool(b["raised"]) for a, b in pairs] == [True] * 12
    trained = [(a, b) for a, b in pairs if not a["raised"]]
    assert len(trained) > 3
    zones = [
        ({(d.silent, d.what) for d in disagreements(one)} for one in pair)
        for pair in trained
    ]
    assert all(a == b for a, b in zones)


def test_two_workers_measure_what_one_does(monkeypatch):
    monkeypatch.setattr("tools.audit.PART", 3)
    setups = list(random_setups(6, random.Random(5)))
    one, two = (
        measured(setups, "tensorflow", workers, time.time() + 600) for workers in (1, 2)
    )
    assert [Setup.from_dict(found["setup"]) for found in one] == setups
    assert two == one


def test_report_is_printed_and_judged_again_without_training(tmp_path):
    said = []
    audit(
        setups=10,
        seed=3,
        budget=300,
        backends=["tensorflow"],
        workers=2,
        folder=tmp_path,
        write=False,
        say=said.append,
    )
    assert said[0].startswith("10 of 10 setups on tensorflow")
    assert "Silent harm" in said[1]
    judge_again(tmp_path, workers=1, write=False, say=said.append)
    assert said[2].startswith("10 setups on tensorflow, measured before")
    assert said[3] == said[1].replace(" (not seen alone)", "")


DROPPED_ZEROS = """
import keras, numpy as np
from tests.tools.audit.test_truth import HEAD
from dataclasses import replace
from tools.audit.towers import Tower, Towers

model = Towers([Tower(replace(HEAD, behind="Dropout"), 2, "float32")])
model.build(None)
x = np.random.default_rng(0).normal(size=(200, 3, 6)).astype("float32")
print(*(bool((np.asarray(model(x, training=t)[0]) == 0).any()) for t in (True, False)))
"""


def test_dropout_of_a_tower_drops_while_it_is_trained():
    done = subprocess.run(
        [sys.executable, "-c", DROPPED_ZEROS],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.split() == ["True", "False"]
