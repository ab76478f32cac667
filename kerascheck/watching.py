"""Checks each model of a program at its first `fit`, `evaluate` or `train_on_batch`.

While `watching` is open, a few methods of `Model` stand exchanged for ones that look
and then do what they always did; Keras may be imported before or later. When it is
closed, every one is what it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from kerascheck.api import check as check_model
from kerascheck.core.errors import KerascheckError
from kerascheck.core.origin import Origin
from kerascheck.during_fit import at_first_step, parts_of
from kerascheck.labels.batches import Peeked, gives_batches, sampled
from kerascheck.readers.live import keras_of

if TYPE_CHECKING:
    from inspect import BoundArguments
    from types import FrameType, ModuleType

    from kerascheck.core.report import Report

__all__ = ["Watched", "watching"]

_HOMES: Final = (
    "keras.src.models.model",
    "tf_keras.src.engine.training",
    "keras.src.engine.training",  # Keras 2.13 to 2.15
    "keras.engine.training",  # Keras 2 before
)
"""Modules that define `Model`, of each Keras."""

_STEPS: Final = {
    "make_train_function": "train_function",
    "make_test_function": "test_function",
}
"""Methods that every step on data goes through, and the function that each makes."""

_RUNS: Final = ("fit", "evaluate", "train_on_batch", "test_on_batch")

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})

_KERAS: Final = ("keras", "tf_keras", "tensorflow")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """A model at the first step that it takes on data after it was compiled.

    Attributes:
        model: The live model.
        origin: Where the program made it, and its name in the report.
        report: What the check says; None: it could not be checked.
        why: Why not.
        x: Inputs, shape (samples, …), as handed to Keras; of a batch where there are
            batches.
        y: Labels of the same samples.
        raised: Keras refused the data before any step; the error follows.
    """

    model: Any
    origin: Origin
    report: Report | None = None
    why: str | None = None
    x: Any = None
    y: Any = None
    raised: bool = False


@contextmanager
def watching(
    tell: Callable[[Watched], None],
    check: Callable[..., Report] = check_model,
    *,
    samples: int = 0,
) -> Iterator[None]:
    """Check every model at its first step, before it changes a weight.

    A model is looked at once after each call of `compile`. Labels are those handed to
    Keras where these are arrays, otherwise those of the first batch.

    Args:
        tell: Told each model. What it raises leaves through the method of the model,
            except where Keras raises anyhow.
        check: As `kerascheck.check`, with what it is to be given besides.
        samples: How many `Watched.x` and `Watched.y` should have. Where there are
            batches, that many are pulled from them in advance.
    """
    watch = _Watch(tell, check, samples)
    arrivals = _Arrivals(watch.attach)
    sys.meta_path.insert(0, arrivals)
    try:
        for name in _HOMES:
            if name in sys.modules:
                watch.attach(sys.modules[name])
        yield
    finally:
        sys.meta_path.remove(arrivals)
        watch.detach()


class _Arrivals:
    """An import hook that tells of each module with a `Model`, once it is there."""

    def __init__(self, attach: Callable[[ModuleType], None]) -> None:
        self._attach = attach

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return what the others find; where it is such a module, attach to it."""
        if name not in _HOMES:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((one for one in found if one is not None), None)
        if spec is not None and spec.loader is not None:
            run = partial(self._run, spec.loader.exec_module)
            spec.loader.exec_module = run  # type: ignore[method-assign]
        return spec

    def _run(self, run: Callable[[ModuleType], None], module: ModuleType) -> None:
        run(module)
        self._attach(module)


@dataclass(slots=True, eq=False)
class _Seen:
    """What is known of one model.

    Attributes:
        compiled: Place of its last compile call.
        done: It was looked at since.
        handed: Arguments of the method of it that runs now.
        sample: Inputs and labels pulled from batches in advance.
    """

    compiled: str | None = None
    done: bool = False
    handed: dict[str, Any] = field(default_factory=dict)
    sample: tuple[Any, Any] | None = None


