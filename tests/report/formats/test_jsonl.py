"""JSON Lines: each line an object, together the JSON report."""

import json

import pytest

from kerascheck.report.document import document
from kerascheck.report.formats.jsonl import render
from kerascheck.trust.printable import Style
from tests.report.formats import reports

REPORTS = [reports.FULL, reports.UNSEEN, reports.ONE]


def test_jsonl_is_as_before(golden):
    golden("full.jsonl", render(reports.FULL, Style()))


@pytest.mark.parametrize("report", REPORTS)
def test_the_lines_hold_what_the_json_report_holds(report):
    lines = [json.loads(line) for line in render(report, Style()).splitlines()]
    expected = document(report)
    found = {}
    for line in lines:
        found.setdefault(line.pop("type"), []).append(line)
    about = {kind: [] for kind in ("findings", "not_run", "suppressed")}
    for model in found["model"]:
        for kind, items in about.items():
            items += model.pop(kind)
    about["findings"] += found.get("finding", [])
    for kind in ("not_run", "suppressed"):
        about[kind] += found.get(kind, [])
    for kind, items in about.items():
        assert sorted(items, key=str) == sorted(expected[kind], key=str)
    assert found["model"] == expected["models"]
    assert found.get("program", []) == expected["programs"]
    assert found.get("skipped", []) == expected["skipped"]
    assert found.get("configuration", []) == expected["configuration"]
    assert found["summary"] == [expected["summary"]]
    header = {key: expected[key] for key in ("schema_version", "tool")}
    assert found["header"] == [header]
