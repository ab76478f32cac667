"""Notes where a program makes its models: the lines of `compile` and of each layer.

Keras may be imported before or later. While `Making` is open, a few methods of its
classes stand exchanged for ones that note and then do what they always did; when it
is closed, each is what it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from kerascheck.model.origin import Origin

if TYPE_CHECKING:
    from importlib.abc import Loader
    from types import FrameType, ModuleType

__all__ = ["Making", "made"]

_HOMES: Final = (
    "keras.src.models.model",
    "tf_keras.src.engine.training",
    "keras.src.engine.training",  # Keras 2.13 to 2.15
    "keras.engine.training",  # Keras 2 before
)
"""Modules that define `Model`, of each Keras."""

_KERAS: Final = ("keras", "tf_keras", "tensorflow")

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


class Making:
    """What is known of where models and layers were made."""

    def __init__(self) -> None:
        self._home = os.getcwd()  # the program may change to another folder
        self._compiled: WeakKeyDictionary[Any, str | None] = WeakKeyDictionary()
        self._layers: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._originals: list[tuple[type, str, Any]] = []

    @contextmanager
    def open(self) -> Iterator[None]:
        """Exchange methods of every Keras that is or gets imported, for a while."""
        arrivals = _Arrivals(self.attach)
        sys.meta_path.insert(0, arrivals)
        try:
            for name in _HOMES:
                if name in sys.modules:
                    self.attach(sys.modules[name])
            yield
        finally:
            sys.meta_path.remove(arrivals)
            while self._originals:
                setattr(*self._originals.pop())

    @property
    def closed(self) -> bool:
        """Say whether every method is what it was."""
        return not self._originals

    def attach(self, module: ModuleType) -> None:
        """Exchange methods of the `Model` that a module defines."""
        model = module.Model
        layer = next(kind for kind in model.__mro__ if kind.__name__ == "Layer")
        self.exchange(layer, "__new__", self._noting_layer)
        self.exchange(model, "compile", self._noting_compile)

    def exchange(
        self, kind: type, name: str, instead: Callable[[Any], Callable[..., Any]]
    ) -> None:
        """Put what `instead` makes of a method in its place, until the end."""
        owner = next(base for base in kind.__mro__ if name in vars(base))
        original = vars(owner)[name]
        self._originals.append((owner, name, original))
        if isinstance(original, staticmethod):
            setattr(owner, name, staticmethod(instead(original.__func__)))
        else:
            setattr(owner, name, instead(original))

    def compiles(self, model: Any) -> None:
        """Take notice that a model was compiled."""

    def origin(self, model: Any, name: str) -> Origin:
        """Return where a model was made, as far as it was seen."""
        layers = model._flatten_layers(include_self=False)
        places = {layer.name: self._layers.get(layer) for layer in layers}
        return Origin(
            name=name,
            compiled=self._compiled.get(model),
            layers={layer: place for layer, place in places.items() if place},
        )

    def _noting_layer(self, new: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(new)
        def noting(*args: Any, **settings: Any) -> Any:
            layer = new(*args, **settings)
            place = _place(_outside(sys._getframe(1)), self._home)
            if place is not None:
                self._layers[layer] = place
            return layer

        return noting

    def _noting_compile(self, compile_: Callable[..., None]) -> Callable[..., None]:
        @wraps(compile_)
        def noting(model: Any, *args: Any, **settings: Any) -> None:
            compile_(model, *args, **settings)
            frame = _compiling(model, sys._getframe(1))
            self._compiled[model] = _place(frame, self._home)
            self.compiles(model)

        return noting


def made(make: Callable[[], Any], name: str) -> tuple[Any, Origin]:
    """Call what makes a model, and return the model and where it was made.

    Args:
        make: Python code of the user's own.
        name: What the model is to be called.
    """
    making = Making()
    with making.open():
        model = make()
    return model, making.origin(model, name)


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
            run = partial(self._run, spec.loader)
            spec.loader.exec_module = run  # type: ignore[method-assign]
        return spec

    def _run(self, loader: Loader, module: ModuleType) -> None:
        del loader.exec_module  # that of its class is left
        loader.exec_module(module)
        self._attach(module)


def _compiling(model: Any, frame: FrameType | None) -> FrameType | None:
    """Return what calls compile; None where that is Keras, which loads a model."""
    while frame is not None and _overrides_compile(frame, model):
        frame = frame.f_back
    return None if frame is None or _is_inside(frame) else frame


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


def _place(frame: FrameType | None, home: str) -> str | None:
    """Return FILE:LINE of a frame; None where it is not the program's own code.

    Args:
        frame: None: there is none.
        home: The folder that FILE starts at.
    """
    if frame is None or not os.path.isfile(frame.f_code.co_filename):
        return None
    file = os.path.abspath(frame.f_code.co_filename)
    if not _INSTALLED.isdisjoint(file.split(os.sep)):
        return None
    with suppress(ValueError):  # on another drive of Windows
        file = os.path.relpath(file, home)
    return f"{file.replace(os.sep, '/')}:{frame.f_lineno}"
