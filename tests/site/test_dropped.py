"""What the page for dropped files runs and holds, without a browser."""

import gzip
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from kerascheck.api import check
from kerascheck.report.formats.html import render
from kerascheck.trust.printable import Style
from tools.site import drop_files
from tools.site.drop.dropped import answer

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a function that fills a folder and returns the answer for it."""
    monkeypatch.chdir(tmp_path)

    def answered(*names, labels="", **files):
        for name in names:
            shutil.copy(FIXTURES / name, tmp_path)
        for name, data in files.items():
            (tmp_path / name.replace("__", ".")).write_bytes(data)
        return json.loads(answer(str(tmp_path), labels))

    return answered


def test_the_report_is_that_of_the_package(folder):
    found = folder(
        "format-archive-wrong/model.keras", "format-archive-wrong/labels.npy"
    )
    report = check("model.keras", labels="labels.npy")
    assert found["html"] == render(report, Style())
    assert found["message"] == "1 error"


@pytest.mark.parametrize(
    "name",
    ["labels.npy", "y.csv", "y.txt", "labels.json", "of_a.labels.json", "a.json"],
)
def test_labels_are_recognised(folder, name):
    labels = [1, 2] * 20
    stream = io.BytesIO()
    np.save(stream, labels)
    text = "\n".join(map(str, labels)) if "json" not in name else json.dumps(labels)
    data = stream.getvalue() if name.endswith("npy") else text.encode()
    found = folder("labels-one-and-two/model.keras", **{name.replace(".", "__"): data})
    assert "KC201" in found["html"] or "KC206" in found["html"]


def test_a_model_as_json_is_not_taken_for_labels(folder):
    assert folder("format-json-wrong/model.json")["message"] == "1 error"


def test_what_was_chosen_as_labels_is_labels(folder):
    found = folder(
        "labels-strings/model.keras", "labels-strings/labels.json", labels="labels.json"
    )
    assert "KC207" in found["html"]


def test_labels_alone_are_answered_by_what_is_missing(folder):
    found = folder("format-archive-wrong/labels.npy")
    assert "html" not in found
    assert found["message"].startswith("There is no model here.")


def test_what_is_not_a_model_has_a_report_that_says_so(folder):
    assert "KC0" in folder(model__keras=b"nothing of use")["html"]


def test_the_page_gets_what_a_check_imports_and_no_trainings():
    names = json.loads(gzip.decompress(drop_files.checker()))
    assert {"dropped.py", "LICENSE", "kerascheck/report/formats/html.css"} <= {*names}
    assert not [name for name in names if "pycache" in name or "trainings/" in name]
    assert drop_files.checker() == drop_files.checker()


def test_the_service_worker_keeps_all_files_of_the_page(monkeypatch, tmp_path):
    monkeypatch.setattr(drop_files, "PYODIDE", tmp_path / "absent")
    files = drop_files.drop_files()
    text = files["drop-cache.js"].decode()
    assert "VERSION" not in text
    assert all(f'"./{name}"' in text for name in files if name != "drop-cache.js")


def test_pyodide_is_pinned():
    wanted = json.loads((drop_files.HOME / "package.json").read_text())
    locked = json.loads((drop_files.HOME / "package-lock.json").read_text())
    pyodide = locked["packages"]["node_modules/pyodide"]
    assert wanted["dependencies"]["pyodide"] == pyodide["version"]
    assert not [one for one in locked["packages"].values() if "resolved" in one]
