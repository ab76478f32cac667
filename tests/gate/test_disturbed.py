"""Whatever happens to a run, no file is half-written and no verdict is wrong."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="forks, signals and limits as POSIX has them")

from tests.gate import disturbed

ROOT = Path(__file__).parents[2]


def python(*words, folder):
    told = {k: v for k, v in os.environ.items() if k not in ("CI", "COLUMNS")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**told, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def trials(count, seed, faults, folder):
    number = (str(count), str(seed))
    ran = python("-m", "tests.gate.disturbed", *number, *faults, folder=folder)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def wrong(ended):
    return [one for one in ended if one["wrong"]]


def test_a_run_that_is_disturbed_leaves_whole_files_and_the_right_verdict(tmp_path):
    faults = ("kill", "terminate", "interrupt", "worker", "memory", "grow")
    ended = trials(42, 1, faults, tmp_path)
    assert wrong(ended) == []
    codes = Counter(code for one in ended for code in one["codes"])
    assert codes[-9] + codes[-15] + codes[130] >= 18  # of 21: some moments are not met


@pytest.mark.slow
def test_a_thousand_disturbed_runs_leave_whole_files_and_the_right_verdict(tmp_path):
    faults = disturbed.faults(mounted=True)
    ended = trials(1008, 2, faults, tmp_path)
    assert wrong(ended) == []
    assert Counter(one["fault"] for one in ended).keys() == set(faults)


PLANTED = """
import json
from kerascheck.trust import replace_file

code = '''
def in_place(path, data, *, mode=None):
    with open(path, "wb", buffering=0) as file:
        for at in range(0, len(data), 99):
            file.write(data[at : at + 99])
'''
exec(compile(code, replace_file.__file__, "exec"))  # moments are in the writer
replace_file.replace_file = in_place
from tests.gate import disturbed
print(json.dumps(disturbed.main(21, 1, ["kill"])))
"""


def test_a_writer_that_can_leave_half_a_file_is_found(tmp_path):
    ran = python("-c", PLANTED, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    said = [words for one in json.loads(ran.stdout) for words in one["wrong"]]
    assert any("is neither old nor new" in words for words in said)


def test_what_is_looked_for_would_be_found():
    expected = disturbed.Undisturbed.__new__(disturbed.Undisturbed)
    expected.before = {"a.json": b"old"}
    expected.ended = ending(code=1, out=b"KC101", files={"a.json": b"new"})

    def found(fault="kill", **facts):
        ended = ending(
            **{"code": 1, "out": b"KC101", "files": {"a.json": b"new"}, **facts}
        )
        return list(disturbed.wrongs("reports", fault, ended, expected))

    assert found() == []
    assert found(files={"a.json": b"old"}) == []
    assert found(files={"a.json": b"ne"}) == ["a.json is neither old nor new"]
    assert found(files={"a.json": None}) == ["a.json is neither old nor new"]
    assert found(code=-9, left=[".kerascheck-1.tmp"]) == []
    assert found("interrupt", left=[".kerascheck-1.tmp"]) != []
    assert found(code=0, out=b"") == ["exit code 0 in place of 1"]
    assert found(code=2, err="") == ["exit code 2 without a word"]
    assert found(code=2, err="kerascheck: out of memory\n") == []
    assert found(code=2, err="Traceback\nkerascheck: x\n") == ["a traceback"]
    assert found(code=2, err="kerascheck: internal error: x\n") == [
        "a fault of kerascheck"
    ]


def ending(*, code, out, files, err="", left=()):
    ended = disturbed.Ended.__new__(disturbed.Ended)
    ended.code, ended.out, ended.files = code, out, files
    ended.err, ended.left = err, list(left)
    return ended
