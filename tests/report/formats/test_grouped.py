"""Each rule once, with a line for each place."""

from hypothesis import given

from kerascheck.report.formats.grouped import EXPLAIN, render
from kerascheck.trust.printable import Style
from tests.report.formats import reports
from tests.report.formats.test_text import HOSTILE, hostile


def test_grouped_is_as_before(golden):
    golden("full-grouped.txt", render(reports.FULL, Style()))


def test_every_finding_has_a_line_below_its_rule():
    lines = render(reports.FULL, Style(quiet=True)).splitlines()
    rule, found = "", []
    for line in lines:
        if line.startswith("  "):
            found.append((rule, line.split(": ")[0].strip()))
        else:
            rule = line.partition(" ")[0]
    assert sorted(found) == sorted((f.code, f.model) for f in reports.FULL.findings)


def test_hints_name_the_command_for_a_page():
    assert render(reports.FULL, Style(hints=True)).endswith(f"{EXPLAIN}\n")
    assert EXPLAIN not in render(reports.CLEAN, Style(hints=True))


@given(HOSTILE)
def test_no_text_of_a_model_breaks_the_lines(text):
    lines = render(hostile(text), Style(quiet=True)).split("\n")
    assert [line[:2] for line in lines] == ["KC", "  ", "", ""]
