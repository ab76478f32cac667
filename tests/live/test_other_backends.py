"""Checks inside `fit` on JAX, PyTorch and two devices, in processes of their own."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("keras")

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

BACKENDS = ("jax", "torch")
TWO_DEVICES = "two_devices"


@pytest.fixture(scope="module")
def running(request):
    """Start the programs of all tests that were chosen, at once."""
    wanted = " ".join(item.name for item in request.session.items)
    programs = {
        name: started("on_another_backend.py", KERAS_BACKEND=name)
        for name in BACKENDS
        if name in wanted and find_spec(name)
    }
    if TWO_DEVICES in wanted and find_spec("tf_keras"):
        programs[TWO_DEVICES] = started("on_two_devices.py")
    yield programs
    for program in programs.values():
        with program:
            program.kill()


def printed(running, name):
    """Return what a program prints, once it has come to its end."""
    if name not in running:
        pytest.skip(f"{name}: not installed")
    out, error = running[name].communicate()
    assert out, error
    return json.loads(out)


def started(program, **settings):
    return subprocess.Popen(
        [sys.executable, str(HERE / program)],
        env=os.environ | {"PYTHONPATH": str(ROOT), **settings},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module", params=BACKENDS)
def told(request, running):
    """What the program prints on a backend."""
    return printed(running, request.param) | {"backend": request.param}


def test_keras_may_be_imported_while_it_is_watched(told):
    found = told["imported"]
    assert found["codes"] == ["KC101"]
    assert found["backend"] == told["backend"]
    assert found["line"].startswith("tests/live/on_another_backend.py:")
    assert found["given back"]


@pytest.mark.parametrize("way", ["callback", "watching"])
def test_a_doomed_run_stops_before_a_weight_changes(told, way):
    assert told["stopped"][way] == [["KC101"], True]


@pytest.mark.parametrize("built", [True, False])
def test_a_right_run_trains_as_without_a_check(told, built):
    assert told["alike"][f"built: {built}"] == [True, True]


def test_a_model_is_seen_in_whatever_takes_a_batch(told):
    assert told["in_batches"] == [["KC101"]] * 3


@pytest.mark.slow
def test_two_devices_train_as_without_a_check(running):
    assert printed(running, TWO_DEVICES) == [[True, ["KC101"]]] * 2
