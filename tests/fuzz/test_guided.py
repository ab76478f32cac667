"""The targets under libFuzzer, for a few inputs each."""

import os
import subprocess
import sys

import pytest

from fuzz.targets import names
from tests.fuzz.test_replay import ROOT

pytestmark = pytest.mark.fuzz


@pytest.mark.parametrize("target", names())
def test_a_target_runs_under_coverage(target, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "fuzz", target, "-runs=200", "-seed=1", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "Done 200 runs" in ran.stderr
    assert any(tmp_path.iterdir())  # what reached something new


def test_the_long_run_adds_up_its_figures(tmp_path):
    words = ("baseline", "globs", "--seconds", "4", "--turn", "4", "--jobs", "2")
    ran = subprocess.run(
        [sys.executable, "-m", "tools", "fuzz", *words, "--results", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = [line.split("|")[1:3] for line in ran.stdout.splitlines() if line[0] == "|"]
    found = {name.strip(): number.strip().replace(",", "") for name, number in rows}
    total = int(found["baseline"]) + int(found["globs"])
    assert int(found["all"]) == total > 0
