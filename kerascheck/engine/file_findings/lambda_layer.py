"""A Lambda layer holds bytecode, which Keras does not load by default.

## What it is
A `Lambda` layer around a Python `lambda` is saved as bytecode. `load_model()` raises
unless it is called with `safe_mode=False`, because loading would run what the file
holds. Measured on Keras 3.15.1, `.keras` and `.h5`. kerascheck never looks into the
bytecode.

## What to do
Write the expression with `keras.ops` in a functional model, or as a layer that is
registered with `keras.saving.register_keras_serializable()`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC025",
    name="lambda-layer",
    severity=Severity.NOTE,
    page=__doc__,
    summary="a Lambda layer holds bytecode, which Keras does not load by default",
    remedy="use a layer of Keras, or register your own layer",
)
