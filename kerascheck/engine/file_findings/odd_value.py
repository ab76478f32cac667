"""A saved value is not one that Keras writes.

## What it is
A field of the saved configuration has a type or a value that Keras never writes, such
as units that are not a number, NaN as a loss weight, or text in an unusual encoding.
The fact counts as unknown, and rules that need it stay undecided.

## What to do
Ask what wrote the file. If it is yours, save the model again.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC012",
    name="odd-value",
    severity=Severity.WARNING,
    page=__doc__,
    summary="a saved value is not one that Keras writes",
    remedy="save the model again with Keras",
    kinds=("odd-encoding",),
)
