"""What a finding shows, what --fix writes and what a corrected copy holds are one."""

import keras
import pytest

from kerascheck.api import check
from kerascheck.fix.files import Files
from kerascheck.readers.read import read

CALL = """\
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name="out")])
model.compile(
    "adam",
    keras.losses.BinaryCrossentropy(from_logits=True, reduction="sum"),
    loss_weights=[0.5],
    metrics=[
        keras.metrics.AUC(name="roc", curve="PR", thresholds=[0.1, 0.5]),
    ],
    weighted_metrics=[keras.metrics.Hinge(name="margin")],
)
"""
AUC = (
    "keras.metrics.AUC(curve='PR', from_logits=True, thresholds=[0.1, 0.5], name='roc')"
)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Return a report on a saved model, and its files after --fix."""
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(CALL, names)
    names["model"].save("new.keras")
    (tmp_path / "train.py").write_text(CALL)
    return check("new.keras", sources=["train.py"])


def test_the_call_of_a_finding_is_the_whole_call_of_the_user(files):
    (finding,) = [f for f in files.findings if f.fix is not None and f.fix.edits]
    assert finding.snippet.partition("\n")[2] == (
        "model.compile(\n"
        "    optimizer=model.optimizer,\n"
        "    loss=keras.losses.BinaryCrossentropy(from_logits=True, reduction='sum'),\n"
        f"    metrics=[{AUC}],\n"
        "    weighted_metrics=[keras.metrics.Hinge(name='margin')],\n"
        "    loss_weights=[0.5],\n"
        ")"
    )


def test_a_metric_in_source_is_written_as_the_finding_shows_it(files, tmp_path):
    changed = Files(files, ["train.py"], unsafe=False)
    assert [why for _, why in changed.add(files.models[0])] == []
    list(changed.write())
    source = (tmp_path / "train.py").read_text()
    old = 'keras.metrics.AUC(name="roc", curve="PR", thresholds=[0.1, 0.5])'
    assert source == CALL.replace(old, AUC.replace("'", '"'))


def test_a_metric_in_a_copy_keeps_its_name(files, tmp_path):
    changed = Files(files, (), unsafe=False)
    changed.add(files.models[0])
    list(changed.write())
    (copy,) = tmp_path.glob("new*fixed*.keras")
    (head,) = read(str(copy)).heads
    metric, weighted = head.metrics
    assert (metric.name, metric.argument("from_logits")) == ("roc", True)
    assert (weighted.name, weighted.weighted) == ("margin", True)
    loaded = keras.saving.load_model(copy)
    assert loaded.get_compile_config()["metrics"][0]["config"]["name"] == "roc"
