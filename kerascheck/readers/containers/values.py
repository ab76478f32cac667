"""What every reader of a container returns, and how it is made from saved parts."""

from __future__ import annotations

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Any, Final, Literal
from kerascheck.readers.containers.limits import Limits

RefusalKind = Literal[
    "bad-json",
    "changed",
    "damaged",
    "empty",
    "encrypted",
    "foreign-hdf5",
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

Problems = tuple[Problem, ...]

Format = Literal[
    "keras", "keras-dir", "hdf5", "saved-model", "keras-json", "live", "source"
]


class Container(Frozen, eq=False):
    """What one saved artefact holds, as parsed JSON, before it is understood.

    Attributes:
        format: The kind of container.
        architecture: Model config with `class_name` and `config`; None: not in there.
        training: `compile_config` or `training_config` as saved; None: not in there.
        architecture_at: JSON pointer of `architecture` inside `member`.
        training_at: JSON pointer of `training` inside `member`.
        member: File or archive member that both pointers are relative to.
        keras_version: As saved; None: absent, or not a short plain text.
        backend: As saved; None: absent, or not a short plain text.
        problems: Oddities met on the way.
        floatx: `keras.config.floatx()` of a live model; None: no file says it.
    """

    format: Format
    architecture: dict[str, Any] | None
    training: Any
    architecture_at: str
    training_at: str
    member: str
    keras_version: str | None
    backend: str | None
    problems: Problems = ()
    floatx: str | None = None


UNCOMPILED: Final = Problem(
    kind="uncompiled", message="the model was saved without being compiled"
)


def container_of(  # noqa: PLR0913  (fields of a Container)
    *,
    format: Format,  # noqa: A002  (the field's name)
    member: str,
    architecture: Any,
    architecture_at: str,
    training: Any,
    training_at: str,
    keras_version: str | None,
    backend: str | None,
    problems: Problems,
    uncompiled: Problem = UNCOMPILED,
    missing: Problem | None = None,
) -> Container:
    """Return the container for a saved model; see `Container` for the other arguments.

    Args:
        uncompiled: What is reported if there are no compile settings.
        missing: What is reported if there is no architecture; None: that is an error.

    Raises:
        UnreadableModel: The architecture is not a JSON object with a class name.
    """
    if architecture is None and missing is not None:
        problems += (missing,)
    elif not isinstance(architecture, dict) or "class_name" not in architecture:
        raise UnreadableModel(
            "not-a-model", f"{member} does not describe a model: it has no class_name"
        )
    elif not training:
        problems += (uncompiled,)
    return Container(
        format=format,
        architecture=architecture,
        training=training or None,
        architecture_at=architecture_at,
        training_at=training_at,
        member=member,
        keras_version=keras_version,
        backend=backend,
        problems=problems,
    )


def versions_of(
    members: dict[str, Any], limits: Limits
) -> tuple[str | None, str | None, Problems]:
    """Return the Keras version and the backend that a JSON object names.

    Each is a short printable text, or None with a problem if it is anything else.
    """
    problems: Problems = ()
    texts = []
    for key in ("keras_version", "backend"):
        value = members.get(key)
        if value is not None and not _is_plain(value, limits.version_length):
            message = f"{key} is not a short plain text"
            problems += (Problem(kind="bad-metadata", message=message),)
            value = None
        texts.append(value)
    version, backend = texts
    return version, backend, problems


def _is_plain(value: object, max_length: int) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= max_length
        and value.isascii()
        and value.isprintable()
    )
