"""What one run read and decided, so that an entry may be called unused."""

from dataclasses import replace

import pytest

from kerascheck.suppress.unused import Coverage, Scope
from tests.report.formats import reports

READ, UNREAD = reports.MODEL.path, reports.BROKEN.path


def test_models_are_told_apart_by_whether_they_were_read():
    coverage = Coverage(
        reports.Report(models=(reports.MODEL, reports.BROKEN)), str.upper
    )
    assert (coverage.read, coverage.unread) == ({READ.upper()}, {UNREAD.upper()})


@pytest.mark.parametrize(
    ("models", "decided"),
    [({READ}, True), ({READ, UNREAD}, False), ({READ, "other"}, False), (set(), False)],
    ids=["read", "not read", "not there", "none"],
)
def test_a_scope_is_decided_if_all_of_its_models_were_read(models, decided):
    coverage = Coverage(reports.Report(models=(reports.MODEL, reports.BROKEN)))
    assert coverage.decided(Scope(models, {"KC008"}, {"KC008"})) is decided


def test_a_scope_is_open_if_one_of_two_readings_of_its_model_failed():
    twin = replace(reports.BROKEN, path=READ)
    coverage = Coverage(reports.Report(models=(reports.MODEL, twin)))
    assert not coverage.decided(Scope({READ}, {"KC008"}, {"KC008"}))
