"""Whatever a file calls its parts, no report lets it out of its place.

Each format is read back by a parser of its own and compared with the report that has
a harmless name in the same places.
"""

import json
import os
import re
from functools import cache
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import junitparser
import pytest
from hypothesis import given, settings

from kerascheck.report.formats import formats, renderer
from kerascheck.trust.printable import Style, printable, shown
from kerascheck.trust.tree import is_address
from tests.report.formats.hostile import HARMLESS, NAMES, hostile
from tests.report.formats.pages import Page
from tests.report.formats.test_github import commands
from tests.report.formats.test_markdown import PARSER, tokens
from tests.report.formats.test_sarif import SCHEMA, nulls

SARIF = jsonschema.Draft4Validator(SCHEMA)
STYLE = Style(suppressed=True)
FEW = settings(max_examples=50)

MACHINE = ("sarif", "junit", "gitlab", "json", "jsonl")
LOG = ("github", "markdown", "summary", "text", "concise", "grouped", *MACHINE)


def rendered(name, format_):
    return renderer(format_)(hostile(name), STYLE)


@cache
def harmless(format_):
    return renderer(format_)(HARMLESS, STYLE)


def test_every_format_is_tried():
    assert set(formats()) == {*LOG, "html"}


@FEW
@given(NAMES)
def test_no_report_has_a_character_that_steers_a_terminal(name):
    for format_ in formats():
        text = rendered(name, format_)
        assert all(c.isprintable() for c in text.replace("\n", "")), format_


@FEW
@given(NAMES)
def test_no_report_holds_a_command_of_a_ci_system(name):
    for format_ in (*LOG, "html"):
        text = rendered(name, format_)
        assert "##[" not in text
        assert "##vso" not in text
        started = [line for line in text.split("\n") if line.lstrip()[:2] == "::"]
        assert bool(started) == (format_ == "github"), format_


@FEW
@given(NAMES)
def test_sarif_is_valid_and_holds_as_many_things_as_before(name):
    log = json.loads(rendered(name, "sarif"), parse_constant=pytest.fail)
    (run,) = log["runs"]
    run["tool"]["driver"]["rules"] = []  # the same each time
    SARIF.validate(log)
    assert list(nulls(run)) == []
    (before,) = json.loads(harmless("sarif"))["runs"]
    assert len(run["results"]) == len(before["results"])
    told = [r["invocations"][0]["toolExecutionNotifications"] for r in (run, before)]
    assert len(told[0]) == len(told[1])


def messages(value):
    if isinstance(value, dict):
        if set(value) == {"text"}:
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from messages(item)


@given(NAMES)
def test_sarif_messages_hold_no_link_and_no_placeholder(name):
    (run,) = json.loads(rendered(name, "sarif"))["runs"]
    del run["tool"]
    for text in messages(run):
        assert "](" not in text
        assert not re.search(r"\{\d", text)


def uris(value):
    if isinstance(value, dict):
        if "artifactLocation" in value:
            yield value["artifactLocation"]["uri"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from uris(item)


FILES = NAMES.filter(lambda name: not is_address(f"{name}.keras"))


@given(FILES)
def test_sarif_locations_lead_to_files_alone(name):
    (run,) = json.loads(rendered(name, "sarif"))["runs"]
    for uri in uris(run["results"]):
        assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2}|^file://)+", uri)
        parts = urlsplit(uri)
        assert (parts.scheme, parts.netloc) in {("", ""), ("file", "")}


@given(NAMES)
def test_sarif_locations_of_a_store_stay_in_it(name):
    (run,) = json.loads(rendered(f"s3://bucket/{name}", "sarif"))["runs"]
    located = list(uris(run["results"]))
    for uri in located:
        assert re.fullmatch(r"s3://bucket/(?:[A-Za-z0-9_.~/:-]|%[0-9A-F]{2})*", uri)
    paths = [unquote_to_bytes(uri).decode("utf-8", "surrogatepass") for uri in located]
    assert f"s3://bucket/{name}.keras" in paths


@given(FILES)
def test_the_path_of_a_model_comes_back_from_its_location(name):
    (run,) = json.loads(rendered(name, "sarif"))["runs"]
    paths = {
        unquote_to_bytes(uri).decode("utf-8", "surrogatepass").removeprefix("file://")
        for uri in uris(run["results"])
    }
    assert os.path.abspath(f"{name}.keras") in map(os.path.abspath, paths)


