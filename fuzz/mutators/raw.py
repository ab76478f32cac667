"""Bytes changed blindly, where a checksum or a size around them must fit again."""

from __future__ import annotations

import random
import struct


def changed(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with bytes flipped, a stretch moved, or a number made odd."""
    if not data:
        return data
    new = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8])):
        at = chance.randrange(len(new))
        match chance.randrange(4):
            case 0:
                new[at] ^= 1 << chance.randrange(8)
            case 1:
                new[at] = chance.choice([0, 1, 0x7F, 0x80, 0xFF])
            case 2:
                number = chance.choice([0, 0xFFFFFFFF, 0x80000000, len(new)])
                new[at : at + 4] = struct.pack("<L", number)
            case _:
                size = chance.randrange(64)
                other = chance.randrange(len(new))
                new[at : at + size] = new[other : other + size]
    return bytes(new)
