"""The programs of docs/companions.md, run with the real packages.

They need more than the other tests: `pip install -e ".[test,test-companions]"`, then
`pytest -m companions`. A package that is missing is a failure.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerascheck.api import check
from tests.docs.pages import BLOCKS

ROOT = Path(__file__).parents[2]
PROGRAMS = {
    block.file: block.text
    for block in BLOCKS
    if block.guide == "companions" and block.file
}

pytestmark = pytest.mark.companions


@pytest.fixture
def run(tmp_path):
    """Run one program of the guide in a folder of its own; return the folder."""

    def run(name):
        for program in ("patients.py", name):
            (tmp_path / program).write_text(PROGRAMS[program], encoding="utf-8")
        done = subprocess.run(
            [sys.executable, name],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path)),
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "WANDB_MODE": "offline",
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return tmp_path

    return run


def test_the_report_is_next_to_the_checkpoints(run):
    folder = run("checkpoints.py") / "runs/1"
    assert sorted(path.name for path in folder.iterdir()) == [
        "1.keras",
        "2.keras",
        "kerascheck.html",
    ]
    assert "KC206" in (folder / "kerascheck.html").read_text()


def test_tensorboard_shows_the_report_as_text(run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logs = EventAccumulator(str(run("log_to_tensorboard.py") / "logs/train"))
    logs.Reload()
    tag = next(tag for tag in logs.Tags()["tensors"] if tag.startswith("kerascheck"))
    assert logs.SummaryMetadata(tag).plugin_data.plugin_name == "text"
    (event,) = logs.Tensors(tag)
    assert b"KC206" in event.tensor_proto.string_val[0]


def test_wandb_keeps_the_page_and_the_counts(run):
    folder = run("log_to_wandb.py")
    (page,) = folder.glob("wandb/offline-run-*/files/media/html/kerascheck_*.html")
    assert "KC206" in page.read_text()
    (record,) = folder.glob("wandb/offline-run-*/run-*.wandb")
    assert b"kerascheck/findings" in record.read_bytes()


def test_mlflow_keeps_the_page_and_the_tag(run):
    from mlflow.tracking import MlflowClient

    folder = run("log_to_mlflow.py")
    client = MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("patients")
    (found,) = client.search_runs(
        [experiment.experiment_id], "tags.kerascheck = 'failed'"
    )
    assert {"accuracy", "loss"} <= set(found.data.metrics)
    (page,) = folder.glob("mlruns/*/*/artifacts/kerascheck.html")
    assert "KC206" in page.read_text()


def test_a_preset_of_keras_hub_is_one_note(tmp_path):
    script = """
import keras_hub
backbone = keras_hub.models.BertBackbone(
    vocabulary_size=50, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8,
    max_sequence_length=16,
)
task = keras_hub.models.BertTextClassifier(backbone, num_classes=2)
task.save_to_preset("./preset")
"""
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    report = check(tmp_path / "preset")
    assert [finding.code for finding in report.findings] == ["KC005"]
    assert "KerasHub" in report.findings[0].message
