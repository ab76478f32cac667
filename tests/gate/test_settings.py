"""What makes a run fail, what is left out, and what the settings are."""

import json
import tomllib
from dataclasses import replace

import jsonschema
import pytest

from kerascheck import kit
from kerascheck.engine.finding import Confidence, Finding, Harm, Severity
from kerascheck.model.errors import UnreadableModel, UsageError
from kerascheck.settings import parse
from kerascheck.settings.file import load
from kerascheck.settings.settings import Settings
from kerascheck.suppress.rule_selection import select_rules
from tests.gate.conftest import ROOT
from tests.report.formats import reports

GOOD = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
BAD = kit.classifier("linear", "bce", labels=kit.labels("binary"))
UNDECIDED = kit.classifier("sigmoid", "bce")
SCHEMA = json.loads(
    (ROOT / "kerascheck" / "schema" / "config-1.schema.json").read_text()
)


def test_undecided_rules_fail_only_under_strict(saved, run):
    saved({"a.keras": UNDECIDED})
    assert run(".").code == 0
    ran = run(".", "--strict")
    assert ran.code == 1
    assert "no labels were given" in ran.out


def test_strict_stands_in_the_configuration(saved, run):
    home = saved({"a.keras": UNDECIDED})
    (home / "kerascheck.toml").write_text("strict = true")
    assert run(".").code == 1


def test_warnings_pass_up_to_the_number_that_is_let(saved, run):
    saved({"a.keras": BAD, "b.keras": BAD})
    with open("kerascheck.toml", "w") as file:
        file.write('[levels]\nKC1 = "warning"')
    assert run(".").code == 1
    assert run(".", "--max-warnings", "2").code == 0
    assert run(".", "--max-warnings", "1").code == 1


def test_errors_fail_whatever_number_of_warnings_is_let(saved, run):
    saved({"a.keras": BAD})
    assert run(".", "--max-warnings", "9").code == 1


def test_what_is_less_sure_is_suppressed():
    sure = Finding(
        code="KC101",
        name="x",
        severity=Severity.ERROR,
        harm=Harm.NONE,
        message="m",
        model="a.keras",
    )
    doubtful = replace(sure, confidence=Confidence.LOW)
    chosen = select_rules(Settings(min_confidence="medium"))
    reported, suppressed = chosen.split((sure, doubtful), "a.keras")
    assert reported == (sure,)
    assert [item.finding for item in suppressed] == [doubtful]


def test_what_is_as_sure_as_asked_for_stays():
    finding = replace(reports.LOGITS, confidence=Confidence.MEDIUM)
    chosen = select_rules(Settings(min_confidence="medium"))
    assert chosen.split((finding,), "a.keras") == ((finding,), ())


def test_excluded_paths_are_left_out(saved, run):
    saved({"a.keras": GOOD, "old/b.keras": BAD})
    assert run(".").code == 1
    assert run(".", "--exclude", "old").code == 0
    assert run(".", "--exclude", "old/*.keras").code == 0
    assert run(".", "--extend-exclude", "old").code == 0


def test_excluding_everything_is_no_success(saved, run):
    saved({"a.keras": BAD})
    assert run(".", "--exclude", "*.keras").code == 3


def test_a_named_model_is_left_out_by_force_alone(saved, run):
    saved({"old/b.keras": BAD})
    assert run("old/b.keras", "--exclude", "old").code == 1
    assert run("old/b.keras", "--exclude", "old", "--force-exclude").code == 0


def test_show_files_lists_models_and_checks_nothing(saved, run):
    saved({"a.keras": BAD, "old/b.keras": BAD})
    ran = run(".", "--show-files", "--exclude", "old")
    assert (ran.code, ran.out) == (0, "a.keras\n")
    assert "passed over old/b.keras: excluded by the configuration" in ran.err


def test_show_files_without_models_exits_with_3(saved, run):
    saved({})
    assert run(".", "--show-files").code == 3


