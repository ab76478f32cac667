"""Names from files reach a terminal or a CI log only in a form that does nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerascheck.trust.printable import (
    columns,
    padded,
    printable,
    shortened,
    shown,
    wrapped,
)

HOSTILE = {
    "colour": "\x1b[31mred",
    "clipboard": "\x1b]52;c;Zm9v\x07",
    "C1 control": "\x9b31m",
    "delete": "a\x7fb",
    "carriage return": "good\rbad",
    "line feed": "a\nb",
    "line separator": "a\u2028b",
    "bidirectional override": "a\u202egnp.exe",
    "isolate": "a\u2066b",
    "zero width space": "a\u200bb",
    "zero width joiner": "a\u200db",
    "byte order mark": "\ufeffa",
    "tag": "a\U000e0041b",
    "variation selector": "a\ufe0fb",
    "filler": "a\u3164b",
    "no-break space": "a\xa0b",
    "lone surrogate": "a\ud800b",
    "private use": "a\ue000b",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_characters_are_shown_as_escapes(name):
    safe = printable(name)
    assert safe != name
    assert safe.isprintable()
    assert "\\" in safe


@pytest.mark.parametrize("name", ["dense_1", "größe", "出力", "выход", "a/b c.keras"])
def test_ordinary_names_stay_as_they_are(name):
    assert printable(name) == name


def test_two_combining_marks_stay_and_a_flood_does_not():
    safe = printable("a" + "\u0301" * 50)
    assert sum(unicodedata.combining(c) > 0 for c in safe) == 2


@pytest.mark.parametrize(
    "command",
    ["::error file=x::y", "##[error]x", "##vso[task.complete]", "##teamcity[x]"],
)
def test_commands_of_ci_systems_are_broken_up(command):
    safe = printable(f"x {command}")
    assert "::" not in safe
    assert "##" not in safe


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_comes_in_is_printable_and_no_command(name):
    safe = printable(name)
    assert safe.isprintable()
    assert "::" not in safe
    assert "##" not in safe


@given(st.text(st.characters(exclude_categories=()), max_size=3000))
def test_what_is_shown_never_grows_beyond_bounds(name):
    assert len(max(shown(name).split(" "), key=len)) <= 64


def test_long_names_lose_their_middle():
    assert shortened("a" * 50 + "b" * 50, 21) == "a" * 10 + "…" + "b" * 10


def test_short_names_are_not_shortened():
    assert shortened("abc", 3) == "abc"


def test_without_unicode_three_dots_stand_for_the_middle():
    assert (
        shortened("a" * 50 + "b" * 50, 21, unicode=False) == "a" * 9 + "..." + "b" * 9
    )


@pytest.mark.parametrize(
    ("text", "wide"),
    [("dense", 5), ("出力", 4), ("größe", 5), ("ｆ", 2), ("e\u0301", 1), ("한글", 4)],
)
def test_wide_characters_take_two_columns_and_marks_none(text, wide):
    assert columns(text) == wide
    assert columns(padded(text, 7)) == 7


@given(st.text(st.sampled_from("ab/(出é\u0301 "), max_size=200), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    lines = wrapped(text, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
