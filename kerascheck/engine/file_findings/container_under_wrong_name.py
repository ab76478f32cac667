"""The extension does not match what the file is.

## What it is
Keras chooses how to load a file by its extension. TensorFlow 2.12 and earlier write
HDF5 under a `.keras` name as well, so a `model.keras` of that time is HDF5 inside.
Keras 3 does not load it, and reports that the file is not found or not a zip archive.
An archive named `.h5` fails too. kerascheck looks at the content and has read the model
all the same.

## What to do
Rename it to `.h5` or `.keras` as the message says.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC006",
    name="container-under-wrong-name",
    severity=Severity.WARNING,
    page=__doc__,
    summary="the extension does not match what the file is",
    remedy="rename the file, or save it again under the name that fits",
)
