"""The view of a report in a notebook."""

from dataclasses import replace
from html.parser import HTMLParser

from kerascheck.engine.finding import Finding, Harm, Severity
from kerascheck.engine.fix import Applicability, Fix
from kerascheck.report.report import Report
from tests.report.formats.reports import CONFIRMED

FINDING = Finding(
    code="KC101",
    name="logits-scored-as-probabilities",
    severity=Severity.ERROR,
    harm=Harm.WORSE_TRAINING,
    message="BinaryCrossentropy takes the logits of 'out' for probabilities",
    model="net",
    head="out",
    fix=Fix(
        advice="compile with from_logits=True", applicability=Applicability.DISPLAY
    ),
    snippet="model.compile(\n    loss='bce',\n)",
)


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_finding_and_fix_are_in_the_table():
    page = Report(findings=(FINDING,))._repr_html_()
    assert "KC101" in page
    assert "compile with from_logits=True" in page
    assert "<pre" in page


def test_a_finding_says_its_harm_until_training_says_more():
    page = Report(findings=(FINDING,))._repr_html_()
    assert "worse-training: learns slower" in page
    proven = replace(FINDING, confirmation=CONFIRMED.confirmation)
    page = Report(findings=(proven,))._repr_html_()
    assert "worse-training" not in page
    assert "confirmed: accuracy 0.59 -&gt; 0.97" in page


def test_every_element_is_closed():
    tags = Tags(Report(findings=(FINDING,))._repr_html_())
    assert tags.open == []
    assert "table" in tags.seen


def test_clean_report_is_one_line_without_a_table():
    assert "table" not in Tags(Report()._repr_html_()).seen


def test_text_of_a_model_is_escaped():
    evil = "<script>alert(1)</script>"
    hostile = replace(FINDING, message=evil, model=evil, head=evil, snippet=evil)
    assert "script" not in Tags(Report(findings=(hostile,))._repr_html_()).seen


def test_long_reports_are_cut_and_counted():
    page = Report(findings=(FINDING,) * 60)._repr_html_()
    assert "and 10 more" in page
