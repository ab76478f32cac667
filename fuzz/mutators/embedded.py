"""JSON inside binary files, changed in its place so that what is around it holds."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable

from fuzz.mutators.json_values import changed, mutated

_OPENING = re.compile(rb'\{"')
_TRIES = 8


def in_place(data: bytes, chance: random.Random) -> bytes:
    """Return a file with one JSON text in it changed, at the length that it had."""
    starts = [found.start() for found in _OPENING.finditer(data)]
    for _ in range(_TRIES if starts else 0):
        start = chance.choice(starts[:3] if chance.random() < 0.7 else starts)
        text = data[start:].decode("latin-1")
        try:
            value, length = json.JSONDecoder().raw_decode(text)
            new = json.dumps(changed(value, chance), separators=(",", ":")).encode()
        except (ValueError, RecursionError):
            continue
        if len(new) <= length:
            return data[:start] + new.ljust(length) + data[start + length :]
    return data


def in_archive(
    data: bytes,
    chance: random.Random,
    change: Callable[[bytes, random.Random], bytes] = mutated,
) -> bytes:
    """Return a zip archive with one member changed, and sums that fit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # anything at all is wrong with it: it is left as it is
        return data
    if not members:
        return data
    config = "config.json"
    is_config = config in members and chance.random() < 0.9
    name = config if is_config else chance.choice(list(members))
    members[name] = change(members[name], chance)
    packed = io.BytesIO()
    method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(packed, "w", method) as archive:
        for each, content in members.items():
            archive.writestr(zipfile.ZipInfo(each), content, method)
    return packed.getvalue()
