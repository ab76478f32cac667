"""The lines of a fix for the layer and the labels do what the fix says."""

import importlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kerascheck import kit
from kerascheck.engine.judge import judge
from kerascheck.keras_api.compile_call import major
from kerascheck.keras_api.labels_line import labels_line
from kerascheck.keras_api.layer_line import layer_line, quoted
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.keras_api.program import keras_code
from kerascheck.labels.measure import measure
from kerascheck.rules import our_rules

RULES = our_rules()
FOUND = [
    pytest.param(model, finding, id=f"{rule.code}-{number}-{finding.code}")
    for rule in RULES
    for number, model in enumerate(rule.bad())
    for finding in judge(RULES, model).findings
]
LAYERS = [case for case in FOUND if case.values[1].layer_line]
LABELS = [case for case in FOUND if case.values[1].labels_line]
A = kit.Activation


@cache
def keras_of(version):
    return importlib.import_module({2: "tf_keras", 3: "keras"}[version])


def changed(finding, *kinds):
    return [edit for edit in finding.fix.edits if isinstance(edit, kinds)]


def _weighted(head):
    return sum(metric.weighted for metric in head.metrics or ())


@pytest.mark.parametrize(("model", "finding"), FOUND)
def test_each_line_is_there_if_the_fix_changes_what_it_is_about(model, finding):
    if finding.fix is None:
        return
    after = finding.fix.of(model)
    pairs = list(zip(model.heads, after.heads, strict=True))
    layer = any(
        (a.units, a.activation, a.inner_activations, a.layers_after, a.softmax_axis)
        != (b.units, b.activation, b.inner_activations, b.layers_after, b.softmax_axis)
        for a, b in pairs
    )
    assert (finding.layer_line is not None) == layer
    labels = any(a.labels != b.labels for a, b in pairs)
    weights = any(_weighted(a) != _weighted(b) for a, b in pairs)
    assert (finding.labels_line is not None) == (labels or weights)
    bare = [[replace(h, metrics=bare_metrics(h)) for h in pair] for pair in pairs]
    call = any((a.loss, a.metrics) != (b.loss, b.metrics) for a, b in bare)
    shown = [line for line in finding.code_lines if line.startswith("model.compile(")]
    assert bool(shown) == call


def bare_metrics(head):
    return [replace(metric, resolved=None) for metric in head.metrics or ()]


@pytest.mark.parametrize(("model", "finding"), LAYERS)
def test_the_line_of_the_layer_makes_the_layer_of_the_fix(model, finding):
    head = finding.fix.of(model).head(finding.head)
    code = finding.layer_line
    if head.layer_class in ("BatchNormalization",):
        assert code.startswith('activation = "')
        return
    layer = eval(code, {"keras": keras_of(major(model))})
    assert layer.units == head.units
    assert layer.activation.__name__ == head.activation
    assert layer.name == head.layer
    assert "# was " in code


@pytest.mark.parametrize(("model", "finding"), LABELS)
def test_the_line_of_the_labels_leaves_the_model_clean_of_the_finding(model, finding):
    program = keras_code(replace_labels_only(model))
    assert program is not None
    names = {}
    exec(program[program.index("rng = ") :], {"np": np}, names)
    keras = keras_of(major(model))
    exec(finding.labels_line, {"np": np, "keras": keras}, names)
    after = finding.fix.of(model)
    head = after.head(finding.head)
    measured = measure(names["y"])
    assert len(measured.shape) == len(head.labels.shape)
    fixed = with_resolved_metrics(after.with_labels({head.name: measured}))
    left = [found.code for found in judge(RULES, fixed).findings]
    assert finding.code not in left


def replace_labels_only(model):
    """Return a model of which a program can be written, with the same labels."""
    labels = model.heads[0].labels
    return kit.classifier("linear", "mse", units=model.heads[0].units, labels=labels)


def line(old, to, width=1, column=False, several=False):
    edit = kit.RecodeLabels(head="out", to=kit.Encoding(to), width=width, column=column)
    head = kit.classifier("sigmoid", "bce", labels=old).heads[0]
    return labels_line(head, edit.applied(head), 'y["out"]' if several else "y")


