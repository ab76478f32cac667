"""The file can be read as more than one model.

## What it is
Two archive members or two JSON keys have the same name, a name contains a NUL, or the
file is both an archive and HDF5. Loaders differ in which of them they read. kerascheck
reads the one that Keras reads, which is the last. Keras itself never writes such a
file.

## What to do
Ask where the file comes from. If it is yours, save the model again.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC007",
    name="ambiguous-file",
    severity=Severity.WARNING,
    page=__doc__,
    summary="the file can be read as more than one model",
    remedy="save the model again with Keras",
    kinds=("duplicate-key", "duplicate-member", "nul-in-name", "polyglot"),
)
