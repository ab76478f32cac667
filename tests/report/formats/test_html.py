"""The HTML page: one file, no script, everything in it, never too large."""

import base64
import hashlib
import html
import math
import re
from dataclasses import replace

import pytest

from kerascheck import __version__, kit
from kerascheck.engine.finding import Measurement
from kerascheck.report.formats._svg import loss_curves, reliability
from kerascheck.report.formats.html import render
from kerascheck.trust.printable import Style
from tests.report.formats import proven, reports
from tests.report.formats.pages import Page


def page(report):
    return Page(render(report, Style()))


def test_the_page_is_as_before(golden):
    text = render(proven.SMALL, Style())
    golden(
        "small.html", text.replace(f"kerascheck {__version__}<", "kerascheck VERSION<")
    )


def test_the_page_holds_no_script_and_loads_nothing():
    text = render(proven.SMALL, Style())
    assert not re.search(r"<script|<link|<img|<iframe|src=|url\(|@import|http:", text)
    links = [part.attributes["href"] for part in Page(text).all("a")]
    assert list(dict.fromkeys(links)) == ["#KC101", "#KC403"]


def test_the_policy_allows_the_style_of_the_page_and_nothing_else():
    found = page(proven.SMALL)
    (policy,) = [
        part.attributes["content"]
        for part in found.all("meta")
        if part.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = found.words("style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_no_element_has_a_style_or_a_handler_of_its_own():
    names = {name for part in page(proven.SMALL).parts for name in part.attributes}
    assert not [name for name in names if name == "style" or name.startswith("on")]


def test_the_page_is_dark_where_the_reader_likes_it_and_fits_a_phone():
    (style,) = page(proven.SMALL).words("style")
    assert "prefers-color-scheme: dark" in style
    assert "max-width: 36rem" in style
    views = [p.attributes.get("name") for p in page(proven.SMALL).all("meta")]
    assert "viewport" in views


def test_every_colour_of_light_has_one_of_dark():
    (style,) = page(proven.SMALL).words("style")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    names = [set(re.findall(r"--[a-z]+", part)) for part in (light, dark)]
    assert names[0] == names[1]
    assert set(re.findall(r"var\((--[a-z]+)\)", style)) - {"--tone"} == names[0]


def contrast(one, other):
    """Return the contrast ratio of two colours, as WCAG 2.2 defines it."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(scheme):
    (style,) = page(proven.SMALL).words("style")
    root = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", root))
    for name in ("ink", "soft", "error", "warning", "note", "good", "before", "after"):
        for behind in ("paper", "panel"):
            assert contrast(colours[name], colours[behind]) >= 4.5, (name, behind)


def test_a_finding_says_what_where_and_why():
    found = page(proven.SMALL)
    first, second = found.all("article")
    assert first.attributes["class"] == "card error"
    assert second.attributes["class"] == "card note"
    message, *_ = found.words("p", "message")
    assert message == reports.LOGITS.message
    codes = found.words("code")
    for place in ("models/a.keras", "heads.out.loss.from_logits", "train.py:42"):
        assert place in codes


def test_a_finding_is_a_table_of_labels_and_what_they_say():
    text = html.unescape(re.sub("<[^>]*>", "", render(proven.SMALL, Style())))
    assert (
        "atmodels/a.keras: heads.out.loss.from_logits (train.py:42)"
        "becauseheads.out.activation is linear config.json: /config/layers/2"
        "heads.out.loss.from_logits is False config.json: /compile_config/loss"
        "expectedloss.from_logits is True"
        "harmworse-training"
    ) in text


def test_the_fix_is_code_to_copy():
    (code,) = [p for p in page(proven.SMALL).all("code") if p.path[-2] == "pre"]
    assert code.words == reports.LOGITS.snippet


def test_what_was_measured_stands_as_compiled_and_as_fixed():
    cells = page(proven.SMALL).all("td")
    told = [(c.attributes.get("data-label"), c.words) for c in cells]
    assert ("as compiled", "0.590 ± 0.021") in told
    assert ("as fixed", "0.970 ± 0.004") in told


def test_a_finding_without_training_has_no_chart():
    assert page(reports.ONE).all("svg") == []


def test_a_proven_finding_shows_loss_and_reliability():
    titles = [p.words for p in page(proven.SMALL).all("title") if "svg" in p.path]
    assert [title.split(",")[0] for title in titles] == [
        "Training loss",
        "Share right against probability",
    ]


def test_a_missing_reliability_leaves_the_loss_alone():
    confirmation = replace(
        proven.PROVEN.confirmation,
        before=replace(proven.BEFORE, reliability=()),
        after=replace(proven.AFTER, reliability=()),
    )
    finding = replace(proven.PROVEN, confirmation=confirmation)
    assert len(page(reports.report(finding)).all("svg")) == 1


def points(chart, class_):
    lines = Page(chart).all("polyline", class_)
    return [
        [
            tuple(map(float, pair.split(",")))
            for pair in line.attributes["points"].split()
        ]
        for line in lines
    ]


def test_a_curve_has_a_gap_where_the_loss_is_not_a_number():
    side = Measurement(curve=(1.0, 0.5, math.nan, 0.25, 0.2, None, 0.1))
    chart = loss_curves((("before", side),))
    assert [len(line) for line in points(chart, "before")] == [2, 2]
    assert len(Page(chart).all("circle", "before")) == 1


def test_the_highest_loss_is_at_the_top_and_zero_at_the_bottom():
    side = Measurement(curve=(4.0, 2.0, 0.0))
    ((first, middle, last),) = points(loss_curves((("after", side),)), "after")
    axis, *_ = points(loss_curves((("after", side),)), "axis")
    assert last == axis[-1]
    assert middle[1] == (first[1] + last[1]) / 2


@pytest.mark.parametrize(
    "curve",
    [(), (None,), (math.nan, math.inf), (0.0, 0.0), (-3.0, -7.0), (1e300, 1e-300)],
)
def test_odd_curves_stay_inside_the_chart(curve):
    chart = loss_curves((("before", Measurement(curve=curve)),))
    for line in points(chart or "", "before"):
        assert all(0 <= x <= 320 and 0 <= y <= 200 for x, y in line)


def test_no_curve_is_no_chart():
    assert loss_curves((("before", Measurement()),)) is None
    assert reliability((("before", Measurement()),)) is None


def test_the_dot_of_a_full_bin_is_larger():
    chart = reliability((("after", proven.AFTER),))
    radii = [float(c.attributes["r"]) for c in Page(chart).all("circle")]
    assert radii[0] == max(radii)
    assert radii[1] == min(radii)


def test_perfect_reliability_lies_on_the_diagonal():
    side = Measurement(reliability=((0.0, 0.0, 5), (0.5, 0.5, 0), (1.0, 1.0, 5)))
    chart = reliability((("after", side),))
    assert points(chart, "after") == points(chart, "ideal")


def test_each_model_is_there_with_what_is_known_of_its_heads():
    found = page(proven.SMALL)
    models = [p for p in found.all("code") if p.path[-2] == "summary"]
    assert [p.words for p in models[:2]] == ["models/a.keras", "models/b"]
    told = [(c.attributes.get("data-label"), c.words) for c in found.all("td")]
    assert ("value", "BinaryCrossentropy(from_logits=False), binary") in told


def test_a_model_that_can_not_be_read_says_so():
    assert page(proven.UNREAD).words("p", "soft").count("could not be read") == 2


def test_what_stayed_open_is_told_with_its_reason():
    words = page(proven.SMALL).words("summary")
    assert "1 rule: no labels were given" in words
    text = "".join(page(proven.SMALL).words("li"))
    assert "by baseline: known" in text
    assert "excluded by the configuration" in text


def test_a_rule_is_explained_once_where_the_finding_links_to():
    found = page(replace(proven.many(3), rules=(proven.RULE,)))
    (rule,) = [p for p in found.all("details") if "id" in p.attributes]
    assert rule.attributes["id"] == "KC101"
    assert "Wherever the loss clips a logit into (0, 1), the gradient is zero." in (
        found.words("p")
    )


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (reports.Report(), "nothing to check"),
        (reports.CLEAN, "no findings"),
        (replace(reports.CLEAN, decided=0), "nothing could be checked"),
        (proven.SMALL, "1 error, 1 note"),
    ],
)
def test_the_title_never_calls_a_report_clean_that_is_not(report, told):
    assert page(report).words("h1") == [f"kerascheck: {told}"]


def test_a_flood_stays_under_200_kilobytes_and_is_counted():
    text = render(proven.many(3000), Style())
    assert len(text) < 200_000
    found = Page(text)
    listed = [p for p in found.all("li") if p.words.startswith("error")]
    (left, _) = re.findall(r"and (\d+) more, in the other formats", text)
    assert len(found.all("article")) + len(listed) + int(left) == 3000


def test_what_does_not_fit_in_full_is_listed_with_its_code_and_model():
    flood = proven.many(60)
    found = page(flood)
    left = flood.findings[len(found.all("article")) :]
    assert 0 < len(left) < 60
    codes = [p.words for p in found.all("code") if p.path[-2] == "li"]
    listed = [text for finding in left for text in (finding.code, finding.model)]
    assert codes[: len(listed)] == listed


def test_errors_come_before_notes_in_a_flood():
    notes = proven.many(3000, kit.Severity.NOTE)
    both = replace(notes, findings=(*notes.findings, proven.SMALL.findings[0]))
    first, *_ = page(both).all("article")
    assert first.attributes["class"] == "card error"


def test_the_page_is_ascii_and_the_same_each_time():
    text = render(proven.SMALL, Style())
    assert text.isascii()
    assert text == render(proven.SMALL, Style(width=40, colour=True, unicode=False))


def test_the_overview_has_the_worst_rules_first_each_with_a_link_and_its_counts():
    error = replace(reports.LOGITS, code="KC105", name="b")
    errors = [replace(error, model=f"{i}.keras") for i in "aab"]
    note = replace(reports.LOGITS, code="KC300", name="c", severity=kit.Severity.NOTE)
    notes = [replace(note, model=f"{i}.keras") for i in range(5)]
    found = replace(reports.FULL, findings=(*notes, reports.LOGITS, *errors))
    text = render(found, Style())
    overview = text.partition('<table class="overview">')[2].partition("</table>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in overview.split("<tr>")[2:]]
    assert rows == [
        ["error", "KC105", "b", "3", "2"],
        ["error", "KC101", "logits-scored-as-probabilities", "1", "1"],
        ["note", "KC300", "c", "5", "5"],
    ]
