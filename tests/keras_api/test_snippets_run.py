"""Every call that a finding shows is run by real Keras, which then says the same."""

import importlib
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kerascheck.api import check
from kerascheck.engine.fix import metric
from kerascheck.engine.judge import judge
from kerascheck.engine.snippet import MAX_HEADS, snippet
from kerascheck.keras_api.compile_call import loss_code, major, metric_code, own_name
from kerascheck.keras_api.defaults import LOSSES, METRICS
from kerascheck.keras_api.losses import loss_called
from kerascheck.keras_api.metrics import (
    METRIC_NAMES,
    auto_name,
    is_by_shape,
    with_resolved_metrics,
)
from kerascheck.model.description import arguments
from kerascheck.readers.config.compile_config import compile_options_of
from kerascheck.readers.live import read_live
from kerascheck.rules import our_rules

FIXTURES = Path(__file__).parents[2] / "fixtures"
BAD = [
    pytest.param(
        model,
        id=f"{rule.code}-{i}",
        marks=[pytest.mark.slow] if i else [],
    )
    for rule in our_rules()
    for i, model in enumerate(rule.bad())
]
LAYER_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.-]*")


@cache
def keras_of(version):
    return importlib.import_module({2: "tf_keras", 3: "keras"}[version])


def built(description):
    """Return a model of Keras with heads of these names and shapes."""
    keras = keras_of(major(description))
    outputs, inputs = {}, []
    for head in description.heads:
        inside = (head.shape or (None, 1))[1:-1]
        inputs.append(keras.Input((*inside, 4)))
        named = LAYER_NAME.fullmatch(head.name)
        layer = keras.layers.Dense(head.units or 1, name=head.name if named else None)
        outputs[head.name] = layer(inputs[-1])
    plain = all(map(LAYER_NAME.fullmatch, outputs))
    model = keras.Model(inputs, list(outputs.values()) if plain else outputs)
    model.compile("adam")
    return model


def mine(y_true, y_pred):
    return y_true[..., 0] - y_pred[..., 0]


def own_losses(description, code):
    """Return what the user's own losses were compiled as, for `model.loss`."""
    if "model.loss['" in code:
        return {head.name: mine for head in description.heads}
    return [mine] * len(description.heads) if "model.loss[" in code else mine


def run_call(description, code):
    """Run a snippet on a model of that shape and return what Keras has compiled."""
    model = built(description)
    names = {"keras": keras_of(major(description)), "model": model}
    metrics = [m for head in description.heads for m in head.metrics or ()]
    names |= {own_name(m): mine for m in metrics if not m.builtin}
    if "model.loss" in code:
        model.loss = own_losses(description, code)
    exec(code, names)
    return read_live(model)


def loss_facts(head, keras):
    """Return every argument of a loss: those of its class by default, and its own."""
    loss = head.loss
    if loss is None or loss.kind == "custom":
        return loss and "custom"
    defaults = {k: v for k, v in LOSSES[keras][loss.name].items() if k != "name"}
    if "reduction" in defaults:
        defaults["reduction"] = "sum_over_batch_size"
    logits = {} if loss.from_logits is None else {"from_logits": loss.from_logits}
    return loss.name, {**defaults, **dict(loss.arguments), **logits}


def metric_facts(metric, keras):
    """Return every argument of a metric, with the name that it is logged under."""
    if not metric.builtin:
        return "custom", metric.weighted
    full = METRIC_NAMES.get(metric.compiled, metric.compiled)
    if is_by_shape(metric.compiled) and metric.given != "function":
        return metric.compiled, metric.weighted
    defaults = METRICS[keras][full]
    name = defaults["name"] or auto_name(full)
    if metric.name and (defaults["name"] or metric.name.rstrip("_0123456789") != name):
        name = metric.name
    told = {**defaults, **dict(metric.arguments), "name": name}
    return full, told, metric.weighted


def facts(description, keras):
    return {
        head.name: (
            loss_facts(head, keras),
            1.0 if head.loss_weight is None else head.loss_weight,
            [metric_facts(m, keras) for m in head.metrics or ()],
        )
        for head in description.heads
    }


