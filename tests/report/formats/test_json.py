"""The JSON document: schema, stable bytes, and names that mean harm."""

import json
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerascheck.api import check
from kerascheck.report.formats.json import render
from kerascheck.rules import all_rules
from kerascheck.trust.printable import Style
from tests.report.formats import reports
from tests.report.formats.test_text import HOSTILE, hostile

SCHEMA = json.loads(
    resources.files("kerascheck").joinpath("schema/report-1.schema.json").read_text()
)


def closed(schema):
    """Return the schema without room for a property that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    if "properties" in shut and isinstance(shut.get("type"), str):
        shut.setdefault("additionalProperties", False)
    return shut


STRICT = jsonschema.Draft202012Validator(closed(SCHEMA))


def document(report):
    return json.loads(render(report, Style()), parse_constant=pytest.fail)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", reports.ALL)
def test_documents_hold_what_the_schema_names_and_nothing_else(name):
    STRICT.validate(document(reports.ALL[name]))


def test_the_schema_would_refuse_a_field_it_does_not_name():
    wrong = document(reports.ONE)
    wrong["findings"][0]["colour"] = "red"
    assert not STRICT.is_valid(wrong)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_what_every_rule_finds_fits_the_schema(rule, saved):
    models = {f"{i}.keras": model for i, model in enumerate(rule.bad())}
    saved(models)
    STRICT.validate(document(check(".")))


def test_json_is_as_before(golden):
    text = render(reports.FULL, Style())
    version = document(reports.FULL)["tool"]["version"]
    golden("full.json", text.replace(f'"{version}"', '"VERSION"'))


def test_the_same_report_gives_the_same_bytes():
    assert render(reports.FULL, Style()) == render(reports.FULL, Style(width=40))


def test_what_is_no_finite_number_is_null():
    (finding,) = [f for f in document(reports.FULL)["findings"] if f["confirmation"]]
    assert finding["confirmation"]["before"]["loss"] is None


@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("shape", [None, 1]),
        ("units", 1),
        ("layer", "out"),
        ("layer_class", "Dense"),
    ],
)
def test_what_is_not_known_of_a_head_is_null(field, known):
    def told(model):
        return document(reports.report(models=(model,)))["models"][0]["heads"][0]

    blank = replace(reports.MODEL.heads[0], **{field: None})
    assert told(reports.MODEL)[field] == known
    assert told(replace(reports.MODEL, heads=(blank,)))[field] is None


def test_an_unreadable_model_has_no_format():
    models = document(reports.FULL)["models"]
    assert [model["format"] for model in models] == ["keras", None, None]


def test_the_summary_counts():
    assert document(reports.FULL)["summary"] == {
        "models": 3,
        "errors": 3,
        "warnings": 0,
        "notes": 0,
        "unreadable": 2,
        "decided": 12,
        "undecided": 12,
        "suppressed": 1,
    }


def test_seconds_of_the_run_are_left_out():
    slow = replace(reports.FULL, seconds=99.0)
    assert render(slow, Style()) == render(reports.FULL, Style())


def test_a_gigantic_name_is_bounded():
    report = hostile("x" * 1_000_000)
    assert len(render(report, Style())) < 300_000


@given(HOSTILE | st.text(st.characters(categories=["Cs", "Cc"]), max_size=5))
def test_whatever_the_names_the_document_is_plain_ascii_and_parses(name):
    text = render(hostile(name), Style())
    assert all(c == "\n" or " " <= c <= "~" for c in text)
    assert "##" not in text
    STRICT.validate(json.loads(text))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_names_come_back_as_they_were(name):
    assert document(hostile(name))["models"][0]["path"] == name
