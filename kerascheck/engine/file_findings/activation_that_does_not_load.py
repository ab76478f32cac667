"""An activation is a function of TensorFlow that Keras does not load.

## What it is
The layer was built with `tf.nn.softmax`, `tf.nn.log_softmax`, `tf.nn.swish` or
`tf.exp`. Keras saves such a function by its own name, `softmax_v2`, `log_softmax_v2`,
`swish` or `exp`, and raises when it loads a file with that name. Measured on Keras
3.15.1 with `.keras` and `.h5`. `tf.nn.relu`, `tf.nn.sigmoid`, `tf.nn.gelu` and
`tf.nn.leaky_relu` are saved as Keras's own and load.

## What to do
Build the layer with `activation="softmax"`. This file loads with
`custom_objects={"softmax_v2": tf.nn.softmax}`. Training is not affected, which is why
this is a note.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC022",
    name="activation-that-does-not-load",
    severity=Severity.NOTE,
    page=__doc__,
    summary="an activation is a function of TensorFlow that Keras does not load",
    remedy="build the layer with the name of the activation, such as 'softmax'",
)
