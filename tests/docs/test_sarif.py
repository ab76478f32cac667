"""The reference of SARIF tells of every field that is written, and of no other."""

import json
import re

import pytest

from kerascheck.report.formats import sarif
from kerascheck.report.formats._descriptor import MAX_DESCRIPTION
from kerascheck.trust.printable import Style
from tests.docs.pages import ROOT, TEXTS
from tests.report.formats import proven, reports

GUIDE = TEXTS[ROOT / "docs/sarif.md"]
AS_IN_JSON = re.compile(r"properties\.(seen|expected|fix|confirmation)$")
LOCATION = re.compile(r".*[lL]ocations\[\]\.(?=physical|logical|message)")


def paths(value, at=""):
    """Yield the path of every field, as the guide writes it."""
    if isinstance(value, dict) and not AS_IN_JSON.search(at):
        for key, item in value.items():
            yield from paths(item, f"{at}.{key}" if at else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield at
        for item in value:
            yield from paths(item, f"{at}[]")
    else:
        yield at


def written():
    samples = [proven.SMALL, proven.UNREAD, *reports.ALL.values()]
    logs = (sarif.render(one, Style(suppressed=True)) for one in samples)
    found = {path for log in logs for path in paths(json.loads(log))}
    return {LOCATION.sub("", path) for path in found}


def told():
    for part in GUIDE.split("\n## ")[2:]:
        head = part.partition("\n")[0].strip("`")
        before = f"{head}." if head.startswith("runs") else ""
        for field in re.findall(r"^\| `([^`]+)` \|", part, re.M):
            yield before + field


CONTAINERS = {
    # told of by the fields in them, or by what they hold
    path
    for path in written()
    if any(other.startswith(f"{path}[].") for other in written())
}


def test_every_field_that_is_written_is_told_of():
    assert written() - CONTAINERS <= set(told())


def test_every_field_that_is_told_of_is_written():
    assert set(told()) <= written()


def test_no_field_is_told_of_twice():
    assert len(list(told())) == len(set(told()))


@pytest.mark.parametrize(
    "limit", [f"{sarif.MAX_COUNT:,} results", f"{MAX_DESCRIPTION} characters"]
)
def test_a_limit_is_that_of_the_code(limit):
    assert limit in GUIDE
