"""Entries and sections for models: which of them a run shows to be unused."""

from dataclasses import replace

import pytest

from kerascheck.engine.skipped import HIDDEN, NO_PERMISSION
from kerascheck.settings.settings import Ignore, ModelConfig, Settings
from kerascheck.suppress.per_model_ignores import unused_ignores
from kerascheck.suppress.rule_selection import select_rules
from tests.report.formats.reports import MODEL, Report


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def unused(settings, *paths, skipped=()):
    chosen = select_rules(settings)
    models = tuple(replace(MODEL, path=path) for path in paths)
    report = Report(models=models, skipped=skipped, rules=chosen.rules)
    return list(unused_ignores(chosen, report, ["."], today="2026-12-31"))


def ignoring(glob, *codes):
    return Settings(per_model_ignores=(Ignore(glob, codes),))


def section(glob):
    return Settings(models=(ModelConfig(pattern=glob),))


@pytest.mark.parametrize("settings", [ignoring("b.keras", "KC101"), section("b.keras")])
@pytest.mark.parametrize("path", [None, "kerascheck.toml"])
def test_what_no_model_matches_is_told_of_the_file_that_it_is_in(settings, path):
    (finding,) = unused(replace(settings, path=path), "a.keras")
    assert finding.model == (path or "configuration")
    assert finding.message.endswith("'b.keras' is not needed: no model matches")


@pytest.mark.parametrize(
    ("settings", "needed"),
    [(section("a.keras"), True), (ignoring("a.keras", "KC101"), False)],
    ids=["section", "entry"],
)
def test_a_corrected_copy_needs_the_section_of_its_model_and_no_entry(settings, needed):
    assert (unused(settings, "a.fixed.keras") == []) is needed


@pytest.mark.parametrize("glob", ["b*.keras", "models/*.keras"])
def test_a_folder_that_could_not_be_searched_may_hold_what_an_entry_is_for(
    tmp_path, glob
):
    (tmp_path / "models/closed").mkdir(parents=True)
    skipped = (("models/closed", NO_PERMISSION),)
    assert unused(ignoring(glob, "KC101"), "a.keras", skipped=skipped) == []


@pytest.mark.parametrize(
    ("glob", "path", "why"),
    [
        ("other/*.keras", "models/closed", NO_PERMISSION),
        ("b*.keras", "closed.keras", NO_PERMISSION),
        ("b*.keras", "models/closed", HIDDEN),
    ],
    ids=["another folder", "a file", "a hidden folder"],
)
def test_what_was_passed_over_elsewhere_keeps_no_entry(tmp_path, glob, path, why):
    (tmp_path / "models/closed").mkdir(parents=True)
    found = unused(ignoring(glob, "KC101"), "a.keras", skipped=((path, why),))
    assert [finding.location for finding in found] == [f"per-model-ignores.{glob}"]


def test_each_code_that_suppresses_nothing_is_told_as_it_is_written():
    found = unused(ignoring("a.keras", "KC101", "kc102"), "a.keras")
    assert [finding.location for finding in found] == [
        "per-model-ignores.a.keras.KC101",
        "per-model-ignores.a.keras.kc102",
    ]
