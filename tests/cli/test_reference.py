"""kerascheck reference: what to train, and how it is shown."""

import json
import os
from pathlib import Path

import pytest

from kerascheck.confirm.tutorials import all_tutorials

SHIPPED = ("reference", "--shipped", "tensorflow-cpu")


def test_shipped_figures_are_shown_without_training(run):
    ran = run(*SHIPPED, "--matrix", "binary")
    assert (ran.code, ran.err) == (0, "")
    assert "1 unit, labels (n,) or (n,1) or ids or bool" in ran.out
    assert ran.out.rstrip().rpartition("\n\n")[2].startswith("660 setups: ")


def test_by_default_the_binary_and_the_imbalanced_matrix_are_shown(run):
    out = run(*SHIPPED).out
    assert "Two classes, far apart" in out
    assert "Two classes, 5 % positive" in out
    assert "Three classes" not in out


def test_several_matrices_can_be_asked_for(run):
    out = run(*SHIPPED, "--matrix", "multiclass", "--matrix", "multilabel").out
    assert "Three classes that overlap" in out
    assert "Five labels" in out
    assert "Two classes" not in out


def test_rows_are_chosen_by_glob_or_part_and_shown_in_full(run):
    out = run(*SHIPPED, "--rows", "binary/1/*/BCE/(n,)", "--rows", "tanh/MSE/ids").out
    rows = [line.split()[:2] for line in out.splitlines() if line.count("0.") > 4]
    assert rows.count(["tanh", "MSE"]) == 2
    assert [one for one in rows if one[1] == "BCE"] == [
        [activation, "BCE"]
        for activation in ("linear", "sigmoid", "softmax", "tanh", "relu")
    ]


def test_a_pattern_that_matches_nothing_is_wrong_usage(run):
    ran = run(*SHIPPED, "--rows", "nonsense")
    assert ran.code == 2
    assert ran.err == (
        "kerascheck: no row matches 'nonsense'; one is called "
        "binary/1/linear/BCE/(n,)\n"
    )


def test_json_holds_every_row_with_what_each_metric_reports(run):
    ran = run(*SHIPPED, "--rows", "binary/1/softmax/BCE/(n,1)", "--output-format=json")
    document = json.loads(ran.out)
    assert document["schema_version"] == "1"
    assert document["environment"]["backend"] == "tensorflow"
    [row] = document["rows"]
    assert row["verdict"] == "no-learning"
    assert row["true_accuracy"] == pytest.approx(0.5, abs=0.02)
    assert row["reported"]["CategoricalAccuracy"] == 1.0


def test_markdown_goes_to_a_file(run, tmp_path):
    path = tmp_path / "reference.md"
    ran = run(*SHIPPED, "--output-format=markdown", "--output-file", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert path.read_text(encoding="utf-8").startswith("# Reference training\n")


def test_figures_that_do_not_ship_are_wrong_usage(run):
    ran = run("reference", "--shipped", "theano-cpu")
    assert ran.code == 2
    assert "tensorflow-cpu" in ran.err


@pytest.mark.parametrize("more", [[], ["--write-ups"]], ids=["matrix", "write-ups"])
def test_a_missing_backend_is_reported_in_one_line(run, monkeypatch, more):
    monkeypatch.setenv("KERAS_BACKEND", "not_installed")
    ran = run("reference", *more)
    assert ran.code == 2
    assert ran.err == (
        "kerascheck: reference training needs Keras 3 and a backend: "
        "pip install 'kerascheck[tensorflow]'\n"
    )


@pytest.mark.parametrize("which", ["--write-ups", "parabola"])
def test_tutorials_go_without_matrices(run, which):
    ran = run("reference", which, "--matrix", "binary")
    assert ran.code == 2
    assert "write-ups exclude --matrix" in ran.err


def test_a_misspelled_tutorial_is_answered_with_the_nearest(run):
    ran = run("reference", "parbola")
    assert ran.code == 2
    assert "did you mean 'parabola'?" in ran.err


def test_html_is_for_tutorials(run):
    ran = run(*SHIPPED, "--output-format", "html")
    assert (ran.code, ran.out) == (2, "")
    assert "is for write-ups" in ran.err


@pytest.mark.parametrize("which", [["parabola"], ["--rows", "binary/1/sigmoid/MSE"]])
def test_without_a_budget_nothing_is_imported(child, which):
    code = (
        "import sys; from kerascheck.cli.program import exit_code\n"
        f"code = exit_code(['reference', '--budget', '0', *{which!r}])\n"
        "print(code, {'keras', 'tensorflow', 'jax', 'numpy'} & set(sys.modules))"
    )
    ran = child("-c", code)
    assert ran.out.splitlines()[-1] == "2 set()"
    assert "no time was given" in ran.err
    assert ran.err.count("\n") == 1


def test_help_names_every_tutorial(run):
    text = "".join(run("reference", "--help").out.split())  # lines end anywhere
    assert [one.name for one in all_tutorials() if one.name not in text] == []


def test_an_unknown_tutorial_is_wrong_usage(run):
    ran = run("reference", "--write-ups", "--rows", "nonsense")
    assert ran.code == 2
    assert "squares-and-circles" in ran.err


@pytest.mark.slow
def test_rows_are_trained_here_and_kept(run, tmp_path, monkeypatch):
    pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    order = ("reference", "--rows", "binary/1/*/BCE/(n,1)", "--seeds=2", "--device=cpu")
    first = run(*order, "--output-format=json")
    assert first.err == "kerascheck: training 5 setups\n"
    verdicts = {
        row["activation"]: row["verdict"] for row in json.loads(first.out)["rows"]
    }
    assert verdicts["sigmoid"] == "ok"
    assert verdicts["softmax"] == "no-learning"
    assert run(*order, "--output-format=json").out == first.out
    kept = Path(os.environ["KERASCHECK_CACHE_DIR"], "confirm")
    assert len(list(kept.glob("*.json"))) == 5


@pytest.mark.slow
def test_what_the_budget_does_not_reach_is_unfinished(run, tmp_path, monkeypatch):
    pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    ran = run("reference", "--rows", "binary/1/sigmoid/MSE/", "--budget=0", "-q")
    assert ran.code == 2
    assert "unfinished: no time was given to training" in ran.err
    assert "6 setups: 6 unfinished" in ran.out
