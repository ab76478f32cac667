"""What the guides to the gate say is so."""

import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import yaml

from kerascheck.cli import baseline, check
from tests.gate.conftest import RIGHT, ROOT, WRONG, commit, git

DOCS = ROOT / "docs"
GUIDES = {
    name: (DOCS / f"{name}.md").read_text() for name in ("gate", "baseline", "fixes")
}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
TOLD = [
    (name, language, text)
    for name, guide in GUIDES.items()
    for language, text in BLOCK.findall(guide)
]


def blocks(language):
    return [text for _, told, text in TOLD if told == language]


def options(command):
    return {
        name
        for option in command.params
        for name in option.opts + option.secondary_opts
    }


def test_every_option_that_is_named_exists():
    groups = (check.command, *baseline.command.commands.values())
    known = set().union(*map(options, groups))
    for guide in GUIDES.values():
        ours = re.sub(r"^.*\bgit fetch .*$", "", guide, flags=re.M)
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours):
            assert option in known


def test_every_variable_stands_in_the_table():
    table = set(
        re.findall(r"^\| `(KERASCHECK_\w+)` \| `(--[\w-]+)` \|$", GUIDES["gate"], re.M)
    )
    known = {
        (option.envvar, option.opts[0])
        for option in check.command.params
        if option.envvar
    }
    assert table == known


def shell(repository, recipe, **settings):
    """Run lines of a recipe as CI does, without installing; return the exit code."""
    program = f'kerascheck() {{ "{sys.executable}" -m kerascheck "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", program + recipe],
        cwd=repository.root,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **settings},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode


def with_origin(repository):
    """Commit the repository, with a remote that has this commit as its main."""
    commit(repository.root)
    git(repository.root, "branch", "-M", "main")
    origin = f"{repository.root}-origin.git"
    git(repository.root, "clone", "-q", "--bare", ".", origin)
    git(repository.root, "remote", "add", "origin", origin)
    git(repository.root, "fetch", "-q", "origin")


def test_the_shell_recipe_keeps_the_exit_code(repository):
    repository.write("README.md", "")
    with_origin(repository)
    repository.write("kerascheck.toml", 'fail-on = "never"')  # of the change
    repository.add("new", WRONG)
    (recipe,) = [text for text in blocks("bash") if "code=0" in text]
    assert shell(repository, recipe) == 1
    assert (repository.root / "kerascheck.sarif").exists()
    assert (repository.root / "kerascheck.md").exists()


@pytest.mark.parametrize(("case", "code"), [(WRONG, 1), (RIGHT, 0), (None, 3)])
def test_the_recipe_for_gitlab_leaves_its_reports_whatever_the_end(
    repository, case, code
):
    repository.write("README.md", "")
    with_origin(repository)
    repository.write("kerascheck.toml", 'fail-on = "never"')  # of the change
    if case is not None:
        repository.add("new", case)
    (recipe,) = [text for text in blocks("yaml") if "codequality" in text]
    job = yaml.safe_load(recipe)["kerascheck"]
    install, *script = job["script"]
    assert install == "(cd /tmp && pip install kerascheck)"
    settings = {
        "CI": "true",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_PROJECT_DIR": str(repository.root),
    }
    assert shell(repository, "\n".join(script), **settings) == code
    assert job["artifacts"]["when"] == "always"
    reports = job["artifacts"]["reports"]
    entries = json.loads((repository.root / reports["codequality"]).read_text())
    places = ["models/new.keras"] if code == 1 else []
    assert [entry["location"]["path"] for entry in entries] == places
    assert ElementTree.parse(repository.root / reports["junit"]).getroot() is not None


def test_the_recipe_with_a_list_of_paths_checks_these(repository):
    repository.add("new", WRONG)
    repository.add("right", RIGHT)
    (recipe,) = [text for text in blocks("bash") if "git ls-files" in text]
    listed, _ = recipe.splitlines()
    git = "git() { echo models/right.keras; }\n"
    assert shell(repository, git + listed) == 0
    git = "git() { echo models/new.keras; }\n"
    assert shell(repository, git + listed) == 1
    assert shell(repository, "git() { :; }\n" + listed) == 3
