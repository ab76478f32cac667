"""A program cannot be read as Python 3.

## What it is
A file that names Keras is Python 2, a template, has a syntax error, is not a notebook
that Jupyter saved, or is larger than a program of people is. Nothing in it is judged.

## What to do
Nothing, if it is meant to be so: this is a note. Otherwise correct it, or exclude it.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC028",
    name="program-not-understood",
    severity=Severity.NOTE,
    page=__doc__,
    summary="a program cannot be read as Python 3",
    remedy=None,
)
