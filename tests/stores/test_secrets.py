"""No store, whatever is wrong with it, makes kerascheck print a credential."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.remote

ROOT = Path(__file__).parents[2]
NAME, KEY, CODED = "hunter2", "5eb63bbbe01eeed0", "c2VjcmV0a2V5c2VjcmV0a2V5"
CLOSED = f"http://{NAME}:{KEY}@127.0.0.1:9"
AZURE = f"AccountName=dev;AccountKey={CODED};BlobEndpoint=http://127.0.0.1:9/dev;"
AWS = {"AWS_ACCESS_KEY_ID": NAME, "AWS_SECRET_ACCESS_KEY": KEY}
GOOGLE = f"""{{"type": "service_account", "private_key": "{NAME}",
"client_email": "a@b", "token_uri": "{CLOSED}/token"}}"""


@pytest.mark.parametrize(
    ("address", "variables", "words"),
    [
        ("s3://box/m.keras", {**AWS, "AWS_ENDPOINT_URL": CLOSED}, "no answer within"),
        (f"s3://{NAME}:{KEY}@box/m.keras", AWS, "the store's package failed"),
        ("az://box/m.keras", {"AZURE_STORAGE_CONNECTION_STRING": AZURE}, "no answer"),
        ("az://box/m.keras", {}, "the store cannot be used with the credentials"),
        (
            "az://box/m.keras",
            {"AZURE_STORAGE_CONNECTION_STRING": f"AccountKey={CODED}"},
            "the store cannot be used with the credentials",
        ),
        ("gs://box/m.keras", {"STORAGE_EMULATOR_HOST": CLOSED}, "no answer within"),
        ("gs://box/m.keras", {"GOOGLE_APPLICATION_CREDENTIALS": "google.json"}, ""),
        (
            "hf://us/wine/m.keras",
            {"HF_ENDPOINT": CLOSED, "HF_TOKEN": NAME},
            "connection to the store broke",
        ),
        (f"https://me:{NAME}@127.0.0.1:9/m.keras?s={KEY}", {}, "connection to the"),
        (f"https://me:{NAME}@127.0.0.1:99999/m.keras?s={KEY}", {}, "ValueError"),
        (
            "models:/wine/1",
            {"MLFLOW_TRACKING_URI": CLOSED, "MLFLOW_TRACKING_TOKEN": KEY},
            "the tracking server failed",
        ),
        (
            "models:/wine/1",
            {"MLFLOW_TRACKING_URI": f"postgresql://me:{NAME}@127.0.0.1:9/x"},
            "MLflow cannot be used",
        ),
    ],
)
def test_nothing_secret_is_printed(address, variables, words, tmp_path):
    (tmp_path / "google.json").write_text(GOOGLE)
    usual = {"KERASCHECK_REMOTE_TIMEOUT": "3", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "kerascheck", address, "-v"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **usual, **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    printed = done.stdout + done.stderr
    assert words in " ".join(printed.split())
    assert not any(secret in printed for secret in (NAME, KEY, CODED))
    assert done.returncode in (1, 2)
    assert "Traceback" not in printed
    if done.returncode == 1:
        assert done.stderr == ""
