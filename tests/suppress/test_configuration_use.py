"""What a configuration turns off and weakens, in words."""

import pytest

from kerascheck.settings.settings import Ignore, Settings
from kerascheck.suppress.configuration_use import use_of
from kerascheck.suppress.rule_selection import select_rules

LONGEST = "a" * 80


def turned_off(settings):
    return use_of(select_rules(settings)).turned_off


def weakened(settings):
    return use_of(select_rules(settings)).weakened


def test_an_empty_configuration_turns_off_and_weakens_nothing():
    use = use_of(select_rules(Settings(path="kerascheck.toml")))
    assert (use.path, use.turned_off, use.weakened) == ("kerascheck.toml", (), ())


@pytest.mark.parametrize("least", ["medium", "high"])
def test_findings_of_less_confidence_are_turned_off(least):
    assert turned_off(Settings(min_confidence=least)) == (
        f"findings of less than {least} confidence (min-confidence)",
    )


def test_a_confidence_that_the_call_replaces_turns_nothing_off():
    settings = Settings(min_confidence="high")
    assert turned_off(settings.override(min_confidence="low")) == ()
    assert turned_off(Settings().override(min_confidence="high")) == ()


@pytest.mark.parametrize(
    ("glob", "shown"),
    [("old/*", "old/*"), (LONGEST, LONGEST), (f"{LONGEST}b", f"{LONGEST}…")],
    ids=["short", "longest", "too long"],
)
def test_a_glob_of_more_than_80_characters_is_cut(glob, shown):
    settings = Settings(
        per_model_ignores=(Ignore(glob, ("KC101", "KC2")),),
        exclude=(glob,),
        extend_exclude=(glob,),
    )
    assert turned_off(settings) == (
        f"KC101, KC2 for {shown!r}",
        f"models that match {shown!r} (exclude)",
        f"models that match {shown!r} (extend-exclude)",
    )


@pytest.mark.parametrize(
    ("code", "level", "words"),
    [
        ("KC101", "warning", ("KC101 = warning",)),
        ("KC101", "error", ()),
        ("KC009", "note", ("KC009 = note",)),
        ("ALL", "note", ("ALL = note",)),
        ("ALL", "error", ()),
    ],
)
def test_a_level_weakens_if_it_is_below_that_of_a_rule(code, level, words):
    assert weakened(Settings(levels=((code, level),))) == words
