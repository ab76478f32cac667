"""The bound on JSON: never too low for what parsing takes, and cheap."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck.readers.containers import json_text
from kerascheck.readers.containers.limits import Limits
from kerascheck.trust.json_limits import depth_of, excess, memory_of

UNBOUNDED = Limits(json_bytes=10**9, json_memory=10**12, json_nodes=10**9)
EMOJI = "😀".encode()
MANY = 20_000

TEXTS = {
    "empty objects": b"[" + b"{}," * MANY + b"0]",
    "empty lists": b"[" + b"[]," * MANY + b"0]",
    "objects of an empty key": b"[" + b'{"":0},' * MANY + b"0]",
    "objects in objects": b"[" + b'{"":{"":{}}},' * MANY + b"0]",
    "short lists": b"[" + b"[1]," * MANY + b"0]",
    "lists in lists": b"[" + b"[[[0]]]," * MANY + b"0]",
    "longer lists": b"[" + b"[1,1,1,1,1,1,1,1,1]," * MANY + b"0]",
    "floats": b"[" + b"1.5," * MANY + b"0]",
    "integers": b"[" + b"123456789," * MANY + b"0]",
    "long integers": b"[" + (b"1" * 399 + b",") * MANY + b"0]",
    "strings": json.dumps([f"s{i}" for i in range(MANY)]).encode(),
    "keys": json.dumps({f"s{i}": i for i in range(44_000)}).encode(),
    "objects of one key": json.dumps([{f"s{i}": 1} for i in range(MANY)]).encode(),
    "objects of six": json.dumps(
        [{f"s{i}{j}": 1 for j in range(6)} for i in range(MANY)]
    ).encode(),
    "one key again": b"{" + b'"a":1,' * MANY + b'"a":1}',
    "one key twice": b"[" + b'{"a":1,"a":2},' * MANY + b"0]",
    "letters and an emoji": b'["' + b"a" * 1_000_000 + EMOJI + b'"]',
    "emoji": ("[" + '"😀ab",' * MANY + "0]").encode(),
    "accents": ('["é"' + ',"é"' * MANY + "]").encode(),
    "Japanese": ('["' + "語" * 500_000 + '"]').encode(),
    "escapes": b'["' + rb"\u0041" * 100_000 + b'"]',
    "escaped emoji": b'["' + rb"\ud83d\ude00" * 100_000 + b'"]',
    "letters and an escaped emoji": b'["' + b"a" * 1_000_000 + rb"\uD83d\ude00" + b'"]',
    "letters and an escape": b'["' + b"a" * 1_000_000 + rb"\u3042" + b'"]',
    "newlines": b'["' + b"aaaaaaaaaaa\\n" * 100_000 + b'"]',
    "quotes": b'["' + rb"\"" * 500_000 + b'"]',
    "letters": b'["' + b"a" * 1_000_000 + b'"]',
    "a long key": b'{"' + b"a" * 1_000_000 + b'":1}',
}


def taken(data):
    """Return the bytes that reading takes at most, those of the text among them."""
    tracemalloc.start()
    try:
        json_text.parse(data, "text", UNBOUNDED)
        return len(data) + tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_more_than_is_reckoned(name):
    data = TEXTS[name]
    assert taken(data) <= memory_of(data) <= 100 * len(data)


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_more_than_what_is_not_even_reckoned(name):
    assert taken(TEXTS[name]) <= 40 * len(TEXTS[name])


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.dictionaries(st.text(max_size=8), inner, max_size=8)
    ),
    max_leaves=60,
)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_no_value_takes_more_than_is_reckoned(value, ascii_only, indent):
    text = json.dumps([value] * 500, ensure_ascii=ascii_only, indent=indent)
    data = text.encode("utf-8", "surrogatepass")
    assert taken(data) <= memory_of(data) + 20_000


def test_thirty_megabytes_of_letters_pass_and_an_emoji_in_them_does_not():
    letters = b'"' + b"a" * 30_000_000 + b'"'
    assert excess(letters) is None
    beyond = excess(letters[:-1] + EMOJI + b'"')
    assert beyond is not None
    assert str(beyond).endswith(" bytes of memory, more than the limit of 109051904")


def test_the_depth_that_may_be_may_be():
    assert excess(b"[" * 200 + b"]" * 200) is None
    assert str(excess(b"[" * 201 + b"]" * 201)) == (
        "201 levels of nesting, more than the limit of 200"
    )


@given(
    st.lists(
        st.sampled_from([b"[", b"]", b'"', b"\\", b'\\"', b"{", b"}", b"a"]),
        max_size=40,
    ),
    st.integers(1, 70_000),
)
@settings(max_examples=100, deadline=None)
def test_a_text_is_no_less_deep_where_it_is_cut_into_stretches(pieces, before):
    text = b"".join(pieces)
    moved = b'"' + b"x" * before + b'"' + text
    assert depth_of(moved) == depth_of(text)
