"""A functools.partial was saved as the loss, without its arguments.

## What it is
A `functools.partial` is saved by its name alone. The arguments, `from_logits` among
them, are not in the file, and `load_model()` raises. Measured on files of Keras 2.15;
Keras 3.15.1 refuses to save one.

## What to do
Compile with a loss object that has the arguments, such as
`keras.losses.BinaryCrossentropy(from_logits=True)`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC021",
    name="partial-as-loss",
    severity=Severity.WARNING,
    page=__doc__,
    summary="a functools.partial was saved as the loss, without its arguments",
    remedy="compile with a loss object, which saves its arguments",
)
