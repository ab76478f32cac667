"""Names that mean harm, put wherever a name from a file can come to stand."""

from dataclasses import replace

from hypothesis import strategies as st

from fuzz.mutators.names import PIECES
from kerascheck import kit
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.engine.outcome import ConfigurationUse, NotRun, Suppressed
from kerascheck.model.description import Evidence
from kerascheck.report.report import Report
from tests.report.formats import proven, reports

NAMES = st.lists(st.sampled_from(PIECES), max_size=6).map("".join) | st.text(
    st.characters(exclude_categories=()), max_size=30
)
"""Whatever a JSON string can hold, attacks on every format among it."""


def hostile(name: str) -> Report:
    """Return a report that has `name` wherever a model, a file or Keras gives it."""
    loss = replace(reports.MODEL.heads[0].loss, name=name, arguments=((name, name),))
    metric = replace(kit.metric("AUC"), compiled=name, resolved=name, name=name)
    head = replace(
        reports.MODEL.heads[0],
        name=name,
        layer=name,
        layer_class=name,
        activation=kit.Activation.UNKNOWN,
        activation_as_saved=name,
        loss=loss,
        metrics=(metric,),
        labels=kit.labels("binary", path=f"{name}.npy", dtype=name),
        origins=(("loss", name),),
        source=f"{name}:7",
    )
    model = replace(
        reports.MODEL,
        path=f"{name}.keras",
        heads=(head,),
        keras_version=name,
        model_class=name,
        optimizer=name,
        source=f"{name}:3",
    )
    return _report(name, model)


def _report(name: str, model: kit.Description) -> Report:
    measured = replace(
        proven.BEFORE, raises=f"ValueError: {name}", reported=((f"m{name}", 0.5),)
    )
    finding = replace(
        proven.PROVEN,
        model=model.path,
        head=name,
        location=f"heads.{name}.loss",
        pointer=f"/{name}",
        message=f"it is {name} here",
        evidence=(Evidence(fact=f"heads.{name}", value=name, origin=f"at {name}"),),
        seen=((name, name),),
        expected=((f"is {name}", name),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(kit.SetLoss(head=name, name=name, arguments=((name, name),)),),
        ),
        snippet=f"# head {name}\nmodel.compile({name})",
        follows=(replace(reports.FOLLOWER, message=name, head=name),),
        confirmation=replace(
            proven.PROVEN.confirmation,
            reason=f"so {name}",
            backend=name or "jax",
            device=name,
            versions=((name, name),),
            before=measured,
        ),
    )
    other = replace(reports.FOLLOWER, model=model.path, message=name)
    found = with_fingerprints((finding, replace(finding, head=None), other))
    item = NotRun(
        code="KC201", name="rule", model=model.path, head=name, why=f"why {name}"
    )
    return Report(
        models=(model, replace(reports.BROKEN, path=f"{name}.h5")),
        findings=found[:2],
        not_run=(item,),
        suppressed=(Suppressed(finding=found[2], by="baseline", reason=name),),
        skipped=((f"{name}.zip", f"because {name}"),),
        configuration=(
            ConfigurationUse(
                path=f"{name}.toml",
                turned_off=(f"KC1 for {name!r}", name),
                weakened=(name,),
            ),
        ),
        decided=3,
        rules=proven.SMALL.rules,
    )


HARMLESS = hostile("x")
