"""Nothing links to a site while its address is empty; once it is set, findings do."""

import json

import pytest

from kerascheck.model import site
from kerascheck.report.formats import html, sarif
from kerascheck.report.formats import json as json_format
from kerascheck.report.formats import text as text_format
from kerascheck.trust.printable import Style
from tests.report.formats import proven

ADDRESS = "https://docs.example/kerascheck"
PAGE = f"{ADDRESS}/rules/KC101-logits-scored-as-probabilities.html"
COLOURED = Style(colour=True)


@pytest.fixture
def address(monkeypatch):
    monkeypatch.setattr(site, "ADDRESS", ADDRESS)


def test_there_is_no_address_yet():
    assert site.ADDRESS == ""
    assert site.address_of("KC101", "logits-scored-as-probabilities") is None
    for render in (html.render, json_format.render, text_format.render):
        assert "https://" not in render(proven.SMALL, COLOURED).replace(
            "https://json-schema.org", ""
        )


def test_json_names_the_page(address):
    document = json.loads(json_format.render(proven.SMALL, Style()))
    assert document["findings"][0]["url"] == PAGE


def test_sarif_names_the_page(address):
    log = json.loads(sarif.render(proven.SMALL, Style()))
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert PAGE in {rule["helpUri"] for rule in rules}


def test_html_links_to_the_page(address):
    assert f'href="{PAGE}"' in html.render(proven.SMALL, Style())


def test_a_terminal_with_colour_links_to_the_page(address):
    assert f"\x1b]8;;{PAGE}\x1b\\" in text_format.render(proven.SMALL, COLOURED)
    assert ADDRESS not in text_format.render(proven.SMALL, Style())


def test_rules_of_ones_own_have_no_page(address):
    assert site.address_of("KC901", "own-rule") is None
