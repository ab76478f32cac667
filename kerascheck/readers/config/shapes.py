"""The shape that each of Keras's layers makes of the shapes it is called on.

Shapes have the batch first; None is any size. A layer or argument that is not
understood makes the shape unknown, never a guess. Formulas are those of
`compute_output_shape` of the layers, and of `keras.src.ops.operation_utils`, in
Keras 3.15.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

from kerascheck.keras_api.activations import BY_NAME
from kerascheck.keras_api.backbones import BACKBONES
from kerascheck.keras_api.keras_1 import UNSAID
from kerascheck.keras_api.layers import (
    BATCH_AXES,
    LAYERS,
    OPERATIONS,
    Formula,
    LayerTraits,
)
from kerascheck.model.description import Shape
from kerascheck.model.typed import Any, Final, TypeAlias
from kerascheck.readers.config.graph import (
    Layer,
    as_shape,
    is_reversed,
    scalar_operands,
)
from kerascheck.readers.config.layer_effects import last_cell, width

__all__ = ["ShapeStep", "input_layer_shape", "recorded_input", "shape_step_of"]

Shapes: TypeAlias = Sequence[Shape | None]
ShapeStep = Callable[[Layer, Shapes], Shape | None]
Size: TypeAlias = int | None

_MAX_SIZE: Final = 2**40
_MAX_RANK: Final = 64


def shape_step_of(layer: Layer, *, batch_axes: bool = False) -> ShapeStep | None:
    """Return how `layer` makes its shape; None: not known.

    Args:
        layer: The layer or operation.
        batch_axes: Whether its Keras accepts convolutions with several axes of samples,
            so that they do not say the rank of an unknown input.
    """
    if layer.operation:
        return _same if layer.kind in BY_NAME else _OPERATIONS.get(layer.kind)
    step = _LAYERS.get(layer.kind)
    if batch_axes and layer.kind in BATCH_AXES:
        step = step and _of_known_rank(step)
    return _spread(step) if step and layer.spread else step


def _of_known_rank(step: ShapeStep) -> ShapeStep:
    """Return `step`, which says nothing of an input of unknown rank."""

    def known(layer: Layer, shapes: Shapes) -> Shape | None:
        return step(layer, shapes) if shapes and shapes[0] else None

    return known


def _spread(step: ShapeStep) -> ShapeStep:
    """Return `step` applied at each time step, as TimeDistributed does."""

    def spread(layer: Layer, shapes: Shapes) -> Shape | None:
        outer = layer.spread + 1
        inner = [
            s and (s[0], *s[outer:]) if len(s or ()) > outer else None for s in shapes
        ]
        made = step(layer, inner)
        first = (shapes[0] if shapes else None) or (None,) * outer
        return (*first[:outer], *made[1:]) if made else None

    return spread


def input_layer_shape(config: Mapping[str, Any]) -> Shape | None:
    """Return the shape that an InputLayer gives out."""
    for name in ("batch_shape", "batch_input_shape"):
        if name in config:
            return as_shape(config[name])
    shape = as_shape(config.get("shape"))
    return None if shape is None else (None, *shape)


def recorded_input(layer: Layer) -> Shape | None:
    """Return the input shape that the layer itself saved; None: it saved none.

    It is that of the first tensor in the first call, so it says nothing if there
    are several.
    """
    saved = layer.saved
    nodes = saved.get("inbound_nodes")
    if isinstance(nodes, (list, tuple)) and len(nodes) > 1:
        return None
    if layer.operation or (layer.links is not None and len(layer.links) > 1):
        return None
    build = saved.get("build_config")
    if isinstance(build, dict):
        shape = as_shape(build.get("input_shape"))
        if shape:
            return shape
    config = saved.get("config")
    return as_shape(config.get("batch_input_shape")) if type(config) is dict else None


def _first(
    step: Callable[[Mapping[str, Any], Shape], Shape | None], *, rank: int = 0
) -> ShapeStep:
    """Return a step for layers with one input of known rank, the batch included.

    Args:
        step: From the config and the shape of the input to that of the result.
        rank: The only rank that Keras accepts, so that an unknown one is this; 0: it
            accepts several.
    """

    def first(layer: Layer, shapes: Shapes) -> Shape | None:
        shape = (shapes[0] if shapes else None) or (None,) * rank
        return step(layer.config, shape) if shape else None

    return first


def _same(layer: Layer, shapes: Shapes) -> Shape | None:
    return shapes[0] if shapes else None


def _same_of_rank(rank: int) -> ShapeStep:
    return _first(lambda config, shape: shape, rank=rank + 2)


def _dense(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    return (*shape[:-1], width(config.get("units")))


def _einsum(layer: Layer, shapes: Shapes) -> Shape | None:
    """All axes of the result but the batch are saved; None if they vary."""
    config, shape = layer.config, shapes[0] if shapes else None
    equation, saved = config.get("equation"), config.get("output_shape")
    sizes = as_shape(saved if isinstance(saved, (list, tuple)) else (saved,))
    if not isinstance(equation, str) or "..." in equation or sizes is None:
        return None
    return (shape[0] if shape else None, *sizes)


def _embedding(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    return (*shape, width(config.get("output_dim")))


def _reversible(layer: Layer, shapes: Shapes) -> Shape | None:
    shape = shapes[0] if shapes else None
    reverse = is_reversed(layer)
    if not shape or reverse is None:
        return None
    if reverse:
        return (*shape[:-1], width(layer.config.get("input_dim")))
    return _embedding(layer.config, shape)


# Convolutions and pooling.


def _numbers(saved: Any, count: int) -> tuple[int, ...] | None:
    """Return an argument, one number or one for each axis, as `count` numbers."""
    if isinstance(saved, dict):
        saved = saved.get("items")
    values = list(saved) if isinstance(saved, (list, tuple)) else [saved] * count
    if len(values) != count or any(
        type(v) is not int or not 0 <= v < _MAX_SIZE for v in values
    ):
        return None
    return tuple(values)


def _channels_first(config: Mapping[str, Any]) -> bool:
    return config.get("data_format") == "channels_first"


def _space(config: Mapping[str, Any], shape: Shape) -> tuple[Size, ...]:
    return shape[2:] if _channels_first(config) else shape[1:-1]


def _channels(config: Mapping[str, Any], shape: Shape) -> Size:
    return shape[1] if _channels_first(config) else shape[-1]


def _rebuilt(
    config: Mapping[str, Any], shape: Shape, space: Sequence[Size], channels: Size
) -> Shape:
    if config.get("data_format") == UNSAID:
        return (shape[0], *(None,) * (len(space) + 1))
    if _channels_first(config):
        return (shape[0], channels, *space)
    return (shape[0], *space, channels)


def _windows(size: Size, window: int, stride: int, padding: Any) -> Size:
    """Return how many windows fit along one axis."""
    if size is None or stride == 0:
        return None
    if padding in ("same", "causal"):
        return -(-size // stride)
    if padding != "valid":
        return None
    count = (size - window) // stride + 1
    return count if count > 0 else None


def _convolved(rank: int, channels_name: str = "filters") -> ShapeStep:
    def convolve(config: Mapping[str, Any], shape: Shape) -> Shape | None:
        if len(shape) != rank + 2:
            return None
        kernel = _numbers(config.get("kernel_size"), rank)
        strides = _numbers(config.get("strides", 1), rank)
        dilation = _numbers(config.get("dilation_rate", 1), rank)
        if kernel is None or strides is None or dilation is None:
            return None
        padding = config.get("padding", "valid")
        space = [
            _windows(size, (k - 1) * d + 1, s, padding)
            for size, k, s, d in zip(
                _space(config, shape), kernel, strides, dilation, strict=True
            )
        ]
        channels = width(config.get(channels_name))
        if channels_name == "depth_multiplier":
            inner = _channels(config, shape)
            channels = inner * channels if inner and channels else None
        return _rebuilt(config, shape, space, channels)

    return _first(convolve, rank=rank + 2)


def _transposed(rank: int) -> ShapeStep:
    def convolve(config: Mapping[str, Any], shape: Shape) -> Shape | None:
        kernel = _numbers(config.get("kernel_size"), rank)
        strides = _numbers(config.get("strides", 1), rank)
        dilation = _numbers(config.get("dilation_rate", 1), rank)
        extra = config.get("output_padding")
        if len(shape) != rank + 2 or kernel is None or strides is None:
            return None
        added = None if extra is None else _numbers(extra, rank)
        if dilation is None or (extra is not None and added is None):
            return None
        space = [
            _stretched(size, (k - 1) * d + 1, s, config.get("padding", "valid"), e)
            for size, k, s, d, e in zip(
                _space(config, shape),
                kernel,
                strides,
                dilation,
                added or (None,) * rank,
                strict=True,
            )
        ]
        return _rebuilt(config, shape, space, width(config.get("filters")))

    return _first(convolve, rank=rank + 2)


def _deconvolved(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    """Keras 1 saves the whole shape of a transposed convolution, the batch included."""
    made = as_shape(config.get("output_shape"))
    if made is None or len(made) != 4:
        return None
    space = _space(config, made)
    return _rebuilt(config, shape, space, width(config.get("filters")))


def _stretched(
    size: Size, kernel: int, stride: int, padding: Any, extra: int | None
) -> Size:
    """Return the size that a transposed convolution makes of one axis."""
    if size is None or padding not in ("valid", "same"):
        return None
    if extra is None:
        return size * stride + (max(kernel - stride, 0) if padding == "valid" else 0)
    trimmed = kernel // 2 if padding == "same" else 0
    return (size - 1) * stride + kernel - 2 * trimmed + extra


def _pooled(rank: int) -> ShapeStep:
    def pool(config: Mapping[str, Any], shape: Shape) -> Shape | None:
        window = _numbers(config.get("pool_size", 2), rank)
        strides = config.get("strides")
        strides = window if strides is None else _numbers(strides, rank)
        if len(shape) != rank + 2 or window is None or strides is None:
            return None
        padding = config.get("padding", "valid")
        space = [
            _windows(size, w, s, padding)
            for size, w, s in zip(_space(config, shape), window, strides, strict=True)
        ]
        return _rebuilt(config, shape, space, _channels(config, shape))

    return _first(pool, rank=rank + 2)


def _pooled_to(rank: int) -> ShapeStep:
    def pool(config: Mapping[str, Any], shape: Shape) -> Shape | None:
        space = _numbers(config.get("output_size"), rank)
        if len(shape) != rank + 2 or space is None:
            return None
        return _rebuilt(config, shape, space, _channels(config, shape))

    return _first(pool, rank=rank + 2)


def _pooled_away(rank: int) -> ShapeStep:
    def pool(config: Mapping[str, Any], shape: Shape) -> Shape | None:
        if len(shape) != rank + 2:
            return None
        channels = _channels(config, shape)
        if config.get("keepdims"):
            return _rebuilt(config, shape, (1,) * rank, channels)
        return (shape[0], channels)

    return _first(pool, rank=rank + 2)


def _resized_by(rank: int, change: Callable[[Any, int, int], Size]) -> ShapeStep:
    """Return a step that changes each axis of space by its saved argument."""

    def resize(config: Mapping[str, Any], shape: Shape) -> Shape | None:
        if len(shape) != rank + 2:
            return None
        # The 1D layers know channels_last only and save no data_format.
        saved = next((config[n] for n in _AMOUNTS if n in config), None)
        amounts = list(saved) if isinstance(saved, (list, tuple)) else [saved] * rank
        if rank == 1:
            amounts = [saved]
        space = _space(config, shape)
        if len(amounts) != rank:
            return None
        made = [
            None if size is None else change(amount, size, rank)
            for amount, size in zip(amounts, space, strict=True)
        ]
        return _rebuilt(config, shape, made, _channels(config, shape))

    return _first(resize, rank=rank + 2)


_AMOUNTS: Final = ("padding", "cropping", "size")


def _sides(amount: Any) -> int | None:
    """Return what is added or cut at both sides of one axis together."""
    if type(amount) is int:
        amount = (amount, amount)
    sides = _numbers(amount, 2) if isinstance(amount, (list, tuple)) else None
    return None if sides is None else sum(sides)


def _padded(amount: Any, size: int, rank: int) -> Size:
    sides = _sides(amount)
    return None if sides is None else size + sides


def _cropped(amount: Any, size: int, rank: int) -> Size:
    sides = _sides(amount)
    return None if sides is None or sides >= size else size - sides


def _enlarged(amount: Any, size: int, rank: int) -> Size:
    if isinstance(amount, (list, tuple)) and rank == 1 and len(amount) == 1:
        amount = amount[0]
    return size * amount if type(amount) is int and 0 < amount < _MAX_SIZE else None


def _resized_to(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    space = (width(config.get("height")), width(config.get("width")))
    if len(shape) == 3:
        shape = (None, *shape)
        return _rebuilt(config, shape, space, _channels(config, shape))[1:]
    if len(shape) != 4:
        return None
    return _rebuilt(config, shape, space, _channels(config, shape))


# Layers that move values.


def _flattened(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    return (shape[0], _product(shape[1:]))


def _product(sizes: Sequence[Size]) -> Size:
    if any(size is None for size in sizes):
        return None
    product = prod(size for size in sizes if size is not None)
    return product if product < _MAX_SIZE else None


def _reshaped(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    target = _target(config.get("target_shape"))
    return None if target is None else (shape[0], *_filled(target, shape[1:]))


def _reshaped_whole(layer: Layer, shapes: Shapes) -> Shape | None:
    """Operations reshape the batch axis too."""
    config = layer.config
    target = _target(config.get("newshape", config.get("shape")))
    shape = shapes[0] if shapes else None
    if target is None:
        return None
    if shape is None:
        return tuple(None if size == -1 else size for size in target)
    if shape[:1] == (None,) and target[:1] == (-1,):
        return (None, *target[1:])
    return _filled(target, shape)


def _target(saved: Any) -> tuple[int, ...] | None:
    if isinstance(saved, dict):
        saved = saved.get("items")
    if not isinstance(saved, (list, tuple)) or len(saved) > 64:
        return None
    saved = [-1 if size is None else size for size in saved]
    if any(type(s) is not int or not -1 <= s < _MAX_SIZE for s in saved):
        return None
    return tuple(saved) if saved.count(-1) < 2 else None


def _filled(target: tuple[int, ...], sizes: Sequence[Size]) -> Shape:
    """Return `target` with its -1 worked out from the sizes that go in."""
    known = prod(size for size in target if size != -1)
    total = _product(sizes)
    rest = total // known if total is not None and known else None
    return tuple(rest if size == -1 else size for size in target)


def _reshape_layer(layer: Layer, shapes: Shapes) -> Shape | None:
    """Reshape has a shape even if that of its input is unknown."""
    shape = shapes[0] if shapes else None
    if shape:
        return _reshaped(layer.config, shape)
    target = _target(layer.config.get("target_shape"))
    return target and (None, *(None if size == -1 else size for size in target))


def _permuted(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    order = config.get("dims")
    if not isinstance(order, (list, tuple)) or len(order) != len(shape) - 1:
        return None
    if any(type(axis) is not int or not 0 < axis < len(shape) for axis in order):
        return None
    return (shape[0], *(shape[axis] for axis in order))


def _permute_layer(layer: Layer, shapes: Shapes) -> Shape | None:
    """Permute accepts the rank that its order has, the batch included."""
    order = layer.config.get("dims")
    rank = len(order) + 1 if isinstance(order, (list, tuple)) and order else 0
    return _first(_permuted, rank=min(rank, _MAX_RANK))(layer, shapes)


def _repeated(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    return (shape[0], width(config.get("n")), shape[1]) if len(shape) == 2 else None


def _axis(saved: Any, rank: int) -> int | None:
    """Return a saved axis as a place from the front."""
    if type(saved) is not int or not -rank <= saved < rank:
        return None
    return saved % rank


def _transposed_axes(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    order = config.get("axes", config.get("perm"))
    if order is None:
        return shape[::-1]
    if not isinstance(order, (list, tuple)) or len(order) != len(shape):
        return None
    places = [_axis(axis, len(shape)) for axis in order]
    return tuple(None if p is None else shape[p] for p in places)


def _swapped(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    one, other = (_axis(config.get(n), len(shape)) for n in ("axis1", "axis2"))
    if one is None or other is None:
        return None
    sizes = list(shape)
    sizes[one], sizes[other] = sizes[other], sizes[one]
    return tuple(sizes)


def _squeezed(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    axis = config.get("axis")
    if axis is None:
        return None if None in shape[1:] else tuple(s for s in shape if s != 1)
    axes = axis if isinstance(axis, (list, tuple)) else (axis,)
    places = {_axis(a, len(shape)) for a in axes}
    return None if None in places else _without(shape, places)


def _without(shape: Shape, places: set[int | None]) -> Shape:
    return tuple(size for place, size in enumerate(shape) if place not in places)


def _expanded(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    axis = config.get("axis")
    if isinstance(axis, (list, tuple)) and len(axis) == 1:
        axis = axis[0]
    place = _axis(axis, len(shape) + 1)
    return None if place is None else (*shape[:place], 1, *shape[place:])


def _reduced(config: Mapping[str, Any], shape: Shape) -> Shape | None:
    axis = config.get("axis")
    if axis is None:
        return None
    axes = axis if isinstance(axis, (list, tuple)) else (axis,)
    places = {_axis(a, len(shape)) for a in axes}
    if None in places:
        return None
    if config.get("keepdims"):
        return tuple(1 if p in places else size for p, size in enumerate(shape))
    return _without(shape, places)


# Recurrent layers.


def _recurrent(layer: Layer, shapes: Shapes) -> Shape | None:
    config, shape = layer.config, shapes[0] if shapes else None
    cell = last_cell(config, "")[0] if layer.kind == "RNN" else config
    units = width(cell.get("units"))
    batch = shape[0] if shape else None
    if layer.index or not config.get("return_sequences"):
        return (batch, units)
    return (batch, shape[1] if shape and len(shape) == 3 else None, units)


def _recurrent_convolution(rank: int) -> ShapeStep:
    one = _convolved(rank)

    def recur(layer: Layer, shapes: Shapes) -> Shape | None:
        shape = (shapes[0] if shapes else None) or (None,) * (rank + 3)
        if len(shape) != rank + 3:
            return None
        made = one(layer, [(shape[0], *shape[2:])])
        if made is None or layer.index or not layer.config.get("return_sequences"):
            return made
        return (made[0], shape[1], *made[1:])

    return recur


def _bidirectional(layer: Layer, shapes: Shapes) -> Shape | None:
    inner = layer.config.get("layer")
    if not isinstance(inner, dict) or layer.index:
        return None
    step = _LAYERS.get(str(inner.get("class_name")))
    if step is None:
        return None
    made = step(Layer(layer.tensor, inner, ""), shapes)
    if layer.config.get("merge_mode", "concat") != "concat" or made is None:
        return made
    return (*made[:-1], made[-1] and 2 * made[-1])


# Layers that join tensors.


def _broadcast(layer: Layer, shapes: Shapes) -> Shape | None:
    """Element by element; sizes of 1 stretch, missing axes are put in front."""
    made = shapes[0] if shapes else None
    for shape in shapes[1:]:
        made = _stretch(made, shape)
    return made


def _stretch(one: Shape | None, other: Shape | None) -> Shape | None:
    if one is None or other is None:
        return None
    if len(one) < len(other):
        one, other = other, one
    padded = (1,) * (len(one) - len(other)) + other
    return tuple(
        b
        if a == 1
        else a
        if b == 1 or a == b or b is None
        else b
        if a is None
        else None
        for a, b in zip(one, padded, strict=True)
    )


def _operated(layer: Layer, shapes: Shapes) -> Shape | None:
    """An operator on tensors, or on a tensor and numbers."""
    return _broadcast(layer, shapes) if scalar_operands(layer) else None


def _concatenated(layer: Layer, shapes: Shapes) -> Shape | None:
    first = next((shape for shape in shapes if shape), None)
    if first is None:
        return None
    axis = _axis(layer.config.get("axis", -1), len(first))
    if axis is None:
        return None
    sizes: list[Size] = []
    for shape in shapes:
        if shape is not None and len(shape) != len(first):
            return None
        sizes.append(shape[axis] if shape else None)
    total = None if None in sizes else sum(s for s in sizes if s is not None)
    return (*first[:axis], total, *first[axis + 1 :])


def _stacked(layer: Layer, shapes: Shapes) -> Shape | None:
    first = shapes[0] if shapes else None
    if first is None:
        return None
    axis = _axis(layer.config.get("axis", 0), len(first) + 1)
    if axis is None:
        return None
    return (*first[:axis], len(shapes), *first[axis:])


def _dotted(layer: Layer, shapes: Shapes) -> Shape | None:
    left, right = shapes if len(shapes) == 2 else (None, None)
    if not left or not right:
        return None
    axes = layer.config.get("axes")
    pair = axes if isinstance(axes, (list, tuple)) and len(axes) == 2 else (axes, axes)
    one, other = _axis(pair[0], len(left)), _axis(pair[1], len(right))
    if not one or not other:
        return None
    made = _without(left, {one}) + _without(right, {other})[1:]
    return made if len(made) > 1 else (*made, 1)


def _multiplied(layer: Layer, shapes: Shapes) -> Shape | None:
    left, right = shapes if len(shapes) == 2 else (None, None)
    if not left or not right or len(left) < 2 or len(right) < 2:
        return None
    front = _stretch(left[:-2], right[:-2])
    return None if front is None else (*front, left[-2], right[-1])


def _attention(layer: Layer, shapes: Shapes) -> Shape | None:
    queries, values = shapes[:2] if len(shapes) > 1 else (None, None)
    if layer.index or not queries or not values:
        return None
    return (*queries[:-1], values[-1])


def _attention_heads(layer: Layer, shapes: Shapes) -> Shape | None:
    shape = shapes[0] if shapes else None
    if not shape or layer.index:
        return None
    saved = layer.config.get("output_shape")
    if saved is None:
        return shape
    tail = as_shape(saved if isinstance(saved, (list, tuple)) else (saved,))
    return None if tail is None else (*shape[:-1], *tail)


def _lambda(layer: Layer, shapes: Shapes) -> Shape | None:
    """A Lambda may have its shape as an argument, without the batch."""
    tail = as_shape(layer.config.get("output_shape"))
    return None if tail is None else (None, *tail)


_FORMULAS: Final[dict[Formula, ShapeStep]] = {
    "same": _same,
    "dense": _first(_dense),
    "einsum": _einsum,
    "embedding": _first(_embedding),
    "reversible embedding": _reversible,
    "resized": _first(_resized_to),
    "flattened": _first(_flattened, rank=2),
    "reshaped": _reshape_layer,
    "reshaped whole": _reshaped_whole,
    "permuted": _permute_layer,
    "repeated": _first(_repeated, rank=2),
    "recurrent": _recurrent,
    "bidirectional": _bidirectional,
    "broadcast": _broadcast,
    "operated": _operated,
    "concatenated": _concatenated,
    "stacked": _stacked,
    "dot": _dotted,
    "matmul": _multiplied,
    "attention": _attention,
    "attention heads": _attention_heads,
    "lambda": _lambda,
    "squeezed": _first(_squeezed),
    "expanded": _first(_expanded),
    "transposed": _first(_transposed_axes),
    "swapped": _first(_swapped),
    "reduced": _first(_reduced),
}
_FORMULAS_OF_RANK: Final[dict[Formula, Callable[[int], ShapeStep]]] = {
    "same of rank": _same_of_rank,
    "convolved": _convolved,
    "depthwise": lambda rank: _convolved(rank, "depth_multiplier"),
    "transposed convolution": _transposed,
    "deconvolved": lambda rank: _first(_deconvolved, rank=rank + 2),
    "pooled": _pooled,
    "pooled to": _pooled_to,
    "pooled away": _pooled_away,
    "padded": lambda rank: _resized_by(rank, _padded),
    "cropped": lambda rank: _resized_by(rank, _cropped),
    "enlarged": lambda rank: _resized_by(rank, _enlarged),
    "recurrent convolution": _recurrent_convolution,
}


def _steps(rows: Mapping[str, LayerTraits]) -> dict[str, ShapeStep]:
    steps: dict[str, ShapeStep] = {}
    for name, row in rows.items():
        if row.shape is None:
            continue
        of_rank = _FORMULAS_OF_RANK.get(row.shape)
        steps[name] = of_rank(row.rank) if of_rank else _FORMULAS[row.shape]
    return steps


_LAYERS: Final = {**_steps(LAYERS), **dict.fromkeys(BACKBONES, _lambda)}
"""A backbone is one layer of a model that is read from a program."""

_OPERATIONS: Final = _steps(OPERATIONS)