@given(NAMES)
def test_junit_parses_and_holds_the_same_cases(name):
    text = rendered(name, "junit")
    assert "<!" not in text
    found = junitparser.JUnitXml.fromstring(text.encode("ascii"))
    before = junitparser.JUnitXml.fromstring(harmless("junit").encode("ascii"))
    assert [outcomes(s) for s in found] == [outcomes(s) for s in before]
    suite, *_ = found
    assert suite.name == printable(f"{name}.keras")


def outcomes(suite):
    return [
        (case.name.split(" [")[0], [type(one) for one in case.result]) for case in suite
    ]


@given(NAMES)
def test_github_commands_are_ours_alone(name):
    text = rendered(name, "github")
    found = commands(text)
    before = commands(harmless("github"))
    assert [kind for kind, *_ in found] == [kind for kind, *_ in before]
    for _, told, _ in found:
        assert set(told) == {"title", "file", "line"}
        assert told["line"] in ("1", "3")
        assert told["title"].startswith("kerascheck (KC")
    for line in text.removesuffix("\n").split("\n"):
        assert line.startswith(("::error title=", "kerascheck: "))


@given(NAMES)
def test_code_quality_parses_and_every_entry_is_whole(name):
    found = json.loads(rendered(name, "gitlab"), parse_constant=pytest.fail)
    assert len(found) == len(json.loads(harmless("gitlab")))
    assert len({entry["fingerprint"] for entry in found}) == len(found)
    *findings, configuration = found
    for entry in findings:
        assert entry["description"].startswith("KC101: it is")
    assert " turns off KC1 for " in configuration["description"]
    for entry in found:
        assert not entry["location"]["path"].startswith("./")


PLAIN = re.compile(r"[A-Za-z0-9 ,.;:()%±–>-]*")


@pytest.mark.parametrize("format_", ["markdown", "summary"])
@FEW
@given(name=NAMES)
def test_markdown_keeps_its_blocks_and_all_text_outside_of_code_is_plain(format_, name):
    text = rendered(name, format_)
    blocks = [token.type for token in PARSER.parse(text)]
    assert blocks == [token.type for token in PARSER.parse(harmless(format_))]
    for token in tokens(text):
        assert token.type not in ("image", "link_open", "html_inline")
        if token.type == "text":
            assert PLAIN.fullmatch(token.content)
            assert not re.search(r"\b[a-f]{7,}\b|\d{7}|www\.|//|GH-", token.content)


@pytest.mark.parametrize("format_", ["markdown", "summary"])
@FEW
@given(name=NAMES)
def test_markdown_lets_no_tag_but_its_own_through(format_, name):
    for token in PARSER.parse(rendered(name, format_)):
        if token.type == "html_block":
            rest = re.sub(
                r"</?(?:details|summary|code)>|<!-- kerascheck -->", "", token.content
            )
            assert "<" not in rest
            assert ">" not in rest


TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "footer"),
    *("section", "article", "div", "span", "h1", "h2", "h3", "h4", "p", "a", "code"),
    *("pre", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details"),
    *("summary", "figure", "figcaption", "svg", "polyline", "circle", "text"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "http-equiv", "class", "id", "href"),
    *("scope", "data-label", "viewbox", "role", "points", "cx", "cy", "r"),
    *("x", "y", "text-anchor"),
}


@FEW
@given(NAMES)
def test_html_has_no_element_or_attribute_that_a_name_brought(name):
    found = Page(rendered(name, "html"))
    before = Page(harmless("html"))
    assert {part.tag for part in found.parts} <= TAGS
    assert {a for part in found.parts for a in part.attributes} <= ATTRIBUTES
    values = {tuple(part.attributes.items()) for part in found.parts}
    assert values == {tuple(part.attributes.items()) for part in before.parts}
    # Only what stands in backticks becomes an element more or less.
    shape, shape_before = (
        [part.path for part in one.parts if part.tag != "code"]
        for one in (found, before)
    )
    assert shape == shape_before


@FEW
@given(NAMES)
def test_html_shows_names_as_text(name):
    found = Page(rendered(name, "html"))
    assert shown(f"{name}.keras") in found.words("code")
    assert found.words("style") == Page(harmless("html")).words("style")


# A matcher opens the path of a concise line, so that stays whole.
@pytest.mark.parametrize("format_", sorted({*formats()} - {"concise"}))
def test_gigantic_names_are_cut(format_):
    text = rendered("x" * 1_000_000, format_)
    assert len(text) < 400_000


@pytest.mark.parametrize("format_", formats())
def test_names_of_blanks_alone_break_nothing(format_):
    for name in ("", " ", "   ", "\t", "\n"):
        assert rendered(name, format_).endswith("\n")
