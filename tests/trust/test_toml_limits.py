"""The bound on TOML: ordinary documents pass, and what passes takes little."""

import time
import tomllib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck.settings.settings import MAX_BYTES
from kerascheck.trust import toml_limits
from kerascheck.trust.toml_limits import MAX_DEPTH, MAX_PARTS, excess

ROOT = Path(__file__).parents[2]

QUOTES = st.text("ab.#[]{}=,\\ é😀'\"", max_size=12)
BARE = st.text("abz_-09", min_size=1, max_size=6)


def basic(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


KEYS = BARE | QUOTES.map(basic) | QUOTES.map(lambda t: "'" + t.replace("'", "") + "'")
TEXTS = (
    QUOTES.map(basic)
    | QUOTES.map(lambda text: "'" + text.replace("'", "") + "'")
    | QUOTES.map(lambda text: '"""' + basic(text)[1:-1] + '\n"""')
    | QUOTES.map(lambda text: '"""' + basic(text)[1:-1] + ' a"""""')
    | QUOTES.map(lambda text: "'''\n" + text.replace("'", "") + "'''''")
)
SCALARS = (
    st.integers(-(10**9), 10**9).map(str)
    | st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.sampled_from(["true", "inf", "1979-05-27T07:32:00.999-07:00", "0x1f", "1_0.5"])
    | TEXTS
)


def containers(inner):
    lists = st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]")
    pairs = st.tuples(KEYS, inner).map(" = ".join)
    return lists | st.lists(pairs, max_size=3).map(
        lambda some: f"{{{', '.join(some)}}}"
    )


VALUES = st.recursive(SCALARS, containers, max_leaves=12)
PATHS = st.lists(KEYS, min_size=1, max_size=5).map(" . ".join)
LINES = st.one_of(
    st.tuples(PATHS, VALUES).map(" = ".join),
    PATHS.map("[{}]".format),
    PATHS.map("[[{}]]".format),
    QUOTES.map("# {}".format),
)
DOCUMENTS = st.lists(LINES, max_size=12).map("\n".join)


def parts_in(value):
    """Return the longest path of tables and arrays in a document."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return 0
    return 1 + max(map(parts_in, value), default=0)


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
def test_an_ordinary_document_is_never_refused(text):
    assert excess(text.encode()) is None


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.integers(MAX_PARTS + 1, 40), st.sampled_from([".", " . ", "."]))
def test_a_key_of_too_many_parts_is_refused_after_any_document(text, parts, dot):
    key = dot.join(["k"] * parts)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for line in (f"{key} = 1", f"[{key}]", f'[x{parts}]\na = {{ {key} = "b" }}'):
        told = excess(f"{text}\n{line}\n".encode())
        assert told == f"{parts} parts in one key, more than the limit of {MAX_PARTS}"


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.integers(MAX_DEPTH + 1, 60), st.booleans())
def test_values_that_nest_too_deeply_are_refused_after_any_document(text, deep, lists):
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    before, after = ("[", "]") if lists else ("{a = ", "}")
    line = f"zz = {before * deep}1{after * deep}"
    assert "levels of nesting" in excess(f"{text}\n{line}\n".encode())


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_what_passes_is_no_deeper_than_allowed(text):
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert excess(text.encode()) is None
    assert parts_in(found) <= 2 * MAX_PARTS + MAX_DEPTH


def test_our_own_file_passes():
    assert excess((ROOT / "pyproject.toml").read_bytes()) is None


PIECES = (
    b'"""', b"'''", b'"', b"'", b'\\"""', b'a."', b"#", b'"\\', b"a.", b"a .", b"- ",
    b"tool ", b"aaaa", b"[", b"[[", b"{a=", b"\n", b"a=1\n", b"a", b"1", b'"a".',
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_no_text_takes_long_to_look_through(piece):
    text = piece * (MAX_BYTES // len(piece))
    began = time.process_time()
    excess(text)
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize(
    "text",
    [
        b"".join(b"k%d=1\n" % i for i in range(toml_limits.MAX_KEYS)),
        b"".join(b"[t%d]\n" % i for i in range(toml_limits.MAX_KEYS)),
        b"a = [" + b"{a=1}," * (toml_limits.MAX_KEYS // 2) + b"]",
        b"".join(b".".join([b"a"] * 15 + [b"k%d" % i]) + b"=1\n" for i in range(1_300)),
        b'a = "' + b"x" * 900_000 + "😀".encode() + b'"',
        b"#\n" * 50_000,
    ],
    ids=["keys", "tables", "objects", "parts", "emoji", "comments"],
)
def test_what_passes_takes_little_memory(text):
    assert excess(text) is None
    tracemalloc.start()
    try:
        tomllib.loads(text.decode())
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()
