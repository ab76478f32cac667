import json
from dataclasses import replace

import pytest

from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.model.description import Encoding
from tests.confirm.builders import TAGS, setup

RICH = setup(
    1,
    "softmax",
    "BCE logits",
    LabelForm(encoding=Encoding.CLASS_IDS, values=(1, 2), dtype="uint8"),
    inner_activation="relu",
    hidden_activation=True,
    metrics=(Part.of("accuracy"), Part.of("AUC", thresholds=(0.2, 0.5))),
    watched=(Part.of("BinaryAccuracy", threshold=0.0),),
    class_weight=((0, 1.0), (1, 19.0)),
)


def test_a_setup_survives_json():
    assert Setup.from_dict(json.loads(json.dumps(RICH.to_dict()))) == RICH


def test_equal_setups_have_equal_keys():
    assert RICH.key == replace(RICH).key
    assert RICH.key != replace(RICH, units=2).key


def test_a_part_is_read_from_a_keras_config():
    config = {"class_name": "AUC", "config": {"from_logits": True, "curve": "PR"}}
    assert Part.from_config(config) == Part.of("AUC", curve="PR", from_logits=True)


def test_a_part_without_arguments_is_compiled_as_a_name():
    assert Part.of("accuracy").config == "accuracy"


def test_a_class_without_arguments_is_compiled_as_an_object():
    assert Part.of("Accuracy").config == {"class_name": "Accuracy", "config": {}}


def test_a_class_as_a_string_is_read_as_keras_reads_it():
    assert Part.from_config("Accuracy") == Part.of("accuracy")
    assert Part.from_config("AUC") == Part.of("AUC")


def test_a_part_reads_as_one_would_write_it():
    assert Part.of("BinaryAccuracy", threshold=0).text == "BinaryAccuracy(threshold=0)"


@pytest.mark.parametrize(
    "config",
    [
        3,
        {"config": {}},
        {"class_name": "AUC", "config": [1]},
        {"class_name": "MeanMetricWrapper", "config": {"fn": {"module": "os"}}},
    ],
)
def test_nested_objects_are_refused(config):
    with pytest.raises(ValueError, match="Expected"):
        Part.from_config(config)


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": 0},
        {"task": "poetry"},
        {"classes": 1},
        {"classes": 3},
        {"labels": TAGS, "task": "regression"},
        {"task": "multilabel"},
        {"optimizer": "lamb"},
        {"steps": 0},
        {"batch": 0},
    ],
)
def test_what_no_training_stands_for_is_refused(wrong):
    with pytest.raises(ValueError, match="Expected"):
        replace(setup(1, "sigmoid", "BCE"), **wrong)


@pytest.mark.parametrize("missing", ["loss", "labels", "units"])
def test_an_incomplete_setup_is_refused(missing):
    plain = RICH.to_dict()
    del plain[missing]
    with pytest.raises(ValueError, match=missing):
        Setup.from_dict(plain)