def assert_compiled_as_described(model, findings):
    """Run each call and hold what Keras then has against the model and the fixes."""
    fixable = [f for f in findings if f.fix is not None and f.fix.edits]
    named = set().union(*(set(changes(model, f.fix)) for f in fixable))
    before = flat(model, facts(model, major(model)))
    for finding in fixable:
        if finding.snippet is None or len(model.heads) > MAX_HEADS:
            continue
        after = flat(model, compiled_by(model, finding.snippet))
        own = changes(model, finding.fix)
        code = finding.snippet
        assert {key: after.get(key) for key in own} == own, code
        rest = named | set(own)
        unchanged = {key: value for key, value in before.items() if key not in rest}
        assert {key: after.get(key) for key in unchanged} == unchanged, code
        assert set(after) <= {*before, *named}, code


def flat(model, of_heads):
    """Return each argument of each head by its own key; metrics as a multiset."""
    keys = {}
    for head in model.heads:
        loss, weight, metrics = of_heads[head.name]
        keys[head.name, "weight"] = weight
        keys[head.name, "loss"] = loss[0] if isinstance(loss, tuple) else loss
        for argument, value in loss[1].items() if isinstance(loss, tuple) else ():
            keys[head.name, "loss", argument] = value
        for each in metrics:
            key = (head.name, "metric", repr(each))
            keys[key] = keys.get(key, 0) + 1
    return keys


def changes(model, fix):
    """Return what one fix alone changes in the call; None: it is gone."""
    keras, after = major(model), fix.of(model)
    old, new = (flat(model, facts(m, keras)) for m in (model, after))
    keys = {key: new.get(key) for key in {**old, **new} if old.get(key) != new.get(key)}
    moved = {k[0] for k in keys if len(k) == 2 and k[1] == "loss"}
    # Another class has other defaults: all of its arguments are as the fix says.
    return keys | {k: v for k, v in new.items() if k[0] in moved and k[1] == "loss"}


def compiled_by(model, code):
    compiled = facts(run_call(model, code), major(model))
    if len(model.heads) == 1:
        return dict(zip([model.heads[0].name], compiled.values(), strict=True))
    return compiled


def assert_compiled(model, code):
    assert compiled_by(model, code) == facts(model, major(model)), code


def rich(keras):
    """Return a model of two heads whose call has much that is no default."""
    losses = keras.losses
    inputs = keras.Input((4,))
    ends = [keras.layers.Dense(3, name=name)(inputs) for name in ("kind", "size")]
    model = keras.Model(inputs, ends)
    model.compile(
        "adam",
        loss={
            "kind": losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=0.1, reduction="sum"
            ),
            "size": losses.CategoricalFocalCrossentropy(alpha=[0.25, 0.25, 0.5]),
        },
        loss_weights={"kind": 0.2, "size": 3.0},
        metrics={
            "kind": [
                "accuracy",
                keras.metrics.AUC(name="roc", thresholds=[0.1, 0.5], from_logits=True),
                keras.metrics.IoU(3, target_class_ids=[1], sparse_y_pred=False),
            ],
            "size": ["mse", keras.metrics.MeanSquaredError(name="mine")],
        },
        weighted_metrics={"kind": [], "size": [keras.metrics.Precision(class_id=1)]},
    )
    return model


@pytest.mark.parametrize("version", [3, 2])
def test_a_rich_call_is_written_as_it_was(version):
    read = read_live(rich(keras_of(version)))
    (kind, size) = read.heads
    assert kind.loss_weight == 0.2
    assert [m.weighted for m in size.metrics] == [False, False, True]
    assert_compiled(read, snippet(read))


@pytest.mark.parametrize("version", [3, 2])
@pytest.mark.parametrize("kind", ["losses", "metrics"])
def test_every_argument_of_every_class_is_written_where_it_is_no_default(kind, version):
    tables = {"losses": LOSSES, "metrics": METRICS}
    for name, defaults in tables[kind][version].items():
        told = {a: other(a, d) for a, d in defaults.items() if a not in LEFT}
        told["name"] = "own"
        made = getattr(getattr(keras_of(version), kind), name)
        code = written(kind, name, told, version)
        again = eval(code, {"keras": keras_of(version)})
        config = made(**told).get_config()
        assert repr({**again.get_config(), "name": "own"}) == repr(config), code
        assert kind == "losses" or again.name == "own"


