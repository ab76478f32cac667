"""Training in a child process: results, failures, and nothing left behind."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kerascheck
from kerascheck import kit
from kerascheck.confirm import child_process as children
from kerascheck.confirm.child_process import (
    TrainingFailed,
    TrainingUnavailable,
    default_backend,
    run_in_child,
    train_in_child,
)
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.trust.tree import Tree

ROOT = Path(__file__).parents[2]

SETUP = Setup(
    units=1,
    activation="sigmoid",
    loss=Part(name="BinaryCrossentropy"),
    labels=LabelForm(encoding=kit.Encoding.BINARY),
    metrics=(Part(name="accuracy"),),
    steps=20,
)


def test_results_come_back_in_order_and_progress_is_reported():
    steps = []
    other = kit.Encoding.ONE_HOT
    raising = Setup(
        units=1,
        activation="sigmoid",
        loss=Part(name="BinaryCrossentropy"),
        labels=LabelForm(encoding=other),
    )
    options = TrainingOptions(
        seeds=3, budget=60, progress=lambda *work: steps.append(work)
    )
    results = train_in_child([SETUP, raising], options)
    assert [r.status for r in results] == [Status.TRAINED, Status.RAISED]
    assert results[0].environment["backend"] in children.BACKENDS
    assert steps
    assert steps[-1][0] == steps[-1][1]


def test_no_time_means_unfinished_with_a_reason():
    (result,) = train_in_child([SETUP], TrainingOptions(seeds=3, budget=0.0))
    assert result.status is Status.UNFINISHED
    assert "time" in result.reason


def test_a_child_that_crashes_is_reported_with_its_last_words(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TrainingFailed, match="exit code 1"):
        train_in_child([SETUP], TrainingOptions(seeds=3, budget=5))


def test_a_child_that_hangs_is_ended(monkeypatch, tmp_path):
    hanging = tmp_path / "python"
    hanging.write_text("#!/bin/sh\nexec sleep 100\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(hanging))
    monkeypatch.setattr(children, "GRACE", 0.2)
    started = time.monotonic()
    with pytest.raises(TrainingFailed, match="SIGKILL"):
        train_in_child([SETUP], TrainingOptions(seeds=3, budget=0.1))
    assert time.monotonic() - started < 20


def test_interrupt_leaves_no_child_behind(tmp_path):
    code = (
        "from tests.confirm.test_child_process import SETUP\n"
        "from kerascheck.confirm.child_process import train_in_child\n"
        "print('ready', flush=True)\n"
        "from kerascheck.confirm.options import TrainingOptions\n"
        "train_in_child([SETUP], TrainingOptions(seeds=3, budget=60))\n"
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
        default_backend()


def test_a_finding_that_hangs_on_the_backend_is_shown_on_each(monkeypatch):
    from kerascheck.confirm import confirmer, trials
    from kerascheck.engine.judge import judge
    from kerascheck.report.report import Report
    from kerascheck.rules.probabilities_scored_as_logits import RULE

    # The backend in use stands for another one, as CI has one alone.
    monkeypatch.setattr(trials, "other_backends", lambda _: (default_backend(),))
    model = RULE.bad()[0]
    report = Report(models=(model,), findings=judge([RULE], model).findings)
    (finding,) = confirmer.confirm_report(
        report, TrainingOptions(seeds=3, budget=60)
    ).findings
    assert [there.backend for there in finding.confirmation.elsewhere] == [
        default_backend()
    ]
    assert finding.confirmation.elsewhere[0].reason


ECHO = """
import os, site, sys

def main(request, reply):
    import kerascheck
    reply(results=[{
        "request": dict(request),
        "path": sys.path,
        "here": os.getcwd(),
        "around": os.listdir(),
        "package": kerascheck.__file__,
        "prefix": [sys.prefix, sys.exec_prefix, sys.base_prefix],
        "flags": [sys.flags.isolated, sys.flags.no_site],
        "packages": site.getsitepackages(),
        "pythonpath": os.environ.get("PYTHONPATH"),
        "keras_home": os.environ.get("KERAS_HOME"),
        "customized": "sitecustomize" in sys.modules,
    }])
"""


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A folder of modules outside the tree, which is the working folder."""
    folder, tree = tmp_path / "modules", tmp_path / "tree"
    folder.mkdir()
    tree.mkdir()
    (folder / "echo.py").write_text(ECHO)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    monkeypatch.chdir(tree)
    return folder


def _echo(**request):
    (plain,) = run_in_child(
        "echo", request, TrainingOptions(budget=30), backend="tensorflow"
    )
    return plain


def test_the_child_starts_isolated_in_an_empty_folder_that_is_gone_afterwards(modules):
    plain = _echo(text="ä\udcff")
    assert plain["flags"] == [1, 1]
    assert plain["around"] == []
    assert not os.path.exists(plain["here"])
    assert not plain["customized"]
    assert plain["pythonpath"] is None
    assert plain["request"] == {"text": "ä\udcff", "budget": 30, "device": "auto"}


