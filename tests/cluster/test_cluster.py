"""A real Dask scheduler with two worker processes: same report, one of them killed."""

import json
import shutil
import time
from pathlib import Path
from threading import Thread

import pytest

import kerascheck
from kerascheck.cli.program import exit_code
from kerascheck.model.errors import UsageError
from kerascheck.settings.settings import Settings
from tests.cluster.local_cluster import cluster
from tests.stores.http_server import serving

pytestmark = pytest.mark.cluster

FIXTURES = Path(__file__).parents[2] / "fixtures"
MODELS = 600


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


def test_json_lines_are_streamed_in_order_from_a_cluster(server, tmp_path, capfd):
    file = tmp_path / "out.jsonl"
    whole = ["check", f"{server.url}/", "--isolated", "-s", "--report"]
    assert exit_code([*whole, f"jsonl={file}"]) == 1
    arguments = ["check", f"{server.url}/", "--isolated", "--output-format", "jsonl"]
    with cluster(tmp_path) as (address, _):
        assert exit_code([*arguments, "--scheduler", address]) == 1
    printed = capfd.readouterr().out
    assert printed == file.read_text()
    kinds = [json.loads(line)["type"] for line in printed.splitlines()]
    assert kinds.count("model") == MODELS + 1


def test_workers_of_another_version_are_refused(server, tmp_path, monkeypatch):
    monkeypatch.setattr("kerascheck.cluster.__version__", "99.0")
    with cluster(tmp_path) as (address, _):  # noqa: SIM117
        with pytest.raises(UsageError, match=r"has kerascheck .*this is 99\.0"):
            kerascheck.check(server.url, config=Settings(scheduler=address))
