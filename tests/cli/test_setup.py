"""kerascheck setup: what goes together, from shipped trainings."""

import json


def test_without_a_task_the_choices_are_listed(run):
    ran = run("setup")
    assert ran.code == 0
    assert "--task multilabel" in ran.out
    assert "--labels one-hot" in ran.out


def test_the_choices_as_json(run):
    tasks = json.loads(run("setup", "--output-format", "json").out)["tasks"]
    names = {task["name"]: [one["name"] for one in task["labels"]] for task in tasks}
    assert names["multilabel"] == ["multi-hot"]
    assert "one-hot" in names["binary"]


def test_backends_that_end_alike_on_other_figures_are_both_told(run):
    out = run("setup", "--task", "binary", "-v").out
    at = out.index('Dense(1, activation="softmax"), "binary_crossentropy"')
    lines = out[at:].splitlines()[1:3]
    assert [line.split(":")[0].strip() for line in lines] == ["TensorFlow", "JAX"]
    losses = [line.rpartition("; ")[2] for line in lines]
    assert losses[0] != losses[1]


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
