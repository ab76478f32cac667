"""Where a program makes its models: the lines of `compile` and of each layer.

Keras may be imported before or later. While a `CallSiteTracker` is open, a few methods
of its classes are replaced by ones that note their caller and then do what they always
did; when it is closed, each is what it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from inspect import currentframe
from weakref import WeakKeyDictionary

from kerascheck.keras_api.internals import MODEL_MODULES, layers_of, model_and_layer
from kerascheck.model.origin import Origin
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from importlib.abc import Loader
    from types import FrameType, ModuleType

__all__ = ["CallSiteTracker", "build_traced"]

_KERAS: Final = ("keras", "tf_keras", "tensorflow")

_OURS: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_STANDARD_LIBRARY: Final = os.path.dirname(os.__file__) + os.sep

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


class CallSiteTracker:
    """Tracks where models are compiled and layers are made."""

    def __init__(self) -> None:
        self._home = os.getcwd()  # the program may change to another folder
        self._compiled: WeakKeyDictionary[Any, str | None] = WeakKeyDictionary()
        self._layers: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._originals: list[tuple[type, str, Any]] = []

    @contextmanager
    def open(self) -> Iterator[None]:
        """Patch every Keras that is or gets imported, for a while."""
        hook = _ImportHook(self.patch_module)
        sys.meta_path.insert(0, hook)
        try:
            for name in MODEL_MODULES:
                if name in sys.modules:
                    self.patch_module(sys.modules[name])
            yield
        finally:
            sys.meta_path.remove(hook)
            while self._originals:
                setattr(*self._originals.pop())

    @property
    def closed(self) -> bool:
        """Say whether every method is what it was."""
        return not self._originals

    def patch_module(self, module: ModuleType) -> None:
        """Patch the `Model` that a module defines, and its `Layer`."""
        model, layer = model_and_layer(module)
        self.patch(layer, "__new__", self._tracking_new)
        self.patch(model, "compile", self._tracking_compile)

    def patch(
        self, kind: type, name: str, wrap: Callable[[Any], Callable[..., Any]]
    ) -> None:
        """Replace a method by what `wrap` makes of it, until the end."""
        owner = next(base for base in kind.__mro__ if name in vars(base))
        original = vars(owner)[name]
        self._originals.append((owner, name, original))
        if isinstance(original, staticmethod):
            setattr(owner, name, staticmethod(wrap(original.__func__)))
        else:
            setattr(owner, name, wrap(original))

    def on_compile(self, model: Any) -> None:
        """Do what is due when a model was compiled; by default nothing."""

    def origin_of(self, model: Any, name: str) -> Origin:
        """Return where a model was made, as far as it was tracked."""
        places = {layer.name: self._layers.get(layer) for layer in layers_of(model)}
        return Origin(
            name=name,
            compiled=self._compiled.get(model),
            layers={layer: place for layer, place in places.items() if place},
        )

    def _tracking_new(self, new: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(new)
        def tracking(*args: Any, **settings: Any) -> Any:
            layer = new(*args, **settings)
            place = _place(_user_frame(currentframe()), self._home)
            if place is not None:
                self._layers[layer] = place
            return layer

        return tracking

    def _tracking_compile(self, compile_: Callable[..., None]) -> Callable[..., None]:
        @wraps(compile_)
        def tracking(model: Any, *args: Any, **settings: Any) -> None:
            compile_(model, *args, **settings)
            frame = _calling_compile(model, currentframe())
            self._compiled[model] = _place(frame, self._home)
            self.on_compile(model)

        return tracking


def build_traced(build: Callable[[], Any], name: str) -> tuple[Any, Origin]:
    """Call what builds a model, and return the model and where it was made.

    Args:
        build: Python code of the user's own.
        name: Name of the model in the report.
    """
    tracker = CallSiteTracker()
    with tracker.open():
        model = build()
    return model, tracker.origin_of(model, name)


class _ImportHook:
    """An import hook that calls `patch` with each module that defines a `Model`."""

    def __init__(self, patch: Callable[[ModuleType], None]) -> None:
        self._patch = patch

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return what the other finders find, made to patch the module once it ran."""
        if name not in MODEL_MODULES:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((one for one in found if one is not None), None)
        if spec is not None and spec.loader is not None:
            execute = partial(self._execute, spec.loader)
            spec.loader.exec_module = execute  # type: ignore[method-assign]
        return spec

    def _execute(self, loader: Loader, module: ModuleType) -> None:
        del loader.exec_module  # that of its class is left
        loader.exec_module(module)
        self._patch(module)


def _calling_compile(model: Any, wrapper: FrameType | None) -> FrameType | None:
    """Return what calls compile; None if that is Keras, which loads a model."""
    frame = wrapper.f_back if wrapper is not None else None
    while frame is not None and (
        _overrides_compile(frame, model) or _is_of_python(frame.f_code.co_filename)
    ):
        frame = frame.f_back
    return None if frame is None or _is_internal(frame) else frame


def _overrides_compile(frame: FrameType, model: Any) -> bool:
    code = frame.f_code
    return code.co_name == "compile" and frame.f_locals.get("self") is model


def _user_frame(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame of neither Keras, this module nor Python itself."""
    while frame is not None and _is_internal(frame):
        frame = frame.f_back
    return frame


def _is_internal(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__"))
    return (
        name == __name__
        or name.partition(".")[0] in _KERAS
        or _is_of_python(frame.f_code.co_filename)
    )


def _is_of_python(file: str) -> bool:
    """Say whether a file is of the standard library, which calls what it is given."""
    if not file.startswith(_STANDARD_LIBRARY):
        return False
    return _INSTALLED.isdisjoint(file.split(os.sep))


def _place(frame: FrameType | None, home: str) -> str | None:
    """Return FILE:LINE of a frame; None if it is not the program's own code.

    Args:
        frame: None: there is none.
        home: The folder that FILE is relative to.
    """
    if frame is None or not os.path.isfile(frame.f_code.co_filename):
        return None
    file = os.path.abspath(frame.f_code.co_filename)
    if not _INSTALLED.isdisjoint(file.split(os.sep)) or file.startswith(_OURS):
        return None
    with suppress(ValueError):  # on another drive of Windows
        file = os.path.relpath(file, home)
    return f"{file.replace(os.sep, '/')}:{frame.f_lineno}"
