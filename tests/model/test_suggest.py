"""A misspelled name is answered by the one that it resembles."""

import pytest

from kerascheck.model.suggest import did_you_mean, near_path

WORDS = ("select", "extend-select", "ignore", "KC101", "KC102")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("selct", "select"),
        ("SELECT", "select"),
        ("kc101", "KC101"),
        ("ignores", "ignore"),
        ("extend_select", "extend-select"),
    ],
)
def test_the_most_similar_name_is_suggested(word, meant):
    assert did_you_mean(word, WORDS) == f"; did you mean {meant!r}?"


@pytest.mark.parametrize("word", ["", "baseline", "x"])
def test_nothing_is_suggested_for_another_word(word):
    assert did_you_mean(word, WORDS) == ""


def test_of_two_that_are_as_similar_the_longer_beginning_counts():
    assert did_you_mean("KC10", ("XC10", "KC1x0")) == "; did you mean 'KC1x0'?"


def test_the_beginning_of_a_name_is_enough():
    words = ("KC103", "softmax-on-one-unit")
    assert did_you_mean("softmax", words) == "; did you mean 'softmax-on-one-unit'?"
    assert did_you_mean("so", words) == ""


@pytest.mark.parametrize(
    ("word", "meant"), [("KC1O3", "KC103"), ("kc1o1", "KC101"), ("KC133", "KC135")]
)
def test_a_code_is_near_its_look_alike(word, meant):
    codes = ("KC101", "KC103", "KC135", "KC413", "KC331", "KC313")
    assert did_you_mean(word, codes) == f"; did you mean {meant!r}?"


def test_a_code_is_near_none_of_another_family():
    assert did_you_mean("KC999", ("KC309", "KC909")) == "; did you mean 'KC909'?"
    assert did_you_mean("KC999", ("KC309", "KC199")) == ""


def test_a_path_is_near_its_neighbours(tmp_path):
    (tmp_path / "model.keras").touch()
    path = str(tmp_path / "modle.keras")
    assert near_path(path) == f"; did you mean {str(tmp_path / 'model.keras')!r}?"
    assert near_path(str(tmp_path / "x")) == ""
    assert near_path(str(tmp_path / "gone" / "x")) == ""
    assert near_path("a\0b") == ""
