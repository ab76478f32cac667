"""Dtypes of heads and losses, and the logits of TensorFlow, against real Keras."""

import os
from itertools import product

import pytest

from kerascheck import kit
from kerascheck.engine.facts import Facts
from kerascheck.model.frozen import replace
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import Container
from kerascheck.readers.live import read_live
from kerascheck.readers.read import read

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
tf_keras = pytest.importorskip("tf_keras")
np = pytest.importorskip("numpy")

# Every logit is a multiple of 1/4, which float16 and bfloat16 hold exactly.
LOGITS = np.array(
    [[0.5, -1.25, 2.0], [1.5, 0.25, -0.75], [-2.0, 1.0, 0.5], [0.25, -0.5, 1.75]]
)
IDS = np.array([2, 1, 0, 2])
ROWS = np.eye(3)[IDS]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)


def binary(p):
    return -(ROWS * np.log(p) + (1 - ROWS) * np.log(1 - p)).mean()


def categorical(p):
    return -(ROWS * np.log(p / p.sum(-1, keepdims=True))).sum(-1).mean()


def binary_focal(p):
    right = ROWS * p + (1 - ROWS) * (1 - p)
    return -((1 - right) ** 2 * np.log(right)).mean()


def categorical_focal(p):
    p = p / p.sum(-1, keepdims=True)
    return -(ROWS * 0.25 * (1 - p) ** 2 * np.log(p)).sum(-1).mean()


ACTIVATIONS = {"sigmoid": sigmoid, "softmax": softmax}
LOSSES = {
    "BinaryCrossentropy": (binary, sigmoid),
    "CategoricalCrossentropy": (categorical, softmax),
    "SparseCategoricalCrossentropy": (categorical, softmax),
    "BinaryFocalCrossentropy": (binary_focal, sigmoid),
    "CategoricalFocalCrossentropy": (categorical_focal, softmax),
}
PLAIN = ("float32", "mixed_float16", "mixed_bfloat16", "float64")
FORMS = (
    *PLAIN,
    "float32 head",
    "Activation in float32",
    "cast to float32",
    "cast to float16",
    "nested model",
    "quantised",
    "policy map",
)


def end(lib, form, activation, x, name):
    """Apply layers that pass on `x` and end in `activation`, called `name`."""
    layers = lib.layers

    def dense(dtype, activation=activation, name=None):
        if lib is tf_keras:
            dtype = lib.mixed_precision.Policy(dtype)
        return layers.Dense(
            3, activation, kernel_initializer="identity", dtype=dtype, name=name
        )

    match form:
        case "float32 head":
            return dense("float32", name=name)(dense("mixed_float16", None)(x))
        case "Activation in float32":
            inner = dense("mixed_float16", None)(x)
            return layers.Activation(activation, dtype="float32", name=name)(inner)
        case "cast to float32":
            inner = dense("mixed_float16")(x)
            return layers.Activation("linear", dtype="float32", name=name)(inner)
        case "cast to float16":
            inner = dense("float32")(x)
            return layers.Activation("linear", dtype="float16", name=name)(inner)
        case "nested model":
            inputs = lib.Input((3,))
            outputs = dense("mixed_float16")(inputs)
            return lib.Model(inputs, outputs, name=name)(x)
        case "quantised":
            policy = lib.dtype_policies.QuantizedDTypePolicy("int8", "mixed_bfloat16")
            layer = layers.Dense(3, activation, dtype=policy, name=name)
            return layer(x)
        case "policy map":
            policies = lib.dtype_policies.DTypePolicyMap(lib.DTypePolicy("float32"))
            policies[name] = lib.DTypePolicy("mixed_float16")
            return dense(policies, name=name)(x)
        case _:
            return dense(form, name=name)(x)


def built(lib, forms, losses):
    """Return a compiled model with a head for each setup, and the setups."""
    setups = list(product(forms, ACTIVATIONS, losses, (True, False)))
    x = lib.Input((3,))
    heads = [end(lib, s[0], s[1], x, f"h{i}") for i, s in enumerate(setups)]
    model = lib.Model(x, heads)
    losses = [getattr(lib.losses, s[2])(from_logits=s[3]) for s in setups]
    model.compile(loss=losses, optimizer="sgd")
    return model, setups


def scored(model, setups):
    """Return the loss of each head that Keras shows for `LOGITS`."""
    labels = [labels_of(s[2]) for s in setups]
    shown = model.evaluate(LOGITS, labels, batch_size=4, verbose=0, return_dict=True)
    return [shown[f"h{i}_loss"] for i, _ in enumerate(setups)]


def labels_of(loss):
    return IDS if loss.startswith("Sparse") else ROWS


