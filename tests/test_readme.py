"""README.md, CHANGELOG.md and the CI say what is so."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import kerascheck
from kerascheck.api import check

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
LINES_OF_A_SCREEN = 24
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
COMMANDS = re.findall(r"^python3 -m venv .+$", README, flags=re.MULTILINE)


def test_there_are_two_commands_to_copy():
    main, tests = COMMANDS
    assert main.endswith(".venv/bin/kerascheck fixtures/script")
    assert tests.endswith(".venv/bin/python -m pytest -n auto")


def test_the_first_output_fits_one_screen():
    shown = README.partition("$ kerascheck fixtures/script\n")[2].partition("```")[0]
    assert "error[KC101]" in shown
    assert len(shown.splitlines()) < LINES_OF_A_SCREEN


@pytest.mark.slow
def test_the_first_command_works_in_a_fresh_clone(tmp_path):
    clone = tmp_path / "clone"
    copied = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    for name in copied.stdout.decode().split("\0"):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    done = subprocess.run(
        ["bash", "-c", COMMANDS[0]], cwd=clone, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    shown = README.partition("$ kerascheck fixtures/script\n")[2]
    assert shown.startswith(done.stdout[done.stdout.index("error[") :])


def test_ci_runs_the_test_command_word_for_word():
    assert COMMANDS[1] in [line.strip() for line in CI.splitlines()]


def test_ci_names_in_one_line_what_it_leaves_out():
    markers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    markers = markers["tool"]["pytest"]["ini_options"]["markers"]
    (line,) = [line for line in CI.splitlines() if line.startswith('echo "== left out')]
    for marker in markers:
        assert f"{marker.partition(':')[0]}" in line
    extras = PROJECT["optional-dependencies"]
    for extra in (*extras["test-companions"], *extras["editor"]):
        assert extra.partition(">")[0] in line


def test_ci_is_an_executable_file():
    assert (ROOT / ".ci/run").stat().st_mode & 0o100


def test_workflow_runs_the_same_script_and_may_only_read():
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert "- run: .ci/run" in workflow
    assert re.findall(r"^permissions:\n((?:  .+\n)+)", workflow, re.MULTILINE) == [
        "  contents: read\n"
    ]


def test_fixtures_are_of_the_versions_that_are_named():
    first, last = re.search(r"Keras ([\d.]+) to ([\d.]+) saved", README).groups()
    found = {model.keras_version for model in check(ROOT / "fixtures").models}
    versions = sorted(tuple(map(int, v.split(".")[:2])) for v in found if v)
    assert (first, last) == tuple(
        f"{major}.{minor}" for major, minor in (versions[0], versions[-1])
    )


def test_changelog_is_sorted_into_sections():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = changes.partition("## Unreleased")[2].partition("\n## ")[0]
    sections = re.findall(r"^### (.+)$", unreleased, re.MULTILINE)
    order = ["Gates", "Security", "Added", "Changed", "Fixed"]
    assert sections == [section for section in order if section in sections]
    assert not re.match(r"\s*- ", unreleased)


def test_changelog_begins_with_the_version_of_today():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+)", changes, re.MULTILINE)
    released = [version for version in versions if version != "Unreleased"]
    assert released[0] == kerascheck.__version__
    assert "Unreleased" not in versions[1:]
