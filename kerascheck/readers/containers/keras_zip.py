"""The `.keras` archive: `config.json` and `metadata.json`, and nothing else in it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.containers import (
    json_text,
    keras_json,
    known_layers,
    zip_members,
)
from kerascheck.readers.containers.folder import CONFIG, METADATA
from kerascheck.readers.containers.limits import LIMITS, Limits
from kerascheck.readers.containers.values import Container, Problems
from kerascheck.trust.regular_file import RegularFile

if TYPE_CHECKING:
    from kerascheck.trust.byte_source import ByteSource

_CONFIG: Final = CONFIG.encode()
_METADATA: Final = METADATA.encode()
_NAMES: Final = frozenset({_CONFIG, _METADATA})


class SavedConfig(NamedTuple):
    """The `config.json` of an archive.

    Attributes:
        value: Its JSON.
        problems: What is odd about it, or about its name in the archive.
        status: What `os.fstat` said of the archive when it was opened.
    """

    value: Any
    problems: Problems
    status: os.stat_result


def read(
    file: ByteSource, directory: zip_members.Directory, limits: Limits
) -> Container:
    """Read what a `.keras` archive says about its model.

    Raises:
        UnreadableModel: No sound `config.json` of a model within the budgets.
    """
    members, problems = zip_members.find_members(file, directory, _NAMES, limits)
    if file.is_remote:
        zip_members.expect(file, members, limits)
    data = _config_of(file, members, limits)
    config, odd = known_layers.parse(data, CONFIG, limits)
    version, doubts = _version(file, members.get(_METADATA), limits)
    return keras_json.from_config(
        config,
        format="keras",
        member=CONFIG,
        version=version,
        problems=problems + odd + doubts,
    )


def read_config(path: str, limits: Limits = LIMITS) -> SavedConfig:
    """Read the `config.json` of a `.keras` archive, for a corrected copy.

    Raises:
        UnreadableModel: It is not an archive with a sound `config.json` in it.
        OSError: As `os.open` raises it.
    """
    with RegularFile(path) as file:
        directory = zip_members.find_directory(file)
        if directory is None:
            raise UnreadableModel("not-a-model", "it is not a zip archive")
        names = frozenset({_CONFIG})
        members, problems = zip_members.find_members(file, directory, names, limits)
        data = _config_of(file, members, limits)
        config, odd = json_text.parse(data, CONFIG, limits)  # for it to be changed
        return SavedConfig(config, problems + odd, file.status)


def _config_of(
    file: ByteSource, members: Mapping[bytes, zip_members.Member], limits: Limits
) -> bytes:
    if _CONFIG not in members:
        raise UnreadableModel(
            "not-a-model", "a zip archive without config.json: not saved by Keras"
        )
    return zip_members.read_member(file, members[_CONFIG], limits.json_bytes, limits)


def _version(
    file: ByteSource, member: zip_members.Member | None, limits: Limits
) -> tuple[str | None, Problems]:
    try:
        if member is None:
            raise FileNotFoundError
        data = zip_members.read_member(file, member, limits.metadata_bytes, limits)
    except (FileNotFoundError, UnreadableModel) as error:
        return keras_json.unknown_version(error)
    return keras_json.version_in(data, limits)