def test_show_settings_tells_what_is_in_force(saved, run):
    home = saved({"a.keras": BAD})
    (home / "kerascheck.toml").write_text('select = ["KC1"]\nmax-warnings = 3')
    shown = json.loads(run(".", "--show-settings", "--ignore", "KC101").out)
    assert shown["path"] == "kerascheck.toml"
    assert shown["max-warnings"] == 3
    assert "KC102" in shown["rules"]
    assert "KC101" not in shown["rules"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KERASCHECK_FAIL_ON", "never"),
        ("KERASCHECK_IGNORE", "KC101"),
        ("KERASCHECK_EXCLUDE", "a.keras"),
    ],
)
def test_options_come_from_the_environment(saved, run, monkeypatch, name, value):
    saved({"a.keras": BAD, "b.keras": GOOD})
    assert run(".").code == 1
    monkeypatch.setenv(name, value)
    assert run(".").code == 0


@pytest.mark.parametrize(
    ("model", "code"),
    [
        (UnreadableModel("git-lfs-pointer", "a Git LFS pointer"), 1),
        (UnreadableModel("truncated", "cut short"), 1),
        (replace(BAD, compiled=False), 3),
    ],
)
def test_what_was_not_looked_at_is_no_success(saved, run, model, code):
    saved({"a.keras": model})
    assert run(".").code == code


def test_the_schema_knows_every_key_and_no_other():
    assert set(SCHEMA["properties"]) == set(parse._KEYS)
    told = SCHEMA["$defs"]["model"]["properties"]
    assert set(told) == set(parse._MODEL_KEYS)


def parsed(text):
    """Return TOML as editors hand it to a schema: dates as strings."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


RIGHT = """
select = ["KC1"]
extend-select = ["KC2"]
ignore = ["KC101"]
fail-on = "error"
max-warnings = 0
strict = true
min-confidence = "medium"
output-format = "json"
labels = "y.npy"
baseline = "known.json"
exclude = ["old"]
extend-exclude = ["older"]
[levels]
KC3 = "off"
[per-model-ignores]
"old/*" = ["KC102"]
"older/*" = { codes = ["KC102"], reason = "retired", until = 2026-12-31 }
"oldest/*" = [{ codes = ["KC102"] }, { codes = [], until = "2026-12-31" }]
[models."a*.keras"]
labels = "a.npy"
task = "binary"
class-weight = { 1 = 9, 0 = 1.5 }
source = "train.py:42"
"""

WRONG = (
    "selct = []",
    "select = 'KC1'",
    "fail-on = 'all'",
    "max-warnings = -1",
    "max-warnings = true",
    "strict = 'yes'",
    "min-confidence = 'sure'",
    "baseline = ''",
    "levels = { KC1 = 'fatal' }",
    "per-model-ignores = { a = 'KC1' }",
    "per-model-ignores = { a = {} }",
    "per-model-ignores = { a = ['KC1', { codes = ['KC2'] }] }",
    "per-model-ignores = { a = { codes = ['KC1'], why = 'x' } }",
    "per-model-ignores = { a = { codes = ['KC1'], reason = '' } }",
    "per-model-ignores = { a = { codes = ['KC1'], until = 'soon' } }",
    "per-model-ignores = { a = { codes = ['KC1'], until = 2026-12-31T00:00:00Z } }",
    "models = { a = { task = 'guess' } }",
    "models = { a = { sorce = 'train.py' } }",
    "models = { a = { class-weight = { a = 1 } } }",
)


def test_schema_and_configuration_take_the_same_file(tmp_path):
    path = tmp_path / "kerascheck.toml"
    path.write_text(RIGHT)
    load(str(path))
    jsonschema.validate(parsed(RIGHT), SCHEMA)


@pytest.mark.parametrize("text", WRONG)
def test_schema_and_configuration_refuse_the_same_file(tmp_path, text):
    path = tmp_path / "kerascheck.toml"
    path.write_text(text)
    with pytest.raises(UsageError):
        load(str(path))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(parsed(text), SCHEMA)
