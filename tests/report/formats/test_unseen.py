"""What a report does not show is told in every format: never green without a word."""

import json

import pytest

from kerascheck.engine.outcome import ConfigurationUse
from kerascheck.engine.skipped import count_passed_over
from kerascheck.report.formats import formats, renderer
from kerascheck.trust.printable import Style
from tests.report.formats import reports

TURNED_OFF = "models/kerascheck.toml turns KC103 off"
COUNTED = "2 passed over: 1 link, 1 in a hidden folder"
FOR_PEOPLE = ("text", "concise", "grouped", "github", "markdown", "summary", "html")


def rendered(format_, report=reports.UNSEEN, **style):
    return renderer(format_)(report, Style(**style))


def bare(text):
    """Return text without what Markdown and HTML put around words."""
    return text.replace("`", "")


@pytest.mark.parametrize("format_", sorted(set(formats()) - {"json", "jsonl"}))
def test_every_format_says_what_a_configuration_turns_off(format_):
    assert TURNED_OFF in bare(rendered(format_))
    assert "pyproject.toml" not in rendered(format_)


def test_json_lists_configurations_and_what_was_passed_over():
    told = json.loads(rendered("json"))
    assert told["configuration"] == [
        {"path": "models/kerascheck.toml", "turned_off": ["KC103"], "weakened": []},
        {"path": "pyproject.toml", "turned_off": [], "weakened": []},
    ]
    assert told["skipped"][0] == {"path": "a.keras", "why": "a link out of the tree"}


@pytest.mark.parametrize("format_", FOR_PEOPLE)
def test_formats_for_people_count_what_was_passed_over(format_):
    assert COUNTED in bare(rendered(format_))


@pytest.mark.parametrize("format_", ["text", "concise", "grouped", "github"])
def test_the_count_is_the_last_line(format_):
    *_, configuration, last = rendered(format_).splitlines()
    assert configuration.endswith(TURNED_OFF)
    assert last.endswith(COUNTED)


def test_the_count_is_the_last_line_of_the_summary_of_markdown():
    lines = [line.strip() for line in rendered("markdown").splitlines()]
    at = lines.index(COUNTED)
    assert "".join(lines[at + 1 :]) == ""


@pytest.mark.parametrize("format_", ["text", "concise", "grouped"])
def test_quiet_is_quiet_at_a_terminal(format_):
    assert rendered(format_, quiet=True) == ""


@pytest.mark.parametrize("format_", ["github", "markdown", "summary"])
def test_quiet_leaves_it_in_the_formats_of_a_gate(format_):
    text = bare(rendered(format_, quiet=True))
    assert TURNED_OFF in text
    assert COUNTED in text


def test_a_notebook_shows_it_as_well():
    page = reports.UNSEEN._repr_html_()
    assert f"<br>{TURNED_OFF}<br>{COUNTED}</div>" in page


@pytest.mark.parametrize("format_", sorted(formats()))
def test_nothing_is_said_where_there_is_nothing_to_say(format_):
    text = rendered(format_, reports.CLEAN)
    assert " passed over: " not in text
    assert ".toml turns " not in text


def test_gitlab_shows_a_configuration_at_its_file():
    (entry,) = json.loads(rendered("gitlab"))
    assert entry["severity"] == "info"
    assert entry["description"] == TURNED_OFF
    assert entry["location"]["path"] == "models/kerascheck.toml"
    assert len(entry["fingerprint"]) == 16


def test_a_long_sentence_is_one_line_of_a_log():
    use = ConfigurationUse(path="a.toml", turned_off=("KC1 for 'models/old*'",) * 9)
    (line,) = [
        line
        for line in rendered(
            "github", reports.report(configuration=(use,))
        ).splitlines()
        if "turns off" in line
    ]
    assert line == f"kerascheck: {use.sentence}"


def test_markdown_marks_code_for_each_item():
    use = ConfigurationUse(
        path="a.toml", turned_off=("KC1", "KC3 for 'a'"), weakened=("KC4 = note",)
    )
    assert (
        "`a.toml` turns off `KC1`; `KC3` for `'a'`; it sets `KC4` to note"
        in rendered("markdown", reports.report(configuration=(use,)))
    )


@pytest.mark.parametrize(
    ("turned_off", "weakened", "sentence"),
    [
        ((), (), ""),
        (("KC103",), (), "a.toml turns KC103 off"),
        (("KC1 for 'old/*'",), (), "a.toml turns off KC1 for 'old/*'"),
        (("KC103", "KC2"), (), "a.toml turns off KC103, KC2"),
        (
            tuple(f"KC{number}" for number in range(101, 112)),
            (),
            "a.toml turns off KC101, KC102, KC103, KC104, KC105, KC106, KC107, KC108, "
            "KC109, KC110 and 1 more",
        ),
        (
            ("KC4", "KC301", "KC3, KC1 for 'a'", "models that match 'b' (exclude)"),
            (),
            "a.toml turns off KC4, KC301; KC3, KC1 for 'a'; "
            "models that match 'b' (exclude)",
        ),
        ((), ("fail-on = error",), "a.toml sets fail-on to error"),
        (
            ("KC103",),
            ("fail-on = error", "max-warnings = 9"),
            "a.toml turns KC103 off and sets fail-on to error, max-warnings to 9",
        ),
        (
            ("KC103", "KC1 for 'a'"),
            ("KC306 = note",),
            "a.toml turns off KC103; KC1 for 'a'; it sets KC306 to note",
        ),
    ],
)
def test_the_sentence_names_the_file_and_what(turned_off, weakened, sentence):
    use = ConfigurationUse(path="a.toml", turned_off=turned_off, weakened=weakened)
    assert use.sentence == sentence


def test_a_long_configuration_is_counted():
    use = ConfigurationUse(path="a", turned_off=tuple(f"KC{n}" for n in range(300)))
    assert use.sentence.endswith("KC8, KC9 and 290 more")


def test_reasons_that_are_not_known_are_counted_too():
    assert count_passed_over([("a", "Input/output error"), ("b", "excluded")]) == (
        "2 passed over: 2 for other reasons"
    )
    assert count_passed_over([("a", "x")]) == "1 passed over: 1 for another reason"
    assert count_passed_over([]) == ""


@pytest.mark.parametrize(
    ("why", "fails"),
    [("a link out of the tree", True), ("excluded by the configuration", False)],
)
def test_strict_fails_on_what_was_passed_over_unless_it_is_excluded(why, fails):
    report = reports.report(skipped=(("a.keras", why),))
    assert report.fails(strict=True) is fails
    assert not report.fails()
