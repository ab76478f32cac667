"""A program, or a compile call in it, is not understood.

## What it is
A file that names Keras is Python 2, a template, has a syntax error, is not a notebook
that Jupyter saved, or is larger than a program of people is. Nothing in it is judged.
Or a compile call was not reached within what reading a program may cost, or nothing
leads to it, as in a branch that a constant turns off; the others are judged.

## What to do
Nothing, if it is meant to be so: this is a note, on which only `--strict` fails.
Otherwise correct the program, or exclude it.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC028",
    name="program-not-understood",
    severity=Severity.NOTE,
    page=__doc__,
    summary="a program, or a compile call in it, is not understood",
    remedy=None,
)
