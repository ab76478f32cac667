"""A program and the model that it saves have the same description, but for places."""

import random
from textwrap import indent

import pytest

from kerascheck.model.frozen import replace
from kerascheck.readers.read import read
from kerascheck.readers.source.read import read_program

ACTIVATIONS = ["relu", "tanh", "sigmoid", "softmax", "linear", "elu", "gelu"]
LOSSES = {
    "'mse'": 1,
    "'binary_crossentropy'": 1,
    "'sparse_categorical_crossentropy'": 1,
    "keras.losses.BinaryCrossentropy(from_logits=True)": 1,
    "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)": 1,
    "keras.losses.CategoricalFocalCrossentropy(0.3, 1.5)": 1,
    "keras.losses.Huber()": 1,
    "keras.losses.categorical_crossentropy": 1,
}
METRICS = [
    "'accuracy'",
    "'mae'",
    "keras.metrics.AUC()",
    "keras.metrics.AUC(from_logits=True, name='auc')",
    "keras.metrics.Precision(0.3)",
    "keras.metrics.BinaryAccuracy(threshold=0.0)",
    "keras.metrics.TopKCategoricalAccuracy(2)",
    "keras.metrics.F1Score(average='macro')",
]


def layer(chance, rank):
    """Return the code of a layer for inputs of a rank, and the rank of its output."""
    units = chance.randint(1, 6)
    activation = chance.choice(ACTIVATIONS)
    of_any = [
        f"layers.Dense({units}, activation='{activation}')",
        f"layers.Dense({units})",
        f"layers.Dense({units}, '{activation}', use_bias=False)",
        f"layers.Activation('{activation}')",
        "layers.Dropout(0.3)",
        "layers.BatchNormalization()",
        "layers.ReLU()",
        "layers.LeakyReLU(0.1)",
        "layers.Softmax()",
        "layers.Identity()",
        "layers.GaussianNoise(0.1)",
        "layers.Rescaling(1.0)",
    ]
    if rank == 2:
        return chance.choice([*of_any, "layers.RepeatVector(3)"]), None
    of_rank = {
        3: [
            (f"layers.LSTM({units})", 2),
            (f"layers.GRU({units}, return_sequences=True)", 3),
            (f"layers.Bidirectional(layers.LSTM({units}))", 2),
            (f"layers.TimeDistributed(layers.Dense({units}))", 3),
            (f"layers.Conv1D({units}, 2, padding='same', activation='relu')", 3),
            ("layers.GlobalAveragePooling1D()", 2),
            ("layers.Flatten()", 2),
            ("layers.UpSampling1D()", 3),
        ],
        4: [
            (f"layers.Conv2D({units}, (2, 2), 1, 'same')", 4),
            (f"layers.Conv2DTranspose({units}, 2, strides=2)", 4),
            (f"layers.SeparableConv2D({units}, 1, activation='{activation}')", 4),
            ("layers.MaxPooling2D(padding='same')", 4),
            ("layers.AveragePooling2D(1)", 4),
            ("layers.ZeroPadding2D(1)", 4),
            ("layers.UpSampling2D()", 4),
            ("layers.GlobalMaxPooling2D()", 2),
            ("layers.Flatten()", 2),
        ],
    }[rank]
    return chance.choice([*of_rank, *((code, None) for code in of_any)])


def stack(chance, rank):
    """Return the code of a few layers, and the rank of the last one's output."""
    codes = []
    for _ in range(chance.randint(1, 4)):
        code, after = layer(chance, rank)
        codes.append(code)
        rank = after or rank
        rank += code.startswith("layers.RepeatVector")
    if rank > 2 and chance.random() < 0.7:
        codes.append("layers.Flatten()")
        rank = 2
    units, activation = chance.randint(1, 4), chance.choice(ACTIVATIONS)
    codes.append(f"layers.Dense({units}, activation='{activation}')")
    return codes, rank


SHAPES = {2: "(5,)", 3: "(6, 5)", 4: "(8, 8, 3)"}


def sequential(chance):
    rank = chance.choice([2, 3, 4])
    codes, _ = stack(chance, rank)
    start = f"keras.Input({SHAPES[rank]})"
    lines = []
    if chance.random() < 0.5:
        lines.append(f"model = keras.Sequential([{', '.join([start, *codes])}])")
    else:
        lines += ["model = keras.models.Sequential()", f"model.add({start})"]
        lines += [f"model.add({code})" for code in codes]
    return lines, 1


