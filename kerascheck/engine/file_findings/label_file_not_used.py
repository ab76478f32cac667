"""A label file next to the model is not used.

## What it is
Labels are found next to a model by their name. Either several files match, and the
message says which one was chosen, or a file is a link out of the tree, a broken link,
or not a regular file, and is not opened.

Names that belong to one model (`model.labels.npy`) come before those for all models of
a folder (`labels.npy`), and npy before npz, csv and json. So a new file can replace the
one that was used until now, which this note makes visible.

## What to do
Remove the file that should not be used, or name the right one with `--labels` or in
the configuration.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC027",
    name="label-file-not-used",
    severity=Severity.NOTE,
    page=__doc__,
    summary="a label file next to the model is not used",
    remedy="keep one label file for each model, or name it with `--labels`",
)
