"""What is said about loading files of Keras 2, against `load_model` of Keras 3."""

import json
import os
import random

import pytest

from kerascheck.engine.file_findings import finding_of
from kerascheck.readers.config.cross_loading import reasons
from kerascheck.readers.config.load_problems import find_load_problems
from kerascheck.readers.containers.open import open_container
from tests.readers.keras_2_files import (
    compile_cases,
    first_shape_cases,
    layer_cases,
    structure_cases,
)
from tests.readers.test_load_problems import saved

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
tf_keras = pytest.importorskip("tf_keras")

SAMPLE = 6
"""Models of each kind that the quick tests save and load."""


def loads(path, **options):
    try:
        keras.models.load_model(path, **options)
    except Exception:
        return False
    return True


def wrong(cases, folder):
    """Return which models are judged wrongly, and how many were compared."""
    found, counts = [], {True: 0, False: 0}
    for case in cases:
        try:
            model = case.build()
        except Exception:
            continue  # tf_keras does not build it
        for suffix in (".h5", ".keras"):
            path = folder / f"m{suffix}"
            try:
                model.save(path)
            except Exception:
                continue
            why = list(reasons(open_container(path)))
            real = loads(path)
            counts[real] += 1
            right = real == (not why)
            if why and all(reason.compiling for reason in why):
                right = right and loads(path, compile=False)
            if not right:
                found.append((case.name + suffix, real, [r.text for r in why]))
    return found, counts


ALL = [layer_cases, compile_cases, structure_cases]


def test_a_sample_loads_as_it_is_said(tmp_path):
    chance = random.Random(1)
    sample = [c for cases in ALL for c in chance.sample([*cases(tf_keras)], SAMPLE)]
    found, counts = wrong(sample, tmp_path)
    assert found == []
    assert min(counts.values()) > 5


@pytest.mark.slow
@pytest.mark.parametrize("cases", ALL)
def test_everything_loads_as_it_is_said(cases, tmp_path):
    found, counts = wrong(cases(tf_keras), tmp_path)
    print(f"compared: {counts[True]} that load, {counts[False]} that do not")
    assert found == []
    assert min(counts.values()) > 5


def without_input_layer(layers, shape, path):
    """Save a Sequential as Keras 2.2 did: its first layer has the shape."""
    h5py = pytest.importorskip("h5py")
    tf_keras.Sequential([tf_keras.Input(shape), *layers]).save(path)
    with h5py.File(path, "r+") as file:
        model = json.loads(file.attrs["model_config"])
        first, *others = model["config"]["layers"]
        for layer in others:
            for key in ("module", "registered_name", "build_config"):
                layer.pop(key, None)
        shape = first["config"]["batch_input_shape"]
        others[0]["config"]["batch_input_shape"] = shape
        model["config"]["layers"] = others
        file.attrs["model_config"] = json.dumps(model)


def test_a_sequential_without_an_input_layer_loads_as_it_is_said(tmp_path):
    path, real = tmp_path / "m.h5", []
    for name, layers, shape in first_shape_cases(tf_keras):
        without_input_layer(layers, shape, path)
        real.append(loads(path))
        assert real[-1] == (not list(reasons(open_container(path)))), name
    assert {*real} == {True, False}


WRAPPED = {"class_name": "Dense", "config": {"name": "d", "units": 3}}
LIST = {"class_name": "Sequential", "config": [WRAPPED]}
OPTIMIZER = {"class_name": "Adam", "config": {"lr": 0.1, "beta_1": 0.9}}


@pytest.mark.parametrize(
    ("container", "text"),
    [
        (
            saved(
                {"class_name": "TimeDistributed", "config": {"layer": WRAPPED}},
                kind="hdf5",
                version="2.4.0",
            ),
            "a Dense inside a wrapper names no module",
        ),
        (
            saved(kind="hdf5", version="2.1.0", architecture=LIST),
            "the config of its Sequential is a list",
        ),
        (
            saved(
                kind="hdf5", version="2.3.1", training={"optimizer_config": OPTIMIZER}
            ),
            "the optimizer Adam has no argument 'lr'",
        ),
        (
            saved(
                {"class_name": "Dense", "config": {"output_dim": 3}},
                kind="hdf5",
                version="1.2.2",
            ),
            "Dense has no argument 'output_dim'",
        ),
    ],
)
def test_reasons_of_older_files(container, text):
    assert text in [reason.text for reason in reasons(container)]


def test_the_message_names_three_reasons_and_counts_the_others():
    layers = [
        {"class_name": name, "config": {"groups": 1}}
        for name in ("DepthwiseConv2D", "Conv2DTranspose", "Dense", "LSTM", "GRU")
    ]
    (problem,) = find_load_problems(saved(*layers, kind="hdf5", version="2.15.0"))
    assert problem.message.endswith(
        ": DepthwiseConv2D has no argument 'groups'; Conv2DTranspose has no argument "
        "'groups'; Dense has no argument 'groups'; and 2 more reasons"
    )


@pytest.mark.parametrize(
    ("layers", "advice"),
    [
        ([], "load it with compile=False, and recompile it"),
        ([LIST], "load it with tf_keras, or with the Keras that wrote it"),
    ],
)
def test_what_to_do_depends_on_what_does_not_load(layers, advice):
    container = saved(*layers, kind="hdf5", version="2.15.0", loss="mse")
    (problem,) = find_load_problems(container)
    assert finding_of(problem, "m.h5").fix.title == advice


def test_a_users_own_class_is_no_reason():
    own = {"class_name": "Own", "config": {"anything": 1}}
    assert list(reasons(saved(own, kind="hdf5", version="2.15.0"))) == []


def test_what_leads_ever_deeper_ends():
    layer = WRAPPED
    for _ in range(200):
        layer = {"class_name": "TimeDistributed", "config": {"layer": layer}}
    assert list(reasons(saved(layer, kind="hdf5", version="2.15.0")))
