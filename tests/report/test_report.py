"""Report: what fails, what is counted, what it turns into."""

import json
from dataclasses import replace

import pytest

from kerascheck.engine.file_findings import unused_entry
from kerascheck.engine.finding import Severity, Verdict
from kerascheck.report.report import FindingsError, Report
from kerascheck.rules import our_rules
from tests.report.formats import reports


def of(severity):
    return reports.report(replace(reports.LOGITS, severity=Severity(severity)))


@pytest.mark.parametrize(
    ("severity", "fail_on", "fails"),
    [
        ("error", "error", True),
        ("error", "note", True),
        ("warning", "error", False),
        ("warning", "warning", True),
        ("note", "warning", False),
        ("note", "note", True),
        ("error", "never", False),
    ],
)
def test_a_report_fails_at_or_above_a_severity(severity, fail_on, fails):
    assert of(severity).fails(fail_on) is fails


def test_an_unknown_severity_raises():
    with pytest.raises(ValueError, match="Received: 'all'"):
        of("error").fails("all")


def test_notes_are_ok_and_warnings_are_not():
    assert of("note").ok
    assert not of("warning").ok


def test_undecided_rules_fail_under_strict_whatever_else_fails():
    open_ = reports.report(not_run=reports.not_run(3, "no labels were given"))
    assert open_.fails("never", strict=True)
    assert open_.left_open == ("3 undecided",)
    assert not open_.fails("never")


def test_an_unused_suppression_fails_under_strict():
    note = unused_entry("it is not needed", "a.toml", Severity.NOTE)
    assert reports.report(note).left_open == ("1 unused suppression",)
    assert not reports.report(note).fails()


def test_one_warning_more_than_are_let_pass_fails_whatever_else_does():
    assert of("warning").fails("error", max_warnings=0)
    assert not of("warning").fails("error", max_warnings=1)


def test_notes_that_fail_do_so_whatever_number_of_warnings_is_let_pass():
    assert of("note").fails("note", max_warnings=9)


def test_raising_shows_the_report():
    with pytest.raises(AssertionError) as error:
        of("error").raise_for_findings()
    assert isinstance(error.value, FindingsError)
    assert str(error.value).startswith("error[KC101]")


def test_a_report_without_failing_findings_does_not_raise():
    of("warning").raise_for_findings(fail_on="error")


def test_findings_are_counted_by_severity():
    assert of("warning").count(Severity.WARNING) == 1
    assert of("warning").count(Severity.ERROR) == 0


def test_models_that_could_not_be_read_are_counted():
    assert reports.FULL.unreadable == 2


def test_confirmed_findings_are_counted():
    assert reports.FULL.confirmed(Verdict.CONFIRMED) == 1
    assert reports.ONE.confirmed(Verdict.CONFIRMED) == 0


def test_iterating_gives_the_findings():
    assert tuple(reports.FULL) == reports.FULL.findings


def test_the_dict_and_the_json_say_the_same():
    assert json.loads(reports.FULL.to_json()) == reports.FULL.to_dict()


def test_an_empty_report_is_ok():
    assert Report().ok


def test_reports_are_joined_in_their_order():
    one, other = of("error"), of("warning")
    joined = Report.joined([one, other])
    assert joined.findings == one.findings + other.findings
    assert joined.models == one.models + other.models
    assert joined.not_run == one.not_run + other.not_run
    assert joined.decided == one.decided + other.decided
    assert Report.joined([]) == Report()


def test_joined_reports_keep_the_rules_that_ran():
    rules = our_rules()
    one, other = (replace(of(severity), rules=rules) for severity in ("error", "note"))
    assert Report.joined([one, other]).rules == rules


def test_a_configuration_of_several_reports_is_joined_once():
    one = reports.UNSEEN
    assert Report.joined([one, one]).configuration == one.configuration


def test_a_report_stands_for_itself_on_one_line():
    assert repr(of("error")) == "<Report: 1 model: 1 error>"


def test_the_line_of_a_report_counts_what_is_undecided():
    open_ = reports.report(not_run=reports.not_run(3, "no labels were given"))
    assert repr(open_) == "<Report: 1 model: no findings; 3 undecided>"
