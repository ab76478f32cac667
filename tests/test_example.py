"""The project in examples/ does what its page says, with the installed command."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/flood"
PAGE = (EXAMPLE / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)


@pytest.fixture
def run(tmp_path):
    """Run a line of shell in a copy of the example, with what is installed."""
    copy = tmp_path / "flood"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("models", ".*_cache"))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))

    def run(line):
        return subprocess.run(
            ["bash", "-c", line],
            cwd=copy,
            env={**os.environ, "PATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run


def test_the_page_names_these_commands():
    first, baseline, suppressed, tests, train, confirm = COMMANDS
    assert (first, tests) == ("kerascheck", "pytest")
    assert baseline == "kerascheck --no-baseline"
    assert suppressed == "kerascheck --show-suppressed"
    assert train == "python -m flood.train && kerascheck models --strict"
    assert confirm == "kerascheck --confirm models"


def test_every_file_that_the_page_names_exists():
    for name in re.findall(r"`([\w./-]+\.(?:py|toml|json|yaml|yml))`", PAGE):
        assert (EXAMPLE / name).is_file()


def test_its_gate_is_green(run):
    done = run("kerascheck")
    assert done.returncode == 0, done.stdout
    assert "3 models: 1 suppressed, 1 known in the baseline" in done.stdout


def test_its_baseline_holds_the_finding_of_the_notebook(run):
    done = run("kerascheck --no-baseline --output-format concise")
    assert done.returncode == 1
    assert done.stdout.startswith("tries.ipynb:cell 3:9: KC101 error:")


def test_its_comment_says_why_a_finding_stays(run):
    done = run("kerascheck --show-suppressed")
    assert "KC107 softmax-under-binary-loss at flood/levels.py" in done.stdout


def test_its_hook_judges_changed_files(run):
    hook = "kerascheck check --force-exclude --only-models --"
    assert hook in (EXAMPLE / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert run(f"{hook} flood/model.py README.md").returncode == 0


@pytest.mark.slow
def test_its_tests_and_its_saved_model_are_clean(run):
    tests = run("pytest -q -p no:cacheprovider")
    assert tests.returncode == 0, tests.stdout
    assert "2 passed" in tests.stdout
    models = run("python -m flood.train && kerascheck models --strict")
    assert models.returncode == 0, models.stdout + models.stderr
    assert "1 model: no findings" in models.stdout
    assert run("kerascheck --confirm models").returncode == 0


@pytest.mark.slow
def test_its_notebook_shows_the_finding_and_runs(run):
    done = run("kerascheck run --output-format concise tries.ipynb")
    assert done.returncode == 1, done.stderr
    assert "KC101 error" in done.stdout
