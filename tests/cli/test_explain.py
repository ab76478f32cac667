"""kerascheck explain: what it prints, and its exit code."""

import io
import json
import sys

import pytest

LOG = "".join(f"loss: 0.{loss}0 - accuracy: 0.59\n" for loss in (6, 4, 3))


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "training.log").write_text(LOG)
    return "training.log"


def test_rules_are_named_with_the_lines_that_speak_for_them(run, log):
    ran = run("explain", log)
    assert ran.code == 0
    assert "KC103 softmax-on-one-unit" in ran.out
    assert "line 1    loss: 0.60 - accuracy: 0.59" in ran.out
    assert "line 3" in ran.out


def test_stdin(run, monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(LOG.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert "KC103" in run("explain", "-").out


def test_stdin_that_is_closed_or_too_long_is_said_to_be_so(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    ran = run("explain", "-")
    assert (ran.code, ran.err) == (2, "kerascheck: stdin is closed\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LOG.encode())))
    monkeypatch.setattr("kerascheck.explain.read.MAX_BYTES", 8)
    ran = run("explain", "-")
    assert ran.code == 2
    assert "more than the limit of 8 bytes" in ran.err


def test_json_has_the_codes_and_the_lines(run, log):
    document = json.loads(run("explain", log, "--output-format", "json").out)
    assert document["codes"][0] == "KC103"
    assert document["signs"][0]["lines"][0]["number"] == 1
    assert document["signs"][0]["rules"][0]["name"] == "softmax-on-one-unit"


def test_a_right_log_is_said_to_show_nothing(run, log, tmp_path):
    (tmp_path / log).write_text(
        "loss: 0.6 - accuracy: 0.7\nloss: 0.5 - accuracy: 0.8\n"
    )
    ran = run("explain", log)
    assert ran.code == 0
    assert "No sign of a fault" in ran.out


def test_a_log_cannot_steer_the_terminal(run, log, tmp_path):
    text = "ValueError: Invalid dtype: str \x1b]0;title\x07 ::error::x\n"
    (tmp_path / log).write_text(text)
    out = run("explain", log).out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "::error" not in out


def test_what_is_no_log_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.log").write_text("\n")
    ran = run("explain", "empty.log")
    assert ran.code == 2
    assert "holds no training log" in ran.err


@pytest.mark.parametrize("data", [b"hello\n", b"PK\x03\x04 of a model \xff\n"])
def test_text_without_figures_or_known_messages_is_not_called_right(
    run, log, tmp_path, data
):
    (tmp_path / log).write_bytes(data)
    ran = run("explain", log)
    assert ran.code == 2
    assert ran.out == ""
    assert "holds no training log: no figures of an epoch" in ran.err
