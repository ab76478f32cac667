"""A real Dask scheduler with two worker processes: same report, one of them killed."""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

import kerascheck
from kerascheck.cli.program import exit_code
from kerascheck.model.errors import UsageError
from kerascheck.settings.settings import Settings
from tests.stores.http_server import serving

pytestmark = pytest.mark.cluster

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROOT = FIXTURES.parent
MODELS = 600


def started(folder, *command):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def cluster(folder, workers=2):
    """Start a scheduler and workers; yields its address and the processes."""
    scheduler = started(
        folder,
        *("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"),
        "--no-dashboard",
    )
    processes = [scheduler]
    try:
        address = next(
            found[0]
            for line in scheduler.stderr
            if (found := re.search(r"tcp://127\.0\.0\.1:\d+", line))
        )
        Thread(target=scheduler.stderr.read, daemon=True).start()
        for _ in range(workers):
            worker = started(
                folder,
                *("distributed.cli.dask_worker", address, "--no-nanny"),
                *("--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1"),
            )
            processes.append(worker)
            Thread(target=worker.stderr.read, daemon=True).start()
        if workers:
            _wait_for(address, workers)
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _wait_for(address, workers):
    from distributed import Client

    with Client(address, timeout="60s", set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)


@pytest.fixture
def server(tmp_path):
    """Serve hundreds of models in two folders, right and wrong ones, with labels."""
    folder = tmp_path / "served"
    for name in ("format-archive-wrong", "format-archive-right"):
        (folder / name).mkdir(parents=True)
        shutil.copy(FIXTURES / name / "labels.npy", folder / name)
        (folder / name / "labels.csv").write_text("0\n1\n")
        for number in range(MODELS // 2):
            path = folder / name / f"m{number:03}.keras"
            shutil.copy(FIXTURES / name / "model.keras", path)
    (folder / "cut.keras").write_bytes(b"PK\3\4 and no more")
    with serving(folder, latency=0.02) as server:
        yield server


def compared(report):
    return (
        report.models,
        [(f.model, f.code, f.message, f.fingerprint) for f in report.findings],
        report.not_run,
        report.skipped,
        report.decided,
    )


def test_a_killed_worker_loses_nothing(server, tmp_path):
    url = f"{server.url}/"
    alone = kerascheck.check(url)
    server.requests.clear()
    with cluster(tmp_path) as (address, workers):

        def kill_in_the_middle():
            while server.gets < MODELS // 2:
                time.sleep(0.01)
            workers[0].kill()

        killer = Thread(target=kill_in_the_middle, daemon=True)
        killer.start()
        spread = kerascheck.check(url, config=Settings(scheduler=address))
        killer.join(timeout=60)
        assert workers[0].wait(timeout=60) == -9
    assert compared(spread) == compared(alone)
    unused = [f for f in alone.findings if f.name == "label-file-not-used"]
    assert len(unused) == 2
    assert len(spread.models) == MODELS + 1


def test_the_command_says_the_same_over_a_cluster(server, tmp_path, capfd):
    arguments = ["check", f"{server.url}/format-archive-wrong/", "--isolated"]
    arguments += ["--output-format", "concise"]
    assert exit_code(arguments) == 1
    alone = capfd.readouterr().out
    with cluster(tmp_path) as (address, _):
        assert exit_code([*arguments, "--scheduler", address]) == 1
    assert capfd.readouterr().out == alone


def test_a_cluster_that_is_not_there_is_said(server, monkeypatch):
    monkeypatch.setattr("kerascheck.cluster.CONNECTING", "1s")
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        kerascheck.check(server.url, config=Settings(scheduler="tcp://127.0.0.1:9"))


def test_a_cluster_without_workers_is_said(server, tmp_path):
    with cluster(tmp_path, workers=0) as (address, _):  # noqa: SIM117
        with pytest.raises(UsageError, match="has no workers"):
            kerascheck.check(server.url, config=Settings(scheduler=address))


def keys(folder):
    from tools.evidence_sweep import Sweep

    return [result.setup.key for result in Sweep("jax", 3, folder).results()]


def test_a_sweep_over_a_cluster_has_the_results_of_one_here(tmp_path, monkeypatch):
    from tools.evidence_space import space
    from tools.evidence_sweep import Sweep

    monkeypatch.setattr("tools.evidence_sweep.PART", 1)
    setups = space("jax")[:2]
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    assert list(Sweep("jax", 3, here).train(setups, 1)) == [1, 2]
    with cluster(tmp_path) as (address, _):
        done = list(Sweep("jax", 3, there).train(setups, 1, address))
    assert done == [1, 2]
    files = sorted(path.name for path in here.iterdir())
    assert files == sorted(path.name for path in there.iterdir())
    trained = [
        [r.setup.key for r in Sweep("jax", 3, f).results()] for f in (here, there)
    ]
    assert trained[0] == trained[1]
    assert not Sweep("jax", 3, there).missing(setups)
