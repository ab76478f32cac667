"""Selectors: codes, names, prefixes; what a later layer replaces."""

import pytest

from kerascheck.model.errors import UsageError
from kerascheck.suppress.selectors import ignored, layer, level, runs

KNOWN = {
    "KC001": "unreadable-model",
    "KC101": "logits-scored-as-probabilities",
    "KC102": "probabilities-scored-as-logits",
    "KC201": "class-ids-beyond-units",
}


def chosen(*layers):
    return [code for code in KNOWN if runs(code, layers)]


def test_without_selectors_everything_runs():
    assert chosen() == list(KNOWN)


def test_a_prefix_selects_its_family():
    assert chosen(layer(KNOWN, select=["KC1"])) == ["KC101", "KC102"]


def test_a_name_selects_its_rule():
    assert chosen(layer(KNOWN, select=["class-ids-beyond-units"])) == ["KC201"]


def test_codes_may_be_in_lower_case():
    assert chosen(layer(KNOWN, select=["kc201"])) == ["KC201"]


def test_all_selects_everything():
    assert chosen(layer(KNOWN, select=["ALL"])) == list(KNOWN)


def test_ignoring_takes_from_what_is_selected():
    assert chosen(layer(KNOWN, select=["KC1"], ignore=["KC102"])) == ["KC101"]


def test_the_longer_selector_wins_inside_a_layer():
    assert chosen(layer(KNOWN, select=["KC101"], ignore=["KC1"])) == ["KC101"]


def test_of_equal_selectors_the_ignoring_one_wins():
    assert chosen(layer(KNOWN, select=["KC1"], ignore=["KC1"])) == []


def test_what_is_added_and_ignored_alike_is_ignored():
    assert chosen(layer(KNOWN, extend=["KC1"], ignore=["KC1"])) == ["KC001", "KC201"]


def test_a_later_select_replaces_an_earlier_one():
    first = layer(KNOWN, select=["KC1"])
    assert chosen(first, layer(KNOWN, select=["KC2"])) == ["KC201"]


def test_a_later_select_lifts_an_earlier_ignore():
    first = layer(KNOWN, ignore=["KC1"])
    assert chosen(first, layer(KNOWN, select=["KC101"])) == ["KC101"]


def test_extending_adds_to_what_was_selected_before():
    first = layer(KNOWN, select=["KC2"])
    assert chosen(first, layer(KNOWN, extend=["KC101"])) == ["KC101", "KC201"]


def test_a_later_ignore_takes_from_what_was_selected_before():
    first = layer(KNOWN, select=["KC1"])
    assert chosen(first, layer(KNOWN, ignore=["KC101"])) == ["KC102"]


def test_selecting_rules_does_not_silence_what_reading_says():
    assert not ignored("KC001", [layer(KNOWN, select=["KC1"])])


def test_ignoring_sets_aside_what_reading_says():
    assert ignored("KC001", [layer(KNOWN, ignore=["KC0"])])


def test_a_later_layer_can_ask_for_what_an_earlier_one_ignores():
    layers = [layer(KNOWN, ignore=["KC0"]), layer(KNOWN, extend=["KC001"])]
    assert not ignored("KC001", layers)


def test_the_longest_prefix_gives_the_level():
    assert level("KC101", [("KC1", "note"), ("KC101", "error")]) == "error"


def test_a_code_without_a_level_keeps_its_own():
    assert level("KC201", [("KC1", "note")]) is None


@pytest.mark.parametrize(
    ("selector", "near"),
    [
        ("KC20x", "'KC201'"),
        ("logits-scored-as-probabilites", "'logits-scored-as-probabilities'"),
        ("all", "'ALL'"),
    ],
)
def test_an_unknown_selector_is_told_what_is_near(selector, near):
    with pytest.raises(UsageError, match=f"did you mean {near}"):
        layer(KNOWN, select=[selector])


KEYS = {"select": "select", "extend": "extend-select", "ignore": "ignore"}


@pytest.mark.parametrize(("argument", "key"), KEYS.items(), ids=KEYS)
def test_the_message_names_file_and_key(argument, key):
    with pytest.raises(
        UsageError, match=rf"^kerascheck\.toml: {key}: no rule is called 'KC9'"
    ):
        layer(KNOWN, **{argument: ["KC9"]}, where="kerascheck.toml")


@pytest.mark.parametrize("argument", KEYS)
def test_the_message_names_no_place_if_the_call_is_wrong(argument):
    with pytest.raises(UsageError, match=r"^no rule is called 'KC9'"):
        layer(KNOWN, **{argument: ["KC9"]})


def test_an_empty_selector_is_no_prefix_of_everything():
    with pytest.raises(UsageError):
        layer(KNOWN, ignore=[""])
