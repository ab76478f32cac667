"""A misspelled name is answered by the one that it resembles."""

import pytest

from kerascheck.model.suggest import did_you_mean

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
