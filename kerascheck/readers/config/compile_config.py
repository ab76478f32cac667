"""What a model was compiled with, head by head."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from kerascheck.keras_api.dtypes import FLOATX
from kerascheck.model.description import (
    Arguments,
    Loss,
    LossKind,
    Metric,
    Problem,
    ProblemKind,
    Value,
)
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.assign_to_heads import (
    MAX_METRICS,
    Assignment,
    SavedValue,
    assign_metrics,
    assign_values,
    count_leaves,
    is_structure,
    listed,
    losses_of_structure,
)
from kerascheck.readers.config.dtypes import loss_dtype_of
from kerascheck.readers.config.heads import Outlet
from kerascheck.readers.config.losses import loss_of, metric_of
from kerascheck.readers.config.numbers import shown_scalar
from kerascheck.readers.config.unknown import UNKNOWN

__all__ = [
    "Compiled",
    "CompiledHead",
    "compile_options_of",
    "optimizer_of",
    "read_compiled",
]

_OPTIMIZERS: Final = {
    name.lower(): name
    for name in (
        *("SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "Nadam"),
        *("Ftrl", "Lion", "Adafactor", "Lamb", "Muon", "LossScaleOptimizer"),
    )
}
_MAX_WEIGHT: Final = 1e300  # of a loss weight; a longer integer is not a float
_MAX_METRICS_OF_ALL: Final = 10_000
_MIN_METRICS_OF_HEAD: Final = 10
"""Metrics of all heads together, of one head at least: no real model comes near."""

_SCALING: Final = frozenset(
    {"LossScaleOptimizer", "LossScaleOptimizerV1", "LossScaleOptimizerV3"}
)
_MAX_STEPS: Final = 1_000_000
"""Steps of one execution: a larger number is not one that a person compiles with."""


class CompiledHead:
    """What one head is scored by; see `Head` for the fields."""

    __slots__ = ("loss", "loss_weight", "metrics", "origins", "spare_losses")

    def __init__(self, metrics: tuple[Metric, ...] | None = ()) -> None:
        self.loss: Loss | None = None
        self.loss_weight: float | None = None
        self.spare_losses: tuple[str, ...] = ()
        self.metrics = metrics
        self.origins: list[tuple[str, str]] = []


class Compiled(NamedTuple):
    """What `compile` was called with."""

    heads: list[CompiledHead]
    problems: list[Problem]


def read_compiled(
    training: dict[str, Any],
    at: str,
    outlets: Sequence[Outlet],
    units: Sequence[int | None],
    *,
    legacy: bool,
    floatx: str | None = FLOATX,
    nameless: bool = False,
) -> Compiled:
    """Return what each head is scored by.

    Args:
        training: `compile_config` or `training_config`.
        at: Its place: member and JSON pointer.
        outlets: The heads.
        units: Their widths.
        legacy: Whether Keras 2 wrote it.
        floatx: Dtype of a loss that was saved without one; None: unknown.
        nameless: The one output is that of a Sequential model, whose name Keras 3 does
            not know.
    """
    reading = _Reading(outlets, legacy=legacy, floatx=floatx)
    if nameless and not legacy:
        reading.refuse_names(training.get("loss"))
    reading.read_losses(training.get("loss"), f"{at}/loss", units)
    if training.get("loss_weights") not in (None, UNKNOWN):
        saved = training["loss_weights"]
        reading.read_weights(saved, f"{at}/loss_weights", training.get("loss"))
    if training.get("metrics"):
        reading.read_metrics(training["metrics"], f"{at}/metrics")
    if training.get("weighted_metrics"):
        saved = training["weighted_metrics"]
        reading.read_metrics(saved, f"{at}/weighted_metrics", weighted=True)
    return Compiled(reading.heads, reading.problems)


class _Reading:
    """One compile config while it is read: the heads so far, and problems met."""

    __slots__ = ("floatx", "heads", "legacy", "outlets", "problems")

    def __init__(
        self, outlets: Sequence[Outlet], *, legacy: bool, floatx: str | None
    ) -> None:
        self.outlets = outlets
        self.legacy = legacy
        self.floatx = floatx
        self.heads = [CompiledHead() for _ in outlets]
        self.problems: list[Problem] = []

    def refuse_names(self, losses: Any) -> None:
        """Report losses by name, on which Keras 3 raises whatever the names are.

        Source: `CompileLoss._build_nested` of Keras 3.15.1, which iterates over
        `output_names`; Keras 3.3.3 to 3.12.0 raise as well.
        """
        if isinstance(losses, dict) and is_structure(losses):
            message = (
                "the losses of a Sequential model are a dict, and Keras 3 expects "
                "the loss alone"
            )
            self.problems.append(Problem(kind="loss-by-name", message=message))

    def read_losses(self, value: Any, at: str, units: Sequence[int | None]) -> None:
        losses = assign_values(value, at, self.outlets)
        if len(self.outlets) == 1 and losses.spare:
            self._note_spare(losses.spare, units[0])
        elif losses.count_given is not None and self._read_structure(value, at, units):
            return
        else:
            self._compare("losses", losses)
        for place, found in enumerate(losses.by_head):
            if found is not None:
                self._score(place, found, units[place])

    def _note_spare(self, spare: Sequence[SavedValue], units: int | None) -> None:
        """Note the losses after the first of a single head, which Keras ignores."""
        self.heads[0].spare_losses = tuple(
            loss.name
            for loss in (loss_of(each.value, units)[0] for each in spare)
            if loss is not None
        )

    def _read_structure(self, value: Any, at: str, units: Sequence[int | None]) -> bool:
        """Read losses of which some are for several heads; say whether Keras 3 can."""
        found = losses_of_structure(value, at, self.outlets)
        if self.legacy or found is None or not any(len(each) > 1 for each in found):
            return False
        for place, each in enumerate(found):
            own = [one for one in each if one is not None]
            if len(own) == len(each) == 1:
                self._score(place, own[0], units[place])
            elif each:
                kind = LossKind.CUSTOM
                self.heads[place].loss = Loss(name="several losses", kind=kind)
        return True

    def _score(self, place: int, found: SavedValue, units: int | None) -> None:
        head = self.heads[place]
        loss, from_logits_at, odd = loss_of(found.value, units)
        dtype = loss_dtype_of(found.value, self.floatx)
        head.loss = loss if dtype == loss.dtype else replace(loss, dtype=dtype)
        head.origins.append(("loss", found.at))
        if from_logits_at is not None:
            head.origins.append(("loss.from_logits", found.at + from_logits_at))
        for argument, value in odd:
            what = f"argument {argument[:60]!r} of the loss" if argument else "the loss"
            self._add_odd(f"{what} is {value}", place, found.at)

    def read_weights(self, value: Any, at: str, losses: Any) -> None:
        weights = assign_values(value, at, self.outlets)
        if not self.legacy:
            self._compare_with_losses(value, weights, losses)
        elif not weights.spare:
            self._compare("loss weights", weights)
        for place, found in enumerate(weights.by_head):
            if found is not None:
                self._weigh(place, found)

    def _weigh(self, place: int, found: SavedValue) -> None:
        weight = found.value
        number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
        if weight is UNKNOWN:
            return
        if not number or abs(weight) > _MAX_WEIGHT or not isfinite(weight):
            shown = shown_scalar(weight)[:40]
            self._add_odd(f"the loss weight is {shown}", place, found.at)
            return
        head = self.heads[place]
        head.loss_weight = float(weight)
        head.origins.append(("loss_weight", found.at))

    def read_metrics(self, value: Any, at: str, *, weighted: bool = False) -> None:
        if value is UNKNOWN:
            for head in self.heads:
                head.metrics = None
            return
        found = assign_metrics(value, at, self.outlets, legacy=self.legacy)
        if isinstance(found, str):
            problem = Problem(kind="metric-mismatch", message=found, origin=at)
            self.problems.append(problem)
        for place, head in enumerate(self.heads):
            if isinstance(found, str):
                head.metrics = None
            elif head.metrics is not None:
                self._measure(place, found[place], at, weighted=weighted)

    def _measure(
        self, place: int, found: list[SavedValue], at: str, *, weighted: bool
    ) -> None:
        head = self.heads[place]
        metrics = list(head.metrics or ())
        most = min(
            MAX_METRICS,
            max(_MIN_METRICS_OF_HEAD, _MAX_METRICS_OF_ALL // len(self.heads)),
        )
        if len(found) > most - len(metrics):
            found = found[: max(most - len(metrics), 0)]
            self._report_metrics_beyond(place, most, at)
        prefixes = self._prefixes(place, weighted=weighted)
        if found and not metrics:
            around = found[0].at
            around = around if around == at else around.rpartition("/")[0]
            head.origins.append(("metrics", around))
        for value, below in found:
            metric, odd = metric_of(value, prefixes)
            head.origins.append((f"metrics.{len(metrics)}", below))
            metrics.append(replace(metric, weighted=True) if weighted else metric)
            for argument, shown in odd:
                what = (
                    f"argument {argument[:60]!r} of a metric"
                    if argument
                    else "a metric"
                )
                self._add_odd(f"{what} is {shown}", place, below)
        head.metrics = tuple(metrics)

    def _report_metrics_beyond(self, place: int, most: int, at: str) -> None:
        name = self.outlets[place].name
        message = f"only the first {most} metrics of {name[:60]!r} are read"
        kind: ProblemKind = "graph-too-large"
        problem = Problem(kind=kind, message=message, head=name, origin=at)
        if not any(known.kind == kind for known in self.problems):
            self.problems.append(problem)

    def _prefixes(self, place: int, *, weighted: bool) -> tuple[str, ...]:
        """Return what Keras 2 puts in front of the name of a metric it has built."""
        if not self.legacy:
            return ()
        outlet, mark = self.outlets[place], ("weighted_",) if weighted else ()
        if len(self.outlets) == 1:
            return mark
        if outlet.name == outlet.layer:
            return (f"{outlet.name}_", *mark)
        return (f"{outlet.name}_", f"{outlet.layer}_", *mark)

    def _compare(self, what: str, assignment: Assignment) -> None:
        """Report what Keras would refuse, or silently skip."""
        _, extra, missing, count_given, _ = assignment
        if count_given is None and not extra and not missing:
            return
        heads = listed([outlet.name for outlet in self.outlets])
        count = len(self.outlets)
        if assignment.count_given is not None:
            message = f"{assignment.count_given} {what} for {count} heads: {heads}"
        elif assignment.extra:
            keys = listed(assignment.extra)
            message = f"the {what} name {keys}, not among the heads: {heads}"
        elif assignment.missing and what == "losses" and not self._may_lack():
            missing = listed(assignment.missing)
            message = f"the {what} do not include {missing}; the heads are {heads}"
        else:
            return
        self.problems.append(Problem(kind="loss-mismatch", message=message))

    def _compare_with_losses(
        self, value: Any, weights: Assignment, losses: Any
    ) -> None:
        """Report weights that Keras 3 refuses: it expects one for each loss given.

        One loss for all heads takes one weight, and a list of losses not a number.
        """
        given, wanted = count_leaves(value), count_leaves(losses)
        if given != wanted or (is_structure(losses) and not is_structure(value)):
            what = "loss weight" if given == 1 else "loss weights"
            of = "one loss for all heads" if wanted == 1 else f"{wanted} losses"
            message = f"{given} {what} for {of}: Keras 3 expects one for each loss"
        elif isinstance(losses, dict):
            self._compare("loss weights", weights)
            return
        else:
            return
        self.problems.append(Problem(kind="loss-mismatch", message=message))

    def _may_lack(self) -> bool:
        """Return whether a dict of losses may lack heads.

        Keras 3 expects a key for each output unless the outputs are a dict themselves.
        """
        first = self.outlets[0].keys
        return self.legacy or (bool(first) and isinstance(first[0], str))

    def _add_odd(self, message: str, place: int, at: str) -> None:
        name = self.outlets[place].name
        problem = Problem(kind="odd-value", message=message, head=name, origin=at)
        self.problems.append(problem)


def optimizer_of(training: dict[str, Any]) -> str | None:
    """Return the class of the optimizer, without a loss scaling around it."""
    saved = training.get("optimizer") or training.get("optimizer_config")
    for _ in range(4):
        if isinstance(saved, str):
            return _OPTIMIZERS.get(saved.lower(), saved)
        if not isinstance(saved, dict):
            return None
        name = saved.get("class_name")
        if not isinstance(name, str):
            return None
        name = name.removeprefix("Custom>")
        config = saved.get("config")
        if name not in _SCALING or not isinstance(config, dict):
            return name
        saved = config.get("inner_optimizer") or config.get("optimizer")
    return None


def compile_options_of(training: dict[str, Any], *, keras: int) -> Arguments:
    """Return the options of compile() that are neither default nor about a head.

    Keras 3 saves what it made of `jit_compile="auto"`, so that its `jit_compile` does
    not say what was passed.

    Source: `Trainer.get_compile_config` of Keras 3.15.1 and tf_keras 2.21.
    """
    options: list[tuple[str, Value]] = []
    if training.get("run_eagerly") is True:
        options.append(("run_eagerly", True))
    steps = training.get("steps_per_execution")
    if type(steps) is int and 1 < steps <= _MAX_STEPS:
        options.append(("steps_per_execution", steps))
    jit = training.get("jit_compile")
    if keras < 3 and isinstance(jit, bool):
        options.append(("jit_compile", jit))
    return tuple(options)