LEFT = ("name", "reduction", "dtype", "thresholds", "label_weights", "fn")
OTHERS = {
    "q": 0.25,
    "curve": "PR",
    "summation_method": "majoring",
    "average": "micro",
    "class_aggregation": "variance_weighted_average",
    "num_labels": None,
    "num_classes": 4,
    "target_class_ids": (1,),
    "normalizer": (1.0, 2.0),
}
"""Argument -> a value other than its default, where any number will not do."""


def other(argument, default):
    """Return a value of an argument that is not its default."""
    if argument in OTHERS:
        return OTHERS[argument]
    if isinstance(default, bool):
        return not default
    if argument in ("top_k", "class_id", "ignore_class", "axis"):
        return 1
    return 0.25 if default in (..., None) else default + 1


def written(kind, name, told, version):
    told = {k: v for k, v in told.items() if k != "name"}
    if kind == "losses":
        logits = told.pop("from_logits", None)
        loss = loss_called(name, from_logits=logits, arguments=arguments(told))
        code = loss_code(loss, version)
        return code if code[0] == "k" else f"keras.losses.{name}()"
    return metric_code(replace(metric(name, **told), name="own"), version)


@pytest.mark.parametrize("model", BAD)
def test_the_call_of_an_example_compiles_what_is_described(model):
    assert_compiled_as_described(model, judge(our_rules(), model).findings)


@pytest.mark.slow
@pytest.mark.parametrize("model", BAD)
@pytest.mark.parametrize("version", ["3.15.1", "2.15.0"])
def test_the_call_of_an_example_keeps_all_that_is_no_default(model, version):
    model = with_resolved_metrics(replace(model, keras_version=version))
    model = replace(model, heads=tuple(map(enriched, model.heads)))
    if is_known(model):
        assert_compiled_as_described(model, judge(our_rules(), model).findings)


def enriched(head):
    """Return a head with a reduction, a loss weight, and a weighted metric."""
    brier = replace(metric("MeanSquaredError"), name="brier", weighted=True)
    loss = head.loss
    if loss is not None and loss.kind != "custom":
        told = {**dict(loss.arguments), "reduction": "sum"}
        loss = replace(loss, arguments=arguments(told), given="object")
    metrics = (*(named(m) for m in head.metrics or ()), brier)
    return replace(head, loss=loss, loss_weight=0.25, metrics=metrics)


def named(metric):
    """Return a metric under a name that the user chose, if it is an object."""
    of_keras = metric.given == "object" and metric.builtin
    return replace(metric, name=f"my_{metric.compiled}") if of_keras else metric


def is_known(model):
    """Say whether the Keras of a model has all losses and metrics that it names."""
    keras = major(model)
    losses = [h.loss.name for h in model.heads if h.loss and h.loss.kind != "custom"]
    metrics = [m for h in model.heads for m in h.metrics or () if m.builtin]
    names = [METRIC_NAMES.get(m.compiled, m.compiled) for m in metrics]
    return {*losses} <= {*LOSSES[keras]} and {*names} <= {*METRICS[keras]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder", sorted(p.parent.name for p in FIXTURES.glob("*/expected.json"))
)
def test_the_call_of_a_fixture_compiles_what_is_described(folder):
    report = check([str(FIXTURES / folder)])
    for model in report.models:
        found = [f for f in report.findings if f.model == model.path]
        assert_compiled_as_described(model, found)


@pytest.mark.parametrize(
    ("major", "options"),
    [
        (3, {"run_eagerly": True, "steps_per_execution": 4}),
        (2, {"run_eagerly": True, "steps_per_execution": 4, "jit_compile": False}),
        (2, {"jit_compile": True}),
    ],
)
def test_a_call_keeps_the_options_of_the_model(major, options):
    keras = keras_of(major)
    model = keras.Sequential([keras.layers.Dense(1, activation="softmax")])
    model.build((None, 4))
    model.compile("adam", "binary_crossentropy", **options)
    before = model.get_compile_config()
    (finding,) = check(model, select="KC103")
    exec(finding.snippet, {"keras": keras, "model": model})
    after = model.get_compile_config()
    assert {name: after[name] for name in options} == {
        name: before[name] for name in options
    }


@pytest.mark.parametrize("value", [None, 0, 1, "yes", [True], 10**400, {}])
def test_an_option_that_says_nothing_is_not_written(value):
    training = {"run_eagerly": value, "steps_per_execution": value}
    assert compile_options_of(training, keras=3) == ()
