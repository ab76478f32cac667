"""What programs make of records, texts and pictures that they read from files."""

from __future__ import annotations

from collections.abc import Callable

from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final
from kerascheck.readers.source.data.array import (
    UNKNOWN,
    Array,
    bits,
    shape_of,
    typed,
    with_shape,
)
from kerascheck.readers.source.data.call import Call, Function, Value, whole_number
from kerascheck.readers.source.data.containers import Record
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.dtypes import dtype_named
from kerascheck.readers.source.data.parts import long_part_of

__all__ = ["PARSING", "defaults_of"]

_CHANNELS: Final = 3


def _spec(call: Call) -> Record:
    """Return a `TensorSpec` or a `FixedLenFeature`."""
    shape, dtype = call.get(0, "shape"), call.get(1, "dtype")
    return Record(fields=(("shape", shape), ("dtype", dtype)))


def _records(*, batched: bool) -> Function:
    """Return a function that parses records by the specs of their features."""

    def parse(call: Call) -> Value:
        specs = call.get(1, "features")
        if not isinstance(specs, dict):
            return UNKNOWN
        return {key: _feature(spec, batched=batched) for key, spec in specs.items()}

    return parse


def _feature(spec: Value, *, batched: bool) -> Array:
    if not isinstance(spec, Record) or spec.get("dtype") is None:
        return UNKNOWN
    shape = shape_of(spec.get("shape"))
    if shape is not None and batched:
        shape = (None, *shape)
    return typed(shape, dtype_named(spec.get("dtype")))


def defaults_of(given: Value) -> list[Array] | None:
    """Return the columns that defaults or dtypes of records stand for."""
    if type(given) not in (list, tuple):
        return None
    return [_column(each) for each in given]


def _column(default: Value) -> Array:
    dtype = dtype_named(default)
    if dtype is None:
        dtype = as_array(default).dtype
        dtype = {"float64": "float32", "int64": "int32"}.get(dtype or "", dtype)
    return typed((), dtype)


def _csv(call: Call) -> Value:
    columns = defaults_of(call.get(1, "record_defaults"))
    shape = as_array(call.get(0, "records")).shape
    return columns and [replace(each, shape=shape) for each in columns]


def _picture(call: Call) -> Array:
    channels = whole_number(call.get(1, "channels"))
    dtype = call.get(-1, "dtype")
    known = "uint8" if dtype is None else dtype_named(dtype)
    made = typed((None, None, channels or None), known)
    return replace(made, low=0, high=255) if known == "uint8" else made


def _resized(call: Call) -> Array:
    picture = as_array(call.get(0, "images", call.named("image")))
    shape = picture.shape
    size = shape_of(call.get(1, "size"))
    if call.get(1, "size") is None:  # with a crop or pad: height and width by name
        ends = (call.get(1, "target_height"), call.get(2, "target_width"))
        size = tuple(map(whole_number, ends))
    if not size or len(size) != 2:
        size = (None, None)
    if shape is None or len(shape) < _CHANNELS:
        return UNKNOWN
    made = (*shape[:-3], *size, shape[-1])
    nearest = _is_nearest(call.named("method"))
    return with_shape(long_part_of(picture), made) if nearest else Array(shape=made)


def _is_nearest(method: Value) -> bool:
    """Say whether pictures are resized without new values between the old ones."""
    name = method if isinstance(method, str) else getattr(method, "name", "")
    return str(name).rpartition(".")[2].lower() in ("nearest", "nearest_neighbor")


def _cropped(call: Call) -> Array:
    size = call.get(1, "size")
    return Array(shape=shape_of(size) if type(size) in (list, tuple) else None)


def _gray(call: Call) -> Array:
    shape = as_array(call.get(0, "images")).shape
    return Array(shape=(*shape[:-1], 1) if shape else None)


def _same_shape(call: Call) -> Array:
    first = call.args[0] if call.args else next(iter(call.kwargs.values()), None)
    return Array(shape=as_array(first).shape)


def _same_values(call: Call) -> Array:
    first = call.args[0] if call.args else next(iter(call.kwargs.values()), None)
    return replace(as_array(first), data=None)


def _same_text(call: Call) -> Array:
    return replace(_same_shape(call), dtype="str")


def _split(call: Call) -> Array:
    shape = as_array(call.get(0, "input")).shape
    known = shape is not None and not call.named("result_type")
    return Array(
        shape=(*shape, None) if known and shape is not None else None, dtype="str"
    )


def _number(call: Call) -> Array:
    shape = as_array(call.get(0, "input")).shape
    return typed(shape, dtype_named(call.get(1, "out_type", "float32")))


def _length(call: Call) -> Array:
    return replace(typed(as_array(call.get(0, "input")).shape, "int32"), low=0)


def _is_matched(call: Call) -> Array:
    return bits(as_array(call.get(0, "input")).shape)


def _of_bytes(call: Call) -> Array:
    shape = as_array(call.get(0, "input_bytes")).shape
    dtype = dtype_named(call.get(1, "out_type"))
    return typed(None if shape is None else (*shape, None), dtype)


def _surely(call: Call) -> Array:
    array = as_array(call.get(0, "x"))
    return with_shape(array, shape_of(call.get(1, "shape")))


def _text(call: Call) -> Array:
    return Array(shape=as_array(call.get(0, "filename")).shape, dtype="str")


_KEEP_SHAPE: Final = """
    adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation
    convert_image_dtype per_image_standardization random_brightness random_contrast
    random_hue random_saturation
"""
_KEEP_VALUES: Final = (
    "flip_left_right flip_up_down random_flip_left_right random_flip_up_down"
)
_KEEP_TEXT: Final = "lower upper strip regex_replace substr"

_TABLE: Final[dict[str, Callable[[Call], Value]]] = {
    "TensorSpec": _spec,
    "ensure_shape": _surely,
    "image.resize": _resized,
    "image.resize_with_crop_or_pad": _resized,
    "image.resize_with_pad": _resized,
    "image.random_crop": _cropped,
    "image.rgb_to_grayscale": _gray,
    "io.FixedLenFeature": _spec,
    "io.decode_csv": _csv,
    "io.decode_jpeg": _picture,
    "io.decode_png": _picture,
    "io.decode_raw": _of_bytes,
    "io.parse_example": _records(batched=True),
    "io.parse_single_example": _records(batched=False),
    "io.read_file": _text,
    "strings.length": _length,
    "strings.regex_full_match": _is_matched,
    "strings.split": _split,
    "strings.to_number": _number,
}
PARSING: Final[dict[str, Function]] = {
    **_TABLE,
    **{f"image.{name}": _same_shape for name in _KEEP_SHAPE.split()},
    **{f"image.{name}": _same_values for name in _KEEP_VALUES.split()},
    **{f"strings.{name}": _same_text for name in _KEEP_TEXT.split()},
    "FixedLenFeature": _spec,
    "image.decode_jpeg": _picture,
    "image.decode_png": _picture,
    "parse_single_example": _records(batched=False),
    "read_file": _text,
}
"""Name below `tensorflow` -> function that says what it returns."""
