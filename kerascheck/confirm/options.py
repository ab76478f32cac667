"""How to train: the limits, the device and the cache, made once and passed on whole."""

from __future__ import annotations

import os
from collections.abc import Callable

from kerascheck.model.frozen import Frozen, field
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.trust.tree import Tree

if TYPE_CHECKING:
    from kerascheck.confirm.cache import Cache
    from kerascheck.confirm.evidence.trainings import ShippedTrainings
    from kerascheck.model.vocabulary import Device

SEEDS = 8
BUDGET = 120.0
"""Seconds of training for one report, not counting the import of Keras."""

Progress = Callable[[int, int], None]


def working_tree() -> Tree:
    """Return the tree around the working folder."""
    return Tree.of((os.curdir,))


class TrainingOptions(Frozen):
    """What one run of reference training may use.

    Attributes:
        budget: Seconds of training; what is not done by then is unfinished.
        seeds: Trainings of each setup; a verdict needs 3 or more.
        device: "auto", "cpu" or "gpu".
        cache: Results of earlier runs; None: none is used, and nothing stored.
        shipped: Results that ship with the package and count here; None: none does.
        tree: What is checked; nothing in it is imported or run.
        progress: Called with (work done, all of it).
        workers: Processes that train at once, where there is work for several.
        scheduler: Address of that of a Dask cluster, which trains in their place.
    """

    budget: float = BUDGET
    seeds: int = SEEDS
    device: Device = "auto"
    cache: Cache | None = None
    shipped: ShippedTrainings | None = None
    tree: Tree = field(default_factory=working_tree)
    progress: Progress | None = None
    workers: int = 1
    scheduler: str | None = None