class _Watch:
    """The exchanged methods, and what they saw."""

    def __init__(
        self,
        tell: Callable[[Watched], None],
        check: Callable[..., Report],
        samples: int,
    ) -> None:
        self._tell = tell
        self._check = check
        self._samples = samples
        self._models: WeakKeyDictionary[Any, _Seen] = WeakKeyDictionary()
        self._layers: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._names: dict[str, int] = {}
        self._busy = False  # what trains meanwhile is not the program's own
        self._originals: list[tuple[type, str, Any]] = []

    def attach(self, module: ModuleType) -> None:
        """Exchange the methods of the `Model` that a module defines."""
        model = module.Model
        layer = next(kind for kind in model.__mro__ if kind.__name__ == "Layer")
        self._exchange(layer, "__new__", self._noting_layer)
        self._exchange(model, "compile", self._noting_compile)
        for name in _RUNS:
            self._exchange(model, name, self._running)
        for name, function in _STEPS.items():
            self._exchange(model, name, partial(self._making, function))

    def detach(self) -> None:
        """Give every class its own methods back."""
        while self._originals:
            setattr(*self._originals.pop())

    def _exchange(
        self, kind: type, name: str, instead: Callable[[Any], Callable[..., Any]]
    ) -> None:
        owner = next(base for base in kind.__mro__ if name in vars(base))
        original = vars(owner)[name]
        self._originals.append((owner, name, original))
        if isinstance(original, staticmethod):
            setattr(owner, name, staticmethod(instead(original.__func__)))
        else:
            setattr(owner, name, instead(original))

    def _noting_layer(self, new: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(new)
        def noting(*args: Any, **settings: Any) -> Any:
            layer = new(*args, **settings)
            place = _place(_outside(sys._getframe(1)))
            if place is not None:
                self._layers[layer] = place
            return layer

        return noting

    def _noting_compile(self, compile_: Callable[..., None]) -> Callable[..., None]:
        @wraps(compile_)
        def noting(model: Any, *args: Any, **settings: Any) -> None:
            compile_(model, *args, **settings)
            self._models[model] = _Seen(_compiled_at(model, sys._getframe(1)))

        return noting

    def _running(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that notes what it is handed, and does what it did."""

        @wraps(method)
        def running(model: Any, *args: Any, **settings: Any) -> Any:
            seen = self._seen(model)
            wanted = self._wants(seen) and not seen.handed
            bound = _bound(method, model, args, settings) if wanted else None
            if bound is None:
                return method(model, *args, **settings)
            seen.handed = bound.arguments
            try:
                seen.sample = self._sampled(seen.handed)
                return method(*bound.args, **bound.kwargs)
            except Exception:
                if not seen.done:
                    with suppress(Exception):
                        self._look(model, None, raised=True)
                raise
            finally:
                seen.handed, seen.sample = {}, None

        return running

    def _making(self, name: str, make: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that has the function which it makes look at its data."""

        @wraps(make)
        def making(model: Any, *args: Any, **settings: Any) -> Any:
            made = make(model, *args, **settings)
            if not self._wants(self._seen(model)):
                return made
            return at_first_step(model, name, partial(self._look, model))

        return making

    def _seen(self, model: Any) -> _Seen:
        return self._models.setdefault(model, _Seen())

    def _wants(self, seen: _Seen) -> bool:
        return not seen.done and not self._busy

    def _sampled(self, handed: dict[str, Any]) -> tuple[Any, Any] | None:
        """Pull a sample from batches, which are handed on as if they were untouched."""
        x = handed.get("x")
        if not self._samples or handed.get("y") is not None or x is None:
            return None
        if not isinstance(x, Iterator):
            return sampled(x, self._samples)
        peeked = Peeked(x)
        pulled = sampled(peeked, self._samples)
        handed["x"] = peeked.generator()
        return pulled

    def _look(self, model: Any, batch: Any, *, raised: bool = False) -> None:
        """Check a model with the data that it is handed, once."""
        seen = self._seen(model)
        if seen.done:
            return
        seen.done = self._busy = True
        try:
            self._tell(self._watched(model, seen, batch, raised=raised))
        finally:
            self._busy = False

    def _watched(
        self, model: Any, seen: _Seen, batch: Any, *, raised: bool
    ) -> Watched:
        x, y, weights = _data(seen.handed, batch)
        by_class = seen.handed.get("class_weight")
        origin = self._origin(model, seen)
        report, why = None, None
        try:
            report = self._check(
                model,
                y,
                x if _may_be_called(model) else None,
                class_weight=by_class,
                sample_weight=weights if by_class is None else None,
                origin=origin,
            )
        except KerascheckError as error:
            why = str(error)
        x, y = seen.sample or (x, y)
        return Watched(
            model=model,
            origin=origin,
            report=report,
            why=why,
            x=x,
            y=y,
            raised=raised,
        )

    def _origin(self, model: Any, seen: _Seen) -> Origin:
        name = str(model.name)
        self._names[name] = number = self._names.get(name, 0) + 1
        layers = model._flatten_layers(include_self=False)
        places = {layer.name: self._layers.get(layer) for layer in layers}
        return Origin(
            name=name if number == 1 else f"{name} ({number})",
            compiled=seen.compiled,
            layers={layer: place for layer, place in places.items() if place},
        )


def _bound(
    method: Callable[..., Any],
    model: Any,
    args: tuple[Any, ...],
    settings: dict[str, Any],
) -> BoundArguments | None:
    """Return the arguments of a call by name; None: it can not be called so."""
    from inspect import signature

    try:
        return signature(method).bind(model, *args, **settings)
    except TypeError:
        return None


def _may_be_called(model: Any) -> bool:
    """Say whether calling a model leaves its run as it is.

    tf_keras draws weights otherwise where a model is built before its first step;
    in Keras 3 each layer draws from a seed that it was made with.
    """
    return bool(model.built) or keras_of(model).__name__ == "keras"


def _data(handed: Mapping[str, Any], batch: Any) -> tuple[Any, Any, Any]:
    """Return inputs, labels and sample weights of a call; None where it has none.

    Args:
        handed: Arguments of `fit` or the like.
        batch: The first one, as Keras made it of them; None: it made none.
    """
    x, y = handed.get("x"), handed.get("y")
    if y is None and batch is not None:
        return parts_of(batch)
    if y is None and gives_batches(x):
        return None, x, None
    return x, y, handed.get("sample_weight")


def _compiled_at(model: Any, frame: FrameType | None) -> str | None:
    """Return the place of a compile call; None where Keras made it, loading a model."""
    while frame is not None and _overrides_compile(frame, model):
        frame = frame.f_back
    return None if frame is None or _is_inside(frame) else _place(frame)


def _overrides_compile(frame: FrameType, model: Any) -> bool:
    code = frame.f_code
    return code.co_name == "compile" and frame.f_locals.get("self") is model


def _outside(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame that is not Keras's own."""
    while frame is not None and _is_inside(frame):
        frame = frame.f_back
    return frame


def _is_inside(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__"))
    return name == __name__ or name.partition(".")[0] in _KERAS


def _place(frame: FrameType | None) -> str | None:
    """Return FILE:LINE of a frame; None where it is not the program's own code."""
    if frame is None or not os.path.isfile(frame.f_code.co_filename):
        return None
    file = os.path.abspath(frame.f_code.co_filename)
    if not _INSTALLED.isdisjoint(file.split(os.sep)):
        return None
    here = os.getcwd()
    if os.path.commonpath((file, here)) == here:
        file = os.path.relpath(file, here)
    return f"{file.replace(os.sep, '/')}:{frame.f_lineno}"
