"""What runs and what is suppressed, from the configuration and the call together."""

import pytest

from kerascheck.model.errors import UsageError
from kerascheck.settings.settings import Ignore, Settings
from kerascheck.suppress.rule_selection import select_rules


def codes(chosen):
    return {rule.code for rule in chosen.rules}


def test_a_rule_at_the_level_off_does_not_run():
    assert "KC101" in codes(select_rules(Settings()))
    assert "KC101" not in codes(select_rules(Settings(levels=(("KC101", "off"),))))


def test_the_call_brings_back_what_the_configuration_ignores():
    config = Settings(ignore=("KC1",))
    assert "KC101" in codes(select_rules(config.override(extend_select="KC101")))
    assert "KC103" not in codes(select_rules(config.override(extend_select="KC101")))


def test_an_unknown_code_in_extend_select_alone_is_told():
    with pytest.raises(UsageError, match="no rule is called 'KC7'"):
        select_rules(Settings(extend_select=("KC7",)))


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"levels": (("KC7", "note"),)}, "levels"),
        (
            {"per_model_ignores": (Ignore("*.keras", ("KC7",)),)},
            r"per-model-ignores\.\*\.keras",
        ),
    ],
    ids=["levels", "ignores"],
)
def test_an_unknown_code_is_told_with_its_place_in_the_file(said, place):
    config = Settings(path="kerascheck.toml", **said)
    with pytest.raises(
        UsageError, match=rf"^kerascheck\.toml: {place}: no rule is called 'KC7'"
    ):
        select_rules(config)
