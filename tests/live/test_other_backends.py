"""Checks inside `fit` on JAX and PyTorch, each in a process of its own."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("keras")

PROGRAM = Path(__file__).with_name("on_another_backend.py")
ROOT = PROGRAM.parents[2]

each = pytest.mark.parametrize("backend", ["jax", "torch"])


@cache
def told(backend):
    """Return what the program prints on a backend."""
    pytest.importorskip(backend)
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        env=os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@each
def test_keras_may_be_imported_while_it_is_watched(backend):
    found = told(backend)["imported"]
    assert found["codes"] == ["KC101"]
    assert found["backend"] == backend
    assert found["line"].startswith("tests/live/on_another_backend.py:")
    assert found["given back"]


@each
@pytest.mark.parametrize("way", ["callback", "watching"])
def test_a_doomed_run_stops_before_a_weight_changes(backend, way):
    assert told(backend)["stopped"][way] == [["KC101"], True]


@each
@pytest.mark.parametrize("built", [True, False])
def test_a_right_run_trains_as_without_a_check(backend, built):
    assert told(backend)["alike"][f"built: {built}"] == [True, True]


@each
def test_a_model_is_seen_in_whatever_takes_a_batch(backend):
    assert told(backend)["in_batches"] == [["KC101"]] * 3
