"""An argument of the loss will not be saved.

## What it is
Keras 3 leaves `delta` out when it saves a `Huber`, and `axis` when it saves a
`CosineSimilarity`. Once loaded they are 1.0 and -1, whatever they were. Measured on
Keras 3.15.1, `.keras` and `.h5`: a `Huber(delta=2.0)` gave 18.0 for a sample before
saving and 9.5 after. Keras 3.0 to 3.15 are alike by their source.

It is told of live models alone: the file does not say what the argument was.

## What to do
Compile anew after loading.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC023",
    name="loss-argument-not-saved",
    severity=Severity.NOTE,
    page=__doc__,
    summary="an argument of the loss will not be saved",
    remedy="compile the model anew after loading it",
)
