"""Which setups share one graph of their loss, and which lanes are theirs.

A lane is one training: one setup and one seed. Lanes whose loss is the same object on
values of the same shape are stacked and mapped over together: a bundle. Within a
bundle only numbers differ, so its graph is traced once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kerascheck.confirm.setup import Part, Setup
from kerascheck.confirm.train.keras_objects import activation_names, loss_sees_logits


@dataclass(frozen=True, slots=True)
class Member:
    """One setup of a bundle, with its place among the setups trained together."""

    index: int
    setup: Setup


@dataclass(frozen=True, slots=True)
class Bundle:
    """Setups that share the graph of their loss.

    Attributes:
        members: Ordered so that equal activations are adjacent.
        first: Lane of the first member's first seed.
        inside: The activation is part of the mapped graph, so the loss may find its
            logits; otherwise it is applied before.
    """

    members: tuple[Member, ...]
    first: int
    inside: bool

    @property
    def units(self) -> int:
        """Width of every member's head."""
        return self.members[0].setup.units

    @property
    def loss(self) -> Part:
        """Loss of every member."""
        return self.members[0].setup.loss

    @property
    def weighted(self) -> bool:
        """Whether rows have weights."""
        return self.members[0].setup.class_weight is not None

    def runs(self) -> list[tuple[Setup, int]]:
        """Return (a setup, how many members have its activations), in order."""
        runs: list[tuple[Setup, int]] = []
        for member in self.members:
            if runs and _activations(runs[-1][0]) == _activations(member.setup):
                runs[-1] = (runs[-1][0], runs[-1][1] + 1)
            else:
                runs.append((member.setup, 1))
        return runs


def make_bundles(setups: Sequence[Setup], seeds: int) -> tuple[Bundle, ...]:
    """Return the bundles, narrow heads first; lane numbers continue across them."""
    groups: dict[tuple[object, ...], list[Member]] = {}
    for index, setup in enumerate(setups):
        groups.setdefault(bundle_key(setup), []).append(Member(index, setup))
    bundles, lane = [], 0
    for group in sorted(groups.values(), key=_order):
        members = sorted(group, key=lambda member: _activations(member.setup))
        inside = loss_sees_logits(members[0].setup)
        bundles.append(Bundle(tuple(members), lane, inside))
        lane += len(members) * seeds
    return tuple(bundles)


def bundle_key(setup: Setup) -> tuple[object, ...]:
    """Return what setups of one bundle have in common."""
    return (
        setup.units,
        setup.loss,
        setup.labels.row_shape(setup.classes),
        setup.class_weight is not None,
        _activations(setup) if loss_sees_logits(setup) else None,
    )


def _order(group: list[Member]) -> tuple[int, str]:
    setup = group[0].setup
    return setup.units, repr(bundle_key(setup))


def _activations(setup: Setup) -> tuple[object, ...]:
    return setup.hidden_activation, setup.over_steps, *activation_names(setup)
