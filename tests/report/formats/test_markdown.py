"""Markdown for comments and job summaries, read by a parser as GitHub reads it."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from kerascheck import kit
from kerascheck.report.formats import markdown, summary
from kerascheck.trust.printable import Style
from tests.report.formats import proven, reports

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def tokens(text):
    """Yield all tokens, those inside of paragraphs and cells included."""
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def rows(text):
    """Return the cells of each row of each table, as text."""
    found, cell = [], None
    for token in PARSER.parse(text):
        if token.type == "tr_open":
            found.append([])
        elif token.type in ("td_open", "th_open"):
            cell = found[-1]
        elif token.type == "inline" and cell is not None:
            cell.append("".join(child.content for child in token.children))
        elif token.type == "tr_close":
            cell = None
    return found


def code(text):
    return [token.content for token in tokens(text) if token.type == "code_inline"]


def test_a_comment_is_as_before(golden):
    golden("small.md", markdown.render(proven.SMALL, Style()))


def test_a_job_summary_is_as_before(golden):
    golden("unread.md", summary.render(proven.UNREAD, Style()))


def test_a_comment_can_be_found_again_by_its_first_line():
    text = markdown.render(proven.SMALL, Style())
    assert text.startswith("<!-- kerascheck -->\n### kerascheck: 1 error, 1 note\n")


def test_a_job_summary_starts_with_a_heading_of_level_three_and_the_table():
    types = [t.tag for t in PARSER.parse(summary.render(proven.SMALL, Style()))]
    assert types[0] == "h3"
    assert types[3] == "table"


def test_the_table_has_a_row_for_each_finding_worst_first():
    report = replace(proven.SMALL, findings=proven.SMALL.findings[::-1])
    head, first, second, *_ = rows(markdown.render(report, Style()))
    assert head == ["", "rule", "model", "head", "proof"]
    name = "KC101 logits-scored-as-probabilities"
    assert first == ["error", name, "models/a.keras", "out", "confirmed"]
    assert second[0] == "note"


def test_what_was_measured_stands_as_compiled_and_as_fixed():
    table = rows(markdown.render(proven.SMALL, Style()))
    assert ["", "as compiled", "as fixed"] in table
    assert ["true accuracy", "0.590 ± 0.021", "0.970 ± 0.004"] in table
    assert ["training loss, each in its own range", "█▄x▂▁▁", "█▅▃▂▁▁"] in table


def test_one_side_alone_leaves_the_other_empty():
    confirmation = replace(proven.PROVEN.confirmation, after=None)
    finding = replace(proven.PROVEN, confirmation=confirmation)
    table = rows(markdown.render(reports.report(finding), Style()))
    assert ["true accuracy", "0.590 ± 0.021", "–"] in table
    assert ["training loss, each in its own range", "█▄x▂▁▁", ""] in table


def test_the_fix_is_code_to_copy():
    fences = [
        t for t in tokens(markdown.render(reports.ONE, Style())) if t.type == "fence"
    ]
    (fence,) = fences
    assert fence.info == "python"
    assert fence.content == f"{reports.LOGITS.snippet}\n"


def test_details_are_folded():
    text = markdown.render(proven.SMALL, Style())
    assert text.count("<details>\n<summary>") == text.count("</details>") == 2


def test_plain_words_are_text_and_all_others_code():
    told = "Softmax of 'out' (over 3 units), see `a b` and kernel_size. Well-known: yes"
    (inline,) = [t for t in PARSER.parse(_prose(told)) if t.type == "inline"]
    spans = [c.content for c in inline.children if c.type == "code_inline"]
    assert spans == ["'out'", "a b", "kernel_size"]
    words = "".join(c.content for c in inline.children)
    assert words == told.replace("`", "")


def _prose(text):
    from kerascheck.report.formats._markdown import prose

    return prose(text)


@pytest.mark.parametrize(
    "name",
    [
        "@team",
        "#1",
        "GH-1",
        "o/r#1",
        "www.evil.example",
        "a@b.example",
        "deadbeef",
        "faceded",
        "![x](//evil.example/x.png)",
        "<img src=x>",
        "&#64;team",
        ":smile:",
        "~~x~~",
    ],
)
def test_what_sites_turn_into_something_stands_in_code(name):
    assert code(_prose(f"the head {name} ends")) == [name.rstrip(":)")]


def test_backticks_do_not_end_a_code_span():
    from kerascheck.report.formats._markdown import code as span

    for name in ("`", "a`b", "``", "`a", " ` ", "a``b`"):
        assert code(f"x {span(name)} y") == [name]


def test_backticks_do_not_end_a_block_of_code():
    finding = replace(reports.LOGITS, snippet="# '```'\n~~~\n`````\nx")
    text = markdown.render(reports.report(finding), Style())
    (fence,) = [t for t in tokens(text) if t.type == "fence"]
    assert fence.content == "# '```'\n~~~\n`````\nx\n"


def test_a_bar_does_not_end_a_cell():
    report = reports.report(replace(reports.LOGITS, model=r"a|b\|c", head="|"))
    _, row, *_ = rows(markdown.render(report, Style()))
    assert row[2:4] == [r"a\x7cb\\x7cc", r"\x7c"]


@pytest.mark.parametrize(
    ("render", "most"), [(markdown.render, 65_536), (summary.render, 1024 * 1024)]
)
def test_a_flood_stays_below_what_github_takes_and_is_counted(render, most):
    text = render(proven.many(3000), Style())
    assert len(text.encode()) < most
    listed = sum(row[0] == "error" for row in rows(text))
    left = re.search(r"(\d+) more findings not shown here", text)
    assert listed + (int(left[1]) if left else 0) == 3000
    folded = text.count("<details>")
    left = re.search(r"(\d+) more findings not shown in full", text)
    assert folded + int(left[1]) == 3000


def test_the_worst_are_kept():
    notes = proven.many(3000, kit.Severity.NOTE)
    both = replace(notes, findings=(*notes.findings, proven.SMALL.findings[0]))
    _, first, *_ = rows(markdown.render(both, Style()))
    assert first[0] == "error"


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (reports.Report(), "nothing to check"),
        (reports.CLEAN, "no findings"),
        (replace(reports.CLEAN, decided=0), "nothing could be checked"),
        (proven.UNREAD, "3 errors"),
    ],
)
def test_the_heading_never_calls_a_report_clean_that_is_not(report, told):
    assert f"### kerascheck: {told}\n" in summary.render(report, Style())


def test_without_unicode_curves_are_ascii():
    text = summary.render(proven.SMALL, Style(unicode=False))
    assert "█" not in text
