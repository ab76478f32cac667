"""Checks each model of a program at its first `fit`, `evaluate` or `train_on_batch`.

It looks at the data where Keras hands it to a step, before the step is taken, and
takes nothing from it: training goes on as if nobody had looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from kerascheck.api import check as check_model
from kerascheck.labels.batches import Peeked, gives_batches, sampled
from kerascheck.live.call_sites import Making
from kerascheck.live.callback import at_first_step, parts_of
from kerascheck.model.errors import KerascheckError, UnreadableLabels
from kerascheck.model.frozen import Frozen
from kerascheck.model.origin import Origin
from kerascheck.readers.live import keras_of

if TYPE_CHECKING:
    from inspect import BoundArguments
    from types import ModuleType

    from kerascheck.report.report import Report

__all__ = ["Watched", "watching"]

_STEPS: Final = {
    "make_train_function": "train_function",
    "make_test_function": "test_function",
}
"""Methods that every step on data goes through, and the function that each makes."""

_RUNS: Final = ("fit", "evaluate", "train_on_batch", "test_on_batch")


class Watched(Frozen, eq=False):
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
    with _Watch(tell, check, samples).open():
        yield


@dataclass(slots=True, eq=False)
class _Seen:
    """What is known of one model.

    Attributes:
        done: It was looked at since it was compiled.
        handed: Arguments of the method of it that runs now.
        sample: Inputs and labels pulled from batches in advance.
    """

    done: bool = False
    handed: dict[str, Any] = field(default_factory=dict)
    sample: tuple[Any, Any] | None = None


class _Watch(Making):
    """Notes where models are made, and looks at the first data of each."""

    def __init__(
        self,
        tell: Callable[[Watched], None],
        check: Callable[..., Report],
        samples: int,
    ) -> None:
        super().__init__()
        self._tell = tell
        self._check = check
        self._samples = samples
        self._models: WeakKeyDictionary[Any, _Seen] = WeakKeyDictionary()
        self._names: dict[str, int] = {}
        self._busy = False  # what trains meanwhile is not the program's own

    def attach(self, module: ModuleType) -> None:
        """Exchange methods of the `Model` that a module defines."""
        super().attach(module)
        for name in _RUNS:
            self.exchange(module.Model, name, self._running)
        for name, function in _STEPS.items():
            self.exchange(module.Model, name, partial(self._stepping, function))

    def compiles(self, model: Any) -> None:
        """Look at a model anew: another loss, and it may be, other labels."""
        self._models[model] = _Seen()

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
                result = method(*bound.args, **bound.kwargs)
                self._look(model, None)  # there was no step, or the user's own
            except Exception:
                with suppress(Exception):
                    self._look(model, None, raised=True)
                raise
            finally:
                seen.handed, seen.sample = {}, None
            return result

        return running

    def _stepping(self, name: str, make: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that has the function which it makes look at its data."""

        @wraps(make)
        def stepping(model: Any, *args: Any, **settings: Any) -> Any:
            function = make(model, *args, **settings)
            if not self._wants(self._seen(model)):
                return function
            return at_first_step(model, name, partial(self._look, model))

        return stepping

    def _seen(self, model: Any) -> _Seen:
        return self._models.setdefault(model, _Seen())

    def _wants(self, seen: _Seen) -> bool:
        return not seen.done and not self._busy

    def _sampled(self, handed: dict[str, Any]) -> tuple[Any, Any] | None:
        """Pull a sample from batches, which are handed on as if they were untouched."""
        x = handed.get("x")
        if not self._samples or handed.get("y") is not None or x is None:
            return None
        if isinstance(x, Iterator):
            x = Peeked(x)
        elif not gives_batches(x):
            return None
        pulled = None
        with suppress(UnreadableLabels):  # the check will say so
            pulled = sampled(x, self._samples)
        if isinstance(x, Peeked):
            handed["x"] = x.generator()
        return pulled

    def _look(self, model: Any, batch: Any, *, raised: bool = False) -> None:
        """Check a model with the data that it is handed, once."""
        seen = self._seen(model)
        if seen.done or self.closed:
            return
        seen.done = self._busy = True
        try:
            self._tell(self._watched(model, seen, batch, raised=raised))
        finally:
            self._busy = False

    def _watched(self, model: Any, seen: _Seen, batch: Any, *, raised: bool) -> Watched:
        x, y, weights = _data(seen.handed, batch)
        by_class = seen.handed.get("class_weight")
        origin = self.origin(model, self._name(model))
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
        except Exception as crash:  # the program goes on as without a check
            why = f"{type(crash).__name__}, a fault of kerascheck: {crash}"
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

    def _name(self, model: Any) -> str:
        """Return a name that no other model of the report has."""
        name = str(model.name)
        self._names[name] = number = self._names.get(name, 0) + 1
        return name if number == 1 else f"{name} ({number})"


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
    if y is None and (gives_batches(x) or isinstance(x, Iterator)):
        return None, None if isinstance(x, Iterator) else x, None
    return x, y, handed.get("sample_weight")
