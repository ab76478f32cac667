"""Checks each model of a program at its first `fit`, `evaluate` or `train_on_batch`.

It looks at the data that Keras passes to a step, before the step is taken, and consumes
nothing of it: training goes on as if nobody had looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial, wraps
from weakref import WeakKeyDictionary

from kerascheck.api import check as check_model
from kerascheck.labels.batches import (
    FitSample,
    Peeked,
    form_of,
    gives_batches,
    pull_rows,
)
from kerascheck.live.call_sites import CallSiteTracker
from kerascheck.live.first_batch import at_first_step, split_batch
from kerascheck.model.errors import KerascheckError, UnreadableLabels
from kerascheck.model.frozen import Frozen
from kerascheck.model.origin import Origin
from kerascheck.model.typed import TYPE_CHECKING, Any, Final
from kerascheck.readers.live import keras_of

if TYPE_CHECKING:
    from inspect import BoundArguments
    from types import ModuleType

    from kerascheck.report.report import Report

__all__ = ["CheckedModel", "check_on_fit"]

_STEP_FUNCTIONS: Final = {
    "make_train_function": "train_function",
    "make_test_function": "test_function",
}
"""Methods that every step on data goes through, and the function that each makes."""

_DATA_METHODS: Final = ("fit", "evaluate", "train_on_batch", "test_on_batch")


class CheckedModel(Frozen, eq=False):
    """A model at its first step on data after it was compiled.

    Attributes:
        model: The live model.
        origin: Where the program made it, and its name in the report.
        report: The result of the check; None: it could not be checked.
        why: Why not.
        x: Inputs, shape (samples, …), as passed to Keras; of one batch if there are
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
def check_on_fit(
    on_checked: Callable[[CheckedModel], None],
    check: Callable[..., Report] = check_model,
    *,
    samples: int = 0,
) -> Iterator[None]:
    """Check every model at its first step, before it changes a weight.

    A model is checked once after each call of `compile`. Labels are those passed to
    Keras if these are arrays, otherwise those of the first batch.

    Args:
        on_checked: Called with each model. What it raises leaves the method of the
            model, unless Keras raises anyway.
        check: As `kerascheck.check`, with the options that it is to be given.
        samples: How many `CheckedModel.x` and `.y` should have. If there are batches,
            that many are pulled from them in advance.
    """
    with _FitHook(on_checked, check, samples).open():
        yield


@dataclass(slots=True, eq=False)
class _ModelState:
    """What is known of one model.

    Attributes:
        done: It was checked since it was compiled.
        arguments: Of its method that runs now.
        sample: Inputs and labels pulled from batches in advance.
    """

    done: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)
    sample: tuple[Any, Any] | None = None


