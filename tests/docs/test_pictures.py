"""Pictures: they show what is so, and need nothing from elsewhere."""

import re
from xml.etree import ElementTree

import pytest

from tests.docs.pages import ROOT
from tests.docs.test_guides import FIGURE
from tools.page_picture import page
from tools.pictures import EDITOR, FOLDER, QUICK, TRAINED, stale
from tools.terminal_picture import svg

PAGES = {"architecture.svg": "ARCHITECTURE.md", "editor.svg": "docs/editors.md"}
NAMES = [*QUICK, *TRAINED, *EDITOR]
SVG = "{http://www.w3.org/2000/svg}"

every_picture = pytest.mark.parametrize("name", NAMES)


def picture(name):
    return (ROOT / FOLDER / name).read_text(encoding="utf-8")


def rows(picture):
    return ["".join(row.itertext()) for row in ElementTree.fromstring(picture)]


def test_pictures_are_up_to_date():
    assert stale(ROOT) == {}, "run python -m tools pictures"


def test_the_report_looks_as_it_does_now():
    css = (ROOT / "kerascheck/report/formats/html.css").read_text()
    assert css in picture("report.svg"), "run python -m tools pictures --train"


@pytest.mark.slow
def test_the_report_shows_the_same_but_for_figures():
    assert FIGURE.sub("0", page(ROOT)) == FIGURE.sub("0", picture("report.svg"))


def test_there_is_no_other_picture():
    assert sorted(path.name for path in (ROOT / FOLDER).iterdir()) == sorted(NAMES)


@every_picture
def test_a_picture_is_small(name):
    assert len(picture(name).encode()) < 40_000


@every_picture
def test_a_picture_needs_nothing_from_elsewhere(name):
    text = re.sub(r'xmlns="[^"]+"', "", picture(name))
    assert not re.search(r"https?:|url\(|@import|@font-face|<script|<image", text)


@every_picture
def test_a_picture_has_a_title(name):
    assert ElementTree.fromstring(picture(name)).find(f"{SVG}title").text


@every_picture
def test_a_page_shows_it(name):
    page = ROOT / PAGES.get(name, "README.md")
    shown = f'src="{(ROOT / FOLDER / name).relative_to(page.parent).as_posix()}"'
    assert shown in page.read_text(encoding="utf-8")


def test_colours_of_the_terminal_stay():
    drawn = svg("true", ["\x1b[1;31merror\x1b[0m here"])
    assert '<tspan class="bold red">error</tspan> here' in drawn


def test_what_is_printed_is_text_alone():
    assert "<b>&amp;" in rows(svg("true", ["<b>&amp;"]))
    assert rows(svg("true", ["  in"]))[-1] == "in"


def test_blank_lines_keep_their_place():
    *_, last = ElementTree.fromstring(svg("true", ["one", "", "two"])).iter(
        f"{SVG}text"
    )
    assert last.get("y") == "112"


@pytest.mark.system
def test_the_editor_looks_as_it_does_now():
    assert EDITOR["editor.svg"](ROOT) == picture("editor.svg"), (
        "run python -m tools pictures --editor"
    )
