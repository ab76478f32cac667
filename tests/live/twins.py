"""The live twins of fixtures: each built once, for every test that wants it."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tools.cases import all_cases

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = {case.name: case for case in all_cases()}
ABOUT_FILES = {
    "file-exported": "Keras tells nothing of an exported model",
    "file-git-lfs-pointer": "there is no model in it",
    **{
        f"file-{kind}-{state}": "there is a config alone, of a model built elsewhere"
        for kind in ("keras-1", "keras-hub")
        for state in ("right", "wrong")
    },
    "file-truncated": "the file ends early",
    "file-weights-only": "there is no model in it",
    "format-keras-2-hdf5-frozen-accuracy": "Keras 2 settles a metric when it saves",
}
"""Fixtures whose mistake is one of the file, and which."""

TWINS = [name for name in CASES if name not in ABOUT_FILES]


@cache
def twin(name):
    """Return the live model of a fixture."""
    if "keras-2" in name:
        pytest.importorskip("tf_keras")
    return CASES[name].model()


def labels(name):
    """Return the labels of a fixture; None: it has none."""
    found = CASES[name].labels
    return None if found is None else found()


def inputs(name):
    """Return as many inputs as there are labels."""
    first = labels(name)
    if isinstance(first, dict):
        first = next(iter(first.values()))
    count = 8 if first is None else len(first)
    return np.zeros((count, *twin(name).input_shape[1:]), "float32")
