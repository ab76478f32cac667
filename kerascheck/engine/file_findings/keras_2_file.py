"""The file was written by Keras 2, and Keras 3 does not load it.

## What it is
Keras 2 wrote something into this file that Keras 3 has no class, argument or value for.
The message names up to three reasons. Those of the model:

- A layer has no argument `time_major` (LSTM, GRU, SimpleRNN, RNN, ConvLSTM), `groups`
  (depthwise, separable and transposed convolutions), `rng_type` (random layers),
  `query_shape` (attention), …; or `batch_input_shape`, in a `.keras` or in a model
  inside a model.
- There is no layer `TFOpLambda` (a function of TensorFlow, called on a layer's
  output), `LocallyConnected1D`, `ThresholdedReLU`, `RandomHeight`, …
- There is no `keras.src.engine.functional`: a `.keras` of a functional model.
- A layer inside a TimeDistributed or Bidirectional names no module, as TensorFlow 2.12
  and earlier saved it.
- A dtype policy of Keras 2, for mixed precision.
- Models inside models: one hands on a list of one tensor, or its call is not found.
- Sequential models of old: their config is a list, or their first layer has the shape.
- A Python lambda, a slash in the name of a layer, `softmax_v2` as activation.

Those of the compile settings: loss objects with `fn` or `reduction="auto"`, short names
of losses such as `"mse"` in `.h5`, optimizers with `lr`, `jit_compile` or a module of
their own.

Measured by loading 5,301 files that tf_keras 2.21 wrote, one for each layer, loss,
metric, optimizer and argument, with Keras 3.15.1: all 2,982 that are reported do not
load, and of the others 18 do not (functions and metrics that only Keras 2 knows).
kerascheck has read the model all the same. It cannot say whether a user's own class
loads: that takes `custom_objects`. A SavedModel never loads with `load_model()`.

Files of Keras 1 are found too: of 75 that Keras 1.2.2 wrote, neither Keras 3.15.1 nor
tf_keras 2.21 loads one.

## What to do
Nothing, if the model is used with the Keras that wrote it. If the reasons are in the
compile settings alone, load it with `load_model(path, compile=False)` and recompile.
Otherwise load it with `tf_keras`, or build the same layers in Keras 3 and load the
weights of the `.h5` into them with `load_weights()`.
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
    kinds=("keras-2-compile-settings", "keras-1-file"),
    remedies={
        "keras-2-compile-settings": "load it with compile=False, and recompile it",
        "keras-1-file": "load it with the Keras that wrote it",
    },
)
