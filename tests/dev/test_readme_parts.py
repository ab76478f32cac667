"""The parts of README.md that are made: what is made, and what is left alone."""

from pathlib import Path

import pytest

from kerascheck import reporters
from kerascheck.core.problems import CARDS
from kerascheck.dev.readme import filled, formats, output, rules
from kerascheck.rules import all_rules

ROOT = Path(__file__).parents[2]


def test_only_marked_parts_change():
    text = "before\n<!-- rules -->\nold\n<!-- end -->\nafter <!-- end -->\n"
    assert filled(text, ROOT) == (
        f"before\n<!-- rules -->\n{rules()}<!-- end -->\nafter <!-- end -->\n"
    )


def test_output_of_training_is_left_alone():
    text = "<!-- trained: kerascheck --version -->\nold\n<!-- end -->\n"
    assert filled(text, ROOT) == text
    assert "old" not in filled(text, ROOT, train=True)


@pytest.mark.parametrize("name", reporters.formats())
def test_every_format_has_a_row(name):
    assert sum(line.startswith(f"| `{name}` |") for line in formats().splitlines()) == 1


def test_every_code_has_a_row():
    rows = rules().splitlines()
    for card in (*CARDS, *all_rules()):
        row = f"| {card.code} | {card.name} | {card.summary} | {card.severity} |"
        assert rows.count(row) == 1


def test_output_is_what_the_command_prints():
    shown = output("kerascheck --version", ROOT)
    assert shown.startswith("```console\n$ kerascheck --version\nkerascheck ")


def test_no_other_program_is_run():
    with pytest.raises(ValueError, match=r"Expected a kerascheck command"):
        output("ls", ROOT)
