"""The file does not say which Keras wrote it, or names one unheard of.

## What it is
The version is missing, not readable as one, or newer than this kerascheck knows. How
`"accuracy"` and some arguments are to be read depends on it; kerascheck reads the file
as Keras 3 would.

## What to do
Nothing, where the file loads in your Keras. A newer kerascheck may know the version.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC014",
    name="unknown-keras-version",
    severity=Severity.NOTE,
    page=__doc__,
    summary="the file does not say which Keras wrote it, or names one unheard of",
    remedy=None,
    kinds=("bad-metadata",),
)
