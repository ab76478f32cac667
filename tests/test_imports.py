"""What a run may import: click and the standard library, numpy with many labels."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
MODEL = next((ROOT / "fixtures" / "artefacts" / "3.9.2").glob("seq*.keras"))

FRAMEWORKS = {"tensorflow", "keras", "tf_keras", "jax", "torch", "h5py"}

HEAVY = {
    *FRAMEWORKS,
    "numpy",
    "rich",
    "jinja2",
    "zipfile",
    "tempfile",
    "tomllib",
    "logging",
    "asyncio",
    "urllib.request",
    "importlib.metadata",
    "importlib.resources",
    "xml.etree",
    "unittest",
    "multiprocessing",
    "difflib",
    "pickle",
    "ctypes",
    "ssl",
}
"""Modules that cost much or that nothing here needs."""

PROBE = """
import sys
before = set(sys.modules)
{code}
print("\\n".join(set(sys.modules) - before), file=sys.stderr)
"""

PROGRAM = """
import keras
import numpy as np
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="binary_crossentropy")
model.fit(np.zeros((4, 4)), np.array([1, 2, 1, 2]))
"""

RUN = "from kerascheck.cli.program import exit_code; exit_code({arguments!r})"


@pytest.fixture
def imported(tmp_path):
    """Run code in a process of its own and return the modules that it imported."""

    def imported(code: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", PROBE.format(code=code)],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return set(done.stderr.split())

    return imported


@pytest.fixture
def model(tmp_path):
    return shutil.copy(MODEL, tmp_path / "a.keras")


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["check", "--help"], ["rule", "KC101"], ["rule"]],
    ids=" ".join,
)
def test_words_alone_load_nothing_heavy(imported, arguments):
    assert not imported(RUN.format(arguments=arguments)) & HEAVY


def test_a_check_without_labels_loads_nothing_heavy(imported, model):
    loaded = imported(RUN.format(arguments=["a.keras"]))
    assert "kerascheck.engine.judge" in loaded
    assert not loaded & HEAVY


def test_named_tuples_of_a_check_are_ours(imported, model, tmp_path):
    np.save(tmp_path / "labels.npy", np.array([0, 1] * 20))
    loaded = imported(RUN.format(arguments=["a.keras"])) - {"kerascheck.model.named"}
    files = [ROOT / f"{name.replace('.', '/')}.py" for name in loaded]
    ours = [file for file in files if "kerascheck" in file.parts and file.exists()]
    assert len(ours) > 50
    of_typing = re.compile("from typing import .*NamedTuple")
    assert not [file for file in ours if of_typing.search(file.read_text())]


def test_a_check_loads_nothing_of_logs_and_combinations(imported, model):
    loaded = imported(RUN.format(arguments=["a.keras"]))
    others = ("kerascheck.explain", "kerascheck.combinations", "kerascheck.editor")
    assert not [name for name in loaded if name.startswith((*others, "pygls"))]


def test_explaining_a_log_loads_nothing_heavy(imported, tmp_path):
    (tmp_path / "a.log").write_text("loss: -1.0 - accuracy: 0.5\n")
    loaded = imported(RUN.format(arguments=["explain", "a.log"]))
    assert "kerascheck.explain.signs" in loaded
    assert not loaded & HEAVY


def test_a_setup_is_looked_up_without_numpy_or_a_framework(imported):
    arguments = ["setup", "--task", "multilabel"]
    loaded = imported(RUN.format(arguments=arguments))
    assert "kerascheck.combinations.cell" in loaded
    assert not loaded & {*FRAMEWORKS, "numpy", "rich", "multiprocessing"}


@pytest.mark.parametrize("ending", ["npy", "npz", "csv", "json"])
def test_a_check_with_few_labels_loads_no_numpy(imported, model, tmp_path, ending):
    path, labels = tmp_path / f"labels.{ending}", [0, 1] * 500
    if ending == "npy":
        np.save(path, labels)
    elif ending == "npz":
        np.savez(path, labels)
    else:
        text = "\n".join(map(str, labels)) if ending == "csv" else str(labels)
        path.write_text(text)
    loaded = imported(RUN.format(arguments=["a.keras"]))
    assert "kerascheck.labels.encoding" in loaded
    assert not loaded & (HEAVY - {"zipfile"} if ending == "npz" else HEAVY)


def test_a_program_with_literal_labels_is_checked_without_numpy(imported, tmp_path):
    (tmp_path / "a.py").write_text(PROGRAM)
    loaded = imported(RUN.format(arguments=["a.py"]))
    assert "kerascheck.labels.encoding" in loaded
    assert not loaded & {*FRAMEWORKS, "numpy"}


def test_a_check_with_many_labels_loads_numpy_and_no_framework(
    imported, model, tmp_path
):
    np.save(tmp_path / "labels.npy", np.array([0, 1] * 40_000))
    loaded = imported(RUN.format(arguments=["a.keras"]))
    assert "numpy" in loaded
    assert not loaded & FRAMEWORKS


def test_the_probe_would_see_a_heavy_import(imported):
    code = f"{RUN.format(arguments=['--version'])}; import numpy, zipfile"
    assert {"numpy", "zipfile"} <= imported(code)


def test_importing_the_package_loads_nothing_else_of_it(imported):
    loaded = {m for m in imported("import kerascheck") if m.startswith("kerascheck")}
    assert loaded == {"kerascheck"}


def test_the_api_loads_no_click(imported):
    loaded = imported("import kerascheck; kerascheck.check")
    assert "kerascheck.api" in loaded
    assert not loaded & {"click", *HEAVY}
