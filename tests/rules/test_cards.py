"""Every card: codes, names, pages and examples are there and agree."""

import re
from pathlib import Path

import pytest

from kerascheck import rules
from kerascheck.model.description import Description
from kerascheck.rules import our_rules

SECTIONS = (
    "What it checks",
    "In the log",
    "Why it matters",
    "When to ignore",
    "Source",
)
RULES = [pytest.param(rule, id=rule.code) for rule in our_rules()]


def _docstring(rule):
    return __import__(rule.check.__module__, fromlist=["RULE"]).__doc__


def test_codes_and_names_are_unique():
    assert len({r.code for r in our_rules()}) == len(our_rules())
    assert len({r.name for r in our_rules()}) == len(our_rules())


@pytest.mark.parametrize("rule", RULES)
def test_code_is_in_a_family_of_ours(rule):
    assert re.fullmatch(r"KC[1-4]\d\d", rule.code)


@pytest.mark.parametrize("rule", RULES)
def test_file_is_called_as_the_rule(rule):
    stem = rule.check.__module__.rpartition(".")[2]
    assert stem == rule.name.replace("-", "_")


@pytest.mark.parametrize("rule", RULES)
def test_page_has_every_section_in_order(rule):
    headings = re.findall(r"^## (.+)$", _docstring(rule), flags=re.MULTILINE)
    assert tuple(headings) == SECTIONS


@pytest.mark.parametrize("rule", RULES)
def test_page_opens_with_one_sentence(rule):
    first = _docstring(rule).partition("\n")[0]
    assert first.endswith(".")
    assert len(first) <= 85


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_examples_of_both_kinds(rule):
    for models in (rule.bad(), rule.good()):
        assert models
        assert all(isinstance(m, Description) for m in models)


def test_every_file_in_the_folder_is_a_rule():
    files = {p.stem for p in Path(rules.__path__[0]).glob("[!_]*.py")}
    assert files == {r.name.replace("-", "_") for r in our_rules()}


@pytest.mark.parametrize("rule", RULES)
def test_message_names_the_head_and_ends_without_a_full_stop(rule):
    from kerascheck.engine.facts import Facts

    for model in rule.bad():
        for finding in rule.check(Facts(model.heads[-1], model)):
            assert repr(finding.head) in finding.message
            assert not finding.message.endswith(".")
