"""--diff and --fix in Python source: the right call, the smallest change."""

import json
import re
from dataclasses import replace

import pytest

from kerascheck.api import check
from kerascheck.fix.call_sites import find_call_site
from kerascheck.fix.files import Files
from kerascheck.fix.splices import Unfixable
from tests.gate.conftest import FIXTURES, WRONG
from tests.gate.test_programs import FAULTY

TRAIN = """\
import keras

model = keras.Sequential([keras.layers.Dense(2, name="output")])
model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
"""
FIXED = TRAIN.replace(
    '"categorical_crossentropy"',
    "keras.losses.CategoricalCrossentropy(from_logits=True)",
)


def mended(repository, source, *, case=WRONG, unsafe=True):
    """Return what --fix makes of a file, and the reasons it gives."""
    repository.add("new", case)
    repository.write("train.py", source)
    report = check("models", sources=["train.py"])
    files = Files(report, ["train.py"], unsafe=unsafe)
    why = [told for _, told in files.add(report.models[0])]
    list(files.write())
    return (repository.root / "train.py").read_bytes(), why


@pytest.mark.parametrize(
    ("written", "corrected"),
    [
        (
            "loss='categorical_crossentropy'",
            "loss=keras.losses.CategoricalCrossentropy(from_logits=True)",
        ),
        (
            "loss=keras.losses.CategoricalCrossentropy()",
            "loss=keras.losses.CategoricalCrossentropy(from_logits=True)",
        ),
        (
            "loss=keras.losses.CategoricalCrossentropy(from_logits=False, name='x')",
            "loss=keras.losses.CategoricalCrossentropy(from_logits=True, name='x')",
        ),
        (
            "loss=keras.losses.CategoricalCrossentropy(axis=-1)",
            "loss=keras.losses.CategoricalCrossentropy(axis=-1, from_logits=True)",
        ),
        (
            "loss=keras.losses.CategoricalCrossentropy"
            "(reduction='sum_over_batch_size')",
            "loss=keras.losses.CategoricalCrossentropy"
            "(reduction='sum_over_batch_size', from_logits=True)",
        ),
        (
            "loss=[keras.losses.CategoricalCrossentropy()]",
            "loss=[keras.losses.CategoricalCrossentropy(from_logits=True)]",
        ),
        (
            "loss={'output': 'categorical_crossentropy'}",
            "loss={'output': keras.losses.CategoricalCrossentropy(from_logits=True)}",
        ),
        (
            "loss=keras.losses.categorical_crossentropy",
            "loss=keras.losses.CategoricalCrossentropy(from_logits=True)",
        ),
        (
            "loss=chosen",
            "loss=keras.losses.CategoricalCrossentropy(from_logits=True)",
        ),
    ],
)
def test_only_the_loss_changes(repository, written, corrected):
    call = "import keras\nm.compile(optimizer=o, {}, metrics=['accuracy'])  # é\n"
    after, why = mended(repository, call.format(written))
    assert after.decode() == call.format(corrected)
    assert why == []


@pytest.mark.parametrize(
    ("line", "keras"),
    [
        ("import keras", "keras"),
        ("from tensorflow import keras", "keras"),
        ("import tensorflow as tf", "tf.keras"),
        ("import tensorflow.keras as k", "k"),
        ("import tf_keras as keras", "keras"),
    ],
)
def test_keras_is_named_as_the_file_imports_it(repository, line, keras):
    source = TRAIN.replace("import keras", line)
    after, _ = mended(repository, source)
    assert f"loss={keras}.losses.CategoricalCrossentropy(".encode() in after


def test_a_class_that_is_imported_alone_is_used(repository):
    line = "from keras.losses import CategoricalCrossentropy"
    after, _ = mended(repository, TRAIN.replace("import keras", line))
    assert b"loss=CategoricalCrossentropy(from_logits=True)" in after


