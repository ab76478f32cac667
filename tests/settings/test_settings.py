"""Settings: what overrides what a configuration file says, and where paths start."""

import os

import pytest

from kerascheck.settings.settings import Selectors, Settings, place_from

FILE = Settings(
    path="kerascheck.toml",
    select=("KC1",),
    fail_on="error",
    max_warnings=3,
    strict=True,
    exclude=("old",),
    extend_exclude=("older",),
    labels="file.npy",
    baseline="file.json",
    baseline_data=b"{}",
)


@pytest.mark.parametrize("nothing", [None, False, (), []])
@pytest.mark.parametrize("name", ["labels", "fail_on", "max_warnings", "strict"])
def test_what_a_call_does_not_say_keeps_what_the_file_says(name, nothing):
    assert FILE.override(**{name: nothing}) is FILE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("labels", "mine.npy"),
        ("labels", ""),
        ("fail_on", "never"),
        ("max_warnings", 0),
        ("task", "binary"),
        ("own_rules", ("mine",)),
        ("sources", ("train.py",)),
    ],
)
def test_what_a_call_says_replaces_what_the_file_says(name, value):
    settings = FILE.override(**{name: value})
    assert getattr(settings, name) == value
    assert settings.overridden == {name}
    assert settings.as_written == FILE


def test_a_second_call_leaves_what_the_file_says_known():
    settings = FILE.override(fail_on="never").override(labels="mine.npy")
    assert settings.as_written == FILE
    assert settings.overridden == {"fail_on", "labels"}


def test_selectors_of_a_call_are_a_layer_above_those_of_the_file():
    settings = FILE.override(select="KC2, KC3", ignore=["KC201,KC202", " KC301 "])
    assert settings.select == ("KC1",)
    assert settings.call == Selectors(
        select=("KC2", "KC3"), ignore=("KC201", "KC202", "KC301")
    )
    again = settings.override(extend_select=["KC4"])
    assert again.call == settings.call._replace(extend_select=("KC4",))


def test_globs_of_a_call_start_here_and_those_of_a_file_at_the_file(
    tmp_path, monkeypatch
):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    settings = Settings(path=os.path.join("..", "kerascheck.toml"), exclude=("a/*",))
    assert settings.override(exclude=["b/*", "c.keras"]).exclude == (
        "sub/b/*",
        "c.keras",
    )
    extended = settings.override(extend_exclude=["b/*"])
    assert (extended.exclude, extended.extend_exclude) == (("a/*",), ("sub/b/*",))


def test_a_baseline_of_the_call_is_read_from_its_file():
    settings = FILE.override(baseline="mine.json")
    assert (settings.baseline, settings.baseline_data) == ("mine.json", None)


@pytest.mark.parametrize(
    ("settings", "home"),
    [
        (Settings(), "."),
        (Settings(baseline="known/b.json"), "known"),
        (Settings(root="top", baseline="known/b.json"), "top"),
        (Settings(path="conf/kerascheck.toml", baseline="known/b.json"), "conf"),
        (Settings(path="conf/kerascheck.toml", root="top"), "conf"),
    ],
)
def test_fingerprints_start_at_the_file_then_the_root_then_the_baseline(settings, home):
    assert settings.fingerprint_home == os.path.abspath(home)


@pytest.mark.parametrize("inside", ["", "/saved_model.pb", "/config.json"])
def test_the_place_of_a_model_is_that_of_its_folder(inside):
    assert place_from(os.path.abspath("models"))(f"models/a{inside}") == "a"
