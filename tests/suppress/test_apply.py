"""Findings under levels and ignores: what stays, and what is set aside with whom."""

from dataclasses import replace

from kerascheck.suppress.apply import SuppressedBy, apply_suppressions
from tests.report.formats import reports

CAUSE = replace(reports.LOGITS, follows=(reports.FOLLOWER,))


def aside(*codes):
    return lambda finding: SuppressedBy("baseline") if finding.code in codes else None


def own(code):
    return None


def test_what_follows_and_is_set_aside_leaves_its_cause():
    (stays,), (away,) = apply_suppressions([CAUSE], own, aside("KC301"))
    assert (stays.code, stays.follows) == ("KC101", ())
    assert (away.finding.code, away.by) == ("KC301", "baseline")


def test_what_follows_and_stays_is_left_inside_its_cause():
    assert apply_suppressions([CAUSE], own, aside()) == ((CAUSE,), ())


def test_what_follows_has_its_own_level():
    levels = {"KC301": "note"}
    ((stays,), _) = apply_suppressions([CAUSE], levels.get, aside())
    assert (stays.severity, stays.follows[0].severity) == ("error", "note")


def test_what_followed_from_a_cause_that_is_set_aside_is_reported_by_itself():
    (stays,), (away,) = apply_suppressions([CAUSE], own, aside("KC101"))
    assert (stays, away.finding) == (reports.FOLLOWER, reports.LOGITS)


def test_what_follows_may_be_set_aside_together_with_its_cause():
    none, away = apply_suppressions([CAUSE], own, aside("KC101", "KC301"))
    assert none == ()
    assert [one.finding for one in away] == [reports.LOGITS, reports.FOLLOWER]
