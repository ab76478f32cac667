"""Saved tasks of keras-hub, against what the live models end in.

`tools/measured/keras_hub.jsonl` holds both; `tools.keras_hub_tasks` measures it.
"""

import json

import pytest

from kerascheck.api import check
from kerascheck.keras_api.keras_hub import TASKS
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import container_of
from tools.keras_hub_tasks import TABLE

ROWS = [json.loads(line) for line in TABLE.read_text().splitlines()]
OLD_NAMES = {
    name for name in TASKS if name.replace("Classifier", "TextClassifier") in TASKS
}


def described(saved):
    return describe_config(
        container_of(
            format="keras",
            member="config.json",
            architecture=saved,
            architecture_at="",
            training=saved["compile_config"],
            training_at="/compile_config",
            keras_version="3.15.1",
            backend=None,
            problems=(),
        ),
        "m.keras",
    )


def test_every_task_of_the_table_was_measured():
    measured = {row["saved"]["class_name"] for row in ROWS}
    assert set(TASKS) - OLD_NAMES <= measured


@pytest.mark.parametrize("row", ROWS, ids=[row["saved"]["class_name"] for row in ROWS])
def test_the_head_is_that_of_the_live_model(row):
    model = described(row["saved"])
    if row["saved"]["class_name"] not in TASKS:
        assert model.opaque is not None
        return
    (head,) = model.heads
    assert model.opaque is None
    assert [head.name] == row["names"]
    assert head.shape == tuple(row["shape"])
    assert head.units == row["shape"][-1]
    assert head.compute_dtype == row["dtype"]
    assert head.layer_class == row["layer_class"]
    assert head.loss.name == "SparseCategoricalCrossentropy"
    assert head.loss.from_logits is row["from_logits"]
    assert [metric.resolved for metric in head.metrics] == ["SparseCategoricalAccuracy"]
    capped = row["saved"]["config"]["backbone"]["config"].get("final_logit_soft_cap")
    expected = "unknown" if capped else row["activation"] or "linear"
    assert head.activation == expected


def test_pointers_lead_to_what_is_saved():
    for row in ROWS:
        for head in described(row["saved"]).heads:
            for fact, place in head.origins:
                value = row["saved"]
                for part in place.removeprefix("config.json: /").split("/"):
                    value = value[int(part) if isinstance(value, list) else part]
                if fact == "units" and head.units is not None:
                    assert value == head.units


def test_a_class_of_the_same_name_in_another_package_is_the_users_own():
    saved = dict(ROWS[0]["saved"])
    saved["registered_name"] = f"mine>{saved['class_name']}"
    assert described(saved).opaque is not None


def test_an_activation_that_is_not_saved_is_unknown():
    row = next(r for r in ROWS if r["saved"]["class_name"] == "BertTextClassifier")
    saved = json.loads(json.dumps(row["saved"]))
    del saved["config"]["activation"]
    assert described(saved).heads[0].activation == "unknown"


def written(folder, contents):
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content))
    return folder


def preset(folder, **contents):
    """Write a folder with the files that keras-hub 0.32 writes for a task."""
    backbone = {
        "module": "keras_hub.src.models.bert.bert_backbone",
        "class_name": "BertBackbone",
        "config": {"name": "bert_backbone", "hidden_dim": 16},
        "registered_name": "keras_hub>BertBackbone",
    }
    task = {
        "module": "keras_hub.src.models.bert.bert_text_classifier",
        "class_name": "BertTextClassifier",
        "config": {"backbone": backbone, "num_classes": 2},
        "registered_name": "keras_hub>BertTextClassifier",
    }
    files = {
        "config.json": backbone,
        "task.json": task,
        "preprocessor.json": {**task, "class_name": "BertTextClassifierPreprocessor"},
        "metadata.json": {"keras_version": "3.15.1", "keras_hub_version": "0.32.0"},
    }
    return written(folder, {**files, **contents})


def test_a_preset_is_one_note_that_says_what_it_is(tmp_path):
    report = check(preset(tmp_path / "preset"))
    assert [(f.code, f.model) for f in report.findings] == [
        ("KC005", f"{tmp_path.as_posix()}/preset")
    ]
    assert report.findings[0].message.startswith("a preset of KerasHub")
    assert "task.save()" in report.findings[0].fix.title
    assert {item.why for item in report.not_run} == {"the model is not compiled"}


def test_the_same_names_elsewhere_are_models_of_their_own(tmp_path):
    folder = preset(tmp_path / "other", **{"metadata.json": {"keras_version": "3.15"}})
    found = {f.model.rpartition("/")[2] for f in check(folder).findings}
    assert {"other", "task.json", "preprocessor.json"} <= found
