"""A real MLflow tracking server with sqlite, its registry checked, tagged and gated."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

import kerascheck
from kerascheck.cli.program import exit_code

pytestmark = pytest.mark.remote

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROOT = FIXTURES.parent
PROMOTE = ROOT / "examples" / "promotion" / "promote.py"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/health")
        yield url
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def _wait_for(url):
    for _ in range(600):
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def client(server):
    """Return a client of a registry with a wrong and a right version of a model."""
    os.environ["MLFLOW_TRACKING_URI"] = server
    import mlflow

    mlflow.set_tracking_uri(server)
    client = mlflow.MlflowClient()
    client.create_registered_model("wine")
    for name in ("format-archive-wrong", "format-archive-right"):
        run = client.create_run("0")
        for path in sorted((FIXTURES / name).glob("*[!n]")):
            client.log_artifact(run.info.run_id, str(path), "model/data")
        source = f"runs:/{run.info.run_id}/model"
        client.create_model_version("wine", source, run.info.run_id)
    yield client
    del os.environ["MLFLOW_TRACKING_URI"]


def test_models_that_a_run_of_mlflow_3_logged_are_found(client):
    import mlflow

    path = str(FIXTURES / "format-archive-wrong" / "model.keras")
    experiment = client.create_experiment("logged")
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifact(path, "more")
        logged = mlflow.initialize_logged_model("net", source_run_id=run.info.run_id)
        client.log_model_artifacts(logged.model_id, str(Path(path).parent))
        mlflow.finalize_logged_model(logged.model_id, "READY")
        output = mlflow.entities.LoggedModelOutput(logged.model_id, 0)
        client.log_outputs(run.info.run_id, [output])
    home = f"runs:/{run.info.run_id}"
    assert paths(kerascheck.check(f"{home}/net")) == [f"{home}/net/model.keras"]
    assert paths(kerascheck.check(f"{home}/more")) == [f"{home}/more/model.keras"]
    assert sorted(paths(kerascheck.check(home))) == [
        f"{home}/more/model.keras",
        f"{home}/net/model.keras",
    ]
    only = kerascheck.check(f"models:/{logged.model_id}")
    assert paths(only) == [f"models:/{logged.model_id}/model.keras"]


def paths(report):
    return [model.path for model in report.models]


@pytest.mark.parametrize("address", ["models:/wine/1", "models:/wine@bad"])
def test_a_version_is_checked_with_the_labels_next_to_it(client, address):
    client.set_registered_model_alias("wine", "bad", "1")
    report = kerascheck.check(address)
    assert paths(report) == ["models:/wine/1/data/model.keras"]
    local = kerascheck.check(FIXTURES / "format-archive-wrong")
    assert [f.code for f in report.findings] == [f.code for f in local.findings]
    assert report.models[0].heads[0].labels is not None


def test_a_run_is_checked(client):
    run = client.get_model_version("wine", "1").run_id
    report = kerascheck.check(f"runs:/{run}/model")
    assert paths(report) == [f"runs:/{run}/model/data/model.keras"]


@pytest.mark.parametrize("address", ["models:/", "models:/wine"])
def test_a_whole_registry_is_checked(client, address):
    assert sorted(paths(kerascheck.check(address))) == [
        "models:/wine/1/data/model.keras",
        "models:/wine/2/data/model.keras",
    ]


@pytest.mark.parametrize(
    "address", ["models:/none/1", "models:/wine/99", "models:/wine@no", "runs:/0/m"]
)
def test_what_is_not_there_is_a_finding(client, address):
    (finding,) = kerascheck.check(address).findings
    assert finding.code == "KC001"
    assert "MLflow knows no such model" in finding.message


def test_a_server_that_does_not_answer_is_a_finding(monkeypatch):
    import mlflow

    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr(
        mlflow, "get_tracking_uri", lambda: "http://me:hunter2@127.0.0.1:9"
    )
    monkeypatch.setattr(
        mlflow, "MlflowClient", _client_of("http://me:hunter2@127.0.0.1:9")
    )
    (finding,) = kerascheck.check("models:/wine/1").findings
    assert "the tracking server failed" in finding.message
    assert "hunter2" not in finding.message


@pytest.mark.parametrize("uri", ["", "sqlite:///none.db", "mlruns", "file:///none/m"])
def test_no_store_is_made_where_there_is_none(uri, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "kerascheck", "models:/wine/1"],
        env={**os.environ, "MLFLOW_TRACKING_URI": uri, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert "MLFLOW_TRACKING_URI says where one is" in done.stderr
    assert list(tmp_path.iterdir()) == []


def _client_of(uri):
    from mlflow import MlflowClient

    return lambda: MlflowClient(uri)


def test_labels_of_a_logged_dataset_are_read_from_the_store_of_the_model(
    client, server
):
    import mlflow.data
    import numpy as np
    from mlflow.entities import DatasetInput

    version = client.get_model_version("wine", "2")
    run = client.create_run("0")
    model = FIXTURES / "format-archive-right" / "model.keras"
    labels = FIXTURES / "format-archive-right" / "labels.npy"
    client.log_artifact(run.info.run_id, str(model), "model/data")
    client.log_artifact(run.info.run_id, str(labels), "data")
    api = f"{server}/api/2.0/mlflow-artifacts/artifacts"
    place = client.get_run(run.info.run_id).info.artifact_uri.partition(":/")[2]
    sources = [f"{api}/{place}/data/labels.npy", "https://example.com/y.npy"]
    for number, source in enumerate(sources):
        dataset = mlflow.data.from_numpy(np.zeros(3), source=source, name=f"{number}")
        entity = DatasetInput(dataset._to_mlflow_entity(), [])
        client.log_inputs(run.info.run_id, [entity])
    version = client.create_model_version(
        "wine", f"runs:/{run.info.run_id}/model", run.info.run_id
    )
    report = kerascheck.check(f"models:/wine/{version.version}")
    client.delete_model_version("wine", version.version)
    assert report.models[0].heads[0].labels.path == sources[0]
    assert any("in another store than the model" in f.message for f in report.findings)


@pytest.mark.parametrize(
    ("version", "code", "verdict"), [("1", 1, "failed"), ("2", 0, "passed")]
)
def test_the_verdict_is_written_to_the_version(client, version, code, verdict, capfd):
    address = f"models:/wine/{version}"
    arguments = ["mlflow", "tag", address, "--locked", "--output-format", "json"]
    assert exit_code(arguments) == code
    report = json.loads(capfd.readouterr().out)
    tags = client.get_model_version("wine", version).tags
    assert tags["kerascheck.verdict"] == verdict
    found = sorted({finding["code"] for finding in report["findings"]})
    assert tags["kerascheck.findings"].split() == found


def test_a_whole_registry_gets_no_verdict(client, capfd):
    assert exit_code(["mlflow", "tag", "models:/wine"]) == 2
    assert "is not one version" in capfd.readouterr().err


def test_the_gate_promotes_what_passed(client, server):
    def promote(version):
        client.set_registered_model_alias("wine", "candidate", version)
        return subprocess.run(
            [sys.executable, str(PROMOTE), "wine"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=PROMOTE.parent,
            capture_output=True,
            text=True,
            timeout=240,
        )

    missing = subprocess.run(
        [sys.executable, str(PROMOTE), "none"], capture_output=True, timeout=240
    )
    assert missing.returncode == 2
    assert b"RESOURCE_DOES_NOT_EXIST" in missing.stdout
    refused = promote("1")
    assert (refused.returncode, "stays a candidate: failed" in refused.stdout) == (
        1,
        True,
    )
    promoted = promote("2")
    assert promoted.returncode == 0, promoted.stdout + promoted.stderr
    assert client.get_model_version_by_alias("wine", "champion").version == "2"
