"""confirm() on clones of the user's own model."""

import importlib
import sys

import numpy as np
import pytest

import kerascheck
from kerascheck.confirm.build import NotBuildable
from kerascheck.engine.finding import Verdict

keras = pytest.importorskip("keras")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 6)).astype("float32")
Y = (X[:, 0] + X[:, 1] > 0).astype("int32")


@pytest.fixture(autouse=True)
def _few_steps(monkeypatch):
    module = importlib.import_module("kerascheck.confirm.own_training")
    monkeypatch.setattr(module, "STEPS", 60)


def _model(activation, loss, units=1):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(8, "relu"), keras.layers.Dense(units, activation)]
    model = keras.Sequential([keras.Input((6,)), *layers])
    model.compile(keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
    return model


def _state(model):
    weights = [*model.get_weights(), *(v.numpy() for v in model.optimizer.variables)]
    nodes = [len(layer._inbound_nodes) for layer in model.layers]
    return [w.tobytes() for w in weights], nodes, model.get_compile_config()


def test_harm_is_confirmed_and_the_model_left_as_it_is():
    model = _model("softmax", "binary_crossentropy")
    before = _state(model)
    report = kerascheck.check(model, Y, select="KC103")
    (finding,) = kerascheck.confirm(report, model=model, x=X, y=Y, seeds=3)
    confirmation = finding.confirmation
    assert confirmation.status is Verdict.CONFIRMED, confirmation.reason
    assert confirmation.before.true_accuracy < 0.6
    assert confirmation.after.true_accuracy > 0.9
    assert _state(model) == before


def test_setup_that_raises_is_confirmed_with_recoded_labels():
    model = _model("softmax", "categorical_crossentropy", 2)
    (finding,) = kerascheck.confirm(
        kerascheck.check(model, Y), model=model, x=X, y=Y, seeds=3
    )
    assert finding.harm == "raises"
    assert finding.confirmation.status is Verdict.CONFIRMED
    assert finding.confirmation.after.true_accuracy > 0.9


def test_ten_classes_are_measured_as_ten(monkeypatch):
    def noted(training, side, *_):
        setups.append(side.setup)
        raise NotBuildable("enough is known")

    setups = []
    module = importlib.import_module("kerascheck.confirm.own_training")
    monkeypatch.setattr(module.OwnTraining, "_train", noted)
    model = _model(None, "sparse_categorical_crossentropy", 10)
    report = kerascheck.check(model, np.arange(600) % 10, select="KC101")
    kerascheck.confirm(report, model=model, x=X, y=np.arange(600) % 10)
    assert [(setup.units, setup.classes) for setup in setups] == [(10, 10)]


def test_many_class_ids_with_a_gap_are_not_measured():
    model = _model(None, "sparse_categorical_crossentropy", 20)
    ids = np.delete(np.arange(20), 7)[np.arange(600) % 19]
    report = kerascheck.check(model, ids, select="KC101")
    (finding,) = kerascheck.confirm(report, model=model, x=X, y=ids, seeds=3)
    assert finding.confirmation.status is Verdict.NOT_RUN
    assert "ids with gaps" in finding.confirmation.reason


def test_finding_without_a_fix_is_not_run():
    model = _model("sigmoid", "binary_crossentropy")
    same = np.ones_like(Y)
    report = kerascheck.check(model, same)
    (finding,) = kerascheck.confirm(report, model=model, x=X, y=same, seeds=3)
    assert finding.confirmation.status is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("x", "y", "why"),
    [
        (X[:100], Y, "differ in length: 100 and 600 rows"),
        ({"in": X[:100]}, Y, "differ in length: 100 and 600 rows"),
        ([X, X[:100]], Y, "differ in length: 100 and 600 rows"),
        ([], Y, "differ in length: 0 and 600 rows"),
        (iter([(X, Y)]), Y, "not arrays"),
        (X, {"out": Y}, "not arrays"),
        (X, [[1], [1, 0]] * 300, "not arrays"),
        (X[:10], Y[:10], "10 samples are too few"),
    ],
)
def test_data_that_no_clone_can_train_on_are_not_run_and_say_why(x, y, why):
    model = _model("softmax", "binary_crossentropy")
    report = kerascheck.check(model, Y)
    (finding,) = kerascheck.confirm(report, model=model, x=x, y=y, seeds=3).findings
    assert finding.confirmation.status is Verdict.NOT_RUN
    assert why in finding.confirmation.reason


def test_budget_that_is_over_gives_no_verdict():
    model = _model("softmax", "binary_crossentropy")
    report = kerascheck.check(model, Y)
    (finding, *_) = kerascheck.confirm(report, model=model, x=X, y=Y, budget=0)
    assert finding.confirmation.status is Verdict.INCONCLUSIVE
    assert "budget" in finding.confirmation.reason


