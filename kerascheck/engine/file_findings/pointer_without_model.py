"""The file is a pointer of DVC or git-annex, not the model.

## What it is
DVC and git-annex keep large files outside the repository. A commit holds a `.dvc` file
or an entry of `dvc.lock` that names the model, or a link or a short text in its place.
The model itself is not in this tree, so nothing was checked.

Such a pointer is counted as passed over even if this finding is ignored.

## What to do
Run `dvc pull`, or `git annex get PATH`, before the check. To skip a model on purpose,
add the path of its pointer to `exclude` in the configuration.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC026",
    name="pointer-without-model",
    severity=Severity.ERROR,
    page=__doc__,
    summary="the file is a pointer of DVC or git-annex, not the model",
    remedy="fetch the model with `dvc pull` or `git annex get`",
    kinds=("dvc-pointer", "git-annex-pointer"),
    remedies={
        "dvc-pointer": "fetch the model with `dvc pull`",
        "git-annex-pointer": "fetch the model with `git annex get`",
    },
)
