"""A pointer of DVC or git-annex stands where the model should be.

## What it is
DVC and git-annex keep large files outside the repository. What a commit holds is a
`.dvc` file or an entry of `dvc.lock` that names the model, or a link or a short text
in its place. The model itself is not in this tree, so nothing was checked.

Such a pointer is counted among what was passed over even where this finding is
ignored.

## What to do
Run `dvc pull`, or `git annex get PATH`, before the check. A model that is left out on
purpose can be named in `exclude` in the configuration, by the path of its pointer.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC026",
    name="pointer-without-model",
    severity=Severity.ERROR,
    page=__doc__,
    summary="a pointer of DVC or git-annex stands where the model should be",
    remedy="fetch the model with `dvc pull` or `git annex get`",
    kinds=("dvc-pointer", "git-annex-pointer"),
    remedies={
        "dvc-pointer": "fetch the model with `dvc pull`",
        "git-annex-pointer": "fetch the model with `git annex get`",
    },
)
