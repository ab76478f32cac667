"""Keras configs in plain text files: `to_json()` and unzipped `.keras` folders.

The top level of a config is the same in a `.keras` archive, in its unzipped form and
in what `model.to_json()` returns, so the archive reader uses `from_config` too.
"""

from __future__ import annotations

import json
import re

from kerascheck.model.description import Problem
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.containers import folder as folders
from kerascheck.readers.containers import json_text, known_layers
from kerascheck.readers.containers.limits import Limits, over_budget
from kerascheck.readers.containers.values import (
    UNCOMPILED,
    Container,
    Format,
    Problems,
    container_of,
    versions_of,
)

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import ByteSource, Folder

_FIRST_KEY: Final = re.compile(
    rb"\s*\{\s*"
    rb'"(?:backend|build_config|class_name|compile_config|config|keras_version|module'
    rb'|registered_name)"\s*:'
)
"""A config begins with one of these, whether its keys were sorted or not."""
_TOKEN: Final = rb'"((?:[^"\\]|\\.)*)"\s*(:?)|[{}\[\]]'
_KEYS: Final = frozenset({b"class_name", b"config"})
"""Keras loads nothing as a model without these at its top; their order is free."""
_CLASS_NAME: Final = b'"%s"' % b"".join(
    rb"(?:%c|\\u00(?i:%x))" % (letter, letter) for letter in b"class_name"
)
"""The key, each letter as it is or escaped; 62 bytes at most, in UTF-32 248."""
_STEP: Final = 1 << 20
_OVERLAP: Final = 256
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_ARCHITECTURE_ONLY: Final = Problem(
    kind="architecture-only",
    message="to_json() of Keras 2 does not include the compile settings",
)
_PRESET: Final = Problem(
    kind="hub-preset",
    message="a preset of KerasHub, which never holds the compile call",
)


def looks_like_model(head: bytes) -> bool:
    """Return whether a file that starts with `head` may be a Keras config.

    Args:
        head: The first bytes of the file; 4096 are enough for every real config.
    """
    if b"\0" in head[:4] or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode(json.detect_encoding(head), "ignore").encode()
    head = head.removeprefix(_BYTE_ORDER_MARK)
    if b'"class_name"' not in head:
        return False
    return _FIRST_KEY.match(head) is not None or _keys_at_top(head) >= _KEYS


def may_be_model(file: ByteSource, limits: Limits) -> bool:
    """Return whether a `config.json` next to other files of a model may describe one.

    Keras reads it whatever it begins with. One that is too large to be read may do so.
    """
    if looks_like_model(file.head) or file.size > limits.json_bytes:
        return True
    for start in range(0, file.size, _STEP):
        data = file.read(start, min(_STEP + _OVERLAP, file.size - start))
        if re.search(_CLASS_NAME, data.replace(b"\0", b"")):  # of UTF-16 and UTF-32
            return True
    return False


def _keys_at_top(head: bytes) -> set[bytes]:
    """Return the keys of the outermost object, as far as `head` shows it."""
    keys, depth = set(), 0
    for token in re.finditer(_TOKEN, head):
        if token[0] in (b"{", b"["):
            depth += 1
        elif token[0] in (b"}", b"]"):
            depth -= 1
        elif depth == 1 and token[2]:
            keys.add(token[1])
    return keys if head.lstrip().startswith(b"{") else set()


def looks_like_text(head: bytes) -> bool:
    """Return whether `head` begins as a JSON object does, in any Unicode encoding."""
    return head.lstrip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe").startswith(b"{")


def read(file: ByteSource, name: str, limits: Limits) -> Container:
    """Read what `model.to_json()` returned, or a config on its own.

    Args:
        file: The text file.
        name: Its name, for messages and places.
        limits: Budgets.

    Raises:
        UnreadableModel: No JSON object with a class name, or over a budget.
    """
    config, problems = _read_json(file, name, limits.json_bytes, limits)
    version, backend, odd = versions_of(
        config if isinstance(config, dict) else {}, limits
    )
    return from_config(
        config,
        format="keras-json",
        member=name,
        version=version,
        backend=backend,
        problems=problems + odd,
    )


def read_folder(folder: Folder, limits: Limits) -> Container:
    """Read the folder that Keras 3 writes with `zipped=False`.

    Raises:
        UnreadableModel: No readable `config.json` of a model is in it.
        OSError: As `os.open` raises it.
    """
    with folder.open(folders.CONFIG) as file:
        # Open until the version is read: both are of one moment, or refused.
        metadata, version, odd = _folder_version(folder, limits)
        config, problems = _read_json(file, folders.CONFIG, limits.json_bytes, limits)
    return from_config(
        config,
        format="keras-dir",
        member=folders.CONFIG,
        version=version,
        problems=problems + odd,
        uncompiled=_PRESET if folders.is_preset(metadata) else UNCOMPILED,
    )


def _folder_version(
    folder: Folder, limits: Limits
) -> tuple[bytes, str | None, Problems]:
    try:
        with folder.open(folders.METADATA) as file:
            data = file.read(0, min(file.size, limits.metadata_bytes + 1))
    except (OSError, UnreadableModel) as error:
        if isinstance(error, UnreadableModel) and error.kind == "changed":
            raise
        return b"", *unknown_version(error)
    return data, *version_in(data, limits)


def from_config(
    config: Any,
    *,
    format: Format,  # noqa: A002  (the field's name)
    member: str,
    version: str | None,
    backend: str | None = None,
    problems: Problems,
    uncompiled: Problem = UNCOMPILED,
) -> Container:
    """Return the container for the top level of a Keras 3 config.

    Raises:
        UnreadableModel: It is not a JSON object with a class name.
    """
    is_object = isinstance(config, dict)
    has_version = format == "keras-json" and is_object and "keras_version" in config
    return container_of(
        format=format,
        member=member,
        architecture=config,
        architecture_at="",
        training=config.get("compile_config") if is_object else None,
        training_at="/compile_config",
        keras_version=version,
        backend=backend,
        problems=problems,
        uncompiled=_ARCHITECTURE_ONLY if has_version else uncompiled,
    )


def version_in(data: bytes, limits: Limits) -> tuple[str | None, Problems]:
    """Return the Keras version that a `metadata.json` names, and what is odd in it.

    Keras does not read this file when it loads a model, so no fault in it is fatal.
    """
    try:
        if len(data) > limits.metadata_bytes:
            raise over_budget(
                folders.METADATA, len(data), limits.metadata_bytes, "bytes"
            )
        metadata, problems = json_text.parse(data, folders.METADATA, limits)
    except UnreadableModel as error:
        return unknown_version(error)
    if not isinstance(metadata, dict):
        return None, problems
    version, _, odd = versions_of(
        {"keras_version": metadata.get("keras_version")}, limits
    )
    return version, problems + odd


def unknown_version(error: Exception) -> tuple[None, Problems]:
    """Return what `version_in` does, for a metadata.json that cannot be read."""
    if isinstance(error, FileNotFoundError):
        message = "there is no metadata.json, so the Keras version is unknown"
    elif isinstance(error, OSError):
        message = f"metadata.json cannot be opened: {error.strerror}"
    else:
        message = f"metadata.json: {error}"
    return None, (Problem(kind="bad-metadata", message=message),)


def _read_json(
    file: ByteSource, name: str, limit: int, limits: Limits
) -> tuple[Any, Problems]:
    if file.size > limit:
        raise over_budget(name, file.size, limit, "bytes")
    file.expect(0, file.size)
    return known_layers.parse(file.read(0, file.size), name, limits)
