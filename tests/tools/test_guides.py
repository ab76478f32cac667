"""How guides are filled: what is run, what is made, and what is left alone."""

from pathlib import Path

import pytest

from kerascheck.report import formats as reporters
from kerascheck.rules import our_rules
from tools.guides import filled, guides, stale
from tools.tables import formats, rules

ROOT = Path(__file__).parents[2]


def fenced(language, text, fence="```"):
    return f"{fence}{language}\n{text}{fence}\n"


def console(text):
    return fenced("console", text)


@pytest.fixture
def fill(tmp_path):
    """Fill a guide of a repository that holds one fixture."""
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "one.txt").write_text("one\n")
    return lambda text, **settings: filled(text, tmp_path, **settings)


def test_output_stands_below_each_command(fill):
    text = console("$ echo one\nold\n$ true\nold\n$ echo two\n")
    assert fill(text) == console("$ echo one\none\n$ true\n$ echo two\ntwo\n")


def test_text_around_blocks_stays(fill):
    text = "before\n\n" + console("$ true\n") + "\nafter\n"
    assert fill(text) == text


def test_errors_are_shown_as_well(fill):
    assert fill(console("$ echo no >&2\n")) == console("$ echo no >&2\nno\n")


def test_exit_codes_can_be_asked_for(fill):
    text = console("$ (exit 3)\n$ echo $?\n3\n")
    assert fill(text) == text


def test_a_command_goes_on_behind_a_backslash(fill):
    text = console("$ echo one \\\n    two\none two\n")
    assert fill(text) == text


def test_fixtures_are_copies(fill, tmp_path):
    fill(console("$ rm -r fixtures\n"))
    assert (tmp_path / "fixtures" / "one.txt").exists()


def test_blocks_of_a_guide_share_a_folder(fill):
    text = console("$ echo here > file\n") + console("$ cat file\nhere\n")
    assert fill(text) == text


def test_named_blocks_become_files(fill):
    file = "`data/a.txt`:\n\n" + fenced("text", "told\n")
    text = file + console("$ cat data/a.txt\ntold\n")
    assert fill(text) == text


def test_what_python_prints_stands_behind_it(fill):
    python, printed = fenced("python", "print(1 + 1)\n"), fenced("text", "2\n")
    assert fill(python) == f"{python}\n{printed}"
    assert fill(python + "\n" + fenced("text", "old\n")) == f"{python}\n{printed}"


def test_python_that_prints_nothing_has_no_output(fill):
    python = fenced("python", "x = 1\n")
    assert fill(python) == python


def test_names_stay_from_block_to_block(fill):
    printed = fenced("text", "3\n")
    text = fenced("python", "x = 3\n") + fenced("python", "print(x)\n") + f"\n{printed}"
    assert fill(text) == text


def test_python_that_raises_is_no_guide(fill):
    with pytest.raises(ZeroDivisionError):
        fill(fenced("python", "1 / 0\n"))


def test_training_is_left_alone(fill):
    text = "<!-- trained -->\n" + console("$ echo new\nold\n")
    assert fill(text) == text
    assert "old" not in fill(text, train=True)


def test_shell_recipes_are_never_run(fill, tmp_path):
    text = fenced("bash", "touch ran\n") + fenced("sh", "touch ran\n")
    assert fill(text) == text


def test_the_folder_is_not_told(fill):
    assert fill(console("$ pwd\n")) == console("$ pwd\n.\n")


def test_settings_of_the_caller_change_nothing(fill, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("KERASCHECK_SELECT", "KC1")
    text = console("$ echo $FORCE_COLOR $KERASCHECK_SELECT\n\n")
    assert fill(text) == text


def test_how_long_it_took_makes_no_difference(fill):
    text = console("$ echo 1 passed in 0.25s, 3 ms/step\n1 passed in 9s, 30 ms/step\n")
    assert fill(text) == text
    assert "2 passed" in fill(text.replace("echo 1", "echo 2"))


def test_output_with_a_fence_wants_a_longer_one(fill):
    command = "$ printf '```\\n'\n"
    with pytest.raises(ValueError, match="longer fence"):
        fill(console(command))
    longer = fenced("console", f"{command}```\n", "````")
    assert fill(longer) == longer


def test_kerascheck_runs(fill):
    told = fill(console("$ kerascheck --version\n"))
    assert "$ kerascheck --version\nkerascheck " in told


@pytest.mark.parametrize("name", reporters.formats())
def test_every_format_has_a_row(name):
    assert sum(line.startswith(f"| `{name}` |") for line in formats().splitlines()) == 1


def test_every_family_has_a_row_that_leads_to_its_rules():
    families = {rule.code[:3] for rule in our_rules()} | {"KC0"}
    rows = rules().splitlines()
    assert {row[3:6] for row in rows if row.startswith("| [")} == families
    assert "| [KC3xx](docs/rules/index.md#metrics) | metrics |" in rows


def test_only_marked_tables_change(fill):
    text = "before\n<!-- rules -->\nold\n<!-- end -->\nafter <!-- end -->\n"
    assert fill(text) == (
        f"before\n<!-- rules -->\n{rules()}<!-- end -->\nafter <!-- end -->\n"
    )


def test_stale_guides_are_named(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir(parents=True)
    (tmp_path / "README.md").write_text(console("$ echo new\nold\n"))
    (docs / "fine.md").write_text(console("$ echo new\nnew\n"))
    assert stale(tmp_path) == {tmp_path / "README.md": console("$ echo new\nnew\n")}
    assert stale(tmp_path, ["fine"]) == {}


def test_readme_and_all_guides_are_filled():
    names = [path.name for path in guides(ROOT)]
    assert names[0] == "README.md"
    assert "own-rules.md" in names