def said(described):
    return [Facts(head, described).loss_sees_logits for head in described.heads]


def compare(setup, shown, sees):
    """Assert that the loss shown is the one that the facts lead to, and no other."""
    _, activation, name, from_logits = setup
    score, link = LOSSES[name]
    output = ACTIVATIONS[activation](LOGITS)
    plain, seen = score(link(output) if from_logits else output), score(link(LOGITS))
    if activation == "softmax" and name == "BinaryFocalCrossentropy":
        return  # one factor takes the logits, the other does not
    expected, other = (seen, plain) if sees else (plain, seen)
    assert shown == pytest.approx(expected, abs=0.02), setup
    if abs(expected - other) > 0.05:
        assert shown != pytest.approx(other, abs=0.02), setup


def forms_of(lib):
    """Return forms with known weights: those of a quantised layer are random."""
    without = {"quantised"} if lib is keras else {"quantised", "policy map"}
    return [form for form in FORMS if form not in without]


@pytest.mark.parametrize("lib", [keras, tf_keras], ids=["keras", "tf_keras"])
def test_a_loss_scores_the_logits_where_the_facts_say_so(lib):
    assert keras.backend.backend() == "tensorflow"
    model, setups = built(lib, forms_of(lib), ["BinaryCrossentropy"])
    described = read_live(model)
    outputs = model(LOGITS)
    for (form, activation, _, flag), head, output in zip(
        setups, described.heads, outputs, strict=True
    ):
        for name in LOSSES:
            loss = kit.loss_called(name, from_logits=flag)
            changed = replace(head, loss=replace(loss, dtype=head.loss.dtype))
            shown = getattr(lib.losses, name)(from_logits=flag)(labels_of(name), output)
            sees = Facts(changed, described).loss_sees_logits
            compare((form, activation, name, flag), float(shown), sees)


@pytest.mark.slow
@pytest.mark.parametrize("lib", [keras, tf_keras], ids=["keras", "tf_keras"])
def test_a_model_shows_the_loss_of_the_logits_where_the_facts_say_so(lib, tmp_path):
    assert keras.backend.backend() == "tensorflow"
    model, setups = built(lib, forms_of(lib), LOSSES)
    losses = scored(model, setups)
    model.save(tmp_path / "model.keras")
    for described in (read_live(model), read(tmp_path / "model.keras")):
        for setup, loss, sees in zip(setups, losses, said(described), strict=True):
            compare(setup, loss, sees)


@pytest.mark.parametrize("file", ["m.keras", "m.h5", "m.json"])
def test_dtypes_of_heads_are_those_of_their_outputs(file, tmp_path):
    model, setups = built(keras, FORMS, ["BinaryCrossentropy"])
    if file == "m.json":
        (tmp_path / file).write_text(model.to_json())
    else:
        model.save(tmp_path / file)
    heads = read(tmp_path / file).heads
    for head, output, setup in zip(heads, model.outputs, setups, strict=True):
        assert head.compute_dtype == output.dtype, setup


def test_losses_of_keras_2_compute_in_the_dtype_of_the_output(tmp_path):
    model, setups = built(tf_keras, forms_of(tf_keras), ["BinaryCrossentropy"])
    model.save(tmp_path / "m.h5")
    for described in (read_live(model), read(tmp_path / "m.h5")):
        for head, output in zip(described.heads, model.outputs, strict=True):
            assert head.compute_dtype == head.loss.dtype == output.dtype.name
    assert len(described.heads) == len(setups)


@pytest.fixture
def floatx():
    """Set floatx for one test."""
    before = keras.config.floatx(), keras.config.dtype_policy()
    yield keras.config.set_floatx
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


def small(dtype, *, loss=None, inputs=True):
    first = [keras.Input((3,))] if inputs else []
    model = keras.Sequential([*first, keras.layers.Dense(1, "sigmoid", dtype=dtype)])
    model.build((None, 3))
    model.compile(loss=loss or keras.losses.BinaryCrossentropy(from_logits=True))
    return model


def saved(model, tmp_path):
    model.save(tmp_path / "m.keras")
    return read(tmp_path / "m.keras")


