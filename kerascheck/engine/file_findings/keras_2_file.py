"""A file of Keras 2 that Keras 3 does not load.

## What it is
Keras 2 wrote something into this file that Keras 3 has no class or argument for:

- a loss object with `fn` or with `reduction="auto"`, in `.h5` and `.keras` alike;
- a `.keras` archive whose model is of `keras.src.engine` or `keras.engine`, as every
  functional model is;
- a `.keras` archive whose optimizer is of `keras.optimizers.experimental`.

Measured by loading files of Keras 2.12 and 2.15 with Keras 3.15.1: each such file
raised. Files of Keras 2 without any of these mostly load. kerascheck has read the
model all the same.

## What to do
Nothing, where the model is used with the Keras that wrote it. Else load it with
`tf_keras`; its weights move by `save_weights()` and `load_weights()`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC024",
    name="keras-2-file",
    severity=Severity.NOTE,
    page=__doc__,
    summary="a file of Keras 2 that Keras 3 does not load",
    remedy="load it with tf_keras, or with the Keras that wrote it",
)
