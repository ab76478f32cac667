"""Training in a child process: results, failures, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from kerascheck import kit
from kerascheck.confirm import child as children
from kerascheck.confirm.child import (
    TrainingFailed,
    TrainingUnavailable,
    backend,
    train_in_child,
)
from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import LabelForm, Part, Setup

SETUP = Setup(
    units=1,
    activation="sigmoid",
    loss=Part(name="BinaryCrossentropy"),
    labels=LabelForm(encoding=kit.Encoding.BINARY),
    metrics=(Part(name="accuracy"),),
    steps=20,
)


def test_results_come_back_in_order_and_progress_is_told():
    told = []
    other = kit.Encoding.ONE_HOT
    raising = Setup(
        units=1,
        activation="sigmoid",
        loss=Part(name="BinaryCrossentropy"),
        labels=LabelForm(encoding=other),
    )
    results = train_in_child(
        [SETUP, raising], seeds=3, budget=60, progress=lambda *work: told.append(work)
    )
    assert [r.status for r in results] == [Status.TRAINED, Status.RAISED]
    assert results[0].environment["backend"] in children.BACKENDS
    assert told
    assert told[-1][0] == told[-1][1]


def test_no_time_means_unfinished_with_a_reason():
    (result,) = train_in_child([SETUP], seeds=3, budget=0.0)
    assert result.status is Status.UNFINISHED
    assert "time" in result.reason


def test_a_child_that_crashes_is_reported_with_its_last_words(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TrainingFailed, match="exit code 1"):
        train_in_child([SETUP], seeds=3, budget=5)


def test_a_child_that_hangs_is_ended(monkeypatch, tmp_path):
    hanging = tmp_path / "python"
    hanging.write_text("#!/bin/sh\nexec sleep 100\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(hanging))
    monkeypatch.setattr(children, "GRACE", 0.2)
    started = time.monotonic()
    with pytest.raises(TrainingFailed, match="SIGKILL"):
        train_in_child([SETUP], seeds=3, budget=0.1)
    assert time.monotonic() - started < 20


def test_interrupt_leaves_no_child_behind(tmp_path):
    code = (
        "from tests.confirm.test_child import SETUP\n"
        "from kerascheck.confirm.child import train_in_child\n"
        "print('ready', flush=True)\n"
        "train_in_child([SETUP], seeds=3, budget=60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout.readline().strip() == "ready"
    time.sleep(0.5)
    parent.send_signal(signal.SIGINT)
    parent.wait(timeout=20)
    listed = subprocess.run(
        ["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True
    ).stdout
    assert f"{parent.pid} " not in [
        line.split()[0] + " " for line in listed.splitlines()
    ]
    assert list(tmp_path.iterdir()) == []


def test_missing_backend_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "no_such_backend")
    with pytest.raises(TrainingUnavailable, match="pip install"):
        backend()


def test_a_finding_that_hangs_on_the_backend_is_shown_on_each(monkeypatch):
    from kerascheck.confirm import confirmer
    from kerascheck.core.report import Report
    from kerascheck.core.run import run
    from kerascheck.rules.probabilities_scored_as_logits import RULE

    # The backend in use stands for another one, as CI has one alone.
    monkeypatch.setattr(confirmer, "other_backends", lambda: (backend(),))
    model = RULE.bad()[0]
    report = Report(models=(model,), findings=run([RULE], model).findings)
    (finding,) = confirmer.confirm_report(report, seeds=3, budget=60).findings
    assert [there.backend for there in finding.confirmation.elsewhere] == [backend()]
    assert finding.confirmation.elsewhere[0].reason