def test_a_live_model_knows_floatx_and_the_dtype_of_each_loss(floatx):
    given = keras.losses.BinaryCrossentropy(from_logits=True, dtype="float16")
    assert said(read_live(small("mixed_float16", loss=given))) == [True]
    assert said(read_live(small("float32", loss=given))) == [False]
    floatx("float64")
    assert said(read_live(small("float64"))) == [True]
    assert said(read_live(small("float32"))) == [False]
    string = read_live(small("float64", loss="binary_crossentropy"))
    assert string.heads[0].loss.dtype == "float64"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_file_made_under_another_floatx_does_not_say_the_dtype_of_the_loss(
    floatx, tmp_path, dtype
):
    floatx("float64")
    described = saved(small(dtype), tmp_path)
    assert described.heads[0].loss.dtype is None
    assert said(described) == [None]


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float32"])
@pytest.mark.parametrize("inputs", [True, False])
def test_a_mixed_policy_leaves_the_loss_in_float32(tmp_path, policy, inputs):
    described = saved(small(policy, inputs=inputs), tmp_path)
    assert described.heads[0].loss.dtype == "float32"
    assert said(described) == [policy == "float32"]


def test_float64_layers_on_a_float32_input_are_cast(tmp_path):
    assert said(saved(small("float64"), tmp_path)) == [False]


def head_of(dtype, *, keras_version="3.15.1", inputs="float32", name="d"):
    """Return the head of a layer whose dtype is saved in this form."""
    layers = [
        {"class_name": "InputLayer", "config": {"name": "x", "dtype": inputs}},
        {
            "class_name": "Dense",
            "config": {
                "name": name,
                "units": 1,
                "activation": "sigmoid",
                **({} if dtype == "absent" else {"dtype": dtype}),
            },
        },
    ]
    container = Container(
        format="keras",
        architecture={"class_name": "Sequential", "config": {"layers": layers}},
        training={"loss": "binary_crossentropy"},
        architecture_at="",
        training_at="/compile_config",
        member="config.json",
        keras_version=keras_version,
        backend=None,
    )
    return describe_config(container, "m").heads[0]


def policy(name, class_name="DTypePolicy", **config):
    return {
        "class_name": class_name,
        "config": {"name": name, **config},
        "module": "keras",
    }


def policies(default, **by_name):
    config = {"default_policy": default, "policy_map": by_name}
    return {"class_name": "DTypePolicyMap", "config": config, "module": "keras"}


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("absent", "float32"),
        (None, "float32"),
        ("float16", "float16"),
        ("mixed_bfloat16", "bfloat16"),
        ("int8_from_mixed_bfloat16", "bfloat16"),
        ("float32_with_float32_vars", "float32"),
        ("infer", None),
        ("int32", None),
        (7, None),
        ([], None),
        ({}, None),
        (policy("mixed_float16"), "float16"),
        (policy("mixed_float16", "PolicyV1", loss_scale=None), "float16"),
        ({"class_name": "DTypePolicy", "config": "float64"}, "float64"),
        ({**policy("float16"), "module": "mine", "registered_name": "mine>P"}, None),
        (policies(policy("float32"), d=policy("mixed_float16")), "float16"),
        (policies(policy("mixed_float16"), other=policy("mixed_float16")), "float16"),
        (policies(policy("float32"), other=policy("mixed_float16")), None),
        (policies(None, other=policy(None)), "float32"),
        ({"class_name": "DTypePolicyMap", "config": []}, None),
    ],
)
def test_every_form_of_a_policy_is_read(dtype, expected):
    assert head_of(dtype).compute_dtype == expected


@pytest.mark.parametrize("mode", ["int8", "int4/128", "float8", "gptq/4/128"])
def test_a_quantised_layer_computes_in_the_dtype_of_its_source(mode):
    config = {"mode": mode, "source_name": "mixed_bfloat16"}
    saved = {"class_name": "QuantizedDTypePolicy", "config": config}
    assert head_of(saved).compute_dtype == "bfloat16"


@pytest.mark.parametrize("dtype", ["absent", "mixed_float16", "int32"])
def test_a_loss_of_keras_2_computes_in_the_dtype_of_the_output(dtype):
    head = head_of(dtype, keras_version="2.15.0")
    assert head.loss.dtype == head.compute_dtype


def test_the_dtype_is_a_fact_that_ends_in_three_values():
    def sees(**facts):
        return said(kit.classifier("sigmoid", "bce", **facts))

    assert sees() == [True]
    assert sees(compute_dtype="float16") == [False]
    assert sees(compute_dtype=None) == [None]
    assert sees(compute_dtype=None, backend="jax") == [False]
    assert sees(compute_dtype="float16", keras="2.15.0") == [True]
    assert sees(logits_hidden=True) == [False]


def test_ids_as_inputs_say_nothing_of_floatx():
    assert head_of("mixed_float16", inputs="int32").loss.dtype == "float32"
    assert head_of("absent", inputs="int32").loss.dtype == "float32"
    assert head_of("float64", inputs="int32").loss.dtype is None
    assert head_of("float32", inputs="float64").loss.dtype is None
