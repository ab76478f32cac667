"""Globs of a configuration: what they match, and which are refused."""

import json
import os
import time

import pytest

from kerascheck.model.errors import UsageError
from kerascheck.settings.file import load
from kerascheck.settings.globs import concerns, region
from kerascheck.settings.settings import Settings


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.keras", "deep/a.keras", True),
        ("a.keras", "deep/a.keras", True),
        ("deep", "deep/a.keras", True),
        ("deep/", "deep/a.keras", True),
        ("./deep/*", "deep/a.keras", True),
        ("**/a.keras", "a.keras", True),
        ("**/a.keras", "x/y/a.keras", True),
        ("dee", "deep/a.keras", False),
        ("b.keras", "deep/a.keras", False),
        ("*.h5", "deep/a.keras", False),
    ],
)
def test_globs_cover_names_paths_and_directories(
    tmp_path, monkeypatch, pattern, path, fits
):
    monkeypatch.chdir(tmp_path)
    config = Settings(path=str(tmp_path / "kerascheck.toml"))
    assert concerns(config, pattern, path) is fits


def test_globs_start_at_the_directory_of_the_configuration(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    config = Settings(path=os.path.join("..", "kerascheck.toml"))
    assert concerns(config, "sub/*.keras", "a.keras")


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("a.keras", "."),
        ("*.keras", "."),
        ("**/a.keras", "."),
        ("models/a.keras", "models/a.keras"),
        ("./models/", "."),
        ("models/*", "models"),
        ("models/[ab]/c/d.keras", "models"),
        ("../models/?.keras", "../models"),
        ("*/a.keras", "."),
    ],
)
def test_a_glob_is_about_what_lies_in_one_place(tmp_path, pattern, place):
    config = Settings(path=str(tmp_path / "kerascheck.toml"))
    assert region(config, pattern) == os.path.normpath(tmp_path / place)


def test_a_glob_that_backtracks_is_no_trap(tmp_path):
    config = Settings(path=str(tmp_path / "kerascheck.toml"))
    assert not concerns(config, "*a" * 40 + "b", str(tmp_path / ("a" * 200)))


@pytest.mark.parametrize(
    ("globs", "what"),
    [
        (["[" * 900_000], "letters in one glob"),
        (["?" * 1001], "letters in one glob"),
        (["*" + "a" * 900 + str(n) for n in range(200)], "letters in globs"),
        (["[" * 900 + str(n) for n in range(5)], "steps at brackets"),
    ],
)
@pytest.mark.parametrize("key", ["exclude", "models", "per-model-ignores"])
def test_globs_that_take_long_to_make_ready_are_refused(tmp_path, key, globs, what):
    file = tmp_path / "kerascheck.toml"
    if key == "exclude":
        file.write_text(f"exclude = {json.dumps(globs)}")
    else:
        value = "{}" if key == "models" else '["KC1"]'
        lines = [f"{json.dumps(glob)} = {value}" for glob in globs]
        file.write_text("\n".join([f"[{key}]", *lines]))
    started = time.process_time()
    with pytest.raises(UsageError, match=what):
        load(str(file))
    assert time.process_time() - started < 2


def test_thousands_of_globs_are_asked_about_many_models_in_a_moment(tmp_path):
    config = Settings(path=str(tmp_path / "kerascheck.toml"))
    globs = [*(f"a{n}*" for n in range(1000)), *(f"b/{n}" for n in range(2000))]
    started = time.process_time()
    for model in range(100):
        path = str(tmp_path / f"models/{model}.keras")
        assert not any(concerns(config, glob, path) for glob in globs)
    assert time.process_time() - started < 3
