"""The children of the audit: what a killed one had is measured again, or counted."""

import json
import subprocess
import time

import pytest

from tools import audit
from tools.audit.setups import Setup

SETUPS = [Setup(heads=()) for _ in range(3)]
WHOLE = "".join(json.dumps({"number": i}) + "\n" for i in range(3))


def ran(code, out):
    return subprocess.CompletedProcess([], code, stdout=out, stderr="last line")


@pytest.fixture
def children(monkeypatch):
    """Return a list; what is put there is how the next child ends."""
    ends = []
    monkeypatch.setattr(audit, "_run", lambda *_: ends.pop(0))
    return ends


def measured():
    return audit.measured(SETUPS, "jax", 1, time.time() + 60)


def test_a_killed_child_is_started_again(children, capsys):
    children += [ran(-9, WHOLE[:20]), ran(0, WHOLE)]
    assert [one["number"] for one in measured()] == [0, 1, 2]
    assert capsys.readouterr().err == ""


def test_what_is_lost_twice_is_counted(children, capsys):
    children += [ran(-9, ""), ran(-9, WHOLE[:-4])]
    assert [one["number"] for one in measured()] == [0, 1]
    assert "a child was killed, without results: 1 setup" in capsys.readouterr().err


def test_what_ctrl_c_ended_is_not_started_again(children):
    children += [ran(-2, WHOLE[:-4])]
    assert [one["number"] for one in measured()] == [0, 1]


def test_a_fault_of_the_audit_itself_ends_it(children):
    children += [ran(1, "")]
    with pytest.raises(RuntimeError, match="last line"):
        measured()
