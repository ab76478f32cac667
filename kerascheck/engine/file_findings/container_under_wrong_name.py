"""The ending of the name does not say what the file is.

## What it is
Keras chooses how to load a file by the ending of its name. TensorFlow 2.12 and before
write HDF5 under every name but `.keras` archives of later versions, so a `model.keras`
from then is HDF5 inside; Keras 3 does not load it, and says that the file is not
found or no zip archive. An archive named `.h5` fails likewise. kerascheck looks at
the content and has read the model all the same.

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
    summary="the ending of the name does not say what the file is",
    remedy="rename the file, or save it again under the name that fits",
)
