"""A single finding in a notebook, and the counts on top of the HTML report."""

from dataclasses import replace
from types import SimpleNamespace

from kerascheck.engine.finding import Severity
from kerascheck.report.formats.html import render
from kerascheck.report.notebook import MAX_COUNT, fragment
from kerascheck.trust.printable import Style
from tests.report.formats import reports


def test_a_finding_shows_itself_as_a_table():
    (one,) = reports.ONE.findings
    html = one._repr_html_()
    assert html.count("<table") == 1
    assert "KC101" in html
    assert one.fix.title.partition("=")[0].split()[0] in html


def test_one_of_several_findings_shows_itself_as_a_line():
    (one,) = reports.ONE.findings
    assert str(one) == f"models/a.keras: KC101 error: {one.message}"
    shown = []
    printer = SimpleNamespace(text=shown.append)  # as IPython passes
    replace(one, message="two\x1b[2J")._repr_pretty_(printer, False)
    assert shown == [r"<Finding models/a.keras: KC101 error: two\x1b[2J>"]


def test_the_worst_findings_are_those_that_are_listed():
    (one,) = reports.ONE.findings
    notes = [replace(one, severity=Severity.NOTE)] * MAX_COUNT
    html = fragment(replace(reports.ONE, findings=(*notes, one)))
    assert html.index("<b>error</b>") < html.index("<b>note</b>")
    assert html.count("<b>note</b>") == MAX_COUNT - 1
    assert "and 1 more" in html


def test_text_of_a_finding_is_escaped():
    (one,) = reports.ONE.findings
    html = replace(one, message="<script>")._repr_html_()
    assert "<script>" not in html


def test_html_counts_findings_by_rule_at_the_top():
    (one,) = reports.ONE.findings
    three = (one, replace(one, message="b"), replace(one, model="b.keras"))
    page = render(replace(reports.ONE, findings=three), Style())
    header = page.partition("<header>")[2].partition("</header>")[0]
    assert f"<code>{one.code}</code> {one.name}<" in header
    assert '<td data-label="findings">3</td>' in header
    assert '<td data-label="models">2</td>' in header


def test_html_of_one_finding_counts_nothing():
    page = render(reports.ONE, Style())
    assert "<table" not in page.partition("<header>")[2].partition("</header>")[0]