@pytest.mark.parametrize(("trainings", "pairs"), [(8, 3), (4, 1)])
def test_both_sides_train_in_turn_and_whole_pairs_count(monkeypatch, trainings, pairs):
    module = importlib.import_module("kerascheck.confirm.own_training")
    real, order, told = module.OwnTraining._run, [], []

    def run(self, side, job, seed):
        order.append((seed, bool(side.edits)))
        if len(order) == trainings:
            self.end = 0.0  # the time ends while the second side trains
        return real(self, side, job, seed)

    monkeypatch.setattr(module, "STEPS", 20 if pairs < 3 else 60)
    monkeypatch.setattr(module.OwnTraining, "_run", run)
    model = _model("softmax", "binary_crossentropy")
    report = kerascheck.check(model, Y)
    (finding,) = kerascheck.confirm(
        report,
        model=model,
        x=X,
        y=Y,
        seeds=6,
        budget=600,
        progress=lambda done, of: told.append((done, of)),
    ).findings
    assert order == [(n // 2, bool(n % 2)) for n in range(trainings)]
    assert told == [(n, 12) for n in range(1, trainings)]
    if pairs >= 3:
        assert finding.confirmation.status is Verdict.CONFIRMED
        assert finding.confirmation.seeds == pairs
    else:
        assert finding.confirmation.status is Verdict.INCONCLUSIVE
        assert "after 1 pair of trainings" in finding.confirmation.reason


def test_other_faults_of_the_head_are_fixed_on_both_sides():
    model = _model(None, "binary_crossentropy")
    model.compile(
        keras.optimizers.Adam(0.02), model.loss, metrics=["categorical_accuracy"]
    )
    report = kerascheck.check(model, Y)
    assert {finding.code for finding in report} == {"KC101", "KC303"}
    found = kerascheck.confirm(report, model=model, x=X, y=Y, seeds=3).findings
    shown = next(f.confirmation for f in found if f.code == "KC303")
    # Alone it would be judged on scores that the loss cannot train.
    assert shown.before.true_accuracy == pytest.approx(shown.after.true_accuracy)
    assert shown.before.true_accuracy > 0.8


def test_inputs_and_labels_are_asked_for():
    model = _model("softmax", "binary_crossentropy")
    with pytest.raises(kerascheck.UsageError, match="inputs x and labels y"):
        kerascheck.confirm(kerascheck.check(model, Y), model=model)


def test_confirm_stays_a_function_once_its_package_is_imported():
    importlib.import_module("kerascheck.confirm.setup")
    assert kerascheck.confirm(kerascheck.Report()).findings == ()
    kerascheck.__dict__["confirm"] = sys.modules["kerascheck.confirm"]
    assert kerascheck.confirm(kerascheck.Report()).findings == ()


def test_a_metric_of_the_fix_has_the_name_and_the_weights_of_the_old_one():
    module = importlib.import_module("kerascheck.confirm.own_training")
    model = _model(None, keras.losses.BinaryCrossentropy(True, reduction="sum"))
    model.compile(
        "adam",
        model.loss,
        metrics=["accuracy"],
        weighted_metrics=[keras.metrics.AUC(name="roc")],
    )
    model.fit(X[:32], Y[:32], verbose=0)
    report = kerascheck.check(model, Y)
    edits = [edit for finding in report for edit in finding.fix.edits]
    trial = module.OwnTraining(model, keras, X, Y, 3)
    settings = trial.cloner.settings(edits, report.models[0].heads[0])
    (accuracy,), (curve,) = settings["metrics"], settings["weighted_metrics"]
    assert (accuracy.name, accuracy.get_config()["threshold"]) == ("accuracy", 0.0)
    assert (curve.name, curve.get_config()["from_logits"]) == ("roc", True)


def test_a_clone_that_is_set_back_trains_as_a_new_one():
    module = importlib.import_module("kerascheck.confirm.own_training")
    model = _model("softmax", "binary_crossentropy")
    report = kerascheck.check(model, Y, select="KC103")
    trial = module.OwnTraining(model, keras, X, Y, 3)
    trial.end = float("inf")
    (attempt,) = module_attempts(report)

    def losses(seeds):
        job = trial._job(attempt)
        records = [trial._run(job.sides[1], job, s) for s in seeds]
        return records[-1][0].losses

    assert losses([0, 1, 2]) == pytest.approx(losses([2]), rel=1e-5)


def module_attempts(report):
    plan = importlib.import_module("kerascheck.confirm.plan")
    return plan.attempts_of(report.findings[0], report.models[0], report)


def _two_outputs(structure):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6,))
    hidden = keras.layers.Dense(8, "relu")(inputs)
    right = keras.layers.Dense(1, "sigmoid", name="right")(hidden)
    wrong = keras.layers.Dense(1, "softmax", name="wrong")(hidden)
    named = structure is dict
    outputs = {"wrong": wrong, "right": right} if named else [wrong, right]
    model = keras.Model(inputs, outputs)
    loss, metric = "binary_crossentropy", ["accuracy"]
    model.compile(
        keras.optimizers.Adam(0.02),
        dict.fromkeys(outputs, loss) if named else [loss, loss],
        metrics=dict.fromkeys(outputs, metric) if named else [metric, metric],
    )
    return model


@pytest.mark.parametrize("structure", [dict, list])
def test_an_output_of_several_is_trained_on_its_own(structure):
    model = _two_outputs(structure)
    labels = {"wrong": Y, "right": 1 - Y} if structure is dict else [Y, 1 - Y]
    before = _state(model)
    report = kerascheck.check(model, labels)
    (finding,) = kerascheck.confirm(
        report, model=model, x=X, y=labels, seeds=3
    ).findings
    assert (finding.head, finding.code) == ("wrong", "KC103")
    assert finding.confirmation.status is Verdict.CONFIRMED, finding.confirmation.reason
    assert finding.confirmation.before.true_accuracy < 0.6
    assert finding.confirmation.after.true_accuracy > 0.9
    assert _state(model) == before


def test_labels_that_name_no_output_are_not_run():
    model = _two_outputs(dict)
    report = kerascheck.check(model, {"wrong": Y, "right": Y}, select="KC103")
    (finding,) = kerascheck.confirm(report, model=model, x=X, y=Y, seeds=3).findings
    assert finding.confirmation.status is Verdict.NOT_RUN
    assert "which labels are those of wrong" in finding.confirmation.reason
