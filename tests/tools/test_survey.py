"""The survey of real programs, and the list of those that somebody has read."""

import json

import pytest

from kerascheck.rules import our_rules
from tools.survey import (
    HOME,
    Verdicts,
    compile_calls,
    judged,
    programs_in,
    survey,
    surveyed,
)

RIGHT = """
import re
import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
model.compile(loss="binary_crossentropy")
pattern = re.compile("a")
"""
FAULTY = RIGHT.replace('"sigmoid"', '"softmax"')
UNKNOWN = """
import keras
from elsewhere import build
model = build()
model.compile(loss="mse")
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in (("a", RIGHT), ("b", FAULTY), ("c", UNKNOWN)):
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "d.py").write_text("print('no model')\n")
    return tmp_path


def test_programs_and_what_is_understood_are_counted(folder):
    said = []
    found = survey(folder, programs_in(folder), said.append)
    assert [each.path for each in found] == ["a.py", "b.py", "c.py"]
    assert [each.understood for each in found] == [1, 1, 0]
    assert "3 calls of compile, 2 understood (66.7%)" in said
    assert any("build() is not known" in line for line in said)
    assert any("KC103 error" in line for line in said)


def test_program_that_is_not_python_3_is_named(folder):
    (folder / "old.py").write_text("import keras\nprint 'model'\nm.compile(loss='mse')")
    said = []
    survey(folder, ["old.py"], said.append)
    assert "  not read: old.py: it is Python 2" in said


def test_call_that_is_never_reached_is_not_understood(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "dead.py").write_text(RIGHT.replace("model.compile", "0 and m.compile"))
    assert surveyed("dead.py").reasons == (("dead.py:5", "it is not reached"),)


def test_compile_of_another_module_or_of_super_is_not_counted():
    code = b"""
import re, torch
class Model:
    def compile(self, loss):
        super().compile(loss)
re.compile("a")
torch.compile(1)
model.compile()
"""
    assert list(compile_calls("a.py", code)) == ["a.py:8"]


@pytest.mark.parametrize(
    ("faults", "hits", "alarms"),
    [
        ({"b.py:5": ["KC103"]}, 1, 0),
        ({"b.py:5": ["KC101"]}, 0, 1),
        ({}, 0, 1),
        ({"b.py:5": ["KC103"], "a.py:5": ["KC101"]}, 1, 0),
    ],
)
def test_findings_are_compared_with_verdicts(folder, faults, hits, alarms):
    found = survey(folder, programs_in(folder), lambda _: None)
    verdicts = Verdicts(faults=faults, read=frozenset({"a.py", "b.py"}))
    said = list(judged(found, verdicts))
    assert said[0] == "2 programs were read by a person"
    assert said[1] == (
        f"{len(faults)} calls have a fault, {hits} found by a code that fits"
    )
    assert (
        f"{alarms} findings at warning and above that are not listed as faults" in said
    )


def test_list_names_programs_by_commit_and_rules_by_code():
    listed = json.loads(HOME.read_text(encoding="utf-8"))
    assert all(len(commit) == 40 for commit in listed["repositories"].values())
    programs = listed["programs"]
    assert {each["repository"] for each in programs} == set(listed["repositories"])
    places = [(each["repository"], each["path"]) for each in programs]
    assert len(set(places)) == len(places) >= 300
    rules = {rule.code for rule in our_rules()}
    for each in programs:
        for codes in each.get("faults", {}).values():
            assert codes
            assert set(codes) <= rules
