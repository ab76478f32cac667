"""What the audit samples: a compiled model and its labels, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

Arguments = tuple[tuple[str, Any], ...]
Named = tuple[str, Arguments]
"""A loss or metric of Keras: class or string, and its arguments."""

POSITIONS = {2: (), 3: (5,), 4: (3, 2)}
"""Rank of an output -> its axes between batch and units: prime, so that none fits."""


@dataclass(frozen=True, slots=True)
class HeadSetup:
    """One output, its loss, its metrics and its labels.

    Attributes:
        task: What is to be predicted, one of `tasks.TASKS`.
        encoding: How the labels express it, one of `tasks.ENCODINGS`.
        layout: Their axes: flat, column, rows, or one label a sample.
        dtype: Of the label array.
        behind: A layer between the activation and the output, or "".
        rare: The last class is rare.
    """

    task: str
    encoding: str
    layout: str
    units: int
    activation: str
    loss: Named
    metrics: tuple[Named, ...]
    dtype: str = "float32"
    behind: str = ""
    rare: bool = False

    @property
    def from_logits(self) -> bool:
        """Say whether the loss is compiled with from_logits=True."""
        return bool(dict(self.loss[1]).get("from_logits"))


@dataclass(frozen=True, slots=True)
class Setup:
    """One model with its heads, and what is passed to `fit`.

    Attributes:
        structure: How labels and losses of several heads are given: list or dict.
        class_weight: The form of the argument, or "".
        sample_weight: The form of the argument, or "".
    """

    heads: tuple[HeadSetup, ...]
    rank: int = 2
    policy: str = "float32"
    structure: str = "list"
    class_weight: str = ""
    sample_weight: str = ""

    @property
    def positions(self) -> tuple[int, ...]:
        """Return the axes between batch and units."""
        return POSITIONS[self.rank]

    @property
    def oddness(self) -> tuple[int, int, str]:
        """Return what examples are sorted by, the plainest first."""
        odd = [self.rank > 2, self.policy != "float32", bool(self.class_weight)]
        odd += [bool(self.sample_weight), *(bool(h.behind) for h in self.heads)]
        odd += [h.rare for h in self.heads]
        metrics = sum(len(head.metrics) for head in self.heads)
        return 4 * len(self.heads) + sum(odd) + metrics, self.rank, str(self)

    def __str__(self) -> str:
        """Return the setup on one line."""
        heads = " | ".join(map(described, self.heads))
        parts = [heads, f"rank {self.rank}"]
        if self.policy != "float32":
            parts.append(self.policy)
        if self.class_weight:
            parts.append(f"class_weight {self.class_weight}")
        if self.sample_weight:
            parts.append(f"sample_weight {self.sample_weight}")
        if len(self.heads) > 1:
            parts.append(f"as {self.structure}")
        return ", ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the setup as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Setup:
        """Return the setup that `to_dict` wrote."""
        heads = tuple(
            HeadSetup(
                **{
                    **head,
                    "loss": _named(head["loss"]),
                    "metrics": tuple(map(_named, head["metrics"])),
                }
            )
            for head in plain["heads"]
        )
        return cls(**{**plain, "heads": heads})


def described(head: HeadSetup) -> str:
    """Return one head in words."""
    behind = f" > {head.behind}" if head.behind else ""
    metrics = "+".join(map(call, head.metrics)) or "no metric"
    rare = " rare" if head.rare else ""
    return (
        f"{head.units} {head.activation}{behind}, {call(head.loss)}, {metrics}, "
        f"{head.task}{rare} as {head.encoding} ({head.layout}, {head.dtype})"
    )


def call(named: Named) -> str:
    """Return a loss or metric as it is written: AUC(from_logits=True)."""
    name, arguments = named
    inner = ", ".join(f"{key}={value!r}" for key, value in arguments)
    return f"{name}({inner})" if inner else name


def _named(plain: Any) -> Named:
    name, arguments = plain
    return name, tuple((key, _value(value)) for key, value in arguments)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def replace_metrics(head: HeadSetup, metrics: tuple[Named, ...]) -> HeadSetup:
    """Return the head with other metrics."""
    return replace(head, metrics=metrics)
