"""Labels were given under a name that is not a head.

## What it is
A label file or argument has an entry that matches no output of the model, or has one
unnamed array although the model has several outputs. The labels were ignored, and
rules that need labels stay undecided.

## What to do
Pass one entry for each output, by its name: keys of an npz file, columns of a csv file,
or keys of a json object.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC015",
    name="labels-for-no-head",
    severity=Severity.WARNING,
    page=__doc__,
    summary="labels were given under a name that is not a head",
    remedy="name labels as `model.output_names` does",
)