class _FitHook(CallSiteTracker):
    """Tracks where models are made, and looks at the first data of each."""

    def __init__(
        self,
        on_checked: Callable[[CheckedModel], None],
        check: Callable[..., Report],
        samples: int,
    ) -> None:
        super().__init__()
        self._on_checked = on_checked
        self._check = check
        self._samples = samples
        self._states: WeakKeyDictionary[Any, _ModelState] = WeakKeyDictionary()
        self._names: dict[str, int] = {}
        self._checking = False  # what trains meanwhile is not the program's own

    def patch_module(self, module: ModuleType) -> None:
        """Patch the `Model` that a module defines, and its `Layer`."""
        super().patch_module(module)
        for name in _DATA_METHODS:
            self.patch(module.Model, name, self._checking_data)
        for name, function in _STEP_FUNCTIONS.items():
            self.patch(module.Model, name, partial(self._checking_step, function))

    def on_compile(self, model: Any) -> None:
        """Have a model checked again: another loss and, perhaps, other labels."""
        self._states[model] = _ModelState()

    def _checking_data(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that notes its arguments, and does what it did."""

        @wraps(method)
        def checking(model: Any, *args: Any, **settings: Any) -> Any:
            state = self._state(model)
            due = self._is_due(state) and not state.arguments
            bound = _bound(method, model, args, settings) if due else None
            if bound is None:
                return method(model, *args, **settings)
            state.arguments = bound.arguments
            try:
                state.sample = self._sample(state.arguments)
                result = method(*bound.args, **bound.kwargs)
                self._check_once(model, None)  # there was no step, or the user's own
            except Exception:
                with suppress(Exception):
                    self._check_once(model, None, raised=True)
                raise
            finally:
                state.arguments, state.sample = {}, None
            return result

        return checking

    def _checking_step(self, name: str, make: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method whose step function has its first batch checked."""

        @wraps(make)
        def checking(model: Any, *args: Any, **settings: Any) -> Any:
            function = make(model, *args, **settings)
            if not self._is_due(self._state(model)):
                return function
            return at_first_step(model, name, partial(self._check_once, model))

        return checking

    def _state(self, model: Any) -> _ModelState:
        return self._states.setdefault(model, _ModelState())

    def _is_due(self, state: _ModelState) -> bool:
        return not state.done and not self._checking

    def _sample(self, arguments: dict[str, Any]) -> tuple[Any, Any] | None:
        """Pull a sample from batches, which are passed on as if they were untouched."""
        x = arguments.get("x")
        if not self._samples or arguments.get("y") is not None or x is None:
            return None
        if not gives_batches(x):
            if not isinstance(x, Iterator):
                return None
            x = Peeked(x)
        sample = None
        with suppress(UnreadableLabels):  # the check will say so
            sample = pull_rows(x, self._samples)
        if isinstance(x, Peeked):
            arguments["x"] = x.generator()
        return sample

    def _check_once(self, model: Any, batch: Any, *, raised: bool = False) -> None:
        """Check a model with the data that it receives, if it was not checked yet."""
        state = self._state(model)
        if state.done or self.closed:
            return
        state.done = self._checking = True
        try:
            self._on_checked(self._checked(model, state, batch, raised=raised))
        finally:
            self._checking = False

    def _checked(
        self, model: Any, state: _ModelState, batch: Any, *, raised: bool
    ) -> CheckedModel:
        x, y, weights = _data(state.arguments, batch)
        class_weight = state.arguments.get("class_weight")
        form = form_of(state.arguments.get("x"), state.arguments.get("y"))
        if class_weight is not None and y is not state.arguments.get("y"):
            weights = None  # Keras made them of the class weights
        data = FitSample(y=y, sample_weight=weights, data=form, watched=True)
        origin = self.origin_of(model, self._name(model))
        report, why = None, None
        try:
            report = self._check(
                model,
                None if y is None else data,
                x if _may_be_called(model) else None,
                class_weight=class_weight,
                origin=origin,
            )
        except KerascheckError as error:
            why = str(error)
        except Exception as crash:  # the program goes on as without a check
            why = f"{type(crash).__name__}, a fault of kerascheck: {crash}"
        x, y = state.sample or (x, y)
        return CheckedModel(
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
    """Return the arguments of a call by name; None if it does not fit the method."""
    from inspect import signature

    try:
        return signature(method).bind(model, *args, **settings)
    except TypeError:
        return None


def _may_be_called(model: Any) -> bool:
    """Say whether calling a model leaves its run as it is.

    tf_keras draws other weights if a model is built before its first step; in Keras 3
    each layer draws from a seed that it was made with.
    """
    return bool(model.built) or keras_of(model).__name__ == "keras"


def _data(arguments: Mapping[str, Any], batch: Any) -> tuple[Any, Any, Any]:
    """Return inputs, labels and sample weights of a call, each None if absent.

    Args:
        arguments: Of `fit` or the like.
        batch: The first one, as Keras made it of them; None: it made none.
    """
    x, y = arguments.get("x"), arguments.get("y")
    if y is None and batch is not None:
        return split_batch(batch)
    if y is None and gives_batches(x):
        return None, x, None
    if y is None and isinstance(x, Iterator):
        return None, None, None
    return x, y, arguments.get("sample_weight")
