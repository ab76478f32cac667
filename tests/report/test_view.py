"""The lines of source of a finding, first the one to look at."""

from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.report.view import SourceLines, place, rows
from tests.report.formats.reports import LOGITS, MODEL

HEAD = replace(MODEL.heads[0], source="net.py:7")
BOTH = replace(MODEL, heads=(HEAD,))
TO_SIGMOID = kit.SetActivation(head="out", activation=kit.Activation.SIGMOID)
TO_BCE = kit.SetLoss(head="out", name="BinaryCrossentropy", from_logits=True)


def at(finding, model=BOTH):
    """Return the lines of source that the place of a finding names."""
    _, _, named = "".join(place(finding, SourceLines([model]).find(finding))).partition(" (")
    return named.removesuffix(")")


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
