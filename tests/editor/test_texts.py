"""Positions, edits and settings, without a server."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from kerascheck.editor.actions import Workplace, fix_all, ignoring
from kerascheck.editor.checking import check_text
from kerascheck.editor.documents import Document, bytes_of
from kerascheck.editor.found import found_in, moved
from kerascheck.editor.options import EditorOptions, read_options
from kerascheck.editor.positions import TextLines, units_of
from tests.editor.test_server import PROGRAM
from tests.editor.texts import applied

pytestmark = pytest.mark.editor

TEXTS = st.text(st.sampled_from("ab \t\f\r\né𝄞\u2028"), max_size=40)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32", None])


@settings(max_examples=300)
@given(TEXTS, ENCODINGS, st.data())
def test_an_offset_is_found_again_from_its_position(text, encoding, data):
    lines = TextLines(text, units_of(encoding))
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] != "\r\n":
        assert lines.offset(lines.position(offset)) in {
            offset,
            offset - len("\r") if text[:offset].endswith("\r") else offset,
        }


@settings(max_examples=300)
@given(TEXTS.filter(lambda t: "\r" not in t), TEXTS, st.data())
def test_a_change_is_made_where_it_says(text, new, data):
    lines = TextLines(text, units_of("utf-16"))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    where = lines.range(start, end)
    after = lines.replaced(types.TextDocumentContentChangePartial(where, new))
    assert after == text[:start] + new + text[end:]
    assert applied(text, [types.TextEdit(where, new)]) == after


@settings(max_examples=300)
@given(
    st.lists(st.integers(0, 99), unique=True).map(lambda n: [*map(str, n)]), st.data()
)
def test_lines_move_with_an_edit_in_one_place(numbers, data):
    lines = [*map(str, numbers)]
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    after = [*lines[:start], *data.draw(st.lists(st.just("new"))), *lines[end:]]
    place = moved(lines, after)
    for number, line in enumerate(lines):
        if after:
            assert 0 <= place(number) < len(after)
        if number < start or number >= end:
            assert after[place(number)] == line


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (None, EditorOptions()),
        ({}, EditorOptions()),
        ({"ignore": ["KC1"], "delay": 0}, EditorOptions(ignore=("KC1",), delay=0)),
        ({"minConfidence": None}, EditorOptions()),
        ({"run": "onSave"}, EditorOptions(run="onSave")),
    ],
)
def test_settings_are_read(said, read):
    assert read_options(said) == (read, ())


@pytest.mark.parametrize(
    "said",
    [
        *(3, [], "KC1", {"ignore": "KC1"}, {"ignore": [1]}, {"delay": True}),
        *({"delay": -1}, {"delay": 1e9}, {"run": "never"}, {"rules": ["mine"]}),
        {"minConfidence": "sure"},
    ],
)
def test_wrong_settings_are_named_and_absent(said):
    options, wrong = read_options(said)
    assert options == EditorOptions()
    assert len(wrong) == 1


def test_bytes_are_in_the_encoding_that_a_program_names():
    latin = "# -*- coding: latin-1 -*-\nx = 'é'\n"
    assert bytes_of(latin) == latin.encode("latin-1")
    impossible = latin.replace("é", "𝄞")
    assert bytes_of(impossible) == impossible.encode()
    assert bytes_of("# coding: none\nx") == b"# coding: none\nx"
    slow = "# coding: punycode\n" + "".join(map(chr, range(0x4E00, 0x8E00)))
    assert bytes_of(slow) == slow.encode()


ONE_LINE = (
    "import keras; m = keras.Sequential([keras.Input((20,)), "
    'keras.layers.Dense(1, activation="softmax")]); '
    'm.compile("adam", "binary_crossentropy")\n'
)


def test_a_mark_before_a_text_is_kept_once_and_shifts_no_edit(tmp_path):
    path = str(tmp_path / "train.py")
    text = f"\ufeff{ONE_LINE}"
    document = Document("file:///train.py", path, 1, text)
    assert document.data == text.encode()
    report = check_text(path, document.data, EditorOptions()).report
    place = Workplace(document, report, {path: document}, (), units_of("utf-16"))
    (edits,) = fix_all(place).values()
    assert applied(text, edits) == text.replace("softmax", "sigmoid")


LINE = '    keras.layers.Dense(1, activation="softmax"),'


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        (LINE, f"{LINE}  # kerascheck: ignore[KC103]"),
        (
            f"{LINE}  # the end",
            f"    # kerascheck: ignore[KC103]\n{LINE}  # the end",
        ),
        (
            f"{LINE}  # kerascheck: ignore[KC999] why",
            f"{LINE}  # kerascheck: ignore[KC999, KC103] why",
        ),
        (
            '    keras.layers.Dense(1, activation= \\\n"softmax"),',
            "    # kerascheck: ignore[KC103]\n"
            '    keras.layers.Dense(1, activation= \\\n"softmax"),',
        ),
    ],
)
def test_a_comment_is_put_where_it_counts(tmp_path, line, becomes):
    text = PROGRAM.replace(LINE, line)
    path = str(tmp_path / "train.py")
    document = Document("file:///train.py", path, 1, text)
    report = check_text(path, document.data, EditorOptions()).report
    (found,) = (
        one for one in found_in(report, document, {}) if one.finding.code == "KC103"
    )
    edit = ignoring(found, text, units_of("utf-16"))
    after = applied(text, [edit])
    assert after == text.replace(line, becomes)
    again = check_text(path, after.encode(), EditorOptions()).report
    assert "KC103" not in [one.code for one in again.findings]
