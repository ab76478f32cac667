"""Days of a river: what was measured, and whether it flooded."""

import numpy as np

MEASURES = ("rain", "level", "melt", "wind")
GAUGES = 3


def days(count, seed=0):
    """Return measures, shape (count, 4), and whether each day had a flood."""
    rng = np.random.default_rng(seed)
    measures = rng.normal(size=(count, len(MEASURES))).astype("float32")
    height = measures[:, 0] + measures[:, 1] + 0.5 * measures[:, 2]
    return measures, (height > 0).astype("int64")


def alarms(count, seed=0):
    """Return measures, and for each of three gauges whether it gave an alarm."""
    measures, _ = days(count, seed)
    return measures, (measures[:, :GAUGES] > 0.5).astype("int64")
