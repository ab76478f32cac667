"""What every reader of a container returns."""

from __future__ import annotations

from typing import Any, Literal

from kerascheck.model.description import Problem
from kerascheck.model.frozen import Frozen

RefusalKind = Literal[
    "bad-json",
    "changed",
    "damaged",
    "empty",
    "encrypted",
    "git-annex-pointer",
    "git-lfs-pointer",
    "io-error",
    "no-permission",
    "not-a-file",
    "not-a-model",
    "not-found",
    "not-text",
    "orbax",
    "over-budget",
    "truncated",
    "unsupported-layout",
]
"""Every `UnreadableModel.kind` that `open_container` raises."""

Format = Literal["keras", "keras-dir", "hdf5", "saved-model", "keras-json", "live"]


class Container(Frozen, eq=False):
    """What one saved artefact holds, as parsed JSON, before it is understood.

    Attributes:
        format: The kind of container.
        architecture: Model config with `class_name` and `config`; None: not in there.
        training: `compile_config` or `training_config` as saved; None: not in there.
        architecture_at: JSON pointer of `architecture` inside `member`.
        training_at: JSON pointer of `training` inside `member`.
        member: File or archive member that both pointers are relative to.
        keras_version: As saved; None: absent, or no plain short text.
        backend: As saved; None: absent, or no plain short text.
        problems: Oddities met on the way.
    """

    format: Format
    architecture: dict[str, Any] | None
    training: Any
    architecture_at: str
    training_at: str
    member: str
    keras_version: str | None
    backend: str | None
    problems: tuple[Problem, ...] = ()
