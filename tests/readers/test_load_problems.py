"""What does not load again, or as something else, is told; all else is left alone."""

import json
from pathlib import Path

import pytest

from kerascheck.engine.file_findings import rule_for
from kerascheck.model.description import Problem
from kerascheck.readers.config.load_problems import NEWEST_KERAS, find_load_problems
from kerascheck.readers.containers.open import open_container
from kerascheck.readers.containers.values import Container

ARTEFACTS = Path(__file__).parents[2] / "fixtures" / "artefacts"

FUNCTION = {"module": "builtins", "class_name": "function"}
LAMBDA = {"class_name": "Lambda", "config": {"function": {"class_name": "__lambda__"}}}


def saved(
    *layers, loss="mean_squared_error", kind="keras", version="3.15.1", **changes
):
    facts = {
        "architecture": {"class_name": "Sequential", "config": {"layers": [*layers]}},
        "training": {"loss": loss},
        "architecture_at": "",
        "training_at": "/compile_config",
        "member": "config.json",
        "keras_version": version,
        "backend": None,
    }
    return Container(format=kind, **{**facts, **changes})


def dense(function):
    activation = {**FUNCTION, "config": function}
    return {"class_name": "Dense", "config": {"activation": activation}}


def told(container):
    return [(rule_for(p.kind).code, p.origin) for p in find_load_problems(container)]


@pytest.mark.parametrize("loss", ["mse", "mae", "mape", "msle", "bce", "kld", "MSE"])
def test_a_short_loss_name_in_hdf5_of_keras_3_is_told(loss):
    assert told(saved(loss=loss, kind="hdf5")) == [
        ("KC020", "config.json: /compile_config/loss")
    ]


@pytest.mark.parametrize(
    ("loss", "at"), [({"a": "hinge", "b": "mse"}, "b"), (["hinge", "mse"], "1")]
)
def test_a_short_loss_name_is_told_inside_dicts_and_lists(loss, at):
    assert told(saved(loss=loss, kind="hdf5")) == [
        ("KC020", f"config.json: /compile_config/loss/{at}")
    ]


@pytest.mark.parametrize(
    "container",
    [
        saved(loss="mse"),
        saved(loss="mse", version="2.15.0"),
        saved(loss="mse", kind="hdf5", version=None),
        saved(loss="mean_squared_error", kind="hdf5"),
        saved(loss="huber", kind="hdf5"),
        saved(loss="huber"),
        saved(loss={"class_name": "Huber", "config": {"delta": 2.0}}),
        saved(loss=None),
        saved(dense("my_own")),
        saved({"class_name": "Dense", "config": {"activation": "softmax"}}),
        saved({"class_name": "Lambda", "config": {"function": FUNCTION}}),
        saved(training=None),
        saved(architecture=None),
        saved(version="3.16.0"),
        saved(LAMBDA, kind="live"),
    ],
)
def test_what_loads_as_it_was_saved_is_left_alone(container):
    assert told(container) == []


@pytest.mark.parametrize("version", ["2.15.0", "3.9.2"])
def test_a_partial_is_told(version):
    loss = {"module": "functools", "class_name": "partial", "config": "bce"}
    assert [code for code, _ in told(saved(loss=loss, version=version))] == ["KC021"]


@pytest.mark.parametrize("name", ["softmax_v2", "log_softmax_v2", "swish", "exp"])
def test_a_function_of_tensorflow_is_told(name):
    assert told(saved(dense(name))) == [
        ("KC022", "config.json: /config/layers/0/config/activation")
    ]


def test_a_cause_is_told_once():
    assert len(told(saved(dense("swish"), dense("swish"), LAMBDA, LAMBDA))) == 2


def test_a_nested_layer_is_looked_at():
    inner = {"class_name": "Sequential", "config": {"layers": [dense("exp")]}}
    wrapped = {"class_name": "TimeDistributed", "config": {"layer": inner}}
    at = "/config/layers/0/config/layer/config/layers/0/config/activation"
    assert told(saved(wrapped)) == [("KC022", f"config.json: {at}")]


def test_a_lambda_layer_is_told():
    assert told(saved(LAMBDA)) == [("KC025", "config.json: /config/layers/0")]


@pytest.mark.parametrize("config", [{"reduction": "auto"}, {"fn": "hinge"}])
def test_a_loss_object_of_keras_2_is_told(config):
    loss = {"class_name": "Hinge", "config": config}
    container = saved(loss=loss, kind="hdf5", version="2.15.0")
    assert [code for code, _ in told(container)] == ["KC024"]


def test_a_functional_model_of_keras_2_is_told():
    architecture = {"class_name": "Functional", "module": "keras.src.engine.functional"}
    container = saved(architecture=architecture, version="2.15.0")
    assert [code for code, _ in told(container)] == ["KC024"]


def test_a_file_under_a_wrong_name_is_told_of_that_alone():
    problem = Problem(
        kind="container-under-wrong-name", message="HDF5 under a .keras name"
    )
    loss = {"class_name": "Hinge", "config": {"reduction": "auto"}}
    assert told(saved(loss=loss, version="2.12.0", problems=(problem,))) == []


@pytest.mark.parametrize("version", ["3.17.0", "4.0.1"])
def test_a_version_that_is_newer_than_known_is_told(version):
    assert tuple(map(int, version.split(".")[:2])) > NEWEST_KERAS
    (problem,) = find_load_problems(saved(version=version))
    assert problem.kind == "unknown-keras-version"
    assert "judged as 3.15" in problem.message


@pytest.mark.parametrize(
    "layers", [["x"], [None, 3], [{"config": {"layers": {"a": 1}, "layer": 0}}]]
)
def test_layers_that_are_none_are_passed_over(layers):
    assert told(saved(*layers)) == []


def test_layers_that_lead_ever_deeper_end():
    layer = dense("swish")
    for _ in range(100):
        layer = {"class_name": "Sequential", "config": {"layers": [layer]}}
    assert told(saved(layer)) == []


@pytest.mark.slow
def test_no_file_that_keras_loads_is_said_not_to_load():
    keras = pytest.importorskip("keras")
    loaded = 0
    for artefact in json.loads((ARTEFACTS / "manifest.json").read_text())["artefacts"]:
        path = ARTEFACTS / artefact["path"]
        if path.suffix not in (".keras", ".h5") or ".weights" in path.name:
            continue
        try:
            keras.models.load_model(path)
        except Exception:
            continue
        loaded += 1
        codes = {code for code, _ in told(open_container(path))}
        assert codes <= {"KC014"}, path
    assert loaded >= 10
