"""The rules against the truth: random setups, trained, beside what the rules say.

    python -m tools audit --setups 300

A setup has measured harm where it raises, turns to NaN, stays more than 0.03 below the
best possible accuracy, shows probabilities off by more than 0.08, or reports a metric
more than 0.02 off. The confusion table sets that beside the worst finding.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Any

from kerascheck import kit
from kerascheck.confirm.build import NotBuildable, setup_of
from kerascheck.confirm.child_process import train_in_child
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.verdict import gaps, quality
from kerascheck.engine.judge import judge
from kerascheck.engine.outcome import Outcome
from kerascheck.keras_api.losses import WITH_FROM_LOGITS
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen, replace
from kerascheck.rules import all_rules

SHORTFALL = 0.03
MISCALIBRATION = 0.08
MISREPORT = 0.02

_ACTIVATIONS = ("linear", "sigmoid", "softmax", "tanh", "relu", "softplus")
_LOSSES = (
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "MeanSquaredError",
    "Hinge",
    "KLDivergence",
)
_METRICS = (
    "accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "AUC",
    "Recall",
)
_NO_PROBABILITIES = ("Hinge", "MeanSquaredError", "KLDivergence")


class Audited(Frozen):
    """One setup: what the rules said and what training showed."""

    model: Description
    outcome: Outcome
    harms: tuple[str, ...]

    @property
    def said(self) -> str:
        """Severity of the worst finding, or "silent"."""
        ranked = sorted(self.outcome.findings, key=lambda f: -f.severity.rank)
        return str(ranked[0].severity) if ranked else "silent"


def audit(*, setups: int, seed: int, budget: float, say: Callable[[str], None]) -> None:
    """Train random setups and say how measured harm and findings agree."""
    models = list(random_models(setups, random.Random(seed)))
    pairs = list(zip(models, _results(models, budget), strict=True))
    audited = [_audited(model, result) for model, result in pairs if result]
    say(table(audited))
    for one in audited:
        flagged = one.said in ("error", "warning")
        if bool(one.harms) != flagged:
            say(f"  {_told(one)}")


def random_models(count: int, rng: random.Random) -> Iterator[Description]:
    """Yield setups of one head: right ones, right ones with one part changed, any."""
    seen: set[Description] = set()
    while len(seen) < count:
        parts = _right(rng) if rng.random() < 0.7 else _any(rng)
        if rng.random() < 0.6:
            name = rng.choice(sorted(parts))
            parts = {**parts, name: _any(rng)[name]}
        if parts["loss"] not in WITH_FROM_LOGITS:
            parts["from_logits"] = None
        model = kit.classifier(**parts)
        if model not in seen:
            seen.add(model)
            yield model


def _any(rng: random.Random) -> dict[str, Any]:
    classes = rng.choice((2, 3))
    encoding = rng.choice(("binary", "one-hot", "class-ids", "signed-binary"))
    return {
        "activation": rng.choice(_ACTIVATIONS),
        "loss": rng.choice(_LOSSES),
        "units": rng.choice((1, 2, 3)),
        "from_logits": rng.choice((None, True)),
        "metrics": (rng.choice(_METRICS),),
        "labels": kit.labels(
            encoding,
            classes=classes if encoding in ("one-hot", "class-ids") else 2,
            column=rng.random() < 0.5,
        ),
    }


_RIGHT = (
    ("sigmoid", "BinaryCrossentropy", 1, "binary", ("accuracy", "AUC", "Recall")),
    ("softmax", "CategoricalCrossentropy", 3, "one-hot", ("accuracy",)),
    ("softmax", "CategoricalCrossentropy", 2, "one-hot", ("accuracy", "AUC")),
    ("softmax", "SparseCategoricalCrossentropy", 3, "class-ids", ("accuracy",)),
    ("softmax", "SparseCategoricalCrossentropy", 2, "binary", ("accuracy",)),
    ("sigmoid", "BinaryCrossentropy", 3, "multi-hot", ("BinaryAccuracy",)),
    ("linear", "Hinge", 1, "binary", ("BinaryAccuracy",)),
    ("softmax", "KLDivergence", 3, "one-hot", ("accuracy",)),
)


def _right(rng: random.Random) -> dict[str, Any]:
    """Return one of the setups that are known to be right, with logits or without."""
    activation, loss, units, encoding, metrics = rng.choice(_RIGHT)
    logits = loss in WITH_FROM_LOGITS and units > 1 and rng.random() < 0.4
    return {
        "activation": "linear" if logits else activation,
        "loss": loss,
        "units": units,
        "from_logits": True if logits else None,
        "metrics": (rng.choice(metrics),),
        "labels": kit.labels(
            encoding, classes=max(units, 2), column=rng.random() < 0.5
        ),
    }


def _results(models: list[Description], budget: float) -> list[SetupResult | None]:
    setups: list[Setup | None] = []
    for model in models:
        try:
            setups.append(_hard(setup_of(model.heads[0])))
        except NotBuildable:
            setups.append(None)
    known = list(dict.fromkeys(s for s in setups if s is not None))
    trained = train_in_child(known, seeds=5, budget=budget)
    found = dict(zip(known, trained, strict=True))
    return [found[s] if s is not None else None for s in setups]


def _hard(setup: Setup) -> Setup:
    hard = setup.task in ("binary", "multiclass")
    return replace(setup, task=f"{setup.task}_hard") if hard else setup


def _audited(model: Description, result: SetupResult) -> Audited:
    return Audited(
        model=model,
        outcome=judge(all_rules(), model),
        harms=tuple(harms(result)),
    )


def harms(result: SetupResult) -> Iterator[str]:
    """Yield what is measurably wrong with a setup, in words."""
    if result.status is Status.RAISED:
        yield f"raises {result.error.type if result.error else ''}"
        return
    if result.status is not Status.TRAINED:
        return
    if any(seed.nan for seed in result.seeds):
        yield "nan"
    best = result.bayes_accuracy or 0.9
    reached = fmean(quality(result))
    if reached < best - SHORTFALL:
        yield f"accuracy {reached:.2f} of {best:.2f}"
    ece = result.spread("ece")
    focal = "Focal" in result.setup.loss.name
    if ece and ece.mean > MISCALIBRATION and not focal and _claims(result.setup):
        yield f"calibration error {ece.mean:.2f}"
    for name in result.seeds[0].reported:
        off = gaps(result, name)
        if off and fmean(off) > MISREPORT:
            yield f"{name} off by {fmean(off):.2f}"
    for name in result.not_reported:
        yield f"{name} raises"


def _claims(setup: Setup) -> bool:
    """Say whether head and loss claim to give probabilities."""
    return setup.loss.name not in _NO_PROBABILITIES


def table(audited: list[Audited]) -> str:
    """Return the confusion table: measured harm against the worst finding."""
    counts = Counter((bool(one.harms), one.said) for one in audited)
    columns = ("error", "warning", "note", "silent")
    rows = [f"{'':<16}" + "".join(f"{c:>9}" for c in columns)]
    for harm, name in ((True, "harm measured"), (False, "no harm")):
        cells = "".join(f"{counts[harm, c]:>9}" for c in columns)
        rows.append(f"{name:<16}{cells}")
    return "\n".join(rows)


def _told(one: Audited) -> str:
    head = one.model.heads[0]
    assert head.loss is not None
    assert head.labels is not None
    logits = ", from_logits" if head.loss.from_logits else ""
    codes = ",".join(f.code for f in one.outcome.findings) or "-"
    metrics = ",".join(m.compiled for m in head.metrics or ())
    return (
        f"{one.said:<8}{codes:<12}{head.units} {head.activation}, "
        f"{head.loss.name}{logits}, {metrics}, {head.labels.encoding} "
        f"{head.labels.shape}: {'; '.join(one.harms) or 'no harm'}"
    )
