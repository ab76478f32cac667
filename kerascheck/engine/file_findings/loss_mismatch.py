"""The losses or metrics do not match the heads of the model.

## What it is
The dict or list of losses, metrics or loss weights has a name that is not an output,
or more or fewer entries than there are outputs. Keras raises, or leaves an output
untrained.

## What to do
Name the outputs as `model.output_names` lists them: `loss={"digit": ..., "colour":
...}`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Harm, Severity

RULE = FileRule(
    code="KC011",
    name="loss-mismatch",
    severity=Severity.ERROR,
    harm=Harm.RAISES,
    page=__doc__,
    summary="the losses or metrics do not match the heads of the model",
    remedy="pass one loss for each output, by the name of the output",
    kinds=("metric-mismatch",),
)
