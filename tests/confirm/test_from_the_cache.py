"""A verdict that rests on kept results says so, and lowers no severity when locked."""

import json
import os
import shutil

import pytest

import kerascheck
from kerascheck.confirm.cache import open_cache
from kerascheck.confirm.child_process import default_backend
from kerascheck.confirm.conditions import conditions_of
from kerascheck.confirm.evidence import trainings
from kerascheck.confirm.options import SEEDS
from kerascheck.confirm.plan import plan_of
from kerascheck.confirm.result import SeedResult, SetupResult, Status
from kerascheck.engine.finding import Severity, Verdict
from kerascheck.report.document import document
from kerascheck.report.view import CACHED
from kerascheck.trust.tree import Tree
from tests.cli.conftest import run
from tests.gate.conftest import FIXTURES

__all__ = ["run"]


@pytest.fixture(autouse=True)
def _nothing_ships(monkeypatch):
    monkeypatch.setattr(trainings, "shipped_trainings", lambda *_, **__: None)


@pytest.fixture
def report(tmp_path, monkeypatch):
    """A softmax on one unit, in a folder that is the current one."""
    shutil.copy(FIXTURES / "zero-and-one-softmax" / "model.keras", tmp_path)
    shutil.copy(FIXTURES / "zero-and-one-softmax" / "labels.npy", tmp_path)
    monkeypatch.chdir(tmp_path)
    return kerascheck.check("model.keras")


def _seeds(accuracy: float) -> tuple[SeedResult, ...]:
    return tuple(
        SeedResult(seed=n, accuracy=accuracy + n / 1000, reported={})
        for n in range(SEEDS)
    )


def _keep(report, *, before: float, after: float) -> None:
    """Keep what trainings of each side might have given; nothing is trained."""
    name = default_backend()
    environment = {"backend": name, "device": "cpu"}
    with open_cache(Tree.of((os.curdir,)), pytest.fail) as cache:
        results = cache.results_of(backend=name, device="auto", seeds=SEEDS)
        for pair in _pairs(report):
            for setup, accuracy in ((pair.before, before), (pair.after, after)):
                trained = SetupResult(
                    setup=setup,
                    status=Status.TRAINED,
                    seeds=_seeds(accuracy),
                    bayes_accuracy=0.987,
                    environment=environment,
                    seconds=1.0,
                )
                results.put(trained)


def _pairs(report):
    """Yield what is trained for the findings, under other conditions as well."""
    for finding in report.findings:
        for pair in plan_of(finding, report).pairs:
            yield pair
            yield from (other.pair for other in conditions_of(finding, pair))


def _one(report):
    (finding,) = report.findings
    return finding


@pytest.mark.parametrize("locked", [False, True])
def test_a_refuted_finding_becomes_a_note_but_not_from_the_cache_when_locked(
    report, locked
):
    _keep(report, before=0.9, after=0.9)
    found = _one(report)
    finding = _one(kerascheck.confirm(report, locked=locked))
    assert finding.confirmation.status is Verdict.REFUTED
    assert finding.confirmation.source == "cache"
    if locked:
        assert finding.severity is found.severity
        assert "the severity stays" in finding.confirmation.reason
        assert "--no-cache" in finding.confirmation.reason
    else:
        assert finding.severity is Severity.NOTE


def test_a_confirmed_finding_is_the_same_when_locked(report):
    _keep(report, before=0.5, after=0.95)
    finding = _one(kerascheck.confirm(report, locked=True))
    assert finding.confirmation.status is Verdict.CONFIRMED
    assert finding.severity is _one(report).severity
    assert "stays" not in finding.confirmation.reason


def test_every_format_says_that_it_is_from_the_cache(report, run, tmp_path):
    _keep(report, before=0.5, after=0.95)
    extra = [
        word
        for name in ("json", "markdown", "html")
        for word in ("--report", f"{name}=report.{name}")
    ]
    ran = run("--confirm", "model.keras", *extra)
    assert ran.code == 1, ran.err
    assert CACHED in " ".join(ran.out.split())
    for name in ("markdown", "html"):
        assert CACHED in (tmp_path / f"report.{name}").read_text()
    (finding,) = json.loads((tmp_path / "report.json").read_text())["findings"]
    assert finding["confirmation"]["source"] == "cache"


def test_a_folder_in_the_tree_decides_nothing_and_is_named_once(
    report, run, monkeypatch, tmp_path
):
    here, elsewhere = tmp_path / ".kerascheck_cache", tmp_path.parent / "elsewhere"
    monkeypatch.setenv("KERASCHECK_CACHE_DIR", str(elsewhere))
    _keep(report, before=0.9, after=0.9)
    elsewhere.rename(here.with_name("refuted"))
    _keep(report, before=0.5, after=0.95)
    here.with_name("refuted").rename(here)
    ran = run("--confirm", "model.keras")
    assert "confirmed" in ran.out
    assert ran.code == 1
    assert ran.err.count(".kerascheck_cache is ignored") == 1


def test_a_program_is_warned_that_its_cache_is_not_used(report, monkeypatch, tmp_path):
    monkeypatch.setenv("KERASCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_BACKEND", "no_such_backend")
    with pytest.warns(UserWarning, match="inside the tree"):
        kerascheck.confirm(report)


def test_what_was_never_trained_has_no_source(report, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "no_such_backend")
    plain = document(kerascheck.confirm(report))
    (finding,) = plain["findings"]
    assert finding["confirmation"]["status"] == "not-run"
    assert finding["confirmation"]["source"] is None
