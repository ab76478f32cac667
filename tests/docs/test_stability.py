"""What is promised between versions stays: tests/docs/promised.txt lists it.

A version adds its own with pytest tests/docs/test_stability.py --update-golden; a line
that goes is a promise broken.
"""

import inspect
import json
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import click
import pytest

import kerascheck
from kerascheck import api, pytest_plugin
from kerascheck.cli.program import COMMANDS
from kerascheck.engine import finding, outcome
from kerascheck.engine.file_findings import CARDS
from kerascheck.report import formats as reporters
from kerascheck.report.report import Report
from kerascheck.rules import our_rules
from tests.docs.test_json import OBJECTS, kind
from tests.docs.told import ROOT, TEXTS

FILE = Path(__file__).with_name("promised.txt")
KNOWN = Path(__file__).with_name("baseline-0.1.json")
CONFIG = json.loads((ROOT / "kerascheck/schema/config-1.schema.json").read_text())
FUNCTIONS = (
    api.check,
    api.confirm,
    api.describe,
    kerascheck.callback,
    kerascheck.check_training,
)
INTERNAL = {
    # of arguments: the command line hands them over
    *("config", "force_exclude", "home", "notice", "on_crash", "only_models"),
    "origin",
    # of attributes: what one part of kerascheck needs of another
    *("by_backend", "code_lines", "joined", "key", "rules", "seconds"),
    "with_findings",
}
VALUES = (
    Report,
    outcome.NotRun,
    outcome.Suppressed,
    finding.Finding,
    finding.Confirmation,
    finding.Measurement,
)


def promised_now():
    yield from (f"rule {card.code} {card.name}" for card in (*CARDS, *our_rules()))
    yield from (f"format {name}" for name in reporters.formats())
    for name in COMMANDS:
        yield from called(name, import_module(f"kerascheck.cli.{name}").COMMAND)
    yield from of_pytest()
    for name, part in {"": CONFIG, **CONFIG["$defs"]}.items():
        yield from (f"setting {name} {key}" for key in part.get("properties", ()))
    for name, part in OBJECTS.items():
        for field, told in part["properties"].items():
            yield f"json {name}.{field}: {kind(told, field)}"
    yield from (f"python {name}" for name in kerascheck.__all__)
    for function in FUNCTIONS:
        for name in set(inspect.signature(function).parameters) - INTERNAL:
            yield f"argument {function.__name__} {name}"
    for value in VALUES:
        for name in attributes(value) - INTERNAL:
            yield f"attribute {value.__name__}.{name}"


def of_pytest():
    """Yield what the plugin of pytest offers."""
    for name in pytest_plugin._OPTIONS:
        yield f"option pytest --{name.replace('_', '-')}"
    for name in (*pytest_plugin._SETTINGS, "kerascheck_models"):
        yield f"setting pytest {name}"
    for fixture in (pytest_plugin.kerascheck, pytest_plugin.keras_model_path):
        yield f"fixture {fixture.__name__}"


def called(name, command):
    """Yield the options and variables of a command, and of those in it."""
    if isinstance(command, click.Group):
        for inside, one in command.commands.items():
            yield from called(f"{name} {inside}", one)
    for param in command.params:
        for option in (*param.opts, *param.secondary_opts):
            if option.startswith("-"):
                yield f"option {name} {option}"
        if param.envvar:
            yield f"variable {param.envvar}"


def attributes(value):
    """Return the public fields, properties and methods of a value."""
    known = {field.name for field in fields(value)}
    known |= {name for part in value.__mro__[:-1] for name in vars(part)}
    return {name for name in known if not name.startswith("_")} | (
        {"_repr_html_"} & set(vars(value))
    )


def test_nothing_that_is_promised_is_gone(request):
    now = sorted(set(promised_now()))
    if request.config.getoption("--update-golden"):
        FILE.write_text("\n".join(now) + "\n", encoding="utf-8")
    assert set(FILE.read_text(encoding="utf-8").splitlines()) - set(now) == set()


def test_a_baseline_of_the_first_version_is_read_and_knows_its_findings():
    entries = [entry for entry in json.loads(KNOWN.read_text())["entries"] if entry]
    models = sorted({entry["model"] for entry in entries})
    paths = [str((KNOWN.parent / model).resolve()) for model in models]
    found = kerascheck.check(paths, baseline=str(KNOWN))
    assert found.findings == ()
    assert len(found.suppressed) == len(entries)


def test_tests_that_are_named_exist():
    guide = TEXTS[ROOT / "docs/stability.md"]
    for word in guide.split("`"):
        assert not word.startswith("tests/") or (ROOT / word).exists()


@pytest.mark.parametrize("code", range(4))
def test_an_exit_code_is_told_of(code):
    assert f"\n| {code} | " in TEXTS[ROOT / "docs/gate.md"]
