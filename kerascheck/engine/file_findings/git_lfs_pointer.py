"""The file is a Git LFS pointer, not the model.

## What it is
Git LFS keeps large files outside the repository and puts a text of about 130 bytes in
their place. This checkout holds that text and not the model, so nothing was checked.

## What to do
Run `git lfs pull`, or `git lfs pull --include PATH` for one file. In GitHub Actions
set the option `lfs: true` of `actions/checkout`; in GitLab CI leave
`GIT_LFS_SKIP_SMUDGE` unset.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC002",
    name="git-lfs-pointer",
    severity=Severity.ERROR,
    page=__doc__,
    summary="the file is a Git LFS pointer, not the model",
    remedy="fetch the file with `git lfs pull`",
)
