"""Every link of the site leads somewhere, and nothing comes from elsewhere."""

from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.system


class Links(HTMLParser):
    """The ids, links and loaded files of a page."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids |= {found[name] for name in ("id", "name") if found.get(name)}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if (
            tag == "link"
            and found.get("href")
            and "canonical" not in found.get("rel", "")
        ):
            self.loads.append(found["href"])
        if found.get("src"):
            self.loads.append(found["src"])


@cache
def links_of(path):
    found = Links()
    found.feed(path.read_text("utf-8"))
    return found


def targets(page, names):
    """Yield each relative link with the file that it names, and its fragment."""
    for name in names:
        parts = urlsplit(name)
        if not parts.scheme and not parts.netloc:
            path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            yield name, path, unquote(parts.fragment)


def test_every_link_leads_to_a_page_and_a_place_on_it(built):
    broken = []
    for page in built.rglob("*.html"):
        if page.name == "404.html":  # its links begin at the root of a server
            continue
        for name, path, place in targets(page, links_of(page).links):
            if not path.exists():
                broken.append(f"{page.name}: {name}")
            elif place and path.stem != "chooser" and place not in links_of(path).ids:
                broken.append(f"{page.name}: no place {name}")
    assert broken == []


def test_everything_that_pages_load_is_on_the_site(built):
    for page in built.rglob("*.html"):
        loads = links_of(page).loads
        assert not [
            name for name in loads if urlsplit(name).scheme in ("http", "https")
        ]
        if page.name != "404.html":
            missing = [n for n, path, _ in targets(page, loads) if not path.exists()]
            assert missing == []


def test_every_rule_has_a_page_and_the_reference_has_every_command(built):
    from kerascheck.cli.commands import COMMANDS
    from kerascheck.rules import our_rules

    for rule in our_rules():
        assert (built / "rules" / f"{rule.code}-{rule.name}.html").is_file()
    text = (built / "reference" / "command-line.html").read_text("utf-8")
    assert [name for name in COMMANDS if f"kerascheck {name}" not in text] == []


def test_the_reference_of_python_has_every_public_name(built):
    import kerascheck

    ids = links_of(built / "reference" / "python.html").ids
    names = {identifier.rpartition(".")[2] for identifier in ids}
    assert {n for n in kerascheck.__all__ if not n.startswith("__")} <= names