def test_where_keras_has_no_name_nothing_changes(repository):
    source = TRAIN.replace("import keras\n", "")
    after, _ = mended(repository, source.replace("keras.layers.", ""))
    assert b"from_logits" not in after


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("# coding: latin-1\n# é\n" + text).encode("latin-1"),
        lambda text: (text + "# no line end, \x0c and 語").encode(),
        lambda text: (
            ("é = '語'; " + text.partition("\n")[0] + "\n").encode()
            + text.partition("\n")[2].encode()
        ),
    ],
    ids=["mark", "crlf", "latin-1", "odd", "wide"],
)
def test_every_other_byte_stays(repository, changed):
    after, why = mended(repository, changed(TRAIN))
    assert why == []
    assert after == changed(FIXED)


def test_the_first_of_several_metrics_changes_and_comments_stay(repository):
    case = FIXTURES / "metrics-auc-of-logits"
    report = check(str(case))
    repository.add("new", case)
    (head,) = report.models[0].heads
    loss = head.loss
    source = (
        "import keras\nm.compile(\n    optimizer='adam',\n"
        f"    loss=keras.losses.{loss.name}(from_logits={loss.from_logits}),\n"
        "    metrics=[  # two\n        'accuracy',\n        keras.metrics.AUC(),\n"
        "    ],\n)\n"
    )
    metrics = [metric.compiled for metric in head.metrics]
    if metrics == ["AUC"]:
        source = source.replace("        'accuracy',\n", "")
    after, why = mended(repository, source, case=case)
    assert why == []
    assert b"AUC(from_logits=True)" in after
    assert b"metrics=[  # two\n" in after


def test_two_calls_that_fit_are_left_alone(repository):
    after, _ = mended(repository, TRAIN + TRAIN)
    assert after == (TRAIN + TRAIN).encode()


def test_of_two_calls_the_one_beside_the_name_of_the_file_is_meant(repository):
    functions = (
        "import keras\n"
        "def one(m):\n"
        "    m.compile('adam', loss='categorical_crossentropy', metrics=['acc'])\n"
        "    m.save('models/other.keras')\n"
        "def two(m):\n"
        "    m.compile('adam', loss='categorical_crossentropy', metrics=['acc'])\n"
        "    m.save('models/new.keras')\n"
    ).replace("'acc'", "'accuracy'")
    after, _ = mended(repository, functions)
    first, second = after.decode().split("def two")
    assert "from_logits" not in first
    assert "from_logits=True" in second


def test_a_call_that_says_otherwise_is_not_meant(repository):
    other = TRAIN.replace('"accuracy"', '"mse"')
    after, _ = mended(repository, other)
    assert after == other.encode()


@pytest.mark.parametrize(
    "source",
    [
        "import re\nre.compile('a', flags=re.M)\n",
        "import re\nre.compile('a', re.M)\n",
        "m.compile(**settings)\n",
        "m.compile('adam', 'categorical_crossentropy', ['accuracy'])\n",
        "def broken(:\n",
        "\x00",
        "",
    ],
)
def test_what_is_not_certain_is_left_alone(repository, source):
    after, _ = mended(repository, source)
    assert after == source.encode()


def test_without_unsafe_fixes_training_is_left_alone(repository):
    after, why = mended(repository, TRAIN, unsafe=False)
    assert after == TRAIN.encode()
    assert "--unsafe-fixes" in why[0]


def test_a_second_run_finds_nothing_to_change(repository):
    mended(repository, TRAIN)
    report = check("models/new.keras", sources=["train.py"])
    with pytest.raises(Unfixable):
        find_call_site(report.models[0], ["train.py"])


ACTIVATION = """\
import keras
m = keras.Sequential([keras.layers.Dense(8, activation="relu"), {layer}])
m.compile("adam", "binary_crossentropy", metrics=["accuracy"])
"""


