"""What README.md and the guides show is so; how to write one: tools/guides.py.

Whatever stands in docs is covered, without a test of its own.
"""

import json
import re
import shlex
import subprocess

import jsonschema
import pytest
import yaml
from click import Group

from kerascheck.cli.program import program
from kerascheck.engine.file_findings import file_rules
from kerascheck.rules import our_rules
from kerascheck.settings.file import load
from tests.docs.pages import (
    BLOCKS,
    EVERY_GUIDE,
    EVERY_PAGE,
    GUIDES,
    PAGES,
    ROOT,
    TEXTS,
    every_block,
)
from tests.gate.test_settings import SCHEMA, parsed
from tools.guides import filled

REPORT = json.loads((ROOT / "kerascheck/schema/report-1.schema.json").read_text())
FIGURE = re.compile(r"\d+(?:\.\d+)?|[▁▂▃▄▅▆▇█]")
LINK = re.compile(r"(?<!`)\]\(([^)#\s]+)?(?:#([^)\s]+))?\)|(?:src|srcset)=\"([^\"]+)\"")


@EVERY_GUIDE
def test_a_guide_shows_what_is_so(path):
    told = f"stale; run python -m tools guides {path.stem}"
    assert filled(TEXTS[path], ROOT) == TEXTS[path], told


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "path", [path for path in GUIDES if "<!-- trained -->" in TEXTS[path]]
)
def test_training_shows_the_same_but_for_figures(path):
    fresh = filled(TEXTS[path], ROOT, train=True)
    assert FIGURE.sub("0", fresh) == FIGURE.sub("0", TEXTS[path])


@every_block("toml")
def test_configuration_is_right(block, tmp_path):
    told = parsed(block.text)
    if set(told) <= {"build-system", "project", "tool"}:
        told = told.get("tool", {}).get("kerascheck", {})
    else:
        (tmp_path / "kerascheck.toml").write_text(block.text)
        load(str(tmp_path / "kerascheck.toml"))
    jsonschema.validate(told, SCHEMA)


@every_block("yaml")
def test_yaml_is_right(block):
    assert yaml.safe_load(block.text)


@every_block("json")
def test_json_is_right(block):
    told = json.loads(block.text)
    if "findings" in told and "schema_version" in told:
        jsonschema.validate(told, REPORT)


@every_block("bash", "sh")
def test_shell_is_right(block):
    subprocess.run(["bash", "-n", "-c", block.text], check=True)


@every_block("python")
def test_python_compiles(block):
    compile(block.text, block.guide, "exec")


def commands(block):
    """Yield the words of every call of kerascheck in a block of shell."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if words[:1] == ["kerascheck"]:
            yield words[1:]


def called(words):
    """Return the command that words behind `kerascheck` call."""
    name, *others = words or ["check"]
    command = program.get_command(None, name) or program.get_command(None, "check")
    return command.commands[others[0]] if isinstance(command, Group) else command


@every_block("bash", "sh")
def test_options_in_recipes_exist(block):
    for words in commands(block):
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        params = called(words).params
        known = {name for one in params for name in (*one.opts, *one.secondary_opts)}
        assert given <= known | {"--help", "--version"}


@EVERY_GUIDE
def test_rules_that_are_named_exist(path):
    known = {card.code for card in (*file_rules(), *our_rules())}
    named = set(re.findall(r"\bKC[0-8]\d\d\b", TEXTS[path]))
    assert named <= known


def anchors(text):
    """Return the anchors of a guide as GitHub makes them from its headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


@EVERY_PAGE
def test_links_lead_somewhere(path):
    for file, anchor, image in LINK.findall(PAGES[path]):
        target = path.parent / (file or image) if file or image else path
        if (file or image).startswith(("http:", "https:")):
            continue
        if target.parent.name == "chooser":  # made while the site is built
            assert (
                target.name == "data.js" or (ROOT / "tools/site" / target.name).exists()
            )
            continue
        if target.parent.name == "drop":
            assert (ROOT / "tools/site/drop" / target.name).exists()
            continue
        assert target.exists(), target
        if target.name != "chooser.md":  # there it says what is chosen
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


def test_the_index_leads_to_every_guide():
    index = TEXTS[ROOT / "docs/index.md"]
    for path in GUIDES[1:]:
        assert path.stem == "index" or f"]({path.name})" in index


def test_there_is_something_of_every_kind():
    languages = {block.language for block in BLOCKS}
    assert {"console", "python", "toml", "yaml", "bash"} <= languages