def test_the_child_has_the_packages_of_the_parent_and_nothing_of_the_tree(
    modules, monkeypatch
):
    import site

    tree = os.getcwd()
    monkeypatch.setattr(sys, "path", ["", tree, f"{tree}/src", "src", *sys.path])
    monkeypatch.setenv("PYTHONPATH", tree)
    plain = _echo()
    assert not [path for path in plain["path"] if path.startswith(tree)]
    assert all(map(os.path.isabs, plain["path"]))
    assert set(site.getsitepackages()) <= set(plain["path"])
    assert plain["packages"] == site.getsitepackages()
    assert plain["prefix"] == [sys.prefix, sys.exec_prefix, sys.base_prefix]


def test_kerascheck_is_loaded_from_inside_the_tree_without_what_lies_beside_it(modules):
    tree = Tree([str(ROOT)])
    options = TrainingOptions(budget=30, tree=tree)
    (plain,) = run_in_child("echo", {}, options, backend="tensorflow")
    assert plain["package"] == str(ROOT / "kerascheck" / "__init__.py")
    assert str(ROOT) not in plain["path"]


@pytest.mark.parametrize("home", ["tree", "elsewhere"])
def test_settings_of_keras_are_not_read_from_the_tree(modules, monkeypatch, home):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(modules.parent / home))
    plain = _echo()
    assert plain["keras_home"] == (plain["here"] if home == "tree" else None)


def test_the_child_ends_when_the_pipe_from_its_parent_is_closed(modules, tmp_path):
    (modules / "waits.py").write_text(WAITS)
    folder = tmp_path / "empty"
    folder.mkdir()
    child = subprocess.Popen(
        children._command(),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    python = {"path": sys.path, "prefix": sys.prefix}
    package = str(ROOT / "kerascheck")
    message = {"python": python, "package": package, "module": "waits", "request": {}}
    child.stdin.write(json.dumps(message) + "\n")
    child.stdin.flush()
    assert "progress" in child.stdout.readline()
    child.stdin.close()
    assert child.wait(timeout=60) == children.child_main.GONE
    assert not folder.exists()
    child.stdout.close()


WAITS = """
import os, threading

def main(request, reply):
    reply(progress=[os.getpid(), 1])
    threading.Event().wait()
"""

PARENT = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup ignores
sys.path += {path!r}
from kerascheck.confirm.child_process import run_in_child
from kerascheck.confirm.options import TrainingOptions
options = TrainingOptions(
    budget=600, progress=lambda pid, _: print(pid, flush=True)
)
run_in_child("waits", {{}}, options, backend="tensorflow")
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches the child on Linux")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_child_ends_when_its_parent_is_killed(modules, tmp_path, end):
    (modules / "waits.py").write_text(WAITS)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(path=[str(ROOT), str(modules)])],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.send_signal(end)
    parent.wait(timeout=60)
    ended, _, _ = select.select([child], [], [], 60)
    assert ended
    assert list(temporary.iterdir()) == []
    os.close(child)
    parent.stdout.close()


def test_a_parent_that_dies_while_it_writes_leaves_no_child(tmp_path):
    done = subprocess.run(
        children._command(), input='{"python": ', text=True, cwd=tmp_path, timeout=60
    )
    assert done.returncode == children.child_main.GONE


def test_ending_a_child_needs_nothing_that_windows_lacks():
    source = Path(children.__file__).read_text()
    assert not any(word in source for word in ("killpg", "getpgid", "setsid", "fork"))


@pytest.mark.parametrize("name", ["keras", "tensorflow"])
def test_what_a_tree_calls_keras_does_not_count_as_installed(
    tmp_path, monkeypatch, name
):
    (tmp_path / f"{name}.py").write_text("raise SystemExit")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TrainingUnavailable):
        default_backend()


def test_no_time_means_no_child(monkeypatch):
    from kerascheck.confirm import obtain

    def refuse(*_, **__):
        raise AssertionError("a child was started")

    monkeypatch.setattr(obtain, "train_in_child", refuse)
    options = TrainingOptions(budget=0)
    trained = obtain.train_setups([SETUP], options, backend="tensorflow")
    assert trained.results[SETUP].reason == "no time was given to training"


def test_a_missing_gpu_is_one_clear_line():
    with pytest.raises(TrainingUnavailable, match=r"^there is no GPU that \w+ can use"):
        train_in_child([SETUP], TrainingOptions(seeds=3, budget=60, device="gpu"))


def test_a_machine_without_a_gpu_is_told_in_one_line_before_training(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a child was started")

    lines = []
    monkeypatch.setattr(children.sys, "platform", "linux")
    monkeypatch.setattr(children, "glob", lambda pattern: [])
    monkeypatch.setattr(children.subprocess, "Popen", refuse)
    report = kerascheck.check(str(ROOT / "fixtures" / "zero-and-one-softmax"))
    found = kerascheck.confirm(report, device="gpu", notice=lines.append).findings
    assert [f.confirmation.reason for f in found] == ["there is no GPU"]
    assert len(lines) == 1
    monkeypatch.setattr(children, "glob", lambda pattern: ["/dev/nvidia0"])
    assert children.missing_gpu("gpu") is None
    assert children.missing_gpu("auto") is None
