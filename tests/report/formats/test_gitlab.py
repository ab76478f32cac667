"""Code quality as GitLab's documentation describes the report."""

import json

import pytest

from kerascheck import kit
from kerascheck.report.formats.gitlab import render
from kerascheck.trust.printable import Style
from tests.report.formats import proven, reports


def entries(report):
    return json.loads(render(report, Style()), parse_constant=pytest.fail)


def test_code_quality_is_as_before(golden):
    golden("small.gitlab.json", render(proven.SMALL, Style()))


def test_an_entry_says_all_that_the_widget_needs():
    first, _ = entries(proven.SMALL)
    assert first == {
        "description": (
            "KC101: BinaryCrossentropy takes the logits of 'out' for probabilities"
        ),
        "check_name": "logits-scored-as-probabilities",
        "fingerprint": proven.SMALL.findings[0].fingerprint,
        "severity": "major",
        "location": {"path": "train.py", "lines": {"begin": 42}},
    }


@pytest.mark.parametrize(
    ("severity", "told"),
    [
        (kit.Severity.ERROR, "major"),
        (kit.Severity.WARNING, "minor"),
        (kit.Severity.NOTE, "info"),
    ],
)
def test_severities_are_those_of_gitlab(severity, told):
    (entry,) = entries(proven.many(1, severity))
    assert entry["severity"] == told


def test_paths_start_in_the_project_without_a_dot():
    finding = kit.Finding(
        code="KC101",
        name="x",
        severity=kit.Severity.ERROR,
        harm=kit.Harm.NONE,
        message="x",
        model="./models/a.keras",
    )
    (entry,) = entries(reports.Report(findings=(finding,)))
    assert entry["location"] == {"path": "models/a.keras", "lines": {"begin": 1}}


def test_every_finding_has_a_fingerprint_of_its_own():
    twice = reports.report(reports.LOGITS, reports.LOGITS)
    assert len({entry["fingerprint"] for entry in entries(twice)}) == 2


def test_a_clean_report_is_an_empty_array():
    assert entries(reports.CLEAN) == []
