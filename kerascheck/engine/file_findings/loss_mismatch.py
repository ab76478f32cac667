"""Losses or metrics are given for other heads than the model has.

## What it is
The dict or list of losses, metrics or loss weights has a name that no output has, or
more or fewer entries than there are outputs. Keras raises, or leaves an output
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
    summary="losses or metrics are given for other heads than the model has",
    remedy="give one loss for each output, by the name of the output",
    kinds=("metric-mismatch",),
)
