"""An object that changes while it is checked is a finding, never a mixture of two."""

from pathlib import Path

import pytest

import kerascheck
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.remote.find import find_remote
from kerascheck.stores.address import Address
from kerascheck.stores.store import _entry, require_same
from tests.stores.http_server import serving

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = (FIXTURES / "format-archive-wrong" / "model.keras").read_bytes()
RIGHT = (FIXTURES / "format-archive-right" / "model.keras").read_bytes()
LABELS = (FIXTURES / "format-archive-wrong" / "labels.npy").read_bytes()


def padded(data: bytes, size: int) -> bytes:
    """Return an archive of a given size: a comment at its end makes it longer."""
    more = size - len(data)
    return data[:-2] + more.to_bytes(2, "little") + bytes(more)


def only_message(report):
    (finding,) = (f for f in report.findings if f.code.startswith("KC0"))
    assert [f.code for f in report.findings if f is not finding] == []
    assert "\n" not in finding.message
    return finding.message


def change_after_the_first(server, change):
    """Change what is served as soon as one answer was sent."""
    server.on_answer = lambda: (setattr(server, "on_answer", lambda: None), change())


@pytest.mark.parametrize(
    ("after", "tags", "words"),
    [
        (RIGHT + b" ", (None, None), "bytes; check it again"),
        (padded(RIGHT, 20_000), ('"1"', '"2"'), "it was written to"),
    ],
)
def test_a_file_behind_http_that_changes_is_a_finding(tmp_path, after, tags, words):
    path = tmp_path / "m.keras"
    path.write_bytes(padded(WRONG, 20_000))
    with serving(tmp_path, tag=tags[0]) as server:

        def change():
            path.write_bytes(after)
            server.tag = tags[1]

        change_after_the_first(server, change)
        message = only_message(kerascheck.check(f"{server.url}/m.keras"))
    assert "m.keras changed while it was read" in message
    assert words in message


def read_after(url, change):
    """Read the one model of a folder, which changes once it is listed."""
    (model,) = find_remote([Address(url)])
    change()
    with pytest.raises(UnreadableModel) as caught:
        model.read()
    assert caught.value.kind == "changed"
    return str(caught.value)


@pytest.mark.parametrize("after", [padded(RIGHT, 20_000), WRONG, RIGHT[:900], None])
def test_an_object_that_changes_after_the_listing_is_a_finding(tmp_path, after):
    path = tmp_path / "m.keras"
    path.write_bytes(padded(WRONG, 20_000))
    change = path.unlink if after is None else lambda: path.write_bytes(after)
    assert "m.keras changed while it was read" in read_after(
        f"file://{tmp_path}", change
    )


def test_labels_that_change_after_the_listing_are_not_used(tmp_path):
    (tmp_path / "m.keras").write_bytes(WRONG)
    (tmp_path / "labels.npy").write_bytes(LABELS)
    (model,) = find_remote([Address(f"file://{tmp_path}")])
    (tmp_path / "labels.npy").write_bytes(LABELS + LABELS)
    with pytest.raises(UnreadableModel, match="it grew from 1152 to 2304 bytes"):
        model.labels.chosen.fetch()


@pytest.mark.parametrize(
    ("listed", "asked", "is_same"),
    [
        ({"etag": "0x8D1"}, {"etag": '"0x8D1"'}, True),
        ({"etag": "0x8D1"}, {"etag": '"0x8D2"'}, False),
        ({"mtime": "2026-01-02"}, {"mtime": 1767312000.0}, True),
        ({"mtime": 1.0, "size": 5}, {"size": 5}, True),
        ({"size": 5}, {"size": 6}, False),
        ({}, {}, True),
    ],
)
def test_what_a_store_says_in_two_ways_is_no_change(listed, asked, is_same):
    before, now = (_entry("x://box/m.keras", found) for found in (listed, asked))
    try:
        require_same(before, now)
    except UnreadableModel:
        assert not is_same
    else:
        assert is_same
