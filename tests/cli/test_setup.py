"""kerascheck setup: what goes together, from shipped trainings."""

import json


def test_without_a_task_the_choices_are_listed(run):
    ran = run("setup")
    assert ran.code == 0
    assert "--task multilabel" in ran.out
    assert "--labels one-hot" in ran.out


def test_the_right_call_comes_first_with_figures(run):
    ran = run("setup", "--task", "binary", "--labels", "one-hot")
    assert ran.code == 0
    assert ran.out.index("right\n") < ran.out.index("works by accident")
    assert 'Dense(2, activation="softmax"), "categorical_crossentropy"' in ran.out
    assert "accuracy 0.99, 0.80; calibration error 0.00, 0.02" in ran.out
    assert "KC102 probabilities-scored-as-logits" in ran.out


def test_json_has_every_combination_with_verdict_codes_and_trainings(run):
    args = ("--task", "multilabel", "--output-format", "json")
    document = json.loads(run("setup", *args).out)
    cells = {cell["name"]: cell for cell in document["combinations"]}
    right = cells["multilabel/multi-hot/3/sigmoid/BinaryCrossentropy"]
    assert right["verdict"] == "right"
    assert {one["backend"] for one in right["trainings"]} == {"tensorflow", "jax"}
    shown = {one["code"]: one for one in right["metrics"]}
    assert shown['"accuracy"']["codes"] == ["KC301"]
    softmax = cells["multilabel/multi-hot/3/softmax/CategoricalCrossentropy"]
    assert softmax["verdict"] == "wrong"
    assert softmax["codes"][0] == "KC208"


def test_unknown_names_are_refused_with_a_suggestion(run):
    assert "did you mean 'multiclass'" in run("setup", "--task", "multiclas").err
    ran = run("setup", "--task", "binary", "--labels", "hot")
    assert ran.code == 2
    assert "one-hot" in ran.err
