"""A suppression no longer suppresses anything.

## What it is
One of these:

- An entry of the baseline is for a finding that is fixed or whose model is gone, or an
  entry of `per-model-ignores` suppresses nothing. This is a note, and a failure under
  `--strict`, because the entry would hide the same finding if it came back.
- A comment in a program suppresses nothing, names no rule or is not understood. This is
  a note at its line.
- The entry has expired. This is a warning, in addition to the finding itself, which is
  no longer suppressed.
- No model matches the glob of a section `[models."glob"]`, so its labels, task or
  source are not used. This is a note.

## What to do
Run `kerascheck baseline prune`, or remove the comment, or the entry from the
configuration. If an entry
has expired, set a later date to keep it.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC009",
    name="unused-suppression",
    severity=Severity.WARNING,
    page=__doc__,
    summary="a suppression no longer suppresses anything",
    remedy="remove the entry",
)
