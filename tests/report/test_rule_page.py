"""Pages of rules."""

import pytest

from kerascheck.engine.file_findings import file_rules
from kerascheck.report.rule_page import page
from kerascheck.rules import our_rules


@pytest.mark.parametrize(
    "card", [*file_rules(), *our_rules()], ids=lambda card: card.code
)
def test_every_page_starts_with_code_name_and_severity(card):
    lines = page(card).split("\n")
    assert lines[0] == f"# {card.code} {card.name}"
    assert f"- severity: {card.severity}" in lines


@pytest.mark.parametrize("rule", our_rules(), ids=lambda rule: rule.code)
def test_examples_of_rules_are_python(rule):
    blocks = page(rule).split("```python\n")[1:]
    assert blocks
    for block in blocks:
        compile(block.split("```")[0], rule.code, "exec")


@pytest.mark.parametrize("rule", our_rules(), ids=lambda rule: rule.code)
def test_what_the_good_program_changes_is_marked(rule):
    programs = page(rule).partition("\n## Bad\n")[2]
    bad, good = (b.split("```")[0] for b in programs.split("```python\n")[1:3])
    fresh = [line for line in good.split("\n") if line not in bad.split("\n")]
    assert all(line.endswith("  # changed") for line in fresh)
    assert fresh or len(good) < len(bad)


def test_measured_lines_stand_before_when_to_ignore():
    text = page(our_rules()[0], measured=["| accuracy | 0.5 | 0.9 |"])
    assert "## Measured\n| accuracy | 0.5 | 0.9 |\n\n## When to ignore\n" in text


def test_a_fix_tells_how_safe_it_is():
    (rule,) = (rule for rule in our_rules() if rule.code == "KC101")
    fix = page(rule).partition("## Fix\n")[2].partition("\n\n")[0]
    assert fix.startswith("Compile BinaryCrossentropy with from_logits=True (unsafe: ")
