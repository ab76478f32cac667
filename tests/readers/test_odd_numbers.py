"""Numbers of any size and kind in place of any scalar: no crash, sound reports."""

import json
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerascheck.api import check
from kerascheck.report.formats import formats, renderer
from kerascheck.trust.printable import Style
from tests.gate.hostile_inputs import functional

FIXTURES = Path(__file__).parents[2] / "fixtures"

VALUES = (
    "0",
    "-0.0",
    "-1",
    "1",
    "2.5",
    "1e308",
    "-1e308",
    "1e999",
    "-1e999",
    "NaN",
    "1" + "0" * 400,
    "-1" + "0" * 4000,
    str(2**63),
    str(2**31),
    "true",
    "false",
    "null",
    '"3"',
    '""',
    '"nan"',
    "[]",
    "[0.5]",
    "[NaN, 1e999]",
    "[1" + "0" * 400 + "]",
    "[[1, 2], [true]]",
    "{}",
    '{"class_name": "function", "config": 1' + "0" * 400 + "}",
)
"""What stands in place of a scalar, as JSON."""


def made(kind, name, **config):
    return {
        "module": f"keras.{kind}",
        "class_name": name,
        "registered_name": None,
        "config": {"name": name.lower(), "dtype": "float32", **config},
    }


LOSSES = (
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1, "axis": -1}),
    (
        "BinaryFocalCrossentropy",
        {"gamma": 2.0, "alpha": 0.25, "apply_class_balancing": True},
    ),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1, "from_logits": False}),
    ("CategoricalFocalCrossentropy", {"alpha": [0.25, 0.5], "gamma": 2.0}),
    ("SparseCategoricalCrossentropy", {"ignore_class": -1, "axis": -1}),
    ("Huber", {"delta": 1.0}),
    ("CosineSimilarity", {"axis": -1}),
    ("Tversky", {"alpha": 0.5, "beta": 0.5, "axis": None}),
)
METRICS = (
    ("BinaryAccuracy", {"threshold": 0.5}),
    ("Precision", {"thresholds": [0.5], "top_k": 2, "class_id": 1}),
    ("AUC", {"num_thresholds": 200, "multi_label": True, "num_labels": 3}),
    ("MeanIoU", {"num_classes": 2, "ignore_class": 0, "sparse_y_pred": True}),
    ("IoU", {"num_classes": 2, "target_class_ids": [0, 1]}),
    ("TopKCategoricalAccuracy", {"k": 5}),
    ("F1Score", {"threshold": 0.5, "average": None}),
    ("PrecisionAtRecall", {"recall": 0.5, "num_thresholds": 200}),
)


HEADS = {f"h{number}": loss for number, loss in enumerate(LOSSES)}


def full(activation, units, *, heads=HEADS, metrics=METRICS):
    """Return a model whose heads have every argument of Keras's losses and metrics."""
    names = list(heads)
    model = functional(
        names,
        loss={
            name: made("losses", loss, **config)
            for name, (loss, config) in heads.items()
        },
        metrics={
            name: [made("metrics", metric, **config) for metric, config in metrics]
            for name in names
        },
    )
    for layer in model["config"]["layers"][1:]:
        layer["config"] |= {"activation": activation, "units": units}
    model["compile_config"]["loss_weights"] = dict.fromkeys(names, 0.5)
    return model


@cache
def configs():
    """Return configs of fixtures, and made ones with all arguments that there are."""
    found = [full("softmax", 1), full("sigmoid", 3), full("linear", 2)]
    for path in sorted(FIXTURES.glob("*/model.keras")):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found.append(json.loads(archive.read("config.json")))
    return found


def scalars(value, at=()):
    """Yield the place of every scalar."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, (*at, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from scalars(inner, (*at, place))
    else:
        yield at


def settings_of(config):
    """Return the places of each setting of a model, by its name."""
    places = [p for p in scalars(config) if p[0] == "compile_config" or "units" in p]
    return {p[-1]: [one for one in places if one[-1] == p[-1]] for p in places}


def smallest(setting):
    """Return the full model without the heads and metrics that a setting is not of."""
    heads = {name: loss for name, loss in HEADS.items() if setting in loss[1]}
    metrics = [one for one in METRICS if setting in one[1]]
    if heads and metrics:
        return full("softmax", 1)
    if heads:
        return full("softmax", 1, heads=heads)
    if metrics:
        return full("softmax", 1, metrics=metrics)
    if setting in HEADS:  # the weight of one loss
        return full("softmax", 1, heads={setting: HEADS[setting]})
    if setting in ("optimizer", "weighted_metrics"):
        return full("softmax", 1, heads={"h0": HEADS["h0"]})
    return full("softmax", 1)


def changed(config, changes):
    """Return the text of a config with values in other places of it."""
    copy = json.loads(json.dumps(config))
    for number, (place, _) in enumerate(changes):
        inner = copy
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = f"@{number}@"
    text = json.dumps(copy)
    return re.sub(r'"@(\d+)@"', lambda found: changes[int(found[1])][1], text)


def crashes(what, crash):
    raise AssertionError(f"{what} raised {crash!r}") from crash


def judged(folder, text, shown=()):
    """Check a config, and return its report once every format has shown it."""
    (folder / "m.json").write_text(text)
    report = check(folder / "m.json", on_crash=crashes)
    assert not [f for f in report.findings if f.code == "KC000"]
    for name in shown:
        renderer(name)(report, Style(verbose=True))
    json.loads(report.to_json(), parse_constant=lambda text: crashes(text, text))
    return report


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("odd")


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:12])
def test_any_value_of_any_setting_is_read(folder, value):
    every = settings_of(full("softmax", 1))
    assert len(every) > 30
    for setting in every:
        config = smallest(setting)
        places = settings_of(config)[setting]
        judged(folder, changed(config, [(place, value) for place in places]))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_values_in_any_places_of_real_configs_are_read(folder, data):
    read_with_values_elsewhere(folder, data)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(st.data())
def test_very_many_values_in_any_places_of_real_configs_are_read(folder, data):
    read_with_values_elsewhere(folder, data)


def read_with_values_elsewhere(folder, data):
    config = data.draw(st.sampled_from(range(len(configs()))))
    config = configs()[config]
    places = st.sampled_from(list(scalars(config)))
    change = st.tuples(places, st.sampled_from(VALUES))
    changes = data.draw(
        st.lists(change, min_size=1, max_size=4, unique_by=lambda c: c[0])
    )
    judged(folder, changed(config, changes), shown=formats())


def test_smoothing_beyond_any_float_is_told_and_not_judged(folder):
    text = json.dumps(
        functional(["a"], loss=made("losses", "BinaryCrossentropy", label_smoothing=1))
    )
    report = judged(folder, text.replace('smoothing": 1', 'smoothing": 1' + "0" * 400))
    told = [f.message for f in report.findings if f.code == "KC012"]
    number = "a whole number of about 401 digits"
    assert told == [f"argument 'label_smoothing' of the loss is {number}"]