def functional(chance):
    rank = chance.choice([2, 3, 4])
    lines = [f"x = start = keras.Input({SHAPES[rank]})"]
    codes, rank = stack(chance, rank)
    if chance.random() < 0.3:
        inner = ", ".join(codes)
        lines.append(f"x = keras.Sequential([{inner}])(x)")
    else:
        lines += [f"x = {code}(x)" for code in codes]
    if chance.random() < 0.3:
        lines += ["y = layers.Dense(3)(x)", "z = layers.Dense(3)(x)"]
        lines.append(f"x = {chance.choice(MERGES)}")
    if chance.random() < 0.3:
        lines.append(f"x = {chance.choice(OPERATIONS)}")
    heads = chance.choice([1, 1, 2, 3])
    outputs = []
    for place in range(heads):
        units, activation = chance.randint(1, 5), chance.choice(ACTIVATIONS)
        name = f", name='head{place}'" if chance.random() < 0.5 else ""
        lines.append(f"o{place} = layers.Dense({units}, '{activation}'{name})(x)")
        outputs.append(f"o{place}")
    ends = outputs[0] if heads == 1 else f"[{', '.join(outputs)}]"
    if heads > 1 and chance.random() < 0.3:
        ends = "{" + ", ".join(f"'{o}': {o}" for o in outputs) + "}"
    lines.append(f"model = keras.Model(start, outputs={ends})")
    if heads == 1 and chance.random() < 0.3:
        lines = [
            "def build():",
            indent("\n".join(lines), "    "),
            "    return model",
            "model = build()",
        ]
    return lines, heads if not ends.startswith("{") else -heads


MERGES = [
    "layers.Add()([y, z])",
    "layers.concatenate([y, z])",
    "layers.Concatenate(axis=-1)([y, z])",
    "layers.multiply([y, z])",
    "y + z",
    "y * 2.0",
    "layers.Average()([y, z])",
]
OPERATIONS = [
    "keras.ops.sigmoid(x)",
    "keras.activations.softmax(x)",
    "keras.ops.relu(x)",
    "x * 0.5",
    "-x",
]


def compiled(chance, heads):
    losses = [chance.choice(list(LOSSES)) for _ in range(abs(heads))]
    loss = losses[0]
    if heads > 1 and chance.random() < 0.7:
        loss = f"[{', '.join(losses)}]"
    elif heads < 0:
        loss = "{" + ", ".join(f"'o{p}': {one}" for p, one in enumerate(losses)) + "}"
    metrics = [chance.choice(METRICS) for _ in range(chance.randint(0, 3))]
    given = f", metrics=[{', '.join(metrics)}]" if metrics and abs(heads) == 1 else ""
    if chance.random() < 0.2 and abs(heads) == 1:
        given += ", loss_weights=0.5"
    return f"model.compile(optimizer='adam', loss={loss}{given})"


def program(seed):
    chance = random.Random(seed)
    lines, heads = chance.choice([sequential, functional])(chance)
    start = ["import keras", "from keras import layers"]
    return "\n".join([*start, *lines, compiled(chance, heads)]) + "\n"


def without_places(described):
    heads = tuple(replace(h, origins=(), source=None) for h in described.heads)
    return replace(
        described,
        path="",
        format=None,
        source=None,
        keras_version=None,
        heads=tuple(
            replace(head, metrics=head.metrics and metrics(head)) for head in heads
        ),
        problems=(),
    )


def metrics(head):
    """Return metrics without the names that Keras gives them when it is run."""
    return tuple(replace(m, name=None, arguments=defaults_out(m)) for m in head.metrics)


def defaults_out(metric):
    """Return the arguments of a metric that no default says: Keras saves all."""
    from kerascheck.keras_api.defaults import METRICS

    usual = METRICS[3].get(metric.resolved or "", {})
    return tuple((k, v) for k, v in metric.arguments if usual.get(k, ()) != v)


def loss_defaults_out(head):
    from kerascheck.keras_api.defaults import LOSSES as USUAL

    if head.loss is None:
        return head
    usual = USUAL[3].get(head.loss.name, {})
    kept = tuple((k, v) for k, v in head.loss.arguments if usual.get(k, ()) != v)
    return replace(head, loss=replace(head.loss, arguments=kept))


def compare(seed, folder):
    import keras

    code = program(seed)
    names = {}
    keras.backend.clear_session()
    exec(compile(code, "program", "exec"), names)
    path = str(folder / f"{seed}.keras")
    names["model"].save(path)
    saved = without_places(read(path))
    [found] = read_program(code, "program.py")
    ours = without_places(found.description)
    pairs = zip(saved.heads, ours.heads, strict=True)
    for one, other in pairs:
        assert loss_defaults_out(other) == loss_defaults_out(one), code
    assert replace(ours, heads=()) == replace(saved, heads=()), code


@pytest.mark.parametrize("seed", range(10))
def test_a_program_is_described_as_the_model_that_it_saves(seed, tmp_path):
    compare(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(100, 2100, 100))
def test_many_programs_are_described_as_the_models_that_they_save(start, tmp_path):
    for seed in range(start, start + 100):
        compare(seed, tmp_path)
