"""Texts of any length: short where they enter, and still told apart and matched."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck.api import check
from kerascheck.readers.containers.long_text import (
    MAX_LENGTH,
    may_hold_long_text,
    recognisable,
    shorten_texts,
)
from tests.gate.hostile_inputs import functional, keras_file, named


def test_a_text_that_people_write_stays():
    assert recognisable("a" * MAX_LENGTH) == "a" * MAX_LENGTH


def test_two_long_texts_stay_two():
    one, other = "a" * 5000 + "b", "a" * 2000 + "c" + "a" * 2999 + "b"
    assert recognisable(one) == recognisable(one) != recognisable(other)
    assert len(recognisable(one)) < MAX_LENGTH
    assert recognisable("\ud800" * 5000)


PIECES = st.sampled_from(['"', "\\", "é", "a" * 600, "a" * 1001, "x", "{", " ", ","])
TEXTS = st.lists(PIECES, max_size=4).map("".join)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


def texts_in(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for inner in value for text in texts_in(inner)]
    if isinstance(value, dict):
        return [*value, *(text for v in value.values() for text in texts_in(v))]
    return []


@settings(max_examples=200, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_every_long_text_is_seen_and_shortened_and_no_other(value, ascii_only, indent):
    before = texts_in(value)
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    if any(len(one) > MAX_LENGTH for one in before):
        assert may_hold_long_text(text)
    assert texts_in(shorten_texts(value)) == list(map(recognisable, before))


@pytest.mark.parametrize("letters", [2_000, 500_000])
def test_a_head_of_a_long_name_keeps_its_loss(tmp_path, monkeypatch, letters):
    monkeypatch.chdir(tmp_path)
    keras_file(tmp_path / "m.keras", named(b"a" * letters))
    report = check("m.keras")
    (head,) = report.models[0].heads
    assert head.name == recognisable("a" * letters)
    assert [finding.code for finding in report.findings] == ["KC103"]
    assert len(report.to_json()) < 60_000


def test_metrics_beyond_the_limit_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = functional(["a"], loss="mse", metrics=["mae"] * 101)
    keras_file(tmp_path / "m.keras", json.dumps(config).encode())
    report = check("m.keras")
    assert len(report.models[0].heads[0].metrics) == 100
    assert "only the first 100 metrics of 'a' are read" in {
        finding.message for finding in report.findings
    }


def test_outputs_beyond_the_limit_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = functional(["a"], loss="mse")
    config["config"]["output_layers"] = [["a", 0, 0]] * 20_000
    keras_file(tmp_path / "m.keras", json.dumps(config).encode())
    messages = {finding.message for finding in check("m.keras").findings}
    assert "only the first 1000 of 10000 or more heads are read" in messages
