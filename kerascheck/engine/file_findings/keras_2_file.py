"""The file was written by Keras 2, and Keras 3 does not load it.

## What it is
Keras 2 wrote something into this file that Keras 3 has no class or argument for:

- a loss object with `fn` or with `reduction="auto"`, in `.h5` and `.keras` alike;
- a `.keras` archive whose model is of `keras.src.engine` or `keras.engine`, as every
  functional model is;
- a `.keras` archive whose optimizer is of `keras.optimizers.experimental`.

Measured by loading files of Keras 2.12 and 2.15 with Keras 3.15.1: each such file
raised. Most files of Keras 2 without any of these load. kerascheck has read the model
all the same.

## What to do
Nothing, if the model is used with the Keras that wrote it. Otherwise load it with
`tf_keras`; move its weights with `save_weights()` and `load_weights()`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC024",
    name="keras-2-file",
    severity=Severity.NOTE,
    page=__doc__,
    summary="the file was written by Keras 2, and Keras 3 does not load it",
    remedy="load it with tf_keras, or with the Keras that wrote it",
)
