"""The fixture `kerascheck`: what a test gets, and how it fails."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from kerascheck.cli.program import exit_code
from kerascheck.engine.finding import Confirmation, Severity, Verdict
from kerascheck.rules import our_rules

CLEAN = """
def test_clean(kerascheck):
    kerascheck.assert_clean("models/a.keras")
"""


def test_a_test_gets_the_report(wrong):
    wrong.test(
        """
def test_report(kerascheck):
    report = kerascheck("models/a.keras")
    assert [finding.code for finding in report] == ["KC101"]
"""
    )
    wrong.run().assert_outcomes(passed=1)


def test_a_right_model_is_clean(right):
    right.test(CLEAN)
    right.run().assert_outcomes(passed=1)


def test_labels_that_are_given_are_judged(right):
    right.test(
        """
import numpy as np

def test_report(kerascheck):
    report = kerascheck("models/a.keras", np.array([0, 1, 1, 0]))
    assert [finding.code for finding in report] == ["KC201"]
"""
    )
    right.run().assert_outcomes(passed=1)


def test_the_failure_reads_as_on_the_command_line(wrong, capsys):
    wrong.test(CLEAN)
    ran = wrong.run()
    capsys.readouterr()
    assert exit_code(["-q", "models/a.keras"]) == 1
    told = [line.removeprefix("E").strip() for line in ran.outlines]
    error = "kerascheck.FindingsError: "
    told = [line.removeprefix(error) for line in told]
    expected = [line.strip() for line in capsys.readouterr().out.splitlines()]
    start = told.index(expected[0])
    assert told[start : start + len(expected)] == expected


def test_the_failure_stands_in_the_test(wrong):
    wrong.test(CLEAN)
    ran = wrong.run()
    ran.stdout.fnmatch_lines([">*kerascheck.assert_clean*", "test_it.py:3: *"])
    assert "fixture.py" not in ran.stdout.str()


def test_a_whole_path_is_shown_from_the_current_folder(wrong):
    wrong.test(
        """
from pathlib import Path

def test_clean(kerascheck):
    kerascheck.assert_clean(Path("models/a.keras").absolute())
"""
    )
    wrong.run().stdout.fnmatch_lines(["E * at * models/a.keras: heads*"])


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ([], ", fail_on='never'"),
        (["--kerascheck-fail-on", "never"], ""),
        (["--kerascheck-ignore", "KC101"], ""),
        (["--kerascheck-select", "KC2,KC3"], ""),
        ([], ", ignore='logits-scored-as-probabilities'"),
        (["--kerascheck-ignore", "KC1"], ", ignore='KC101'"),
    ],
)
def test_option_and_call_say_what_fails(wrong, options, given):
    wrong.test(CLEAN.replace('keras")', f'keras"{given})'))
    wrong.run(*options).assert_outcomes(passed=1)


def test_the_call_comes_before_the_option(wrong):
    wrong.test(CLEAN.replace('keras")', 'keras", fail_on="error")'))
    wrong.run("--kerascheck-fail-on", "never").assert_outcomes(failed=1)


@pytest.mark.parametrize(
    "text",
    [
        'fail-on = "never"',
        'ignore = ["KC1"]',
        '[per-model-ignores]\n"models/*" = ["KC101"]',
        '[levels]\nKC101 = "note"',
    ],
)
def test_the_configuration_of_the_project_holds(wrong, text):
    wrong.file("kerascheck.toml", text)
    wrong.test(CLEAN)
    wrong.run().assert_outcomes(passed=1)


def test_the_configuration_holds_in_another_folder(right):
    right.add("data/other.keras", "parabola-integer-labels")
    right.file("kerascheck.toml", '[models."*.keras"]\nlabels="data/other.labels.npy"')
    right.test(
        """
def test_report(kerascheck, tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    report = kerascheck(request.config.rootpath / "models/a.keras")
    assert [finding.code for finding in report] == ["KC201"]
"""
    )
    right.run().assert_outcomes(passed=1)


def test_what_the_baseline_knows_is_clean(wrong):
    assert exit_code(["baseline", "write", "models"]) == 0
    wrong.test(CLEAN)
    wrong.run().assert_outcomes(passed=1)


def test_what_could_not_be_checked_is_not_clean(project):
    project.add("models/a.keras", "file-uncompiled")
    project.test(CLEAN)
    ran = project.run()
    ran.assert_outcomes(failed=1)
    undecided = f"E *{len(our_rules())} undecided: *compiled*"
    ran.stdout.fnmatch_lines(["E *nothing was checked", undecided])


def test_a_folder_without_models_is_not_clean(right):
    (right.path / "empty").mkdir()
    right.test('def test_clean(kerascheck):\n    kerascheck.assert_clean("empty")\n')
    right.run().assert_outcomes(failed=1)


def test_a_wrong_call_is_told(project):
    project.test(CLEAN)
    ran = project.run()
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["E *UsageError: *models/a.keras*does not exist*"])


def test_junit_has_code_and_fingerprint(wrong):
    wrong.test(CLEAN)
    wrong.run("--junit-xml=junit.xml")
    tree = ElementTree.parse(wrong.path / "junit.xml")
    told = {one.get("name"): one.get("value") for one in tree.iter("property")}
    assert told["kerascheck.code"] == "KC101"
    assert len(told["kerascheck.fingerprint"]) == 16
    assert told["kerascheck.model"] == "models/a.keras"


@pytest.fixture
def confirmed(monkeypatch):
    """Let reference training give every finding one verdict."""

    def confirm_with(verdict):
        proof = Confirmation(status=verdict, reason="it was tried")
        severity = {"severity": Severity.NOTE} if verdict is Verdict.REFUTED else {}

        def confirm(report, **_):
            found = (replace(f, confirmation=proof, **severity) for f in report)
            return report.with_findings(tuple(found))

        monkeypatch.setattr("kerascheck.in_pytest.settings.confirm", confirm)

    return confirm_with


def test_a_refuted_finding_does_not_fail(wrong, confirmed):
    confirmed(Verdict.REFUTED)
    wrong.test(CLEAN)
    wrong.run("--kerascheck-confirm").assert_outcomes(passed=1)


def test_a_confirmed_finding_fails_with_its_proof(wrong, confirmed):
    confirmed(Verdict.CONFIRMED)
    wrong.test(CLEAN)
    ran = wrong.run("--kerascheck-confirm")
    ran.stdout.fnmatch_lines(["E * proof * confirmed: it was tried"])


def test_nothing_is_trained_unasked(wrong, confirmed):
    confirmed(Verdict.REFUTED)
    wrong.test(CLEAN)
    wrong.run().assert_outcomes(failed=1)


@pytest.mark.slow
def test_reference_training_really_confirms(wrong):
    wrong.test(CLEAN)
    ran = wrong.run("--kerascheck-confirm")
    ran.stdout.fnmatch_lines(["E * proof * confirmed: accuracy *"])
