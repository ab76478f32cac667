"""JUnit XML as a JUnit parser reads it: what passes, fails, is skipped, and why."""

from xml.etree import ElementTree

import junitparser
import pytest

from kerascheck import kit
from kerascheck.api import check
from kerascheck.report.formats.junit import render
from kerascheck.rules import all_rules
from kerascheck.trust.printable import Style
from tests.report.formats import proven, reports


def parsed(report):
    return junitparser.JUnitXml.fromstring(render(report, Style()).encode("ascii"))


def cases(report, suite=0):
    return {case.name: case for case in list(parsed(report))[suite]}


def outcome(case):
    (result,) = case.result
    return result


def test_junit_is_as_before(golden):
    golden("small.junit.xml", render(proven.SMALL, Style()))


def test_every_model_is_a_suite_and_so_is_what_was_passed_over():
    names = [suite.name for suite in parsed(proven.SMALL)]
    assert names == ["models/a.keras", "models/b", "models/old/d.keras"]


def test_every_rule_that_ran_is_a_case_at_each_head():
    assert set(cases(proven.SMALL)) == {
        "KC101 logits-scored-as-probabilities [out]",
        "KC103 softmax-on-one-unit [out]",
        "KC201 ids-under-one-hot-loss [out]",
        "KC301 logits-cut-at-one-half [out]",
        "KC401 heads-on-scales-apart",
        "KC403 accuracy-hides-imbalance [out]",
    }


def test_a_rule_that_found_nothing_passes():
    case = cases(proven.SMALL)["KC103 softmax-on-one-unit [out]"]
    assert case.is_passed
    assert case.classname == "models/a.keras"


def test_a_finding_is_a_failure_with_the_report_as_text():
    failure = outcome(cases(proven.SMALL)["KC101 logits-scored-as-probabilities [out]"])
    assert isinstance(failure, junitparser.Failure)
    assert failure.type == "KC101"
    assert failure.message.startswith("error: BinaryCrossentropy takes the logits")
    assert "fix      compile with BinaryCrossentropy(from_logits=True)" in failure.text
    assert "(train.py:42)" in failure.text


def test_a_note_passes_and_tells():
    case = cases(proven.SMALL, suite=1)["KC403 accuracy-hides-imbalance [out]"]
    assert case.is_passed
    assert "95% of the labels" in case.system_out


def test_a_rule_that_is_undecided_is_skipped_with_the_reason():
    skipped = outcome(cases(proven.SMALL)["KC201 ids-under-one-hot-loss [out]"])
    assert isinstance(skipped, junitparser.Skipped)
    assert skipped.message == "no labels were given"


def test_what_is_suppressed_is_skipped_and_does_not_pass():
    skipped = outcome(
        cases(proven.SMALL, suite=1)["KC301 logits-cut-at-one-half [out]"]
    )
    assert isinstance(skipped, junitparser.Skipped)
    assert skipped.message == "suppressed by baseline: known"


def test_what_another_fix_also_fixes_is_skipped_and_does_not_pass():
    report = reports.report(reports.CONFIRMED, rules=(proven.ASIDE,))
    skipped = outcome(cases(report)["KC301 logits-cut-at-one-half [out]"])
    assert isinstance(skipped, junitparser.Skipped)
    assert skipped.message == "also fixed by the fix of KC101"


def test_what_was_passed_over_or_turned_off_is_a_property_of_the_whole():
    root = ElementTree.fromstring(render(reports.UNSEEN, Style()))
    told = [(one.get("name"), one.get("value")) for one in root.find("properties")]
    assert told == [
        ("configuration", "models/kerascheck.toml turns KC103 off"),
        ("passed over", "a.keras: a link out of the tree"),
        ("passed over", ".store/b.keras: in a hidden folder"),
    ]


def test_a_path_that_was_passed_over_is_skipped():
    (case,) = cases(proven.SMALL, suite=2).values()
    assert outcome(case).message == "excluded by the configuration"


def test_a_model_that_can_not_be_read_fails_and_no_rule_passes_there():
    (case,) = cases(proven.UNREAD, suite=1).values()
    assert outcome(case).type == "KC001"


def test_no_rule_passes_on_a_model_that_is_not_compiled(saved):
    saved({"a.keras": kit.Description(path="", format="keras", compiled=False)})
    (suite,) = parsed(check("."))
    assert suite.skipped == len(all_rules())
    assert not [case for case in suite if case.is_passed and not case.system_out]


def test_fingerprint_and_confirmation_are_properties():
    case = cases(proven.SMALL)["KC101 logits-scored-as-probabilities [out]"]
    told = {one.name: one.value for one in case.child(junitparser.Properties)}
    assert told["fingerprint"] == proven.SMALL.findings[0].fingerprint
    assert told["confirmation"].startswith("confirmed: accuracy 0.59 -> 0.97")


def test_suites_and_file_count_their_cases():
    whole = parsed(proven.SMALL)
    assert (whole.tests, whole.failures, whole.skipped, whole.errors) == (13, 1, 3, 0)
    suites = [(s.tests, s.failures, s.skipped) for s in whole]
    assert suites == [(6, 1, 1), (6, 0, 1), (1, 0, 1)]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_what_a_rule_finds_fails_or_is_told(rule, saved):
    saved({f"{i}.keras": model for i, model in enumerate(rule.bad())})
    report = check(".", select=rule.code)
    loud = [
        case
        for suite in parsed(report)
        for case in suite
        if case.name.startswith(rule.code) and (not case.is_passed or case.system_out)
    ]
    assert len(loud) >= len(rule.bad())


def test_an_empty_report_is_an_empty_document():
    assert list(parsed(reports.Report())) == []
