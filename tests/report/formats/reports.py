"""Reports to show, made of the builders that rules use."""

from dataclasses import replace

from kerascheck import kit
from kerascheck.engine.file_findings import unreadable
from kerascheck.engine.finding import Confirmation, Measurement, Verdict
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.engine.outcome import ConfigurationUse, NotRun, Suppressed
from kerascheck.model.description import Description, Evidence
from kerascheck.report.report import Report

LOGITS = kit.Finding(
    code="KC101",
    name="logits-scored-as-probabilities",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    message="BinaryCrossentropy takes the logits of 'out' for probabilities",
    model="models/a.keras",
    head="out",
    location="heads.out.loss.from_logits",
    pointer="/compile_config/loss",
    evidence=(
        Evidence(
            fact="heads.out.activation",
            value="linear",
            origin="config.json: /config/layers/2",
        ),
        Evidence(
            fact="heads.out.loss.from_logits",
            value="False",
            origin="config.json: /compile_config/loss",
        ),
    ),
    seen=(("activation", "linear"), ("loss.from_logits", "False")),
    expected=(("loss.from_logits", True),),
    fix=kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(kit.SetLoss(head="out", name="BinaryCrossentropy", from_logits=True),),
    ),
    snippet=(
        "model.compile(\n    loss=keras.losses.BinaryCrossentropy(from_logits=True),\n)"
    ),
)

FOLLOWER = replace(
    LOGITS,
    code="KC301",
    name="logits-cut-at-one-half",
    severity=kit.Severity.WARNING,
    message="BinaryAccuracy cuts the logits of 'out' at 0.5",
)

CONFIRMED = replace(
    LOGITS,
    follows=(FOLLOWER,),
    confidence=kit.Confidence.MEDIUM,
    confirmation=Confirmation(
        status=Verdict.CONFIRMED,
        reason="accuracy 0.59 -> 0.97",
        source="trained",
        backend="tensorflow",
        versions=(("keras", "3.15.1"),),
        device="cpu",
        seeds=3,
        before=Measurement(true_accuracy=0.59, loss=float("nan"), curve=(2.1, None)),
        after=Measurement(true_accuracy=0.97, loss=0.1),
        difference=0.38,
        interval=(0.3, 0.45),
        seconds=14.2,
    ),
)

EVERY_EDIT = replace(
    LOGITS,
    fix=kit.Fix(
        applicability=kit.Applicability.DISPLAY,
        edits=(
            kit.SetLoss(
                head="out",
                name="Huber",
                arguments=(("delta", float("inf")), ("name", None)),
            ),
            kit.SetActivation(head="out", activation=kit.Activation.SIGMOID),
            kit.SetUnits(head="out", units=3),
            kit.SetMetric(head="out", index=0, metric=kit.metric("AUC", curve="PR")),
            kit.SetMetric(head="out", index=1, metric=None),
            kit.AddMetric(head="out", metric=kit.metric("Recall", class_id=1)),
            kit.RecodeLabels(head="out", to=kit.Encoding.ONE_HOT, width=3),
        ),
    ),
    snippet=None,
)

MODEL = replace(
    kit.classifier("linear", "bce", metrics=("accuracy",), labels=kit.labels("binary")),
    path="models/a.keras",
    source="train.py:42",
)

BROKEN = Description(path="models/b.keras", format=None)


def not_run(number, why, head="out"):
    return tuple(
        NotRun(
            code=f"KC2{i:02}", name="some-rule", model=MODEL.path, head=head, why=why
        )
        for i in range(number)
    )


def report(*findings, **facts):
    return Report(
        **{
            "models": (MODEL,),
            "findings": with_fingerprints(findings),
            "decided": 12,
            **facts,
        }
    )


CLEAN = report()
ONE = report(LOGITS)
FULL = report(
    CONFIRMED,
    unreadable("truncated", "the archive ends early", BROKEN.path),
    unreadable("git-lfs-pointer", "a Git LFS pointer of 1.2 GB", "models/c.keras"),
    models=(MODEL, BROKEN, replace(BROKEN, path="models/c.keras")),
    not_run=(
        *not_run(5, "no labels were given"),
        *not_run(3, "what the loss 'my_loss' expects is unknown"),
        *not_run(2, "the model is not compiled", head=None),
        *not_run(1, "the width of the output is unknown"),
        *not_run(1, "the shape of the output is unknown"),
    ),
    suppressed=(
        Suppressed(finding=with_fingerprints([FOLLOWER])[0], by="configuration"),
    ),
    skipped=(("models/old/d.keras", "excluded by the configuration"),),
)
UNSEEN = report(
    skipped=(
        ("a.keras", "a link out of the tree"),
        (".store/b.keras", "in a hidden folder"),
    ),
    configuration=(
        ConfigurationUse(path="models/kerascheck.toml", turned_off=("KC103",)),
        ConfigurationUse(path="pyproject.toml"),
    ),
)
LONG = report(
    replace(
        LOGITS,
        model="models/" + "very_long_directory_name/" * 12 + "a.keras",
        head="x" * 300,
        location=f"heads.{'x' * 300}.loss.from_logits",
        message=f"BinaryCrossentropy takes the logits of {'x' * 300!r} for others",
    )
)
EDITS = report(EVERY_EDIT)

ALL = {
    "clean": CLEAN,
    "one": ONE,
    "full": FULL,
    "long": LONG,
    "edits": EDITS,
    "unseen": UNSEEN,
}
