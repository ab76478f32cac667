"""Programs broken at random are read without an error, in time, and judged."""

import ast
import random
import time

import pytest

from fuzz.mutators.programs import SEEDS, mutant
from kerascheck.engine.judge import judge
from kerascheck.readers.source.read import read_program
from kerascheck.rules import all_rules


def _models_of(code):
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        return None
    begun = time.process_time()
    models = read_program(code, "train.py")
    for model in models:
        assert 1 <= model.line <= code.count("\n") + 1
        codes = {f.code for f in judge(all_rules(), model.description).findings}
        assert "KC000" not in codes, code
    assert time.process_time() - begun < 2
    return len(models)


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_the_seeds_compile_models(seed):
    assert _models_of(SEEDS[seed])


def test_programs_broken_at_random_are_read():
    chance = random.Random(0)
    counts = [_models_of(mutant(chance)) for _ in range(60)]
    read = [count for count in counts if count is not None]
    assert len(read) > 50
    assert sum(map(bool, read)) > 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 51))
def test_many_programs_broken_at_random_are_read(seed):
    chance = random.Random(seed)
    for _ in range(200):
        _models_of(mutant(chance))
