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


def test_backends_that_end_alike_on_other_figures_are_both_shown(run):
    out = " ".join(run("setup", "--task", "binary", "-v").out.split())
    _, _, cell = out.partition('Dense(1, activation="softmax"), "binary_crossentropy" ')
    tensorflow, _, jax = cell.partition(" KC103 ")[0].partition(" JAX: ")
    assert tensorflow.startswith("TensorFlow: ")
    assert jax
    assert tensorflow.rpartition("; loss ")[2] != jax.rpartition("; loss ")[2]


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


def test_unknown_names_are_refused_with_those_that_there_are(run):
    ran = run("setup", "--task", "multiclas")
    assert ran.code == 2
    assert "the tasks are binary, multiclass, multilabel, regression;" in ran.err
    assert "did you mean 'multiclass'" in ran.err
    ran = run("setup", "--task", "binary", "--labels", "onehot")
    assert ran.code == 2
    assert "the labels of binary are ids, column, one-hot," in ran.err
    assert "did you mean 'one-hot'" in ran.err


def test_no_line_is_wider_than_the_terminal(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for task in ("binary", "multiclass", "multilabel", "regression"):
        lines = run("setup", "--task", task, "-v").out.splitlines()
        assert [line for line in lines if len(line) > 80] == []


def test_a_wide_call_has_an_argument_a_line_and_a_narrow_one_is_one_line(
    run, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "80")
    call = """
      model.compile(
          optimizer="adam",
          loss="categorical_crossentropy",
          metrics=["accuracy"],
      )
"""
    args = ("setup", "--task", "binary", "--labels", "one-hot")
    assert call in run(*args).out
    monkeypatch.setenv("COLUMNS", "100")
    assert '(optimizer="adam", loss="categorical_crossentropy", ' in run(*args).out


def test_figures_of_a_regression_are_said_to_be_r_squared(run):
    head = " ".join(run("setup", "--task", "regression").out.splitlines()[1:3])
    assert "R² on held-out samples." in head
    assert "calibration" not in head
