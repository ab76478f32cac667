"""Trains clones of the user's own model on the user's data, as compiled and as fixed.

This runs the user's layers, losses and data in this process, so it happens only on
request. The user's model is read and never trained: a clone gets its weights, except
those of the head, which both clones draw again, equal if shapes agree. Three quarters
of the data are used for training, in another order for each seed, and numpy measures
the truth on the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Final

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.differences import MIN_SEEDS, Judgement
from kerascheck.confirm.measured import confirmation_of
from kerascheck.confirm.metric_verdict import metric_name
from kerascheck.confirm.options import Progress
from kerascheck.confirm.result import (
    Raised,
    SeedResult,
    SetupResult,
    Status,
    finite,
)
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.train.encode import encode
from kerascheck.confirm.train.keras_metrics import MetricValues
from kerascheck.confirm.train.seed_results import seed_results
from kerascheck.confirm.train.stacked_training import TrainingRecord
from kerascheck.confirm.verdict import judge
from kerascheck.engine.finding import (
    Confirmation,
    Finding,
    Harm,
    Severity,
    Verdict,
)
from kerascheck.engine.fix import (
    AddMetric,
    Edit,
    RecodeLabels,
    RepairLabels,
    SetActivation,
    SetLoss,
    SetMetric,
    SetUnits,
)
from kerascheck.keras_api.compile_call import loss_arguments, metric_arguments
from kerascheck.keras_api.internals import compile_arguments
from kerascheck.model.description import (
    Description,
    Encoding,
    Head,
    Labels,
    Loss,
    Metric,
)
from kerascheck.model.frozen import Frozen, replace
from kerascheck.readers.live import backend_of
from kerascheck.report.report import Report
from kerascheck.trust.printable import count

__all__ = ["confirm_on"]

STEPS: Final = 200
BATCH: Final = 32
MIN_ROWS: Final = 64
MAX_ROWS: Final = 10_000
HELD_OUT_SHARE: Final = 0.25
MAX_CLASSES: Final = 100
"""Of 10,000 rows, a quarter held out: 25 rows a class to measure on."""

_MEASURABLE: Final = (
    *(Encoding.BINARY, Encoding.SIGNED_BINARY, Encoding.CLASS_IDS, Encoding.STRINGS),
    *(Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.CONTINUOUS),
)


class _Data(Frozen, eq=False):
    """The user's data, shuffled once: a training part, and a part held out.

    Attributes:
        x: Shape (samples, …), or a dict or list of such.
        y: As the user passes it to `fit`.
        truth: Class index of each sample; tags as bools; targets as they are.
        train_count: Samples for training; those after it are held out.
    """

    x: Any
    y: Any
    truth: Any
    train_count: int


def confirm_on(
    report: Report,
    model: Any,
    keras: Any,
    x: Any,
    y: Any,
    *,
    budget: float,
    seeds: int,
    progress: Progress | None = None,
) -> Report:
    """Return the report with a confirmation, on the user's model, on every finding.

    Every finding has an equal share of the time that is left.

    Args:
        report: From `check` of this model.
        model: Compiled; Sequential or Functional, with one output.
        keras: The module that it was made with.
        x: Inputs, shape (samples, …), or a dict or list of arrays.
        y: Labels, an array of shape (samples, …).
        budget: Seconds in all.
        seeds: Orders of the data, 3 or more for a verdict.
        progress: Called with (trainings done, all of them).
    """
    end, all_of_them = monotonic() + budget, len(report.findings)
    training = _OwnTraining(model, keras, x, y, max(seeds, MIN_SEEDS))
    confirmed = []
    for place, finding in enumerate(report.findings):
        now = monotonic()
        training.end = now + (end - now) / (all_of_them - place)
        training.tell = _teller(progress, place, all_of_them, 2 * training.seeds)
        confirmed.append(_confirm(finding, report, training))
    return report.with_findings(tuple(confirmed))


def _teller(
    progress: Progress | None, place: int, findings: int, each: int
) -> Callable[[int], None]:
    """Return what is called with the trainings done of the finding at this place."""

    def tell(done: int) -> None:
        if progress is not None:
            progress(place * each + done, findings * each)

    return tell


def _confirm(finding: Finding, report: Report, training: _OwnTraining) -> Finding:
    try:
        described = next(m for m in report.models if m.path == finding.model)
        return _with_judgement(finding, *training.results(finding, described))
    except NotBuildable as reason:
        not_run = Confirmation(status=Verdict.NOT_RUN, reason=str(reason))
        return replace(finding, confirmation=not_run)


def _with_judgement(
    finding: Finding, before: SetupResult, after: SetupResult
) -> Finding:
    judgement = judge(finding, before, after)
    refuted = judgement.verdict is Verdict.REFUTED
    if refuted and finding.harm is Harm.FRAGILE:
        backend = before.environment["backend"]
        judgement = Judgement(
            verdict=Verdict.INCONCLUSIVE,
            reason=f"no harm on {backend}; it was not tried on another backend",
        )
        refuted = False
    measured = confirmation_of(finding, judgement, before, after)
    confirmation = replace(measured, source="trained")
    severity = Severity.NOTE if refuted else finding.severity
    return replace(finding, confirmation=confirmation, severity=severity)


class _Side:
    """The trainings of one setup of a pair, as far as they got."""

    def __init__(
        self, setup: Setup, edits: Sequence[Edit], environment: Mapping[str, str]
    ) -> None:
        self.setup = setup
        self.edits = edits
        self.environment = environment
        self.seeds: list[SeedResult] = []
        self.error: Raised | None = None
        self.seconds = 0.0
        self.unfinished: str | None = None

    def stop(self, pairs: int) -> None:
        """Keep the whole pairs alone; too few of them are no result."""
        del self.seeds[pairs:]
        if pairs < MIN_SEEDS:
            self.unfinished = (
                f"the budget ended after {count(pairs, 'pair')} of trainings, "
                f"and a verdict needs {MIN_SEEDS}"
            )

    def result(self) -> SetupResult:
        """Return what came of it."""
        status = Status.TRAINED
        if self.error is not None:
            status = Status.RAISED
        elif self.unfinished is not None:
            status = Status.UNFINISHED
        return SetupResult(
            setup=self.setup,
            status=status,
            error=self.error,
            reason=self.unfinished,
            seeds=tuple(self.seeds) if status is Status.TRAINED else (),
            environment=self.environment,
            seconds=self.seconds,
        )


class _OwnTraining:
    """One model and its data, trained for one finding after another."""

    def __init__(self, model: Any, keras: Any, x: Any, y: Any, seeds: int) -> None:
        self.model = model
        self.keras = keras
        self.x = x
        self.y = y
        self.seeds = seeds
        self.end = 0.0  # of the time for one finding, on `monotonic()`
        self.tell: Callable[[int], None] = lambda done: None

    def results(
        self, finding: Finding, described: Description
    ) -> tuple[SetupResult, SetupResult]:
        """Train as compiled and as fixed.

        Raises:
            NotBuildable: There is nothing to train, with the reason.
        """
        if finding.harm is Harm.NONE:
            raise NotBuildable("it is about the file, not about training")
        if len(described.heads) != 1:
            raise NotBuildable("the user's model has several outputs")
        pair = pair_of(finding, described, most=MAX_CLASSES)
        head = described.heads[0]
        assert finding.fix is not None
        edits = finding.fix.edits
        _check_scale(pair, head)
        _check_edits(edits, head)
        if any(not metric.builtin for metric in head.metrics or ()):
            raise NotBuildable("the model has metrics of the user's own")
        data = _data(self.x, self.y, head)
        environment = {
            "backend": backend_of(self.keras),
            "keras": str(self.keras.__version__),
        }
        sides = (
            _Side(pair.before, (), environment),
            _Side(pair.after, edits, environment),
        )
        self._train_in_turn(sides, head, data)
        return sides[0].result(), sides[1].result()

    def _train_in_turn(
        self, sides: tuple[_Side, _Side], head: Head, data: _Data
    ) -> None:
        """Train both sides seed by seed, so that the time ends after whole pairs."""
        for seed in range(self.seeds):
            for place, side in enumerate(sides):
                if side.error is None and not self._train(side, head, data, seed):
                    for one in sides:
                        one.stop(seed)
                    return
                self.tell(2 * seed + place + 1)

    def _train(self, side: _Side, head: Head, data: _Data, seed: int) -> bool:
        """Train one side once; return whether there was time for all of it."""
        if monotonic() > self.end:
            return False
        started = monotonic()
        try:
            record, report = self._run(side.setup, side.edits, head, data, seed)
        except NotBuildable:
            raise
        except Exception as error:  # whatever compile or fit raises is the answer
            side.error = Raised.of(error)
            return True
        if monotonic() > self.end:  # it was stopped, and is no whole training
            return False
        truth = data.truth[None, data.train_count :]
        reports = MetricValues(by_seed=(report,), failed={})
        (result,) = seed_results(side.setup, record, truth, reports)
        side.seeds.append(replace(result, seed=seed))
        side.seconds += monotonic() - started
        return True

    def _run(
        self, setup: Setup, edits: Sequence[Edit], head: Head, data: _Data, seed: int
    ) -> tuple[TrainingRecord, Mapping[str, float | None]]:
        import numpy as np

        y = data.y
        if any(isinstance(edit, (RecodeLabels, RepairLabels)) for edit in edits):
            y = encode(setup.labels, data.truth, setup.classes)
        clone = self._clone(edits, head, seed)
        clone.compile(**self._settings(edits, head))
        order = np.random.default_rng(seed).permutation(data.train_count)
        rows = np.resize(order, min(STEPS * BATCH, 20 * len(order)))
        history = _loss_recorder(self.keras, self.end)
        weights = dict(head.class_weight) if head.class_weight else None
        clone.fit(
            _select_rows(data.x, rows),
            y[rows],
            batch_size=BATCH,
            shuffle=False,
            class_weight=weights,
            callbacks=[history],
            verbose=0,
        )
        held = _select_rows(data.x, slice(data.train_count, None))
        outputs = np.asarray(clone.predict(held, verbose=0))
        shown = clone.evaluate(held, y[data.train_count :], return_dict=True, verbose=0)
        losses = np.asarray(history.losses or [np.nan], np.float32)[:, None]
        record = TrainingRecord(
            losses, np.zeros((min(8, len(losses)), 1)), outputs[None]
        )
        values = [finite(float(v)) for n, v in shown.items() if n != "loss"]
        names = [metric_name(part) for part in setup.metrics]
        return record, dict(zip(names, values, strict=False))

    def _clone(self, edits: Sequence[Edit], head: Head, seed: int) -> Any:
        """Return a copy of the model, its last layer changed and drawn again."""
        changes = _changes(edits)

        def copy_layer(layer: Any) -> Any:
            config = layer.get_config()
            if layer.name == head.layer:
                config |= changes
            return type(layer).from_config(config)

        try:
            clone = self.keras.models.clone_model(self.model, clone_function=copy_layer)
        except Exception as error:  # a subclassed model, or layers without a config
            line = (str(error).splitlines() or [""])[0]
            raise NotBuildable(f"the model cannot be cloned: {line[:120]}") from error
        for own, copy in zip(self.model.layers, clone.layers, strict=True):
            if own.name != head.layer:
                copy.set_weights(own.get_weights())
            else:
                copy.set_weights(_draw_weights(copy.get_weights(), seed))
        return clone

    def _settings(self, edits: Sequence[Edit], head: Head) -> dict[str, Any]:
        """Return the arguments of `compile` for the clone, which shares no state."""
        settings = compile_arguments(self.model) or {}
        settings["optimizer"] = _without_state(self.model.optimizer)
        lists = (
            _flatten_metrics(settings.get(n)) for n in ("metrics", "weighted_metrics")
        )
        metrics = [
            (_without_state(m), weighted)
            for weighted, each in enumerate(lists)
            for m in each
        ]
        for edit in edits:
            head = edit.applied(head)
            now = head.metrics or ()
            match edit:
                case SetLoss():
                    assert head.loss is not None
                    settings["loss"] = self._loss(head.loss)
                case SetMetric(index=index, metric=metric):
                    new = [] if metric is None else [self._metric(now[index])]
                    metrics[index : index + 1] = new
                case AddMetric():
                    metrics.append(self._metric(now[-1]))
                case _:
                    pass
        for weighted, name in enumerate(("metrics", "weighted_metrics")):
            settings[name] = [m for m, of in metrics if of == weighted] or None
        return settings

    def _loss(self, loss: Loss) -> Any:
        kind = getattr(self.keras.losses, loss.name)
        return kind(**loss_arguments(loss, self._major))

    def _metric(self, metric: Metric) -> tuple[Any, bool]:
        """Return a metric as the fix compiles it, and whether it is weighted."""
        if metric.given == "string":
            return metric.compiled, metric.weighted
        kind = getattr(self.keras.metrics, metric.compiled)
        return kind(**metric_arguments(metric, self._major)), metric.weighted

    @property
    def _major(self) -> int:
        return int(self.keras.__version__.partition(".")[0])


def _loss_recorder(keras: Any, end: float) -> Any:
    """Return a callback that keeps the loss of each batch in its list `losses`.

    It stops `fit` when the time is up.
    """
    losses: list[float] = []

    def record(step: int, logs: Mapping[str, float] | None = None) -> None:
        losses.append(float((logs or {}).get("loss", float("nan"))))
        if monotonic() > end:
            callback.model.stop_training = True

    callback = keras.callbacks.LambdaCallback(on_train_batch_end=record)
    callback.losses = losses
    return callback


def _check_scale(pair: Pair, head: Head) -> None:
    if head.labels is not None and _has_unknown_gaps(head.labels):
        raise NotBuildable("class ids with gaps, of more classes than are listed")
    if pair.before.units != head.units:
        raise NotBuildable("more classes than are measured on the user's own model")


def _has_unknown_gaps(labels: Labels) -> bool:
    """Say whether the value of each class is unknown: the description lists 16."""
    if labels.encoding is not Encoding.CLASS_IDS or labels.values:
        return False
    low, high = labels.low or 0, labels.high or 0
    return labels.classes != high - low + 1


def _check_edits(edits: Sequence[Edit], head: Head) -> None:
    """Raise if a fix changes more than compile settings, labels or the last layer."""
    if not any(isinstance(edit, (SetActivation, SetUnits)) for edit in edits):
        return
    if head.layer is None or "/" in head.layer or head.layer_class != "Dense":
        raise NotBuildable(
            "the fix changes a layer that is not a Dense layer of the model"
        )
    if head.inner_activations or head.layers_after:
        raise NotBuildable("the fix changes more than the last layer")


def _changes(edits: Sequence[Edit]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for edit in edits:
        match edit:
            case SetActivation(activation=activation):
                changes["activation"] = str(activation)
            case SetUnits(units=units):
                changes["units"] = units
            case _:
                pass
    return changes


def _data(x: Any, y: Any, head: Head) -> _Data:
    import numpy as np

    if not hasattr(y, "shape"):
        y = np.asarray(y)
    if len(y) < MIN_ROWS:
        raise NotBuildable(f"{len(y)} samples are too few to train on")
    picks = np.random.default_rng(0).permutation(len(y))[:MAX_ROWS]
    y = y[picks]
    train_count = len(y) - int(len(y) * HELD_OUT_SHARE)
    return _Data(
        x=_select_rows(x, picks), y=y, truth=_truth(y, head), train_count=train_count
    )


def _truth(y: Any, head: Head) -> Any:
    """Return the class index of each sample, the tags, or the targets."""
    import numpy as np

    encoding = head.labels.encoding if head.labels else Encoding.UNKNOWN
    if encoding not in _MEASURABLE or y.ndim > 2:
        raise NotBuildable(f"the truth of {encoding} labels is not measured")
    if encoding is Encoding.ONE_HOT:
        return y.argmax(axis=-1)
    if encoding is Encoding.MULTI_HOT:
        return y > 0
    flat = y.reshape(-1)
    if encoding is Encoding.CONTINUOUS:
        return flat
    return np.unique(flat, return_inverse=True)[1]


def _select_rows(x: Any, rows: Any) -> Any:
    if isinstance(x, Mapping):
        return {name: _select_rows(values, rows) for name, values in x.items()}
    if isinstance(x, (list, tuple)) and hasattr(x[0], "shape"):
        return [_select_rows(values, rows) for values in x]
    import numpy as np

    return np.asarray(x)[rows]


def _flatten_metrics(metrics: Any) -> list[Any]:
    """Return metrics of one head as a flat list, in the order of the description."""
    if metrics is None:
        return []
    if isinstance(metrics, Mapping):
        return [one for inner in metrics.values() for one in _flatten_metrics(inner)]
    if isinstance(metrics, (list, tuple)):
        return [one for inner in metrics for one in _flatten_metrics(inner)]
    return [metrics]


def _without_state(part: Any) -> Any:
    """Return an optimizer or metric without state; names and functions as they are."""
    build: Callable[[Any], Any] | None = getattr(type(part), "from_config", None)
    return part if build is None else build(part.get_config())


def _draw_weights(weights: list[Any], seed: int) -> list[Any]:
    """Return the weights of a Dense head drawn as Keras draws them.

    Source: GlorotUniform of Keras 3.15; biases start at 0.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    limits = [np.sqrt(6 / sum(w.shape)) if w.ndim > 1 else 0.0 for w in weights]
    return [
        rng.uniform(-limit, limit, w.shape).astype(w.dtype)
        for w, limit in zip(weights, limits, strict=True)
    ]
