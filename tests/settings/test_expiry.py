"""The last day that a suppression counts."""

from kerascheck.settings.expiry import is_over


def test_the_last_day_itself_counts():
    assert not is_over("2026-12-31", "2026-12-31")


def test_the_day_after_the_last_is_over():
    assert is_over("2026-12-31", "2027-01-01")
