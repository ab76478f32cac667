"""Names and other texts of any length, made short where they enter.

A name that a person gives to a layer, class, loss or metric is a few words long. One of
a million letters would appear in every message, place and line of code about it. So a
text longer than `MAX_LENGTH` becomes its beginning, a digest and its end. Equal texts
stay equal and different ones different, so that names still match.
"""

from __future__ import annotations

from kerascheck.model.typed import Any, Final

MAX_LENGTH: Final = 1000
"""Characters of a text that is kept as it is."""

_KEPT: Final = 120
"""Characters at either end of one that is not."""

_BLOCK: Final = MAX_LENGTH // 2


def recognisable(text: str) -> str:
    """Return a text, or a short form of it if it is too long."""
    if len(text) <= MAX_LENGTH:
        return text
    from hashlib import sha256

    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{text[:_KEPT]}…{digest}…{text[-_KEPT:]}"


def may_hold_long_text(data: bytes) -> bool:
    """Say whether a string of more than `MAX_LENGTH` characters may be in JSON text.

    Such a string has a block without a quote in any row of equal blocks half as long.
    """
    if b"\\" in data:  # maybe of a quote
        return len(data) > MAX_LENGTH
    for at in range(0, len(data) - _BLOCK + 1, _BLOCK):
        if data.find(b'"', at, at + _BLOCK) < 0:
            return True
    return False


def shorten_texts(value: Any) -> Any:
    """Return a JSON value, its containers changed so that no text in it is too long."""
    if isinstance(value, str):
        return recognisable(value)
    waiting = [value]
    while waiting:
        container = waiting.pop()
        if isinstance(container, list):
            items: Any = enumerate(container)
        elif isinstance(container, dict):
            if any(len(key) > MAX_LENGTH for key in container):
                _shorten_keys(container)
            items = container.items()
        else:
            continue
        long = []
        for key, inner in items:
            kind = type(inner)
            if kind is str:
                if len(inner) > MAX_LENGTH:
                    long.append(key)
            elif kind is dict or kind is list:
                waiting.append(inner)
        for key in long:
            container[key] = recognisable(container[key])
    return value


def _shorten_keys(members: dict[str, Any]) -> None:
    pairs = [(recognisable(key), value) for key, value in members.items()]
    members.clear()
    members.update(pairs)
