"""Label arrays for fixtures, the same on each call."""

from __future__ import annotations

from typing import Any


def binary(
    samples: int = 256,
    *,
    column: bool = False,
    dtype: str = "int32",
    positive: float = 0.5,
    low: int = 0,
    high: int = 1,
) -> Any:
    """Return two classes, shape (samples,) or (samples, 1).

    Args:
        samples: Rows.
        column: Give shape (samples, 1).
        dtype: Name of a numpy dtype.
        positive: Share of `high`, in [0, 1].
        low: Value of the first class.
        high: Value of the second class.
    """
    import numpy as np

    ones = np.arange(samples) < round(samples * positive)
    values = np.where(_shuffled(ones), high, low).astype(dtype)
    return values[:, None] if column else values


def class_ids(
    classes: int, samples: int = 256, *, first: int = 0, dtype: str = "int64"
) -> Any:
    """Return balanced ids from `first` on, shape (samples,)."""
    import numpy as np

    return (_shuffled(np.arange(samples) % classes) + first).astype(dtype)


def one_hot(classes: int, samples: int = 256, *, dtype: str = "float32") -> Any:
    """Return rows with one 1, shape (samples, classes)."""
    import numpy as np

    return np.eye(classes, dtype=dtype)[class_ids(classes, samples)]


def multi_hot(classes: int, samples: int = 256, *, dtype: str = "float32") -> Any:
    """Return rows with none to several 1s, shape (samples, classes)."""
    import numpy as np

    rows = np.random.default_rng(0).random((samples, classes)) < 0.4
    return rows.astype(dtype)


def real(samples: int = 256, *, low: float = 18.0, high: float = 90.0) -> Any:
    """Return targets of a regression, float32, shape (samples,)."""
    import numpy as np

    rng = np.random.default_rng(0)
    return rng.uniform(low, high, samples).round(2).astype("float32")


def counts(samples: int = 256, *, mean: float = 6.0) -> Any:
    """Return how often something happened, int64, shape (samples,)."""
    import numpy as np

    return np.random.default_rng(0).poisson(mean, samples)


def with_gaps(values: Any) -> Any:
    """Return the same values with every 50th missing: NaN."""
    import numpy as np

    values[::50] = np.nan
    return values


def words(*names: str, samples: int = 256) -> Any:
    """Return class names, shape (samples,)."""
    import numpy as np

    return np.array(names)[class_ids(len(names), samples)]


def _shuffled(values: Any) -> Any:
    import numpy as np

    return np.random.default_rng(0).permutation(values)
