"""Annotations as the runner of GitHub Actions reads them."""

import re
from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.report.formats.github import render
from kerascheck.trust.printable import Style
from tests.report.formats import proven, reports

COMMAND = re.compile(r"::(?P<kind>\w+) (?P<properties>[^:]*)::(?P<data>.*)")


def unescaped(text, names):
    for name in names:
        text = text.replace(f"%{ord(name):02X}", name)
    return text.replace("%25", "%")


def commands(text):
    """Return kind, properties and message of each command, as the runner does."""
    found = []
    for line in text.split("\n"):
        if not line.lstrip().startswith("::"):
            continue
        kind, properties, data = COMMAND.fullmatch(line).groups()
        told = dict(pair.split("=", 1) for pair in properties.split(","))
        told = {key: unescaped(value, "\r\n:,") for key, value in told.items()}
        found.append((kind, told, unescaped(data, "\r\n")))
    return found


def test_annotations_are_as_before(golden):
    golden("small.github", render(proven.SMALL, Style()))


def test_a_finding_stands_at_the_compile_call_where_that_is_known():
    (kind, told, message), _ = commands(render(proven.SMALL, Style()))
    assert kind == "error"
    assert told == {"title": "kerascheck (KC101)", "file": "train.py", "line": "42"}
    assert message.split("\n") == [
        "BinaryCrossentropy takes the logits of 'out' for probabilities",
        "Fix: compile with BinaryCrossentropy(from_logits=True)",
    ]


def test_a_note_is_a_notice_at_the_first_line_of_the_file():
    _, (kind, told, message) = commands(render(proven.SMALL, Style()))
    assert kind == "notice"
    assert (told["file"], told["line"]) == ("models/b/config.json", "1")
    assert message.startswith("95% of the labels")


def test_a_comma_and_a_colon_in_a_path_stay_in_the_path():
    path = "a,line=9:b%2C.keras"
    model = replace(reports.MODEL, path=path, source=None)
    report = replace(
        reports.ONE, models=(model,), findings=(replace(reports.LOGITS, model=path),)
    )
    ((_, told, _),) = commands(render(report, Style()))
    assert told["file"] == path
    assert told["line"] == "1"


@pytest.mark.parametrize(
    ("severity", "kind"),
    [
        (kit.Severity.ERROR, "error"),
        (kit.Severity.WARNING, "warning"),
        (kit.Severity.NOTE, "notice"),
    ],
)
def test_ten_of_a_kind_are_all_shown(severity, kind):
    shown = commands(render(proven.many(10, severity), Style()))
    assert [told for told, *_ in shown] == [kind] * 10
    assert all("file" in told for _, told, _ in shown)


def test_of_more_than_ten_the_tenth_counts_the_rest():
    shown = commands(render(proven.many(25), Style()))
    assert len(shown) == 10
    kind, _, message = shown[-1]
    assert kind == "error"
    assert message == "and 16 errors more, in the other reports"


def test_kinds_are_counted_apart_and_errors_come_first():
    both = proven.many(25)
    notes = proven.many(3, kit.Severity.NOTE)
    both = replace(both, findings=(*notes.findings, *both.findings))
    kinds = [kind for kind, *_ in commands(render(both, Style()))]
    assert kinds == ["error"] * 10 + ["notice"] * 3


def test_the_summary_follows_as_plain_lines():
    *_, undecided, last = render(proven.SMALL, Style()).splitlines()
    assert undecided == "kerascheck: 1 undecided: no labels were given (see --labels)"
    assert last == "kerascheck: 1 passed over: 1 excluded"


def test_quiet_shows_annotations_and_what_was_not_looked_at():
    text = render(proven.SMALL, Style(quiet=True))
    *annotations, last = text.splitlines()
    assert all(line.startswith("::") for line in annotations)
    assert last == "kerascheck: 1 passed over: 1 excluded"


def test_a_clean_report_has_no_annotation():
    assert commands(render(reports.CLEAN, Style())) == []
