"""Every fix is applied to real Keras as a user would: the printed lines, then fit.

    python -m pytest -m slow tests/fixes

tries many programs and every bad example of the rules; the quick tests try a few.
"""

from __future__ import annotations

import random

import keras
import pytest

from kerascheck.keras_api.compile_call import major
from kerascheck.keras_api.program import keras_code
from kerascheck.rules import our_rules
from tests.fixes.programs import random_program
from tests.fixes.tried import Tried, problem_after_all, problem_after_one

QUICK = range(6)
SLOW = range(100, 400)


def programs_of(rule):
    """Return the bad examples that are whole programs for Keras 3, with all labels."""
    whole = [m for m in rule.bad() if major(m) == 3 and all(map(_is_plain, m.heads))]
    codes = map(keras_code, whole)
    return [code for code in codes if code is not None and "\ny = " in code]


def _is_plain(head):
    """Say whether a program has the labels and the loss of a head as described."""
    own = head.loss is not None and head.loss.kind == "custom"
    return head.labels is not None and not head.labels.infinities and not own


EXAMPLES = [
    pytest.param(code, id=f"{rule.code}-{number}")
    for rule in our_rules()
    for number, code in enumerate(programs_of(rule))
]


def problems(program):
    """Yield what is wrong after the combined fix, and after each fix alone."""
    yield problem_after_all(program, keras)
    for place, finding in enumerate(Tried(program, keras).findings()):
        if finding.fix and finding.fix.edits:
            yield problem_after_one(program, keras, place)


def assert_fixed(program):
    found = [problem for problem in problems(program) if problem]
    assert not found, "\n\n".join(found)
    keras.backend.clear_session()


@pytest.mark.parametrize("seed", QUICK)
def test_a_program_trains_after_its_fixes(seed):
    assert_fixed(random_program(random.Random(seed)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SLOW)
def test_more_programs_train_after_their_fixes(seed):
    assert_fixed(random_program(random.Random(seed)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(500, 510))
def test_a_program_trains_in_a_graph_too(seed):
    program = random_program(random.Random(seed))
    problem = problem_after_all(program, keras, eagerly=False)
    assert problem is None, problem


@pytest.mark.slow
@pytest.mark.parametrize("program", EXAMPLES)
def test_an_example_trains_after_its_fixes(program):
    assert_fixed(program)


def test_a_wrong_fix_is_noticed(monkeypatch):
    seed = next(s for s in range(50) if "BinaryCrossentropy()" in _code(s))
    monkeypatch.setattr(Tried, "apply", lambda *_: None)
    assert problem_after_all(_code(seed), keras) is not None


def _code(seed):
    return random_program(random.Random(seed))
