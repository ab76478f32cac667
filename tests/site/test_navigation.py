"""Every guide has a place in the navigation of the site."""

import re

from tools.__main__ import ROOT


def test_every_guide_is_in_the_navigation():
    text = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[2]
    listed = set(re.findall(r"- ([\w-]+\.md)", text))
    assert listed == {path.name for path in (ROOT / "docs").glob("*.md")}
