"""The losses or metrics do not match the heads of the model.

## What it is
The dict or list of losses, metrics or loss weights has a name that is not an output,
or more or fewer entries than there are outputs. Keras raises, or leaves an output
untrained.

A dict of losses for a Sequential model raises in Keras 3, whatever its keys are:
"'NoneType' object is not iterable". Keras 2 trains on it, and so does a functional
model whose output has the name. A dict of metrics trains. Measured with Keras 3.15.1
on TensorFlow and JAX.

## What to do
Name the outputs as `model.output_names` lists them: `loss={"digit": ..., "colour":
...}`. Compile a Sequential model with the loss alone: `loss="mse"`.
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
    kinds=("metric-mismatch", "loss-by-name"),
    remedies={"loss-by-name": "pass the loss alone, not a dict"},
)
