"""Saved models of TensorFlow Model Optimization, against what the live ones are.

`tools/measured/optimized.jsonl` holds both; `tools.optimized_models` measures it.
"""

import json

import pytest

from kerascheck.keras_api.activations import KEEPS_LOGITS
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import container_of
from tools.optimized_models import TABLE

ROWS = [json.loads(line) for line in TABLE.read_text().splitlines()]


def described(row):
    return describe_config(
        container_of(
            format=row["format"],
            member="m",
            architecture=row["saved"]["architecture"],
            architecture_at="",
            training=row["saved"]["training"],
            training_at="",
            keras_version="2.21.0",
            backend="tensorflow",
            problems=(),
        ),
        "m",
    )


@pytest.mark.parametrize("row", ROWS)
def test_the_head_is_that_of_the_live_model(row):
    (head,) = described(row).heads
    assert head.name == row["name"]
    assert head.shape == tuple(row["shape"])
    assert head.units == row["shape"][-1]
    assert head.compute_dtype == row["dtype"]
    assert head.activation == row["activation"]
    if head.activation in KEEPS_LOGITS:
        assert head.logits_hidden is not row["sees_logits"]


def test_a_wrapper_of_the_same_name_in_another_module_is_the_users_own():
    row = json.loads(json.dumps(next(r for r in ROWS if r["format"] == "keras")))
    row["saved"]["architecture"]["config"]["layers"][-1]["module"] = "mine.layers"
    assert described(row).heads[0].activation == "unknown"
