"""Keras 3 saves a short loss name to HDF5 and does not load it again.

## What it is
The file is HDF5 of Keras 3 and its loss is `"mse"`, `"mae"`, `"mape"`, `"msle"`,
`"bce"` or `"kld"`. Saving works; `load_model()` raises `Could not deserialize
'keras.metrics.mse' because it is not a KerasSaveable subclass`, since both a loss and
a metric have that name. Measured on Keras 3.3.3, 3.12.1 and 3.15.1; 3.0.5 and 3.6.0
raise `Could not locate function 'mse'`. Long names, and `.keras`, load.

## What to do
Load this file with `load_model(path, compile=False)` and recompile it. Compile with
`"mean_squared_error"`, or save as `.keras`.
"""

from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Severity

RULE = FileRule(
    code="KC020",
    name="short-loss-name-in-hdf5",
    severity=Severity.WARNING,
    page=__doc__,
    summary="Keras 3 saves a short loss name to HDF5 and does not load it again",
    remedy="save as .keras, or compile with the long name of the loss",
)
