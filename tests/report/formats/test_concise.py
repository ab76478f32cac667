"""One line for each finding."""

import re
from dataclasses import replace

from hypothesis import given

from kerascheck.report.formats.concise import render
from kerascheck.trust.printable import Style
from tests.report.formats import reports
from tests.report.formats.test_text import HOSTILE, hostile

MATCHER = re.compile(
    r"^(?P<path>.+?): (?P<code>KC\d{3}) (?P<severity>\w+): (?P<message>.*)$"
)


def test_concise_is_as_before(golden):
    golden("full-concise.txt", render(reports.FULL, Style()))


def test_each_line_matches_the_documented_problem_matcher():
    lines = render(reports.FULL, Style(quiet=True)).splitlines()
    found = [MATCHER.match(line) for line in lines]
    assert [m["path"] for m in found] == [f.model for f in reports.FULL.findings]
    assert [m["code"] for m in found] == [f.code for f in reports.FULL.findings]


def test_a_live_model_is_where_it_was_compiled():
    (model,) = reports.ONE.models
    live = replace(model, format="live", source="train.py:7")
    told = render(replace(reports.ONE, models=(live,)), Style(quiet=True))
    assert told.startswith("train.py:7: KC101 error: ")
    saved = replace(model, source="train.py:7")
    told = render(replace(reports.ONE, models=(saved,)), Style(quiet=True))
    assert told.startswith(f"{model.path}: KC101 error: ")


def test_the_path_is_never_shortened():
    path = "models/" + "a" * 3000
    report = reports.report(replace(reports.LOGITS, model=path))
    assert render(report, Style()).startswith(f"{path}: KC101 error: ")


@given(HOSTILE)
def test_each_finding_is_one_printable_line_whatever_its_names(name):
    (line,) = render(hostile(name), Style(quiet=True)).split("\n")[:-1]
    assert line.isprintable()
    assert not line.startswith("::")
