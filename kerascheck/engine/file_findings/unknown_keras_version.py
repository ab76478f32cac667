"""The version of Keras that wrote the file is missing or unknown.

## What it is
The version is missing, not a version number, or newer than this kerascheck knows. The
meaning of `"accuracy"` and of some arguments depends on it; kerascheck reads the file
as Keras 3 would.

## What to do
Nothing, if the file loads in your Keras. A newer kerascheck may know the version.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC014",
    name="unknown-keras-version",
    severity=Severity.NOTE,
    page=__doc__,
    summary="the version of Keras that wrote the file is missing or unknown",
    remedy=None,
    kinds=("bad-metadata",),
)
