"""Shipped figures: whole, small, found again, and true when trained again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerascheck import kit
from kerascheck.confirm.evidence.matrix import matrices, name_of
from kerascheck.confirm.evidence.shipped import (
    FOLDER,
    citation,
    load_sheet,
    measured_lines,
    row_of,
    sheet_names,
    shipped_figures,
    with_citations,
)
from kerascheck.confirm.setup import NO_CLASS, NO_NUMBER
from kerascheck.engine.judge import judge
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.rules import all_rules
from tests.confirm.builders import IDS, setup

ROOT = Path(__file__).parents[2]
MAX_BYTES = 300_000

SAMPLE = (
    "binary/1/sigmoid/BCE/(n,1)",
    "binary/1/softmax/BCE/(n,)",
    "binary/1/sigmoid/SCCE/ids",
    "binary_hard/2/softmax/BCE/one-hot",
    "binary_hard/1/sigmoid/focal_fl/(n,1)",
    "binary_imbalanced/1/sigmoid/BCE/(n,1)/weighted",
    "multiclass_hard/3/linear/SCCE_fl/ids",
    "multilabel/5/sigmoid/BCE/multi-hot",
)


def rule(code):
    return next(rule for rule in all_rules() if rule.code == code)


def findings(code, model):
    return judge([rule(code)], model).findings


@pytest.mark.parametrize("name", sheet_names())
def test_every_row_of_every_matrix_ships_once(name):
    shipped = [row.name for row in load_sheet(name).rows]
    wanted = [name_of(one) for some in matrices().values() for one in some]
    assert shipped == wanted


@pytest.mark.parametrize("name", sheet_names())
def test_a_file_says_on_what_it_was_measured_and_is_small(name):
    sheet = load_sheet(name)
    assert name == f"{sheet.environment['backend']}-{sheet.environment['device']}"
    assert sheet.seeds >= 5
    assert os.path.getsize(os.path.join(FOLDER, f"{name}.json")) < MAX_BYTES


def test_both_backends_of_a_cpu_ship():
    assert {"tensorflow-cpu", "jax-cpu"} <= set(sheet_names())


def test_no_other_file_can_be_asked_for():
    with pytest.raises(UsageError, match="tensorflow-cpu"):
        load_sheet("../evidence")


def test_a_row_is_found_by_what_its_setup_trains():
    row = row_of(setup(1, "softmax", "BCE"))
    assert row is not None
    assert (str(row.name), row.outcome) == ("binary/1/softmax/BCE/(n,1)", "no-learning")


def test_a_head_of_many_classes_is_stood_for_by_three():
    row = row_of(setup(6, "softmax", "SCCE", IDS, "multiclass", classes=6))
    assert row is not None
    assert str(row.name) == "multiclass/3/softmax/SCCE/ids"


def test_what_was_not_trained_has_no_row():
    assert row_of(setup(1, "sigmoid", "KLD")) is None
    assert row_of(setup(1, "sigmoid", "BCE"), backend="theano") is None


def test_a_head_that_learns_nothing_cites_both_accuracies():
    model = kit.classifier("softmax", "bce", labels=kit.labels("binary"))
    [finding] = findings("KC103", model)
    assert citation(finding, model) == (
        "in reference training: true accuracy 0.50, once fixed 0.99 (5 seeds, "
        "Keras 3.15, TensorFlow, CPU)"
    )


def test_a_raising_setup_cites_its_exception():
    one_hot = kit.labels("one-hot", classes=3)
    model = kit.classifier(
        "softmax", "sparse_categorical_crossentropy", units=3, labels=one_hot
    )
    [finding] = findings("KC202", model)
    text = citation(finding, model)
    assert text is not None
    assert text.startswith("in reference training: it raises ValueError (")


def test_a_metric_cites_what_it_reports_beside_the_truth():
    model = kit.classifier(
        "sigmoid",
        "bce",
        labels=kit.labels("binary", column=True),
        metrics=("categorical_accuracy",),
    )
    [finding] = findings("KC303", model)
    text = citation(finding, model)
    assert text is not None
    assert "true accuracy 0.80, reported 1.00" in text


@pytest.mark.parametrize(
    "threshold", [True, "0.7", (0.5, 0.6), float("nan"), 10**400, None]
)
def test_a_metric_that_cuts_at_no_number_cites_no_figure_of_it(threshold):
    def model(*metrics):
        labels = kit.labels("binary", column=True)
        return kit.classifier("sigmoid", "bce", labels=labels, metrics=metrics)

    [finding] = findings("KC303", model("categorical_accuracy"))
    metric = kit.metric("BinaryAccuracy")
    odd = model(replace(metric, arguments=(("threshold", threshold),)))
    usual = threshold is None  # as Keras takes it for one half
    assert ("reported" in (citation(finding, odd) or "")) == usual


def test_a_fragile_head_cites_the_backend_on_which_it_shows():
    model = kit.classifier(
        "softmax",
        "categorical_crossentropy",
        units=3,
        from_logits=True,
        labels=kit.labels("one-hot", classes=3),
    )
    [finding] = findings("KC102", model)
    found = shipped_figures(finding, model)
    assert found is not None
    assert found.after is not None
    assert (found.before.ece or 0) > (found.after.ece or 0) + 0.05
    assert "JAX" in (citation(finding, model) or "")


def test_a_model_of_another_backend_cites_that_one():
    model = kit.classifier("softmax", "bce", labels=kit.labels("binary"), backend="jax")
    [finding] = findings("KC103", model)
    assert "JAX" in (citation(finding, model) or "")


def test_a_setup_that_was_never_trained_cites_nothing():
    model = kit.classifier("sigmoid", "kl_divergence", labels=kit.labels("binary"))
    for finding in judge(all_rules(), model).findings:
        assert citation(finding, model) is None


@pytest.mark.parametrize("spoilt", [NO_NUMBER, NO_CLASS, "255"])
def test_spoilt_labels_cite_no_training_on_sound_ones(spoilt):
    sound = setup(1, "sigmoid", "BCE")
    assert name_of(sound) is not None
    labels = replace(sound.labels, spoilt=spoilt)
    assert name_of(replace(sound, labels=labels)) is None


def test_no_bad_example_of_any_rule_makes_citing_raise():
    for one in all_rules():
        for model in one.bad():
            for finding in judge([one], model).findings:
                if finding.head:
                    citation(finding, model)


def test_a_report_takes_citations_along():
    model = kit.classifier("softmax", "bce", labels=kit.labels("binary"))
    report = Report(models=(model,), findings=findings("KC103", model))
    [finding] = with_citations(report).findings
    assert finding.measured == citation(finding, model)


def test_the_page_of_a_rule_shows_each_measured_example_once():
    lines = measured_lines(rule("KC103"))
    assert any(line.startswith("- `binary/1/softmax/BCE/(n,)`: ") for line in lines)
    assert len(lines) == len(set(lines))


def test_citing_needs_neither_numpy_nor_keras():
    code = (
        "import sys; from kerascheck.confirm.evidence.shipped import measured_lines\n"
        "from kerascheck.rules import all_rules\n"
        "assert any(measured_lines(rule) for rule in all_rules())\n"
        "print({'numpy', 'keras', 'tensorflow', 'jax'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "set()\n"


@pytest.fixture(scope="module")
def trained_again():
    """Train the sample as the shipped files were, on the backend of this process."""
    pytest.importorskip("keras")
    from kerascheck.confirm.train.training import train

    known = {str(name_of(one)): one for some in matrices().values() for one in some}
    return train([known[name] for name in SAMPLE], seeds=5, device="cpu")


@pytest.mark.slow
def test_training_anew_gives_the_shipped_figures(trained_again):
    from kerascheck.confirm.evidence.summarize import row_of as row_of_result

    backend = trained_again[0].environment["backend"]
    for result in trained_again:
        fresh, shipped = row_of_result(result), row_of(result.setup, backend=backend)
        assert shipped is not None
        assert (fresh.outcome, fresh.error) == (shipped.outcome, shipped.error)
        if fresh.error is not None:
            continue
        slack = 2 * (shipped.deviation or 0) + 0.005
        assert fresh.accuracy == pytest.approx(shipped.accuracy, abs=slack)
        assert fresh.auc == pytest.approx(shipped.auc, abs=slack)
        assert fresh.ece == pytest.approx(shipped.ece, abs=max(slack, 0.02))
        for (metric, value), (_, other) in zip(
            fresh.reported, shipped.reported, strict=True
        ):
            assert value == pytest.approx(other, abs=max(slack, 0.03)), metric
