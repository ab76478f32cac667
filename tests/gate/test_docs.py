"""What the guides to the gate say is so."""

import re
import subprocess

import jsonschema
import pytest
import yaml

from kerascheck import config
from kerascheck.cli.baseline import COMMAND as BASELINE
from kerascheck.cli.check import COMMAND as CHECK
from tests.gate.conftest import ROOT, WRONG
from tests.gate.test_settings import SCHEMA, parsed

DOCS = ROOT / "kerascheck" / "docs"
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


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_configuration_is_right(tmp_path, text):
    path = tmp_path / "kerascheck.toml"
    path.write_text(text)
    config.load(str(path))
    jsonschema.validate(parsed(text), SCHEMA)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_recipe_is_yaml(text):
    assert yaml.safe_load(text)


def test_every_option_that_is_named_exists():
    known = options(CHECK).union(*map(options, BASELINE.commands.values()))
    for guide in GUIDES.values():
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", guide):
            assert option in known


def test_every_variable_stands_in_the_table():
    table = set(
        re.findall(r"^\| `(KERASCHECK_\w+)` \| `(--[\w-]+)` \|$", GUIDES["gate"], re.M)
    )
    known = {
        (option.envvar, option.opts[0]) for option in CHECK.params if option.envvar
    }
    assert table == known


def test_the_shell_recipe_keeps_the_exit_code(repository):
    repository.add("new", WRONG)
    (recipe,) = [text for text in blocks("bash") if "code=0" in text]
    import sys

    program = f'kerascheck() {{ "{sys.executable}" -m kerascheck "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", program + recipe],
        cwd=repository.root,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert (repository.root / "kerascheck.sarif").exists()
    assert (repository.root / "kerascheck.md").exists()
