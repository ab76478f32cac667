"""Where a model is made: a line of the program, not of what it is run through."""

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import pytest

from kerascheck.live.call_sites import CallSiteTracker, build_traced

keras = pytest.importorskip("keras")


def compiled():
    layers = [keras.Input((4,)), keras.layers.Dense(1, name="out")]
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    return model


class Holder:
    @cached_property
    def model(self):
        return compiled()


def in_thread():
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(compiled).result()


def copied():
    return copy.deepcopy(compiled())


def compiled_in_thread():
    model = compiled()
    thread = threading.Thread(target=model.compile, args=("adam", "mae"))
    thread.start()
    thread.join()
    return model


@pytest.mark.parametrize(
    "build", [compiled, copied, in_thread, lambda: Holder().model, compiled_in_thread]
)
def test_places_are_lines_of_the_program(build):
    _, origin = build_traced(build, "m")
    places = [*origin.layers.values(), *filter(None, [origin.compiled])]
    assert "out" in origin.layers
    assert {place.partition(":")[0].rpartition("/")[2] for place in places} == {
        "test_call_sites.py"
    }


def test_what_only_python_calls_has_no_place():
    model, tracker = compiled(), CallSiteTracker()
    with tracker.open():
        thread = threading.Thread(target=model.compile, args=("adam", "mae"))
        thread.start()
        thread.join()
    assert tracker.origin_of(model, "m").compiled is None
