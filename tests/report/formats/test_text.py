"""A report as text: golden files, columns, colour, and names that mean harm."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerascheck.engine.finding import Confidence
from kerascheck.model.description import Evidence
from kerascheck.report.formats.text import render
from kerascheck.report.terminal import MAX_FINDINGS, MAX_PLACES, render_text
from kerascheck.trust.printable import Style
from tests.report.formats import reports


@pytest.mark.parametrize("name", reports.ALL)
def test_text_is_as_before(name, golden):
    golden(f"{name}.txt", render(reports.ALL[name], Style()))


def test_a_narrow_terminal_gets_narrower_text(golden):
    golden("full-narrow.txt", render(reports.FULL, Style(width=50)))


def test_without_unicode_all_is_ascii(golden):
    text = render(reports.LONG, Style(unicode=False))
    assert text.isascii()
    golden("long-ascii.txt", text)


def test_verbose_text_lists_what_stayed_open(golden):
    golden("full-verbose.txt", render(reports.FULL, Style(verbose=True)))


def test_statistics_count_instead_of_showing(golden):
    golden("full-statistics.txt", render(reports.FULL, Style(statistics=True)))


def test_quiet_text_of_a_clean_report_is_empty():
    assert render(reports.CLEAN, Style(quiet=True)) == ""


def test_quiet_text_shows_findings_without_the_summary():
    text = render(reports.ONE, Style(quiet=True))
    assert "KC101" in text
    assert "1 model" not in text


def test_the_summary_is_always_there():
    assert render(reports.CLEAN, Style()) == "1 model: no findings\n"


def test_how_many_rules_were_decided_is_a_statistic():
    assert "rules" not in render(reports.CLEAN, Style(verbose=True))
    text = render(reports.CLEAN, Style(statistics=True))
    assert text == "1 model: no findings; 12 rules decided\n"


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (reports.Report(), "0 models: nothing to check"),
        (replace(reports.CLEAN, decided=0), "1 model: nothing could be checked"),
        (
            replace(reports.FULL, findings=(), decided=0),
            "3 models (2 unreadable): nothing could be checked, 1 suppressed",
        ),
    ],
)
def test_the_summary_never_calls_a_report_clean_that_is_not(report, line):
    assert render(report, Style()).splitlines()[0] == line


def test_str_of_a_report_is_the_text():
    assert str(reports.FULL) == render(reports.FULL, Style())


@pytest.mark.parametrize("report", [reports.ONE, reports.FULL, reports.LONG])
def test_colour_changes_no_character(report):
    colour = render(report, Style(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colour) == render(report, Style())


def test_colour_sets_severity_labels_and_code_apart():
    colour = render(reports.ONE, Style(colour=True))
    assert "\x1b[1;31merror[KC101]\x1b[0m" in colour
    assert "  \x1b[2mbecause\x1b[0m  " in colour
    assert "\x1b[36mmodel.compile(" in colour


def test_text_fits_eighty_columns():
    text = render(reports.LONG, Style())
    code = "loss=keras.losses"
    assert all(len(x) <= 80 for x in text.splitlines() if code not in x)


@pytest.mark.parametrize("width", [50, 80, 120])
def test_an_origin_below_its_fact_takes_the_whole_width(width):
    indent = " " * 13
    words = ("x" * 20 + " ") * 9
    longest = (words + "x" * width)[: width - len(f"{indent}in ")]
    evidence = Evidence(fact="heads.out.layer", value="y" * 60, origin=longest)
    finding = replace(reports.LOGITS, evidence=(evidence,))
    lines = render(reports.report(finding), Style(width=width)).splitlines()
    (line,) = [line for line in lines if line.startswith(f"{indent}in ")]
    assert line == f"{indent}in {longest}"
    assert len(line) == width


def test_a_flood_of_findings_is_counted_beyond_a_bound():
    (one,) = reports.ONE.findings
    every = tuple(replace(one, message=f"{i} says") for i in range(MAX_FINDINGS + 7))
    text = render(replace(reports.ONE, findings=every), Style())
    assert text.count("error[KC101]") == MAX_FINDINGS
    assert "and 7 more findings" in text


def test_the_compile_call_is_told_where_it_is_known():
    assert "(train.py:42)" in render(reports.ONE, Style())


HOSTILE = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    ["\n::error file=x::y", "\x1b]52;c;Zm9v\x07", "a\r\nb", "##vso[x]", "\u202e"]
)


def hostile(name):
    finding = replace(
        reports.CONFIRMED,
        model=name,
        head=name,
        location=f"heads.{name}.loss",
        message=f"it is {name} here",
        snippet=f"model.compile({name})",
        evidence=tuple(
            replace(e, value=name, origin=name) for e in reports.LOGITS.evidence
        ),
        expected=((name, name),),
        confirmation=replace(reports.CONFIRMED.confirmation, reason=name),
    )
    return reports.report(
        finding,
        models=(replace(reports.MODEL, path=name, source=name),),
        not_run=reports.not_run(2, name),
        skipped=((name, name),),
    )


@given(HOSTILE)
def test_no_name_gets_control_of_the_terminal(name):
    text = render_text(hostile(name), Style(verbose=True))
    assert all(line.isprintable() for line in text.split("\n"))


@given(HOSTILE)
def test_no_name_starts_a_command_of_a_ci_system(name):
    text = render_text(hostile(name), Style(verbose=True))
    assert not any(line.strip().startswith("::") for line in text.split("\n"))
    assert "##" not in text


def test_what_is_said_of_several_places_is_said_once():
    (one,) = reports.ONE.findings
    several = tuple(replace(one, model=f"{i}.keras") for i in range(MAX_PLACES + 4))
    text = render(replace(reports.ONE, findings=several), Style())
    assert text.count("error[KC101]") == 1
    assert text.count("\n  and at   ") == MAX_PLACES + 1
    assert "\n  and at   3 more places, in the other formats\n" in text
    assert f"{MAX_PLACES + 4} errors" in text


@pytest.mark.parametrize("changed", ["message", "measured", "confidence", "head_fix"])
def test_what_differs_is_said_apart(changed):
    (one,) = reports.ONE.findings
    others = {
        "message": replace(one, message="something else"),
        "measured": replace(one, measured="something else"),
        "confidence": replace(one, confidence=Confidence.LOW),
        "head_fix": replace(one, snippet="model.compile()"),
    }
    text = render(replace(reports.ONE, findings=(one, others[changed])), Style())
    assert text.count("error[KC101]") == 2


def test_the_page_of_a_rule_and_the_fix_are_pointed_to_once():
    (one,) = reports.ONE.findings
    two = (one, replace(one, message="something else"))
    text = render(replace(reports.ONE, findings=two), Style(hints=True))
    assert text.count("\n  page     kerascheck rule KC101\n") == 1
    assert text.count("shows the fix in your source") == 1


def test_no_page_is_named_where_a_command_would_not_show_it():
    (one,) = reports.ONE.findings
    own = replace(one, code="KC901")
    text = render(replace(reports.ONE, findings=(own,)), Style(hints=True))
    assert "kerascheck rule" not in text


def test_a_report_without_findings_points_to_nothing():
    nothing = replace(reports.ONE, findings=())
    assert render(nothing, Style(hints=True)) == render(nothing, Style())