@pytest.mark.parametrize(
    ("layer", "corrected"),
    [
        ('D(1, activation="relu")', 'D(1, activation="sigmoid")'),
        ('D(units=1, activation="relu", name="x")', None),
        (
            'D(1, activation="relu", name="output"), D(1, activation="relu")',
            'D(1, activation="sigmoid", name="output"), D(1, activation="relu")',
        ),
        ('D(1, activation="relu"), D(1, activation="relu")', None),
        ("D(1, activation=chosen)", None),
        ('D(2, activation="relu")', None),
    ],
)
def test_the_last_activation_changes_where_one_layer_is_meant(
    repository, layer, corrected
):
    source = ACTIVATION.format(layer=layer).replace("D(", "Dense(")
    after, why = mended(repository, source, case=FIXTURES / "heads-relu")
    wanted = ACTIVATION.format(layer=corrected or layer).replace("D(", "Dense(")
    assert after.decode() == wanted
    assert bool(why) is (after.decode() == source)


def test_a_line_that_was_seen_tells_equal_layers_apart(repository):
    layer = 'Dense(1, activation="relu")'
    source = ACTIVATION.format(layer=f"{layer},\n    {layer}")
    repository.add("new", FIXTURES / "heads-relu")
    repository.write("train.py", source)
    report = check("models", sources=["train.py"])
    second = 1 + source[: source.rindex(layer)].count("\n")
    (model,) = report.models
    head = replace(model.heads[0], source=f"train.py:{second}")
    seen = replace(model, heads=(head,))
    files = Files(replace(report, models=(seen,)), ["train.py"], unsafe=True)
    files.add(seen)
    list(files.write())
    before, after = source.splitlines(), (repository.root / "train.py").read_text()
    changed = [n for n, line in enumerate(after.splitlines(), 1) if line not in before]
    assert changed == [second]
    assert 'activation="sigmoid"' in after.splitlines()[second - 1]


def test_diff_writes_nothing_and_exits_with_1(repository, run):
    repository.add("new", WRONG)
    repository.write("train.py", TRAIN)
    ran = run("models", "--diff", "--unsafe-fixes", "--source", "train.py")
    assert ran.code == 1
    assert '-model.compile("adam", loss="categorical_crossentropy"' in ran.out
    assert "--- a/train.py\n+++ b/train.py\n" in ran.out
    assert (repository.root / "train.py").read_text() == TRAIN
    assert not list(repository.root.glob("models/*.fixed.keras"))


def test_without_a_change_diff_exits_with_0_and_says_why(repository, run):
    repository.add("new", WRONG)
    repository.write("train.py", TRAIN)
    ran = run("models", "--diff", "--source", "train.py")
    assert (ran.code, ran.out) == (0, "")
    assert "--unsafe-fixes" in ran.err
    assert "    model.compile(" in ran.err


def test_diff_over_no_models_is_no_success(repository, run):
    assert run("models", "--diff").code == 3


def test_the_configuration_names_the_line_and_reports_point_there(repository, run):
    repository.add("new", WRONG)
    repository.write("train.py", TRAIN)
    repository.write(
        "kerascheck.toml", '[models."models/new.keras"]\nsource = "train.py:4"\n'
    )
    shown = " ".join(run("models").out.split())
    assert "(train.py:4, layer at train.py:3)" in shown
    assert ",file=train.py,line=4::" in run("models", "--output-format", "github").out


def lines_of_layers(repository, source, *, case=WRONG):
    repository.add("new", case)
    repository.write("train.py", source)
    (model,) = check("models", sources=["train.py"]).models
    return [head.source for head in model.heads]


def test_the_line_of_the_last_layer_is_found_beside_the_compile_call(repository):
    apart = TRAIN.replace("keras.layers.Dense", "\n    keras.layers.\\\n    Dense")
    assert lines_of_layers(repository, TRAIN) == ["train.py:3"]
    assert lines_of_layers(repository, apart) == ["train.py:4"]


