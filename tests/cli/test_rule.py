"""kerascheck rule: pages and the table."""

import json

from kerascheck.engine.file_findings import file_rules
from kerascheck.rules import all_rules


def test_a_page_is_shown_by_code(run):
    ran = run("rule", "KC101")
    assert ran.code == 0
    assert ran.out.startswith("# KC101 logits-scored-as-probabilities\n")
    assert "## Why it matters" in ran.out
    assert "model.compile(" in ran.out


def test_a_page_is_shown_by_name(run):
    assert run("rule", "logits-scored-as-probabilities") == run("rule", "kc101")


def test_what_reading_says_has_pages_too(run):
    ran = run("rule", "KC002")
    assert ran.code == 0
    assert "git lfs pull" in ran.out


def test_without_an_argument_all_are_listed(run):
    ran = run("rule")
    assert ran.code == 0
    for card in (*file_rules(), *all_rules()):
        assert f"{card.code}  " in ran.out


def test_an_unknown_rule_is_told_with_what_is_near(run):
    ran = run("rule", "logits-scored-as-probabilites")
    assert ran.code == 2
    assert ran.out == ""
    assert "did you mean 'logits-scored-as-probabilities'?" in ran.err


def test_pages_come_as_json(run):
    pages = json.loads(run("rule", "--output-format", "json").out)
    assert len(pages) == len(file_rules()) + len(all_rules())
    assert all(page["page"].startswith(f"# {page['code']} ") for page in pages)


def test_one_page_comes_as_json(run):
    (page,) = json.loads(run("rule", "KC101", "--output-format", "json").out)
    assert page["name"] == "logits-scored-as-probabilities"
    assert page["severity"] == "error"


def test_the_beginning_of_codes_lists_those(run):
    listed = run("rule", "kc10").out
    assert "KC101  error    logits-scored-as-probabilities" in listed
    assert "KC109" in listed
    assert "KC110" not in listed
    document = json.loads(run("rule", "KC10", "--output-format", "json").out)
    assert {card["code"][:4] for card in document} == {"KC10"}


def test_a_rule_that_resembles_none_leads_to_the_list(run):
    assert (
        "no rule is called 'zzz'; kerascheck rule lists all" in run("rule", "zzz").err
    )
    ran = run("--ignore", "KC999", ".")
    assert "no rule is called 'KC999'; kerascheck rule lists all" in ran.err
