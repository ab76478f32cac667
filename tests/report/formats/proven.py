"""A linear head under a loss that wants probabilities.

## What it checks
A head that ends in logits, where the loss expects `probabilities`.

## In the log
The loss starts far too high.

## Why it matters
Wherever the loss clips a logit into (0, 1), the gradient is zero.

## When to ignore
Never.
"""

from dataclasses import replace

from kerascheck import kit
from kerascheck.engine.finding import Confirmation, Measurement, Verdict
from kerascheck.engine.outcome import NotRun, Suppressed
from kerascheck.report.report import Report
from tests.report.formats import reports


def check(facts):
    """Say nothing: reports are shown here, rules run elsewhere."""
    yield from ()


def bad():
    """Return what page and help show as an example."""
    return (kit.classifier("linear", "bce"),)


RULE = kit.Rule(
    code="KC101",
    name="logits-scored-as-probabilities",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    summary="a linear head under a loss that expects probabilities",
    check=check,
    bad=bad,
)
WHOLE = replace(
    RULE,
    code="KC401",
    name="heads-on-scales-apart",
    summary="one loss outweighs the others",
    scope="model",
)
NOTED = replace(
    RULE,
    code="KC403",
    name="accuracy-hides-imbalance",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.MISREPORTED,
    confidence=kit.Confidence.MEDIUM,
    summary="accuracy alone, where one class is common",
)
PASSED = replace(RULE, code="KC103", name="softmax-on-one-unit", summary="one unit")
OPEN = replace(RULE, code="KC201", name="ids-under-one-hot-loss", summary="ids")
ASIDE = replace(RULE, code="KC301", name="logits-cut-at-one-half", summary="a cut")

BEFORE = Measurement(
    true_accuracy=0.59,
    reported_accuracy=0.585,
    auc=0.71,
    ece=0.31,
    loss=2.41,
    first_loss=4.9,
    constant=False,
    curve=(4.9, 3.6, None, 2.7, 2.5, 2.41),
    reported=(("binary_accuracy", 0.585),),
    spread=0.021,
    reliability=((0.02, 0.4, 300), (0.5, 0.5, 20), (0.97, 0.6, 280)),
)
AFTER = Measurement(
    true_accuracy=0.97,
    reported_accuracy=0.972,
    auc=0.996,
    ece=0.012,
    loss=0.081,
    first_loss=0.71,
    constant=False,
    curve=(0.71, 0.4, 0.22, 0.14, 0.1, 0.081),
    reported=(("binary_accuracy", 0.972),),
    spread=0.004,
    reliability=((0.02, 0.01, 310), (0.5, 0.48, 10), (0.98, 0.99, 300)),
)
PROVEN = replace(
    reports.LOGITS,
    confirmation=Confirmation(
        status=Verdict.CONFIRMED,
        reason="accuracy 0.59 -> 0.97",
        source="trained",
        backend="tensorflow",
        device="cpu",
        seeds=5,
        before=BEFORE,
        after=AFTER,
        difference=0.38,
        interval=(0.36, 0.4),
        seconds=14.2,
    ),
)
NOTE = replace(
    reports.LOGITS,
    code="KC403",
    name="accuracy-hides-imbalance",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.MISREPORTED,
    model="models/b",
    message="95% of the labels of 'out' are one class, and accuracy is the only metric",
    location="heads.out.metrics",
    evidence=reports.LOGITS.evidence[:1],
    expected=(),
    fix=None,
    snippet=None,
)

FOLDER = replace(
    reports.MODEL,
    path="models/b",
    format="keras-dir",
    source=None,
    heads=(
        replace(
            reports.MODEL.heads[0], labels=kit.labels("binary", path="models/y.npy")
        ),
    ),
)

SMALL = reports.report(
    PROVEN,
    NOTE,
    models=(reports.MODEL, FOLDER),
    rules=(RULE, PASSED, OPEN, ASIDE, WHOLE, NOTED),
    not_run=(
        NotRun(
            code="KC201",
            name=OPEN.name,
            model="models/a.keras",
            head="out",
            why="no labels were given",
        ),
    ),
    suppressed=(
        Suppressed(
            finding=replace(
                reports.FOLLOWER, model="models/b", fingerprint="00112233aabbccdd"
            ),
            by="baseline",
            reason="known",
        ),
    ),
    skipped=(("models/old/d.keras", "excluded by the configuration"),),
)
"""Two models and two findings, one of them proven."""

UNREAD = replace(reports.FULL, rules=(RULE,))
"""Two of three models can not be read."""


def many(number: int, severity: kit.Severity = kit.Severity.ERROR) -> Report:
    """Return a report with this many findings, each in a model of its own."""
    findings = [
        replace(
            PROVEN,
            model=f"models/{i:06}.keras",
            severity=severity,
            fingerprint=f"{i:016x}",
        )
        for i in range(number)
    ]
    models = tuple(replace(reports.MODEL, path=f.model) for f in findings)
    return replace(SMALL, findings=tuple(findings), models=models)
