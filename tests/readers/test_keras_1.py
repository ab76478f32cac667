"""Files of Keras 1, against what live models of Keras 1.2.2 are and predict.

`tools/measured/keras_1.jsonl` holds both; `tools.keras_1.saved` measures it.
"""

import json

import pytest

from kerascheck.keras_api.losses import LOSS_NAMES
from kerascheck.keras_api.metrics import METRIC_NAMES
from kerascheck.model.description import SOME_KERAS_1, Activation, LossKind
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import container_of
from kerascheck.readers.read import read
from tools.keras_1.saved import TABLE

ROWS = [json.loads(line) for line in TABLE.read_text().splitlines()]

SHAPE_NOT_SAVED = {
    "channels_first": (None, 2, None, None),
    "cropped": (None, None, None, None),
    "masks": (None, None, None, 1),
    "merged_last_cos": None,
}
"""UpSampling, ZeroPadding and Cropping do not say which axis is that of channels."""

OF_NO_KNOWN_RANGE = {
    "highway",
    "lambda",
    "merged_by_axis",
    "merged_by_function",
    "merged_last_cos",
    "merged_last_dot",
    "merged_last_max",
    "merged_last_mul",
    "merged_last_sum",
    "s_shaped",
    "softplus",
}

RANGES = {
    Activation.SIGMOID: (0, 1),
    Activation.HARD_SIGMOID: (0, 1),
    Activation.SOFTMAX: (0, 1),
    Activation.TANH: (-1, 1),
    Activation.RELU: (0, float("inf")),
}


def described(row, **changes):
    saved = row["saved"] | changes
    return describe_config(
        container_of(
            format="hdf5",
            member="m.h5",
            architecture=saved["model_config"],
            architecture_at="/model_config",
            training=saved.get("training_config"),
            training_at="/training_config",
            keras_version=saved["keras_version"],
            backend=None,
            problems=(),
        ),
        "m.h5",
    )


@pytest.fixture(params=ROWS, ids=[row["name"] for row in ROWS])
def row(request):
    return request.param


def test_heads_have_the_shape_of_the_live_model(row):
    live = [tuple(head["shape"]) for head in row["heads"]]
    expected = [SHAPE_NOT_SAVED.get(row["name"], shape) for shape in live]
    heads = described(row).heads
    assert [head.shape for head in heads] == expected
    for head, shape in zip(heads, live, strict=True):
        channels_last = row["name"] != "channels_first"
        assert head.units in (None, shape[-1] if channels_last else shape[1])


def test_values_are_in_the_range_of_the_activation(row):
    for head, live in zip(described(row).heads, row["heads"], strict=True):
        unknown = head.activation is Activation.UNKNOWN
        assert unknown == (row["name"] in OF_NO_KNOWN_RANGE)
        low, high = RANGES.get(head.activation, (-float("inf"), float("inf")))
        assert low <= live["lowest"] <= live["highest"] <= high
        assert live["rows"] == (head.activation is Activation.SOFTMAX)


def test_losses_are_those_that_the_live_model_trains_with(row):
    for head, live in zip(described(row).heads, row["heads"], strict=True):
        if live["loss"] is None:
            assert head.loss is None
        elif live["loss"] in LOSS_NAMES:
            assert head.loss.name == LOSS_NAMES[live["loss"]]
        else:
            assert head.loss.kind is LossKind.CUSTOM


def test_accuracy_is_what_the_live_model_resolved_it_to(row):
    metrics = [m for head in described(row).heads for m in head.metrics or ()]
    found = [m.resolved for m in metrics if m.resolved in _ACCURACIES]
    known = SHAPE_NOT_SAVED.get(row["name"], ()) is not None
    assert found == [METRIC_NAMES[name] for name in row["accuracies"] if known]


_ACCURACIES = ("BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy")


def test_a_file_without_a_version_is_read_alike(row):
    model = described(row, keras_version=None)
    assert model.keras_version == SOME_KERAS_1
    assert model.heads == described(row).heads


def test_pointers_lead_to_what_is_saved(row):
    for head in described(row).heads:
        for fact, place in head.origins:
            value = row["saved"]
            for part in place.removeprefix("m.h5: /").split("/"):
                value = value[int(part) if isinstance(value, list) else part]
            if fact == "units" and place.endswith("output_dim") and _is_last(head):
                assert value == head.units


def _is_last(head):
    return head.layer_class == "Dense" and not head.layers_after


def test_it_is_said_that_no_later_keras_loads_the_file(row):
    kinds = [problem.kind for problem in described(row).problems]
    assert "keras-1-file" in kinds


def test_a_real_file_is_read(tmp_path):
    h5py = pytest.importorskip("h5py")
    row = next(row for row in ROWS if row["name"] == "heads_by_list")
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        for name, value in row["saved"].items():
            text = value if isinstance(value, str) else json.dumps(value)
            file.attrs[name] = text.encode()
    assert read(str(path)).heads == described(row).heads


def test_a_layer_of_keras_2_does_not_look_like_keras_1():
    layer = {"class_name": "Mine", "config": {"W_regularizer": None}}
    dense = {"class_name": "Dense", "config": {"units": 3, "activation": "relu"}}
    saved = {
        "keras_version": None,
        "model_config": {
            "class_name": "Sequential",
            "config": {"name": "m", "layers": [layer, dense]},
        },
    }
    assert described({"saved": saved}).keras_version is None
