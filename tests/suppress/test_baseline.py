"""Known findings: what a file of them says, and which entries are needed."""

import json
from dataclasses import replace

import pytest

from kerascheck.model.errors import UsageError
from kerascheck.settings.file import MAX_BASELINE
from kerascheck.settings.settings import Settings
from kerascheck.suppress.baseline import (
    Baseline,
    Entry,
    entries_of,
    load,
    pruned,
    unused_entries,
    unused_in_baseline,
)
from kerascheck.suppress.rule_selection import select_rules
from tests.report.formats.reports import BROKEN, LOGITS, MODEL, Report

TODAY = "2026-12-31"
KNOWN = Entry("0" * 16, "KC101", MODEL.path)
FOUND = replace(LOGITS, fingerprint=KNOWN.fingerprint)
RULES = select_rules(Settings()).rules


def report(*findings, models=(MODEL,)):
    return Report(models=models, findings=findings, rules=RULES)


def other(number, **facts):
    return KNOWN._replace(fingerprint=f"{number:016}", **facts)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(tmp_path)


def document(*entries, version=1):
    return json.dumps({"version": version, "entries": entries}).encode()


LINE = {"fingerprint": "0", "code": "KC101", "model": "a.keras"}
WRONG = {
    "too large": (b" " * (MAX_BASELINE + 1), f"larger than {MAX_BASELINE} bytes"),
    "in conflict": (b"[\n<<<<<<< ours\n]", "it has a merge conflict; keep both sides"),
    "not JSON": (b"[", "not JSON: Expecting value: line 1 column 2 (char 1)"),
    "another version": (
        document(version=9),
        "Expected a baseline of version 1. Received: 9.",
    ),
    "no list": (b'{"version": 1}', "Expected a list of entries"),
    "unknown key": (
        document({**LINE, "why": "x"}),
        "entry 1: Expected the keys fingerprint, code, model, head, count, reason, "
        "until",
    ),
    "wrong type": (
        document(LINE, {**LINE, "count": 0}),
        "entry 2: a value has the wrong type",
    ),
    "no date": (
        document(LINE, {**LINE, "until": "soon"}),
        "entry 2: Expected a date such as 2026-12-31. Received: 'soon'.",
    ),
}


@pytest.mark.parametrize(("data", "says"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_no_baseline_is_told_with_its_path_and_why(data, says):
    with pytest.raises(UsageError) as told:
        load("sub/known.json", data)
    assert str(told.value) == f"sub/known.json: {says}"


def test_a_baseline_that_is_not_there_is_told_with_its_path(home):
    with pytest.raises(UsageError, match=r"^sub/known\.json: reading it failed: No"):
        load("sub/known.json")


def test_a_last_day_that_is_no_date_is_refused():
    with pytest.raises(UsageError, match=r"^--until: Expected a date .* 'soon'\.$"):
        entries_of(report(FOUND), str, until="soon")


def test_new_entries_have_the_reason_and_last_day_that_are_given():
    (entry,), refused = entries_of(report(FOUND), str, reason="why", until=TODAY)
    assert (entry.reason, entry.until, refused) == ("why", TODAY, ())


def test_each_entry_is_judged_by_itself(home):
    gone = other(2, model="gone.keras")
    unread, fixed = other(1, model=BROKEN.path), other(3)
    rarer, elsewhere = other(4, times=2), other(5, code="KC999")
    entries = (KNOWN, unread, gone, fixed, rarer, elsewhere)
    left = replace(FOUND, fingerprint=rarer.fingerprint)
    found = report(FOUND, left, models=(MODEL, BROKEN))
    told = [
        (u.entry, u.why) for u in unused_entries(Baseline("b", entries), found, home)
    ]
    assert told == [
        (gone, "the model is gone"),
        (fixed, "it is fixed"),
        (rarer, "1 of 2 is left"),
    ]
    kept = pruned(Baseline("b", entries), found, home=home, today=TODAY)
    assert kept == (KNOWN, unread, rarer._replace(times=1), elsewhere)


def test_findings_about_entries_have_fingerprints_of_their_own(home):
    baseline = Baseline("known.json", (other(1), other(2, until="2020-01-01")))
    found = unused_in_baseline(baseline, report(), home=home, today=TODAY)
    assert [(f.model, f.fingerprint, str(f.severity)) for f in found] == [
        ("known.json", f"KC009-{1:016}", "note"),
        ("known.json", f"KC009-{2:016}", "warning"),
    ]
