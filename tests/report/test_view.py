"""The rows of a finding, the same in every format, and its lines of source."""

import re
from dataclasses import replace
from html import unescape

import pytest

from kerascheck import kit
from kerascheck.engine.finding import TrainedOn
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.report.formats import renderer
from kerascheck.report.view import Row, SourceLines, place, rows, training
from kerascheck.trust.printable import Style
from tests.report.formats.reports import CONFIRMED, FULL, LOGITS, MODEL

FORMATS = ("text", "markdown", "html")

TRAINED = TrainedOn(
    task="binary",
    classes=2,
    classes_of_model=2,
    hidden_units=16,
    steps=200,
    batch=64,
    learning_rate=0.01,
    optimizer="adam",
)

HEAD = replace(MODEL.heads[0], source="net.py:7")
BOTH = replace(MODEL, heads=(HEAD,))
TO_SIGMOID = kit.SetActivation(head="out", activation=kit.Activation.SIGMOID)
TO_BCE = kit.SetLoss(head="out", name="BinaryCrossentropy", from_logits=True)


def at(finding, model=BOTH):
    """Return the lines of source that the place of a finding names."""
    text = "".join(place(finding, SourceLines([model]).find(finding)))
    return text.partition(" (")[2].removesuffix(")")


def finding(fact, *edits):
    fix = replace(LOGITS.fix, edits=edits) if edits else None
    return replace(LOGITS, location=f"heads.out.{fact}", fix=fix)


@pytest.mark.parametrize(
    ("fact", "edits"),
    [
        ("activation", ()),
        ("activation", (TO_SIGMOID, TO_BCE)),
        ("units", ()),
        ("softmax_axis", ()),
        ("after", ()),
        ("loss", (TO_SIGMOID,)),
        ("labels", (kit.SetUnits(head="out", units=3),)),
    ],
)
def test_what_the_layer_decides_is_looked_at_there(fact, edits):
    assert at(finding(fact, *edits)) == "net.py:7, compiled at train.py:42"


@pytest.mark.parametrize(
    ("fact", "edits"),
    [
        ("loss.from_logits", (TO_BCE,)),
        ("loss", (TO_SIGMOID, TO_BCE)),
        ("labels", ()),
        ("metrics.0", ()),
        ("activations", ()),
    ],
)
def test_all_else_is_looked_at_where_it_is_compiled(fact, edits):
    assert at(finding(fact, *edits)) == "train.py:42, layer at net.py:7"


def test_one_line_is_named_once():
    same = replace(BOTH, source="net.py:7")
    assert at(finding("activation"), same) == "net.py:7"


def test_the_only_line_that_is_known_is_looked_at():
    assert at(finding("activation"), MODEL) == "train.py:42"
    assert at(finding("loss"), replace(BOTH, source=None)) == "net.py:7"


def test_a_finding_about_no_head_is_looked_at_where_it_is_compiled():
    assert at(replace(finding("loss"), head=None)) == "train.py:42"


def test_a_finding_about_another_file_has_no_line():
    assert at(replace(LOGITS, model="other.keras")) == ""


def test_lines_are_no_part_of_fingerprints():
    (without,) = with_fingerprints([LOGITS], [MODEL])
    (with_lines,) = with_fingerprints([LOGITS], [BOTH])
    assert without.fingerprint == with_lines.fingerprint


def said(row):
    return row.heading, "".join(row.text)


def test_a_finding_says_why_then_its_fix_then_the_proof():
    assert [said(row) for row in rows(CONFIRMED)] == [
        ("because", "heads.out.activation is linear"),
        ("", "heads.out.loss.from_logits is False"),
        ("expected", "loss.from_logits is True"),
        (
            "harm",
            "worse-training: learns slower, or to a worse end (medium confidence)",
        ),
        (
            "fix",
            "compile with BinaryCrossentropy(from_logits=True) "
            "(unsafe: train the model again)",
        ),
        ("", "also fixed: KC301 logits-cut-at-one-half"),
        ("proof", "confirmed: accuracy 0.59 -> 0.97 (3 seeds, tensorflow, 14 s)"),
    ]


def test_the_corrected_call_is_code_of_the_fix():
    (fix,) = [row for row in rows(LOGITS) if row.code]
    assert fix.label == "fix"
    assert "\n".join(fix.code) == LOGITS.snippet


def test_what_was_measured_before_is_shown_on_request():
    finding = replace(LOGITS, measured="accuracy 0.6 -> 0.9")
    assert Row("measured", ("accuracy 0.6 -> 0.9",)) in rows(finding, verbose=True)
    assert "measured" not in {row.label for row in rows(finding)}


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_says_it_in_the_same_words(format_):
    shown = renderer(format_)(FULL, Style(width=200))
    text = unescape(re.sub("<[^>]*>", "", shown)) if format_ == "html" else shown
    bare = re.sub(r"[`*]|\n +|  +", "", text)
    for row in rows(CONFIRMED):
        assert "".join(row.text) in bare
        assert row.origin in bare
        assert row.label in bare


def test_the_line_that_changes_the_layer_is_code_of_the_fix():
    finding = replace(LOGITS, layer_line="out = keras.layers.Dense(1)")
    codes = [row.code for row in rows(finding) if row.code]
    assert codes == [("out = keras.layers.Dense(1)", *LOGITS.snippet.split("\n"))]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {},
            "trained on 2 classes: 16 hidden units, 200 steps of 64 rows, adam at 0.01",
        ),
        ({"task": "binary_hard"}, "2 classes that overlap: "),
        ({"task": "binary_imbalanced"}, "2 classes, one of them rare: "),
        (
            {"task": "multiclass", "classes": 6, "classes_of_model": 20},
            "6 classes (the model has 20)",
        ),
        ({"task": "multilabel", "classes": 3, "classes_of_model": 3}, "3 labels: "),
        ({"task": "regression"}, "trained on one real target: "),
        ({"assumed_labels": "one-hot"}, "2 classes, labels assumed one-hot: "),
    ],
)
def test_a_proof_says_what_was_trained(changes, words):
    assert words in training(replace(TRAINED, **changes))


def test_what_was_trained_stands_below_the_verdict():
    proven = replace(CONFIRMED.confirmation, trained=TRAINED)
    shown = rows(replace(CONFIRMED, confirmation=proven))
    verdict, setting, *_ = [row for row in shown if row.label == "proof"]
    assert (verdict.continues, setting.continues) == (False, True)
    assert setting.text == (training(TRAINED),)
