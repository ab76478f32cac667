"""A new rule starts as a file that only has to be filled in."""

import re
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from kerascheck.engine.rule import Rule
from kerascheck.rules import all_rules
from tests.docs.pages import ROOT
from tools.__main__ import main
from tools.new_rule import FAMILIES, new_rule, next_code, next_steps


@pytest.mark.parametrize("family", FAMILIES)
def test_next_code_is_free_and_in_its_family(family):
    assert next_code(family).startswith(f"KC{family}")
    assert next_code(family) not in {rule.code for rule in all_rules()}


def test_skeleton_is_a_rule_of_that_name(tmp_path):
    path = new_rule("labels-upside-down", "2", tmp_path)
    spec = spec_from_file_location("labels_upside_down", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert path.name == "labels_upside_down.py"
    assert isinstance(module.RULE, Rule)
    assert (module.RULE.code, module.RULE.name) == (
        next_code("2"),
        "labels-upside-down",
    )
    assert module.bad()
    assert module.good()


@pytest.mark.parametrize("name", ["Labels-Odd", "labels", "labels_odd", "../odd-path"])
def test_name_that_is_not_kebab_case_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"Expected a name"):
        new_rule(name, "2", tmp_path)
    assert not list(tmp_path.iterdir())


def test_name_that_is_taken_is_refused(tmp_path):
    path = new_rule("labels-upside-down", "2", tmp_path)
    text = path.read_text()
    with pytest.raises(ValueError, match=r"Expected a name that is free"):
        new_rule("labels-upside-down", "3", tmp_path)
    assert path.read_text() == text


def test_the_next_steps_name_what_exists_and_this_rule():
    steps = next_steps("KC215")
    assert steps.count("-k KC215") == 2
    for path in re.findall(r"(?:tests|docs)/[\w/.-]+|[A-Z]+\.md", steps):
        assert (ROOT / path).exists()
    for command in re.findall(r"python -m tools (\S+)", steps):
        assert command in main.commands


def test_every_family_can_be_chosen():
    (family,) = (p for p in main.commands["new-rule"].params if p.name == "family")
    assert tuple(family.type.choices) == tuple(FAMILIES)
    for digit, title in FAMILIES.items():
        assert f"{digit}: {title.lower()}" in family.help
