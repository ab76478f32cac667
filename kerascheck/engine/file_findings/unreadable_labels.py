"""A label file cannot be read or measured.

## What it is
The labels are damaged, hold Python objects, have no samples, or are not in a format
that kerascheck reads (npy, npz, csv, json). Pickled objects are never loaded. Rules
that need labels stay undecided.

## What to do
Save numbers or strings: `numpy.save("labels.npy", y)`; for several heads
`numpy.savez("labels.npz", **{name: y})`, one key for each head.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC008",
    name="unreadable-labels",
    severity=Severity.ERROR,
    page=__doc__,
    summary="a label file cannot be read or measured",
    remedy="save the labels as one numeric array, `numpy.save(path, y)`",
)
