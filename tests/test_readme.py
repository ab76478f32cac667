"""README.md, CHANGELOG.md and the CI say what is so."""

import re
from pathlib import Path

import kerascheck
from kerascheck.api import check

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python3 -m venv .+$", README, flags=re.MULTILINE)


def test_there_are_two_commands_to_copy():
    main, tests = COMMANDS
    assert main.endswith(".venv/bin/kerascheck fixtures")
    assert tests.endswith(".venv/bin/python -m pytest -n auto")


def test_ci_runs_the_test_command_word_for_word():
    assert COMMANDS[1] in [line.strip() for line in CI.splitlines()]


def test_ci_is_an_executable_file():
    assert (ROOT / ".ci/run").stat().st_mode & 0o100


def test_workflow_runs_the_same_script_and_may_only_read():
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert "- run: .ci/run" in workflow
    assert re.findall(r"^permissions:\n((?:  .+\n)+)", workflow, re.MULTILINE) == [
        "  contents: read\n"
    ]


def test_number_of_fixtures_is_right():
    told = re.findall(r"(\d+)\s+small\s+(?:real\s+)?models", README)
    assert [int(number) for number in told] == [len(check(ROOT / "fixtures").models)]


def test_changelog_begins_with_the_version_of_today():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+)", changes, re.MULTILINE)
    released = [version for version in versions if version != "Unreleased"]
    assert released[0] == kerascheck.__version__
    assert "Unreleased" not in versions[1:]