@pytest.mark.parametrize(
    "layer",
    ["Dense(classes)", "Dense(3)", "Own(2)", "Dense(2), keras.layers.Dense(2)"],
)
def test_the_line_of_a_layer_that_is_not_certain_is_not_told(repository, layer):
    source = TRAIN.replace('Dense(2, name="output")', layer)
    assert lines_of_layers(repository, source) == [None]


def test_each_head_has_the_line_of_its_own_layer(repository):
    case = FIXTURES / "heads-dict-one-wrong"
    (model,) = check(str(case / "model.keras")).models
    calls = [
        f'Dense({h.units}, activation="{h.activation}", name="{h.layer}")'
        for h in model.heads
    ]
    losses = {h.name: h.loss.name for h in model.heads}
    metrics = {h.name: [m.compiled for m in h.metrics] for h in model.heads}
    source = "\n".join(calls) + f"\nm.compile(loss={losses}, metrics={metrics})\n"
    found = lines_of_layers(repository, source, case=case)
    assert found == [f"train.py:{n + 1}" for n in range(len(calls))]


def test_a_finding_about_the_layer_points_there_and_names_the_compile_call(
    repository, run
):
    repository.add("new", FIXTURES / "heads-relu")
    layer = 'Dense(1, activation="relu")'
    repository.write("train.py", ACTIVATION.format(layer=f"\n    {layer}"))
    command = ("models", "--source", "train.py", "--output-format")
    assert ",file=train.py,line=3::" in run(*command, "github").out
    (entry, *_) = json.loads(run(*command, "gitlab").out)
    assert entry["location"] == {"path": "train.py", "lines": {"begin": 3}}
    (document,) = json.loads(run(*command, "json").out)["models"]
    assert document["source"] == "train.py:4"
    assert document["heads"][0]["source"] == "train.py:3"
    for form in ("text", "markdown", "html", "junit"):
        shown = run(*command, form).out
        assert shown.index("train.py:3") < shown.index("compiled at")


def test_a_line_without_a_compile_call_is_told(repository, run):
    repository.add("new", WRONG)
    repository.write("train.py", TRAIN)
    repository.write(
        "kerascheck.toml", '[models."models/new.keras"]\nsource = "train.py:1"\n'
    )
    run_diff = run("models", "--diff", "--unsafe-fixes")
    assert "train.py" not in run_diff.out


def test_a_name_that_steers_a_terminal_is_escaped_in_a_diff(repository, run):
    repository.add("new", WRONG)
    repository.write("train.py", f"{TRAIN}# \x1b[2J\n")
    ran = run("models", "--diff", "--unsafe-fixes", "--source", "train.py")
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("command", [("models",), ("run", "train.py"), (".",)])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("trian.py", "there is no file 'trian.py'; did you mean 'train.py'?"),
        ("models", "'models' is not a file"),
    ],
)
def test_a_source_that_is_not_there_is_refused_at_once(
    repository, run, command, name, said
):
    repository.add("new", WRONG)
    repository.write("train.py", "raise SystemExit(7)")
    first, *rest = command
    ran = run(first, "--diff", "--source", name, *rest)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"kerascheck: --source: {said}\n"


@pytest.mark.parametrize("options", [(), ("--source", "train.py")])
def test_the_hint_of_a_report_names_what_shows_the_fix(repository, run, options):
    """A saved model was trained, a program was not: its fix needs no more."""
    if options:
        repository.add("new", WRONG)
        repository.write("train.py", TRAIN)
    else:
        repository.write("models/a.py", FAULTY)
    hint = " ".join(run("models", *options).out.split())
    flags = re.search(r"--diff((?: --unsafe-fixes)?)(?: --source FILE)? shows", hint)
    writes = re.search(r"--fix((?: --unsafe-fixes)?) writes it$", hint)
    assert flags.groups() == writes.groups()
    assert run("models", "--diff", *flags[1].split(), *options).out
