"""Objects read by ranges: every byte is right, whatever is asked for and announced."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck.model.errors import UnreadableModel
from kerascheck.stores.remote_file import MAX_REQUESTS, RemoteFile

DATA = random.Random(7).randbytes(60_000)


def remote(data, known=None):
    asked = []

    def fetch(start, end):
        assert 0 <= start < end <= len(data)
        asked.append((start, end))
        return data[start:end]

    return RemoteFile(len(data), fetch, known), asked


spans = st.tuples(st.booleans(), st.integers(0, 59_000), st.integers(1, 1_000))


@settings(max_examples=50)
@given(st.lists(spans, max_size=MAX_REQUESTS // 2), st.integers(0, 59_990))
def test_reads_are_exact_in_any_order(steps, known_at):
    file, asked = remote(DATA, (known_at, DATA[known_at : known_at + 5_000]))
    for is_announced, start, length in steps:
        if is_announced:
            file.expect(start, start + 3 * length)
        else:
            assert file.read(start, length) == DATA[start : start + length]
    assert file.head == DATA[:8192]
    assert len(asked) <= len(steps) + 1


def test_what_was_fetched_is_not_fetched_again():
    file, asked = remote(DATA)
    file.read(0, 8)
    file.expect(4_000, 20_000)
    file.read(10_000, 10_000)
    assert asked == [(0, 8192), (8192, 20_000)]


def test_what_is_announced_beyond_the_end_or_the_bounds_is_left(monkeypatch):
    monkeypatch.setattr("kerascheck.stores.remote_file.MAX_HELD", 10_000)
    file, asked = remote(DATA)
    file.expect(59_000, 99_000)
    file.expect(10_000, 59_000)
    assert asked == [(59_000, 60_000)]


def test_a_read_behind_the_end_says_that_it_is_truncated():
    file, _ = remote(DATA)
    with pytest.raises(UnreadableModel, match="truncated or damaged") as caught:
        file.read(59_999, 2)
    assert caught.value.kind == "truncated"


def test_a_file_that_asks_for_many_ranges_is_refused():
    data = bytes(300 << 20)
    file, asked = remote(data)

    def read_everywhere():
        for at in range(len(data) - 8, 0, -2_000_000):
            file.read(at, 8)

    with pytest.raises(UnreadableModel, match="more than 48 requests") as caught:
        read_everywhere()
    assert caught.value.kind == "over-budget"
    assert len(asked) == MAX_REQUESTS


def test_an_empty_object_and_a_pointer_are_refused():
    with pytest.raises(UnreadableModel) as caught:
        remote(b"")
    assert caught.value.kind == "empty"
    with pytest.raises(UnreadableModel) as caught:
        remote(b"version https://git-lfs.github.com/spec/v1\nsize 12\n")
    assert caught.value.kind == "git-lfs-pointer"
