"""A model gives the same findings however it is checked: all fixtures, all ways."""

import json
from functools import cache
from pathlib import Path

import pytest

import kerascheck
from kerascheck.cli.program import exit_code
from kerascheck.live.fit_hook import check_on_fit
from tests.live.twins import FIXTURES, TWINS, inputs, labels, twin

pytest.importorskip("keras")

NO_BATCH = {
    "file-uncompiled": "Keras trains no model that is not compiled",
    "labels-strings": "Keras makes no batch of strings",
}
"""Twins whose `fit` ends before there is a batch for the callback, and why."""


QUICK = (
    "file-uncompiled",
    "format-archive-wrong",
    "format-keras-2-archive-wrong",
    "heads-dict-one-wrong",
    "heads-list-one-wrong",
    "labels-strings",
    "labels-tags-accuracy",
    "losses-own-class",
    "parabola-right",
    "tables-one-unit-softmax-sparse",
    "zero-and-one-imbalanced",
)
"""One twin of each kind, those among them whose `fit` raises."""


class Halt(Exception):
    """Ends a `fit` before its first step."""


def findings(report):
    """Return what has to be the same of a report, in its order."""
    return [(f.code, f.head, f.location, f.severity) for f in report]


@cache
def of_file(name):
    return findings(kerascheck.check(FIXTURES / name))


@cache
def during_fit(name):
    """Return what the callback, and what watching tells of one `fit`."""

    def halt(watched):
        told.append(watched.report)
        raise Halt

    told, model, x = [], twin(name), inputs(name)
    callback = kerascheck.callback("never", verbose=0)
    model.run_eagerly = True
    error = ValueError if name in NO_BATCH else Halt
    with pytest.raises(error), check_on_fit(halt):
        model.fit(x, labels(name), batch_size=len(x), callbacks=[callback], verbose=0)
    (report,) = told
    return callback.report, report


def each(names):
    """Run a test on each twin; what is not quick takes a step with the whole data."""
    return pytest.mark.parametrize(
        "name",
        [
            pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
            for name in names
        ],
    )


@pytest.mark.parametrize("name", TWINS)
def test_a_live_model_gives_the_findings_of_its_file(name):
    assert findings(kerascheck.check(twin(name), labels(name))) == of_file(name)


@each(TWINS)
def test_watching_gives_the_findings_of_the_file(name):
    assert findings(during_fit(name)[1]) == of_file(name)


@each(name for name in TWINS if name not in NO_BATCH)
def test_the_callback_gives_the_findings_of_the_file(name):
    assert findings(during_fit(name)[0]) == of_file(name)


# Whole programs with all of them: some train, the others are shown a batch.

PROGRAM = """
from contextlib import suppress
from tests.live.test_same_everywhere import TWINS, shown

for name in TWINS:
    with suppress(Exception):
        shown(name)
"""

TESTS = """
import pytest
from tests.live.test_same_everywhere import findings, of_file, shown
from tests.live.twins import TWINS, labels, twin

each = pytest.mark.parametrize("name", TWINS)

@each
def test_fixture(kerascheck, name):
    assert findings(kerascheck(twin(name), labels(name))) == of_file(name)

@each
def test_shown(name):
    shown(name)
"""


def shown(name):
    """Have a twin take all of its data, in the way that is least work for most."""
    model, x = twin(name), inputs(name)
    model.run_eagerly = True
    if name in QUICK:
        model.fit(x, labels(name), batch_size=len(x), verbose=0)
    else:
        model.test_on_batch(x, labels(name))


def test_a_program_that_is_run_gives_the_findings_of_the_files(
    tmp_path, monkeypatch, capfd
):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(PROGRAM)
    with pytest.raises(SystemExit):
        exit_code(["run", "--output-format", "json", "train.py"])
    document = json.loads(capfd.readouterr().out)
    paths = [model["path"] for model in document["models"]]
    assert len(set(paths)) == len(TWINS)
    for name, path in zip(TWINS, paths, strict=True):
        found = [f for f in document["findings"] if f["model"] == path]
        assert [(f["code"], f["head"], f["severity"]) for f in found] == [
            (code, head, severity) for code, head, _, severity in of_file(name)
        ]


def test_pytest_gives_the_findings_of_the_files(pytester):
    pytester.makepyfile(TESTS)
    ran = pytester.inline_run("--kerascheck-fit", "-p", "no:hypothesispytest")
    reports = {report.nodeid.partition("::")[2]: report for report in calls(ran)}
    for name in TWINS:
        assert reports[f"test_fixture[{name}]"].passed
        kept = reports[f"test_shown[{name}]"].user_properties
        codes = [value for key, value in kept if key == "kerascheck.code"]
        assert codes == [code for code, *_ in of_file(name)]


def calls(ran):
    reports = ran.getreports("pytest_runtest_logreport")
    return (report for report in reports if report.when == "call")
