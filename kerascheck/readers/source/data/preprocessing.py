"""Preprocessing layers, called on data before a model sees it, and the Tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kerascheck.keras_api.preprocessing import EFFECT_ON_DATA
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.data.array import UNKNOWN, Array, Rows, bits, typed
from kerascheck.readers.source.data.call import Call, Value, whole_number
from kerascheck.readers.source.data.containers import Encoder
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.operators import computed

__all__ = ["layer_on", "tokenizer_method"]

Config = Mapping[str, Any]


def _looked_up(array: Array, config: Config) -> Array:
    """Return what a layer over a vocabulary makes of tokens or numbers."""
    mode = config.get("output_mode", "int")
    if mode == "int":
        return replace(typed(array.shape, "int64"), low=0)
    width = whole_number(config.get("max_tokens"))
    return _rows(array, mode, width if config.get("pad_to_max_tokens") else None)


def _rows(array: Array, mode: Value, width: int | None) -> Array:
    if mode == "one_hot" and array.shape is not None:
        shape = array.shape
        lead = shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape
        return replace(bits((*lead, width), None), rows=Rows.ONE_HOT)
    if mode == "multi_hot" and array.shape is not None and array.rank == 2:
        return bits((array.shape[0], width), None)
    return UNKNOWN


def _encoded(array: Array, config: Config) -> Array:
    mode = config.get("output_mode", "multi_hot")
    return _rows(array, mode, whole_number(config.get("num_tokens")))


def _words(array: Array, config: Config) -> Array:
    samples = array.shape[0] if array.shape else None
    mode = config.get("output_mode", "int")
    if mode == "int" and not config.get("ragged"):
        length = whole_number(config.get("output_sequence_length"))
        return replace(typed((samples, length), "int64"), low=0)
    if mode == "multi_hot":
        return bits((samples, None), None)
    return Array(shape=(samples, None))


def _rescaled(array: Array, config: Config) -> Array:
    made: Value = computed("Mult", array, config.get("scale"))
    if config.get("offset", 0) != 0:
        made = computed("Add", made, config.get("offset"))
    return replace(made, dtype=None) if isinstance(made, Array) else UNKNOWN


def _same_shape(array: Array, config: Config) -> Array:
    return Array(shape=array.shape)


def _same_values(array: Array, config: Config) -> Array:
    return replace(array, dtype=None, data=None)


_EFFECTS: Final[dict[str, Callable[[Array, Config], Array]]] = {
    "encodes": _encoded,
    "keeps shape": _same_shape,
    "keeps values": _same_values,
    "looks up": _looked_up,
    "numbers words": _words,
    "rescales": _rescaled,
}
"""What a layer does -> what comes of it."""


def layer_on(kind: str, config: Config, value: Value) -> Array | None:
    """Return what a layer makes of data; None: it is not one of these."""
    function = _EFFECTS.get(EFFECT_ON_DATA.get(kind, ""))
    return None if function is None else function(as_array(value), config)


def tokenizer_method(tokenizer: Encoder, name: str, call: Call) -> Value | None:
    """Return what a method of a Tokenizer makes of texts."""
    texts = as_array(call.get(0, "texts", call.named("sequences")))
    samples = texts.shape[0] if texts.shape else None
    if name == "texts_to_sequences":
        return replace(typed((samples, None), "int64"), low=1)
    if name in ("texts_to_matrix", "sequences_to_matrix"):
        words = whole_number(tokenizer.call.get(0, "num_words"))
        if call.get(1, "mode", "binary") == "binary":
            return bits((samples, words), "float64")
        return Array(shape=(samples, words))
    return None