IDS = "class-ids"
TABLE = [
    ([1, 2, 2, 1] * 9, "binary", "y = y - 1", [0, 1, 1, 0]),
    ([1, 2, 3, 1] * 9, IDS, "y = y - 1", [0, 1, 2, 0]),
    ([-2, -1, 0, 1] * 9, IDS, "y = y + 2", [0, 1, 2, 3]),
    ([3, 7, 9, 3] * 9, IDS, "y = np.searchsorted([3, 7, 9], y)", [0, 1, 2, 0]),
    (
        [-1, 1, 1, -1] * 9,
        "binary",
        'y = (y > 0).astype("float32")',
        [0.0, 1.0, 1.0, 0.0],
    ),
    ([-1, 1, 1, -1] * 9, IDS, 'y = (y > 0).astype("int64")', [0, 1, 1, 0]),
    ([0, 255, 0, 255] * 9, "binary", 'y = (y > 0).astype("float32")', [0, 1, 0, 1]),
    ([3, 7, 7, 3] * 9, "binary", 'y = (y == 7).astype("float32")', [0, 1, 1, 0]),
    (
        ["dog", "cat", "cat", "dog"] * 9,
        "binary",
        'y = np.searchsorted(["cat", "dog"], y)',
        [1, 0, 0, 1],
    ),
    (
        [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]] * 9,
        IDS,
        "y = y.argmax(axis=-1)",
        [1, 2, 0, 1],
    ),
]


@pytest.mark.parametrize(("values", "to", "code", "result"), TABLE)
def test_labels_of_a_kind_have_a_line_that_converts_them(values, to, code, result):
    y = np.array(values)
    assert line(measure(y), to) == code
    names = {"y": y, "np": np}
    exec(code, names)
    assert names["y"][:4].tolist() == result


@pytest.mark.parametrize("version", [3, 2])
def test_class_ids_become_rows_of_as_many_columns_as_the_head_has(version):
    y = np.array([1, 2, 3] * 9)
    code = line(measure(y), "one-hot", width=3)
    assert code == "y = keras.utils.to_categorical(y - 1, 3)"
    names = {"y": y, "keras": keras_of(version)}
    exec(code, names)
    assert names["y"][:3].tolist() == np.eye(3).tolist()


def test_a_void_value_among_ids_is_not_made_a_class():
    y = np.array([-1, 0, 1, 2] * 9)
    assert measure(y).void == -1
    assert line(measure(y), IDS) is None


def test_more_classes_than_are_listed_are_numbered_as_they_occur():
    y = np.arange(0, 80, 2).repeat(3)
    code = line(measure(y), IDS)
    names = {"y": y, "np": np}
    exec(code, names)
    assert names["y"].tolist() == np.arange(40).repeat(3).tolist()


def test_a_column_is_added_to_the_labels_once_they_are_converted():
    y = np.array([1, 2, 2, 1] * 9)
    code = line(measure(y), "binary", column=True)
    assert code == "y = (y - 1)[..., None]"
    names = {"y": y}
    exec(code, names)
    assert names["y"].shape == (36, 1)


def test_labels_of_one_head_of_several_go_by_its_name():
    assert line(kit.labels(IDS, low=1.0, high=2.0), "binary", several=True) == (
        'y["out"] = y["out"] - 1'
    )


def test_the_file_that_holds_the_labels_is_named():
    labels = replace(kit.labels(IDS, low=1.0, high=2.0), path="data/y.npy")
    assert line(labels, "binary") == 'y = y - 1  # the labels of "data/y.npy"'


@pytest.mark.parametrize(
    ("facts", "activation", "code"),
    [
        (
            {"layer": "dense_3"},
            A.SOFTMAX,
            'keras.layers.Dense(1, activation="softmax")  # was activation="sigmoid"',
        ),
        (
            {"layer": "dense"},
            A.LINEAR,
            'keras.layers.Dense(1)  # was activation="sigmoid"',
        ),
        (
            {"layer": "end", "layer_class": "Activation"},
            A.SOFTMAX,
            'keras.layers.Activation("softmax", name="end")  '
            '# was activation="sigmoid"',
        ),
        (
            {
                "layer": "activation",
                "layer_class": "Activation",
                "inner_activations": (A.RELU,),
            },
            A.SIGMOID,
            'keras.layers.Activation("sigmoid")  '
            '# the only activation, was activation="relu", then "sigmoid"',
        ),
        (
            {"layer": "two/mask", "layer_class": "Conv2D"},
            A.SOFTMAX,
            'activation = "softmax"  # of the layer "mask"; was activation="sigmoid"',
        ),
        (
            {"layer": "dense", "layers_after": ("Dropout",)},
            A.SIGMOID,
            'keras.layers.Dense(1, activation="sigmoid")  '
            '# was activation="sigmoid", then "Dropout"',
        ),
    ],
)
def test_the_line_of_a_layer_says_what_it_was(facts, activation, code):
    head = kit.classifier("sigmoid", "bce", **facts).heads[0]
    edit = kit.SetActivation(head="out", activation=activation)
    assert layer_line(head, edit.applied(head)) == code


@pytest.mark.parametrize("text", ["plain", 'a"b', "a\nb", "a\\b", "ä", "\u202e", "'"])
def test_a_name_is_one_string_on_one_line(text):
    code = quoted(text)
    assert eval(code) == text
    assert code.isprintable()
