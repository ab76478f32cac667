"""Pages of rules."""

import pytest

from kerascheck.core.page import page
from kerascheck.core.problems import CARDS
from kerascheck.rules import all_rules


@pytest.mark.parametrize("card", [*CARDS, *all_rules()], ids=lambda card: card.code)
def test_every_page_starts_with_code_name_and_severity(card):
    lines = page(card).split("\n")
    assert lines[0] == f"# {card.code} {card.name}"
    assert f"- severity: {card.severity}" in lines


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_examples_of_rules_are_python(rule):
    blocks = page(rule).split("```python\n")[1:]
    assert blocks
    for block in blocks:
        compile(block.split("```")[0], rule.code, "exec")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_an_example_is_shown_once(rule):
    for block in page(rule).split("```python\n")[1:]:
        examples = block.split("```")[0].strip().split("\n\n")
        assert len(set(examples)) == len(examples)
