"""What is known of Keras's losses and metrics is what the Keras here says of itself."""

import importlib
from inspect import isfunction

import pytest

from kerascheck.keras_api.compile_call import loss_code, metric_code
from kerascheck.keras_api.defaults import LOSSES, METRICS
from kerascheck.keras_api.losses import LOSS_NAMES, loss_called, snake_case
from kerascheck.keras_api.metrics import METRIC_NAMES, auto_name
from kerascheck.readers.config.losses import metric_of
from tools.__main__ import ROOT
from tools.keras_api import (
    HOME,
    LAYERS_HOME,
    LOADING_HOME,
    MODULES,
    layers_text,
    loading_text,
    module_text,
    signatures,
)

KERAS = {major: importlib.import_module(name) for major, name in MODULES.items()}
TABLES = {"losses": LOSSES, "metrics": METRICS}
REQUIRED = {
    "num_classes": 3,
    "target_class_ids": (1,),
    "normalizer": (1.0,),
    **dict.fromkeys(("recall", "precision", "specificity", "sensitivity"), 0.5),
}
"""A value of each argument that has no default."""

NOT_SAVED = {
    ("Huber", "delta"),
    ("CosineSimilarity", "axis"),
    ("SparseCategoricalCrossentropy", "axis"),
    ("SparseTopKCategoricalAccuracy", "from_sorted_ids"),
    ("AUC", "thresholds"),  # only where some were given
}
"""Arguments that a class of Keras 3.15.1 or tf_keras 2.21 leaves out of its config."""

CLASSES = [
    pytest.param(kind, major, name, id=f"{MODULES[major]}-{kind}-{name}")
    for kind, tables in TABLES.items()
    for major, table in tables.items()
    for name in table
]


@pytest.mark.parametrize("major", MODULES)
@pytest.mark.parametrize("kind", TABLES)
def test_every_class_has_the_arguments_and_defaults_of_its_signature(kind, major):
    assert TABLES[kind][major] == signatures(KERAS[major], kind)


@pytest.mark.parametrize(("kind", "major", "name"), CLASSES)
def test_defaults_are_what_a_new_object_reports(kind, major, name):
    known = TABLES[kind][major][name]
    given = {a: REQUIRED[a] for a, default in known.items() if default is ...}
    config = getattr(getattr(KERAS[major], kind), name)(**given).get_config()
    for argument, default in {**known, **given}.items():
        if (name, argument) in NOT_SAVED:
            continue
        if argument == "name" and default is None:
            default = auto_name(name)
            config["name"] = config["name"].rstrip("_0123456789")
        value = config[argument]
        plain = isinstance(value, str | int | float | None)
        assert (value if plain else tuple(value)) == default


@pytest.mark.parametrize(("kind", "major", "name"), CLASSES)
def test_every_class_has_a_name_that_readers_know(kind, major, name):
    assert name in (LOSS_NAMES if kind == "losses" else METRIC_NAMES)


@pytest.mark.parametrize("major", MODULES)
def test_every_loss_is_found_by_the_string_that_is_written_for_it(major):
    keras = KERAS[major]
    for name in LOSSES[major]:
        code = loss_code(loss_called(name), major)
        if code == f"keras.losses.{name}()":
            continue
        string = snake_case(name)
        assert code == repr(string)
        found = keras.losses.get(string)
        named = getattr(keras.losses, string, None)
        assert found is named or type(found).__name__ == name, string


@pytest.mark.parametrize("major", MODULES)
def test_every_function_of_a_metric_is_found_by_its_string(major):
    keras = KERAS[major]
    known = (metric_of({"class_name": "function", "config": n}) for n in METRIC_NAMES)
    strings = [m.metric.name for m in known if metric_code(m.metric)[0] == "'"]
    functions = [n for n in strings if isfunction(getattr(keras.metrics, n, None))]
    assert len(functions) > 10
    for name in functions:
        assert callable(keras.metrics.get(name)), name


def test_the_module_is_what_the_command_writes():
    assert (ROOT / HOME).read_text(encoding="utf-8") == module_text()
    assert (ROOT / LOADING_HOME).read_text(encoding="utf-8") == loading_text()
    assert (ROOT / LAYERS_HOME).read_text(encoding="utf-8") == layers_text()
