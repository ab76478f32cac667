"""The `.keras` archive: `config.json` and `metadata.json`, and nothing else in it."""

from __future__ import annotations

from typing import Final

from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.containers import json_text, keras_json, zip_members
from kerascheck.readers.containers.folder import CONFIG, METADATA
from kerascheck.readers.containers.limits import Limits
from kerascheck.readers.containers.values import Container, Problems
from kerascheck.trust.regular_file import RegularFile

_CONFIG: Final = CONFIG.encode()
_METADATA: Final = METADATA.encode()
_NAMES: Final = frozenset({_CONFIG, _METADATA})


def read(
    file: RegularFile, directory: zip_members.Directory, limits: Limits
) -> Container:
    """Read what a `.keras` archive says about its model.

    Raises:
        UnreadableModel: No sound `config.json` of a model within the budgets.
    """
    members, problems = zip_members.find_members(file, directory, _NAMES, limits)
    if _CONFIG not in members:
        raise UnreadableModel(
            "not-a-model", "a zip archive without config.json: not saved by Keras"
        )
    data = zip_members.read_member(file, members[_CONFIG], limits.json_bytes, limits)
    config, odd = json_text.parse(data, CONFIG, limits)
    version, doubts = _version(file, members.get(_METADATA), limits)
    return keras_json.from_config(
        config,
        format="keras",
        member=CONFIG,
        version=version,
        problems=problems + odd + doubts,
    )


def _version(
    file: RegularFile, member: zip_members.Member | None, limits: Limits
) -> tuple[str | None, Problems]:
    try:
        if member is None:
            raise FileNotFoundError
        data = zip_members.read_member(file, member, limits.metadata_bytes, limits)
    except (FileNotFoundError, UnreadableModel) as error:
        return keras_json.unknown_version(error)
    return keras_json.version_in(data, limits)
