"""Real saved models: each gives the findings that it was made for, and no other."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kerascheck.api import check
from kerascheck.engine.finding import Harm
from tools.cases import all_cases
from tools.fixtures import EXPECTED, KEPT, same

FIXTURES = Path(__file__).parents[1] / "fixtures"
ARTEFACTS = FIXTURES / "artefacts"
CASES = {case.name: case for case in all_cases()}
MANIFEST = json.loads((ARTEFACTS / "manifest.json").read_text())["artefacts"]

QUICK = ("squares-and-circles-right", "labels-strings", "format-folder-wrong")
HDF5 = "format-hdf5-wrong"


def _found(path):
    return sorted(map(_as_expected, check(str(path)).findings), key=_place)


def _as_expected(finding):
    follows = {"follows": [other.code for other in finding.follows]}
    return {
        "code": finding.code,
        "head": finding.head,
        "severity": finding.severity.value,
        **(follows if finding.follows else {}),
    }


def _place(finding):
    return finding["head"] or "", finding["code"]


def _expected(folder):
    return json.loads((folder / EXPECTED).read_text())


@pytest.mark.parametrize("name", CASES)
def test_fixture_gives_its_expected_findings_and_no_other(name):
    expected = _expected(FIXTURES / name)["findings"]
    assert _found(FIXTURES / name) == sorted(expected, key=_place)


@pytest.mark.parametrize("path", [artefact["path"] for artefact in MANIFEST])
def test_artefact_gives_its_expected_findings_and_no_other(path):
    expected = _expected(ARTEFACTS)["models"].get(path, {"findings": []})["findings"]
    assert _found(ARTEFACTS / path) == sorted(expected, key=_place)


def test_expectations_of_artefacts_name_artefacts():
    paths = {artefact["path"] for artefact in MANIFEST}
    assert set(_expected(ARTEFACTS)["models"]) <= paths


@pytest.mark.parametrize("name", [n for n, case in CASES.items() if not case.finds])
def test_right_setup_is_as_clean_as_a_report_can_be(name):
    report = check(str(FIXTURES / name))
    assert report.ok
    assert report.decided
    assert not report.findings


def test_every_folder_belongs_to_a_case():
    folders = {entry.name for entry in FIXTURES.iterdir() if entry.is_dir()}
    assert folders - set(KEPT) == set(CASES)


def test_every_way_to_store_labels_is_used():
    endings = {Path(case.labels_file).suffix for case in CASES.values()}
    assert endings == {".npy", ".npz", ".csv", ".json"}


def _rebuilt(out, *names):
    asked = [argument for name in names for argument in ("--case", name)]
    command = [sys.executable, "-m", "tools", "fixtures", "--out", str(out)]
    subprocess.run([*command, *asked], check=True, capture_output=True)


def _keras_version(folder):
    return json.loads((folder / "model/metadata.json").read_text())["keras_version"]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    pytest.importorskip("keras")
    out = tmp_path_factory.mktemp("fixtures")
    _rebuilt(out, *QUICK, HDF5)
    used, wanted = (_keras_version(f / QUICK[-1]) for f in (out, FIXTURES))
    if used != wanted:
        pytest.skip(f"fixtures are those of Keras {wanted}, and this is {used}")
    return out


@pytest.mark.parametrize("name", [*QUICK, HDF5])
def test_building_a_case_again_gives_the_same_models_and_labels(rebuilt, name):
    assert same(rebuilt / name, FIXTURES / name)


def test_a_case_that_differs_is_told_apart(rebuilt):
    assert not same(rebuilt / HDF5, FIXTURES / "format-hdf5-right")


@pytest.mark.slow
def test_building_every_case_again_gives_the_same_models_and_labels(rebuilt, tmp_path):
    pytest.importorskip("tf_keras")
    _rebuilt(tmp_path)
    differing = [n for n in CASES if not same(tmp_path / n, FIXTURES / n)]
    assert differing == []


LOADABLE = [
    name
    for name, case in CASES.items()
    if case.file == "model.keras"
    and not name.startswith(("file-", "format-keras-2"))
    and name != "losses-own-class"  # its class lives where it is built
]
LABELLED = [name for name in LOADABLE if CASES[name].labels is not None]


@pytest.mark.slow
@pytest.mark.parametrize("name", LOADABLE)
def test_keras_loads_the_model(name):
    keras = pytest.importorskip("keras")
    assert keras.models.load_model(FIXTURES / name / "model.keras").loss is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", LABELLED)
def test_fit_raises_exactly_where_a_finding_says_so(name):
    keras = pytest.importorskip("keras")
    model = keras.models.load_model(FIXTURES / name / "model.keras", compile=True)
    labels = CASES[name].labels()
    first = labels[next(iter(labels))] if isinstance(labels, dict) else labels
    rng = np.random.default_rng(0)
    inputs = rng.random((len(first), *model.input_shape[1:])).astype("float32")
    found = check(str(FIXTURES / name)).findings
    told = [x for f in found for x in (f, *f.follows) if x.harm is Harm.RAISES]
    raised = None
    try:
        model.fit(inputs, labels, batch_size=len(first), verbose=0)
    except Exception as error:  # ValueError, InvalidArgumentError, …
        raised = type(error).__name__
    assert bool(told) == bool(raised), (told, raised)
