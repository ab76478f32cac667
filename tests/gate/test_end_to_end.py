"""A team's repository: old wrong models, a baseline, and a new wrong model."""

import json

import pytest

from tests.gate.conftest import FIXTURES, RIGHT, WRONG

TRAIN = """\
import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)])
model.compile(
    optimizer="adam",
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)
y = np.load("models/new.labels.npy")
model.fit(np.zeros((len(y), 4)), y, verbose=0)
model.save("models/new.keras")
"""

CONFIGURATION = '[models."models/new.keras"]\nsource = "train.py:6"\n'


def test_the_gate_from_the_first_baseline_to_the_mended_model(repository, run, child):
    for number, case in enumerate(
        (
            "parabola-logits-as-probabilities",
            "metrics-auc-of-logits",
            "heads-relu",
        )
    ):
        repository.add(f"old{number}", FIXTURES / case)
    repository.add("right", RIGHT)
    repository.write("kerascheck.toml", CONFIGURATION)
    assert run().code == 1
    assert run("baseline", "write", "--reason", "before kerascheck").code == 0
    assert run().code == 0

    # A pull request adds a model that is wrong.
    repository.add("new", WRONG)
    repository.write("train.py", TRAIN)
    ran = run("--output-format", "json", "--report", "sarif=out.sarif")
    assert ran.code == 1
    document = json.loads(ran.out)
    both = {"models/new.keras", "train.py:6"}
    assert {f["model"] for f in document["findings"]} == both
    assert {s["by"] for s in document["suppressed"]} == {"baseline"}

    # The report points at the line of the compile call.
    sarif = json.loads((repository.root / "out.sarif").read_text())
    for result in sarif["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "train.py"
        assert 6 <= place["region"]["startLine"] <= 8
    annotated = run("--output-format", "github").out
    assert ",file=train.py,line=6::" in annotated

    # The fix is shown, then written.
    shown = run("--diff", "--unsafe-fixes")
    assert shown.code == 1
    assert "+    loss=keras.losses.CategoricalCrossentropy(from_logits=True),\n" in (
        shown.out
    )
    assert (repository.root / "train.py").read_text() == TRAIN
    mended = run("--fix", "--unsafe-fixes", "-q")
    assert "corrected train.py (KC101)" in mended.err

    # The model is still the wrong one until it is trained again.
    assert mended.code == 1
    trained = child("train.py", cwd=repository.root)
    assert trained.code == 0, trained.err
    last = run()
    assert last.code == 0, last.out
    assert "KC009" not in last.out


@pytest.mark.slow
def test_the_report_of_the_gate_shows_what_was_measured_before_and_after(
    repository, run
):
    repository.add("new", WRONG)
    ran = run("--confirm", "--report", "html=out.html", "--output-format", "json")
    assert ran.code == 1
    (finding,) = json.loads(ran.out)["findings"]
    proven = finding["confirmation"]
    assert proven["status"] == "confirmed"
    page = (repository.root / "out.html").read_text()
    assert len(page) < 200_000
    for side in ("before", "after"):
        assert f"{proven[side]['true_accuracy']:.3f}" in page
    assert page.count("<svg") == 2


def test_the_corrected_copy_is_checked_with_the_labels_of_its_model(repository, run):
    repository.add("new", WRONG)
    run("--fix", "--unsafe-fixes")
    ran = run("models/new.fixed.keras", "--strict", "--output-format", "json")
    assert ran.code == 0
    (model,) = json.loads(ran.out)["models"]
    assert model["heads"][0]["labels"]["path"].startswith("models/new.labels.")


def test_the_corrected_copy_is_checked_with_what_is_configured_for_its_model(
    repository, run
):
    repository.add("new", WRONG)
    (labels,) = repository.root.glob("models/new.labels.*")
    labels.rename(repository.root / f"y{labels.suffix}")
    repository.write(
        "kerascheck.toml",
        f'[models."models/new.keras"]\nlabels = "y{labels.suffix}"\n',
    )
    run("--fix", "--unsafe-fixes")
    assert run("models/new.fixed.keras", "--strict").code == 0


def test_the_corrected_copy_in_place_of_the_model_makes_the_next_run_green(
    repository, run
):
    new = repository.add("new", WRONG)
    assert run("--fix", "--unsafe-fixes").code == 1
    new.with_name("new.fixed.keras").replace(new)
    assert run().code == 0
