"""How disagreements of rules and measurement are found and grouped."""

from dataclasses import replace

import pytest

from tests.tools.audit.test_truth import BINARY
from tools.audit.kinds import disagreements, kinds
from tools.audit.page import section
from tools.audit.setups import Setup
from tools.audit.table import report, said, zone_of

SETUP = Setup(heads=(replace(BINARY, metrics=(("AUC", ()),)),))


def result(*findings, setup=SETUP, short=0.0, off=0.0, gap=0.0, **changes):
    figures = {
        "shortfall": [short] * 3,
        "miscalibration": [off] * 3,
        "metrics": [{"metric": "AUC", "reported": [0.9 - gap], "true": [0.9]}],
    }
    return {
        "setup": setup.to_dict(),
        "findings": list(findings),
        "refused": None,
        "undecided": [],
        "raised": None,
        "weights": None,
        "heads": [figures] * len(setup.heads),
        **changes,
    }


def finding(harm, severity="error", code="KC101", head="head_0"):
    return {
        "code": code,
        "severity": severity,
        "harm": harm,
        "head": head,
        "location": "",
        "message": "something is odd",
    }


def whats(one):
    return [(d.silent, d.what) for d in disagreements(one)]


RAISED = ["loss", 0, "ValueError: shapes"]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (result(), []),
        (result(short=0.2), [(True, "training")]),
        (result(short=0.04), []),
        (result(finding("no-learning"), short=0.2), []),
        (result(finding("no-learning"), short=0.04), []),
        (result(finding("no-learning")), [(False, "KC101")]),
        (result(finding("no-learning", "note")), []),
        (result(finding("fragile")), []),
        (result(off=0.2), [(True, "calibration")]),
        (result(finding("worse-training"), short=0.2, off=0.2, gap=0.2), []),
        (result(finding("misreported"), gap=0.2), []),
        (result(finding("misreported", "note"), gap=0.2), [(True, "metric")]),
        (result(finding("misreported", "note"), gap=0.06), []),
        (result(gap=0.06), [(True, "metric")]),
        (
            result(finding("misreported"), short=0.2),
            [(True, "training"), (False, "KC101")],
        ),
        (result(raised=RAISED, heads=[]), [(True, "raises")]),
        (result(finding("raises"), raised=RAISED, heads=[]), []),
        (result(finding("raises")), [(False, "KC101")]),
        (result(finding("no-learning"), raised=RAISED, heads=[]), [(True, "raises")]),
        (result(refused="UsageError: no"), [(True, "refused")]),
        (result(weights="no weight for [0]"), [(True, "weights")]),
        (result(finding("none", code="KC404"), weights="no weight for [0]"), []),
    ],
)
def test_only_clear_harm_without_finding_and_finding_without_harm_differ(one, expected):
    assert whats(one) == expected


def test_finding_of_another_head_explains_nothing():
    both = replace(SETUP, heads=SETUP.heads * 2)
    one = result(finding("no-learning"), setup=both, short=0.2)
    assert whats(one) == [(True, "training")]


def test_kinds_are_counted_and_shown_by_their_plainest_setup():
    deep = replace(SETUP, rank=4)
    results = [result(setup=deep, short=0.2), result(short=0.3), result(off=0.2)]
    found = kinds([d for one in results for d in disagreements(one)])
    assert [kind.count for kind in found] == [2, 1]
    assert found[0].example.setup == SETUP
    assert found[0].signature == (
        "training: BinaryCrossentropy on 1 unit of sigmoid, binary"
    )


def test_report_counts_setups_and_marks_what_was_not_seen_alone():
    results = [
        result(finding("no-learning"), short=0.2),
        result(short=0.2),
        result(),
        result(raised=RAISED, heads=[]),
    ]
    assert [zone_of(one) for one in results] == ["harm", "harm", "none", "raises"]
    assert [said(one) for one in results] == ["error", "silent", "silent", "silent"]
    silent = next(iter(disagreements(results[1])))
    text = report(results, frozenset({silent.key}))
    assert text.splitlines()[2].split() == ["harm", "1", "0", "0", "1"]
    assert "Silent harm: 2 in 2 kinds" in text
    assert text.count("(not seen alone)") == 1


def test_page_lists_kinds_without_a_reason_as_well():
    silent = section([result(short=0.2)], backend="tensorflow", seed=0)
    assert "| 1 | silent harm | training: BinaryCrossentropy" in silent
    assert "not explained yet" in silent
    assert "No kind of disagreement remains" in section(
        [result()], backend="jax", seed=0
    )
