"""A new rule starts as a file that only has to be filled in."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest

from kerascheck.engine.rule import Rule
from kerascheck.rules import all_rules
from tools.new_rule import FAMILIES, new_rule, next_code


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
def test_name_that_is_no_kebab_case_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"Expected a name"):
        new_rule(name, "2", tmp_path)
    assert not list(tmp_path.iterdir())


def test_name_that_is_taken_is_refused(tmp_path):
    path = new_rule("labels-upside-down", "2", tmp_path)
    text = path.read_text()
    with pytest.raises(ValueError, match=r"Expected a name that is free"):
        new_rule("labels-upside-down", "3", tmp_path)
    assert path.read_text() == text
