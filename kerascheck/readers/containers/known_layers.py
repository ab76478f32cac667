"""Texts of layers that were parsed before, which are not parsed again.

The config of a real model is 90 to 790 KB of layers, and most of a check was parsing
them. The models of one folder are often of one architecture, so that a layer's text is
met again and again. A config that looks as Keras writes it is split between its
layers, and so are the compile settings at its end. Each of these is a whole JSON value,
or the text is parsed as one; the rest is parsed with marks in their places, which must
come out where they belong. So the value is the one that the whole text has.

One layer takes longer to parse alone than among others, so that a text is split only
if most of its layers were met before.

Whatever is odd about a text, as a key that stands twice, is left to `json_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Any, Final
from kerascheck.readers.containers import json_text
from kerascheck.readers.containers.limits import LIMITS, Limits
from kerascheck.readers.containers.values import Problems
from kerascheck.trust.json_limits import depth_of

MAX_TEXT: Final = 2_000_000
"""Bytes of a config that is split, twice those of the largest real one."""

MAX_KEPT: Final = 2**21
"""Bytes of layers that are kept; their values take about six times as much."""

MAX_MET: Final = 100_000
"""Texts of layers of which it is known that they were met."""

_LIST: Final = b'"layers": ['
_OPENINGS: Final = (b'{"module": "', b'{"class_name": "')
_ENDS: Final = (b'], "input_layers": ', b'], "build_input_shape": ')
_BETWEEN: Final = b"}, "
_MARK: Final = "the layers of the model"
_MARKED: Final = f'"{_MARK}"'.encode()
_COMPILED: Final = b'"compile_config": {'
_COMPILED_MARK: Final = "the compile settings of the model"
_COMPILED_MARKED: Final = f'"compile_config": "{_COMPILED_MARK}"'.encode()
_AROUND: Final = 3
"""Levels of nesting around a layer: model, config, layers."""


class Known:
    """Texts of layers, each without its beginning and end, and what they hold.

    Values are shared between models: nobody changes them.

    Attributes:
        split: Configs that were split.
        whole: Configs that were parsed as one.
    """

    __slots__ = ("_kept", "_met", "_values", "split", "whole")

    def __init__(self) -> None:
        self.split = 0
        self.whole = 0
        self._kept = 0
        self._met: set[int] = set()
        kinds = (*_OPENINGS, _COMPILED)
        self._values: dict[bytes, dict[bytes, Any]] = {kind: {} for kind in kinds}

    def get(self, opening: bytes, text: bytes) -> dict[str, Any] | None:
        """Return the layer that has this text after its opening, if it is known."""
        return self._values[opening].get(text)

    def get_all(
        self, opening: bytes, texts: Sequence[bytes]
    ) -> list[dict[str, Any]] | None:
        """Return the layers of these texts; None: one of them is not known."""
        try:
            return list(map(self._values[opening].__getitem__, texts))
        except KeyError:
            return None

    def add(self, opening: bytes, text: bytes, value: dict[str, Any]) -> None:
        """Keep a layer; where there is no more room, others are forgotten first."""
        if self._kept + len(text) > MAX_KEPT:
            self.forget()
        self._kept += len(text)
        self._values[opening][text] = value

    def has_met_most(self, texts: Sequence[bytes]) -> bool:
        """Say whether most of the texts were met before, and note that they are met."""
        found = set(map(hash, texts))
        most = 2 * len(found & self._met) > len(found)
        if len(self._met) > MAX_MET:
            self._met.clear()
        self._met |= found
        return most

    def forget(self) -> None:
        """Keep nothing of what was parsed so far."""
        self._kept = 0
        self._met.clear()
        for values in self._values.values():
            values.clear()


KNOWN: Final = Known()


def parse(
    data: bytes, where: str, limits: Limits, known: Known = KNOWN
) -> tuple[Any, Problems]:
    """Return what `json_text.parse` does, for the config of a model.

    Args:
        data: The text.
        where: What it is called in messages.
        limits: Budgets.
        known: Layers that were parsed before.

    Raises:
        UnreadableModel: Over a budget, no JSON, or in no Unicode encoding.
    """
    value = None
    plain = data.isascii() and b"\\" not in data  # so that each quote ends a string
    if plain and limits is LIMITS and len(data) <= MAX_TEXT:
        value = _value(data, where, limits, known)
    if value is None:
        known.whole += 1
        return json_text.parse(data, where, limits)
    known.split += 1
    return value, ()


def _value(text: bytes, where: str, limits: Limits, known: Known) -> Any:
    """Return the value of a config that can be split between its layers; else None."""
    start = text.find(_LIST) + len(_LIST)
    end = _end(text, start)
    opening = next((one for one in _OPENINGS if text.startswith(one, start)), None)
    if opening is None or end < start or text[end - 1 : end] != b"}":
        return None
    parts = text[start + len(opening) : end - 1].split(_BETWEEN + opening)
    if not known.has_met_most(parts):
        return None
    before, behind = text[:start], text[end:]
    try:
        layers = known.get_all(opening, parts)
        if layers is None:
            layers = list(_layers(parts, opening, where, limits, known))
        compiled, behind = _compiled(behind, where, limits, known)
        rest = before + _MARKED + behind
        value, problems = json_text.parse(rest, where, limits)
    except (UnreadableModel, _NotALayer):
        return None
    config = value.get("config") if isinstance(value, dict) else None
    if problems or rest.count(_MARKED) != 1 or not isinstance(config, dict):
        return None
    if config.get("layers") != [_MARK]:
        return None
    config["layers"] = layers
    if compiled is None:
        return value
    if value.get("compile_config") != _COMPILED_MARK:
        return None
    if rest.count(_COMPILED_MARKED) != 1:
        return None
    value["compile_config"] = compiled
    return value


def _compiled(
    behind: bytes, where: str, limits: Limits, known: Known
) -> tuple[dict[str, Any] | None, bytes]:
    """Return the compile settings that end a text, and the text with a mark for them.

    None: the text does not end in any.
    """
    at = behind.rfind(_COMPILED)
    if at < 0 or not behind.endswith(b"}}"):
        return None, behind
    text = behind[at + len(_COMPILED) : -2]
    value = known.get(_COMPILED, text)
    if value is None:
        value = _parsed(text, _COMPILED, where, limits, known)
    return value, behind[:at] + _COMPILED_MARKED + b"}"


def _end(text: bytes, start: int) -> int:
    """Return the place of the bracket after the layers; -1: they do not end as usual.

    A model inside the model ends in the same way, before it.
    """
    functional, sequential = _ENDS
    end = text.rfind(functional, start)
    later = text.rfind(sequential, max(start, end))
    return max(end, later)


class _NotALayer(Exception):
    """Raised if the text between two places is not one layer that can be kept."""


def _layers(
    parts: Iterable[bytes], opening: bytes, where: str, limits: Limits, known: Known
) -> Iterator[dict[str, Any]]:
    """Yield the layers of texts, of which a model inside the model takes several."""
    waiting: list[bytes] = []
    level = 0
    for part in parts:
        value = known.get(opening, part) if not waiting else None
        if value is not None:
            yield value
            continue
        waiting.append(part)
        level += part.count(b"{") - part.count(b"}")
        if level > 0:
            continue
        text = (_BETWEEN + opening).join(waiting)
        waiting.clear()
        level = 0
        yield known.get(opening, text) or _parsed(text, opening, where, limits, known)
    if waiting:
        raise _NotALayer


def _parsed(
    text: bytes, opening: bytes, where: str, limits: Limits, known: Known
) -> dict[str, Any]:
    data = opening[opening.index(b"{") :] + text + b"}"
    if depth_of(data) > limits.json_depth - _AROUND:
        raise _NotALayer
    value, problems = json_text.parse(data, where, limits)
    if problems or not isinstance(value, dict):
        raise _NotALayer
    known.add(opening, text, value)
    return value
