"""An argument of the loss will not be saved.

## What it is
Keras 3 does not save the `delta` of a `Huber` or the `axis` of a `CosineSimilarity`.
After loading they are 1.0 and -1, whatever they were before. Measured on Keras 3.15.1,
`.keras` and `.h5`: a `Huber(delta=2.0)` returned 18.0 for a sample before saving and
9.5 after. Keras 3.0 to 3.15 behave alike, by their source.

It is reported for live models only: the file does not say what the argument was.

## What to do
Recompile after loading.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC023",
    name="loss-argument-not-saved",
    severity=Severity.NOTE,
    page=__doc__,
    summary="an argument of the loss will not be saved",
    remedy="recompile the model after loading it",
)
