"""A label file that lies beside the model is not used.

## What it is
Labels are found beside a model by their name. Either several files fit, and the
message says which one was chosen, or a file is a link out of the tree, a link that
leads nowhere, or not a regular file, and is not opened.

Names that belong to one model (`model.labels.npy`) come before those for all models of
a folder (`labels.npy`), and npy before npz, csv and json. So a new file can take the
place of the one that was used until now, which this note makes visible.

## What to do
Remove the file that is not meant, or name the right one with `--labels` or in the
configuration.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC027",
    name="label-file-not-used",
    severity=Severity.NOTE,
    page=__doc__,
    summary="a label file that lies beside the model is not used",
    remedy="keep one label file for each model, or name it with `--labels`",
)
