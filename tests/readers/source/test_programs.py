"""What is known of the models of programs, which are read and never run."""

from textwrap import dedent

import pytest

from kerascheck.readers.source.read import read_program

SEQUENTIAL = "from keras.models import Sequential\nfrom keras.layers import *\n"


def models(program):
    return read_program(dedent(program), "train.py")


def heads(program):
    """Return each head as (activation, units, loss, from_logits, metrics)."""
    return [
        (
            str(head.activation),
            head.units,
            head.loss and head.loss.name,
            head.loss and head.loss.from_logits,
            None if head.metrics is None else [m.compiled for m in head.metrics],
        )
        for model in models(program)
        for head in model.description.heads
    ]


BINARY = ("sigmoid", 1, "BinaryCrossentropy", False, ["accuracy"])
COMPILED = "compile('adam', 'binary_crossentropy', metrics=['accuracy'])\n"

IMPORTS = {
    "keras": """
        import keras
        model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    """,
    "tf.keras": """
        import tensorflow as tf
        model = tf.keras.models.Sequential()
        model.add(tf.keras.layers.Dense(1, "sigmoid"))
    """,
    "parts of tensorflow.keras under other names": """
        from tensorflow.keras import layers as L, models as M
        model = M.Sequential(layers=[L.Dense(units=1, activation="sigmoid")])
    """,
    "tensorflow.python.keras": """
        from tensorflow.python.keras.models import Sequential
        from tensorflow.python.keras.layers.core import Dense
        model = Sequential([Dense(1, activation="sigmoid")])
    """,
    "tf_keras": """
        import tf_keras as keras
        model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    """,
    "star imports": """
        from keras.models import *
        from keras.layers import *
        model = Sequential([Dense(1, activation="sigmoid")])
    """,
    "an older library in a handler": """
        try:
            from keras.layers import Dense
        except ImportError:
            from tensorflow.keras.layers import Dense
        from keras.models import Sequential
        model = Sequential([Dense(1, activation="sigmoid")])
    """,
    "no imports, as in an excerpt": """
        model = Sequential()
        model.add(Dense(1))
        model.add(Activation("sigmoid"))
    """,
    "activation as a function": """
        import keras
        model = keras.Sequential(
            [keras.layers.Dense(1, activation=keras.activations.sigmoid)]
        )
    """,
    "activation as a function of TensorFlow": """
        import tensorflow as tf
        model = tf.keras.Sequential([tf.keras.layers.Dense(1, tf.nn.sigmoid)])
    """,
}


@pytest.mark.parametrize("name", IMPORTS)
def test_keras_is_known_however_it_is_imported(name):
    assert heads(dedent(IMPORTS[name]) + "model." + COMPILED) == [BINARY]


COMPILES = {
    "keyword arguments": "model.compile(optimizer='adam', loss='bce', metrics=['acc'])",
    "metrics in third place, as in Keras 2": "model.compile('adam', 'bce', ['acc'])",
    "a metric alone": "model.compile('adam', 'bce', metrics='acc')",
    "a tuple of metrics": "model.compile('adam', 'bce', metrics=('acc',))",
    "a dict of arguments": "o = dict(loss='bce', metrics=['acc'])\nmodel.compile(**o)",
    "arguments that are computed": """
how = {'loss': 'bce'}
how['metrics'] = ['acc']
how.update(optimizer='adam')
model.compile(**how)""",
    "a list of arguments": "a = ['adam', 'bce']\nmodel.compile(*a, metrics=['acc'])",
    "an optimizer as an object": """
from keras.optimizers import Adam
model.compile(Adam(lr=0.1), loss='b' + 'ce', metrics=[f"{'acc'}"])""",
    "with a strategy": """
with tf.distribute.MirroredStrategy().scope():
    model.compile('adam', 'bce', metrics=['acc'])""",
    "in a function": """
def compiled(model, loss='bce', *, metrics=('acc',)):
    model.compile(optimizer='adam', loss=loss, metrics=list(metrics))
    return model
compiled(model)""",
    "in a lambda": "(lambda m: m.compile('adam', 'bce', metrics=['acc']))(model)",
    "under the name of the main module": """
if __name__ == '__main__':
    model.compile('adam', 'bce', metrics=['acc'])""",
    "under a known condition": """
BINARY = True
if BINARY:
    model.compile('adam', 'bce', metrics=['acc'])
else:
    model.compile('adam', 'mse')""",
    "in a loop": """
for loss in ['bce']:
    model.compile('adam', loss, metrics=['acc'])""",
    "from a list that is built": """
names = [n for n in ('mse', 'acc') if n != 'mse']
model.compile('adam', 'bce', metrics=names)""",
    "from the command line by click": """
import click
@click.command()
@click.option('--loss', default='bce')
@click.option('--metric', '-m', 'name', default='acc')
def main(loss, name):
    model.compile('adam', loss, metrics=[name])
main()""",
    "from the command line": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--loss', type=str, default='bce')
args = parser.parse_args()
model.compile('adam', args.loss, metrics=['acc'])""",
    "from the command line as a dict": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('-l', '--loss', type=str, default='bce')
args = vars(parser.parse_args())
model.compile('adam', args['loss'], metrics=['acc'])""",
}


@pytest.mark.parametrize("name", COMPILES)
def test_compile_is_understood_in_every_form(name):
    program = SEQUENTIAL + "model = Sequential([Dense(1, activation='sigmoid')])\n"
    found = [("sigmoid", 1, "BinaryCrossentropy", False, ["acc"])]
    assert heads(program + COMPILES[name]) == found


LOSSES = {
    "keras.losses.BinaryCrossentropy()": ("BinaryCrossentropy", False),
    "keras.losses.BinaryCrossentropy(from_logits=True)": ("BinaryCrossentropy", True),
    "keras.losses.BinaryCrossentropy(True)": ("BinaryCrossentropy", True),
    "keras.losses.binary_crossentropy": ("BinaryCrossentropy", False),
    "keras.losses.MSE": ("MeanSquaredError", None),
    "tf.nn.sigmoid_cross_entropy_with_logits": ("BinaryCrossentropy", True),
    "tf.compat.v1.keras.losses.Huber()": ("Huber", None),
    "keras.losses.get('mse')": ("MeanSquaredError", None),
    "own": ("own", None),
    "lambda y, p: y - p": ("<lambda>", None),
    "Own()": ("Own", None),
    "weighted(2)": ("loss", None),
    "keras.losses.BinaryCrossentropy(from_logits=unknown())": (
        "BinaryCrossentropy",
        None,
    ),
    "unknown()": ("unknown", None),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_known_in_every_form(loss):
    program = f"""
import keras, tensorflow as tf
def own(y, p): return y
class Own(keras.losses.Loss):
    def call(self, y, p): return y
def weighted(w):
    def loss(y, p): return w * y
    return loss
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", {loss})
"""
    [(_, _, name, from_logits, _)] = heads(program)
    assert (name, from_logits) == LOSSES[loss]


def test_a_functional_model_has_its_heads_by_name():
    assert heads("""
        from keras import Input, Model, layers
        a, b = Input((4,)), Input((3,))
        x = layers.concatenate([layers.Dense(8, "relu")(a), b])
        kind = layers.Dense(5, activation="softmax", name="kind")(x)
        size = layers.Dense(1, name="size")(x)
        model = Model(inputs=[a, b], outputs=[kind, size])
        model.compile(
            optimizer="adam",
            loss={"kind": "sparse_categorical_crossentropy", "size": "mse"},
            metrics={"kind": "accuracy", "size": ["mae"]},
        )
    """) == [
        ("softmax", 5, "SparseCategoricalCrossentropy", False, ["accuracy"]),
        ("linear", 1, "MeanSquaredError", None, ["MeanAbsoluteError"]),
    ]


@pytest.mark.parametrize(
    "body",
    [
        """
        base = Sequential([Dense(3), Dense(9)])
        base.pop()
        model = Sequential([base, Dense(1, activation="sigmoid")])
        """,
        """
        base = Sequential([Input((4,)), Dense(3), Dense(9)])
        x = base.layers[-2].output
        model = Model(base.input, Dense(1, activation="sigmoid")(x))
        """,
        """
        base = keras.applications.VGG16(include_top=False, input_shape=(64, 64, 3))
        x = Flatten()(base.output)
        model = Model(base.input, Dense(1, activation="sigmoid")(x))
        """,
        """
        base = keras.applications.VGG16(include_top=False, input_shape=(64, 64, 3))
        model = Sequential([base, Flatten(), Dense(1, activation="sigmoid")])
        """,
        """
        model = keras.applications.MobileNet(
            classes=1, classifier_activation="sigmoid"
        )
        """,
        """
        old = Sequential([Input((4,)), Dense(1, activation="sigmoid")])
        model = keras.models.clone_model(old)
        """,
        """
        class Net(keras.Model):
            def __init__(self, units):
                super().__init__()
                self.first = Dense(7)
                self.last = Dense(units, activation="sigmoid")
            def call(self, x, training=False):
                return self.last(self.first(x))
        model = Net(1)
        """,
        """
        class Net:
            def __init__(self):
                self.model = self.build(units=1)
            def build(self, units):
                made = Sequential()
                for width in range(8, 32, 8):
                    made.add(Dense(width, activation="relu"))
                made.add(Dense(units, activation="sigmoid"))
                return made
        model = Net().model
        """,
        """
        def block(x, *, width=4):
            return Dropout(0.5)(Dense(width)(x))
        def build(*shape, **options):
            start = x = Input(shape)
            for _ in range(3):
                x = block(x)
            return Model(start, Dense(**options)(x))
        model = build(5, units=1, activation="sigmoid")
        """,
        """
        layers = [Dense(4)] * 2 + [Dense(1), Activation("sigmoid")]
        model = Sequential(layers)
        """,
        """
        start = keras.Input((3,))
        model = Model(start, keras.ops.sigmoid(Dense(1)(start)))
        """,
        """
        start = keras.Input((3,))
        model = Model(start, tf.nn.sigmoid(Dense(1)(start)))
        """,
        """
        import tensorflow_hub as hub
        model = Sequential([hub.KerasLayer(URL), Dense(1, activation="sigmoid")])
        """,
        """
        class Scale(keras.layers.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.dense = Dense(units)
                self.how = keras.activations.get("sigmoid")
            def call(self, x):
                return self.how(self.dense(x))
        model = Sequential([Dense(4), Scale(1)])
        """,
        """
        model = Sequential([Dense(1), Lambda(lambda x: tf.nn.sigmoid(x))])
        """,
        """
        inner = keras.models.load_model("there.keras")
        x = inner.layers[-2].output
        model = Model(inner.input, Dense(1, activation="sigmoid")(x))
        """,
    ],
)
def test_a_head_is_found_however_the_model_is_made(body):
    start = "import keras\nimport tensorflow as tf\nfrom keras import Model, Input\n"
    program = start + SEQUENTIAL + dedent(body) + "model." + COMPILED
    assert heads(program) == [BINARY]


def test_a_width_that_is_not_known_keeps_the_rank():
    [model] = models("""
        import keras
        model = keras.Sequential([
            keras.Input((4,)), keras.layers.Dense(len(names), activation="softmax")
        ])
        model.compile("adam", "categorical_crossentropy")
    """)
    [head] = model.description.heads
    assert (head.units, head.shape) == (None, (None, None))
    assert not model.description.problems


def test_places_are_lines_of_the_program():
    [model] = models("""\
        import keras
        model = keras.Sequential()
        model.add(keras.layers.Dense(3, activation="softmax", name="kind"))
        model.compile(
            optimizer="adam",
            loss="mse",
            metrics=["accuracy"],
        )
    """)
    [head] = model.description.heads
    assert model.line == 4
    assert model.description.source == "train.py:4"
    assert head.source == "train.py:3"
    assert head.origin("activation") == "train.py:3"
    assert head.origin("loss") == "train.py:6"
    assert head.origin("metrics.0") == "train.py:7"


def test_ways_that_differ_leave_what_differs_unknown():
    [model] = models("""
        import keras, sys
        model = keras.Sequential([keras.Input((3,))])
        if len(sys.argv) > 1:
            model.add(keras.layers.Dense(1, activation="sigmoid"))
        else:
            model.add(keras.layers.Dense(2, activation="softmax"))
        model.compile("adam", "mse")
    """)
    [head] = model.description.heads
    assert str(head.activation) == "unknown"
    assert head.units is None
    assert head.shape == (None, None)
    assert head.loss.name == "MeanSquaredError"
    assert {v.heads[0].units for v in model.variants} == {1, 2}


def test_one_condition_goes_one_way_everywhere():
    [model] = models("""
        import keras, sys
        model = keras.Sequential()
        if sys.argv[1]:
            model.add(keras.layers.Dense(1, activation="sigmoid"))
        else:
            model.add(keras.layers.Dense(2, activation="softmax"))
        loss = "bce" if sys.argv[1] else "sparse_categorical_crossentropy"
        model.compile("adam", loss)
    """)
    pairs = {(v.heads[0].units, v.heads[0].loss.name) for v in model.variants}
    assert pairs == {(1, "BinaryCrossentropy"), (2, "SparseCategoricalCrossentropy")}


def test_each_value_that_a_tuner_tries_is_a_model():
    found = models("""
        import keras, keras_tuner
        def build(hp):
            model = keras.Sequential()
            model.add(keras.layers.Dense(hp.Int("units", 8, 32)))
            model.add(keras.layers.Dense(1, hp.Choice("last", ["sigmoid", "softmax"])))
            model.compile("adam", "bce")
            return model
        tuner = keras_tuner.RandomSearch(build, objective="val_loss")
    """)
    assert [str(m.description.heads[0].activation) for m in found] == [
        "sigmoid",
        "softmax",
    ]


def test_a_name_with_several_values_is_unknown_where_nothing_calls():
    assert heads("""
        import keras
        classes = 2
        def build():
            model = keras.Sequential([keras.layers.Dense(classes, "softmax")])
            model.compile("adam", "mse")
        classes = 10
    """) == [("softmax", None, "MeanSquaredError", None, [])]


@pytest.mark.parametrize(
    "given",
    [
        "model.build(input_shape=(None, 7))",
        "model.build((32, 7))",
        "model.fit(np.zeros((32, 7)), y)",
        "model.predict(np.zeros((32, 7)))",
        "d = tf.data.Dataset.from_tensor_slices((np.zeros((32, 7)), y))\n"
        "        model.fit(d.batch(4))",
    ],
)
def test_the_rank_comes_from_what_a_model_is_given(given):
    [model] = models(f"""
        import keras, numpy as np, tensorflow as tf
        y = np.zeros((32,))
        model = keras.Sequential([keras.layers.Dense(4)])
        model.compile("adam", "mse")
        {given}
    """)
    assert model.description.heads[0].shape == (None, 4)


def test_a_model_of_ones_own_is_called_on_what_fit_is_given():
    found = heads("""
        import keras
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.first = keras.layers.Dense(3, "softmax")
                self.second = keras.layers.Dense(1)
            def call(self, inputs):
                x, y = inputs["x"], inputs["y"]
                return self.first(x), self.second(y)
        net = Net()
        net.compile("adam", ["sparse_categorical_crossentropy", "mse"])
        net.fit({"x": x, "y": y}, labels)
    """)
    assert found == [
        ("softmax", 3, "SparseCategoricalCrossentropy", False, []),
        ("linear", 1, "MeanSquaredError", None, []),
    ]


def test_outputs_of_functions_outside_are_not_counted():
    [model] = models("""
        import keras
        import nets
        start = keras.Input((3,))
        model = keras.Model(start, nets.discriminator(start))
        model.compile("adam", ["mse", "mae"])
    """)
    assert model.description.opaque == "the outputs of the model are not known"


def test_labels_are_those_that_fit_is_given():
    [model] = models("""
        import keras
        (x, y), _ = keras.datasets.mnist.load_data()
        y = keras.utils.to_categorical(y, 10)
        model = keras.Sequential([keras.layers.Dense(10, "softmax")])
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x.reshape(-1, 784), y)
    """)
    [head] = model.description.heads
    assert head.shape == (None, 10)
    assert str(head.labels.encoding) == "one-hot"
    assert head.labels.shape[1:] == (10,)


def test_a_function_that_nothing_calls_is_looked_at():
    program = """
        import keras
        def train(model, classes):
            model = keras.Sequential([keras.layers.Dense(classes, "softmax")])
            model.compile("adam", "mse")
    """
    assert heads(program) == [("softmax", None, "MeanSquaredError", None, [])]


def test_what_fit_is_given_is_known():
    [model] = models("""
        import keras
        model = keras.Sequential([keras.layers.Dense(2, "softmax")])
        model.compile("adam", "mse")
        model.fit(x, y, class_weight={0: 1, 1: 2.5}, epochs=3)
    """)
    assert model.description.fit.class_weight == "by class"
    assert model.description.heads[0].class_weight == ((0, 1.0), (1, 2.5))


def test_each_compile_call_is_a_model_of_its_own():
    found = models("""
        import keras
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y)
        model.compile("adam", "bce")
        model.fit(x, y, class_weight={0: 1, 1: 2})
    """)
    assert [m.description.heads[0].loss.name for m in found] == [
        "MeanSquaredError",
        "BinaryCrossentropy",
    ]
    assert [m.description.heads[0].class_weight is None for m in found] == [True, False]


def test_a_model_that_is_not_known_is_reported_with_the_reason():
    [model] = models("""
        import keras
        model = keras.models.load_model("there.keras")
        model.compile("adam", "mse")
    """)
    assert model.description.opaque == "the model is loaded from a file"
    assert model.description.heads[0].loss.name == "MeanSquaredError"


HOSTILE = {
    "recursion": "def f(n): return f(n + 1)\nf(0)",
    "calls of calls": "f = lambda x: x\nfor _ in range(60):\n f = (lambda g: lambda x: "
    "g(g(x)))(f)\nf(1)",
    "many calls": "\n".join(
        f"def f{n}(): return [f{n - 1}(), f{n - 1}()]" if n else "def f0(): return 0"
        for n in range(40)
    )
    + "\nf39()",
    "nesting": "x = " + "-" * 80 + "1\n" + "y = " + "(" * 80 + "1" + ")" * 80,
    "a long sum": "x = " + " + ".join(["1"] * 900),
    "a power": "x = 9 ** 9 ** 9\ny = [0] * 10 ** 10\nz = 'a' * 10 ** 12",
    "a format": "x = '%1000000000d' % 1\ny = f'{1:1000000000}'\n"
    "z = '{:>{}}'.format(1, 9)",
    "endless loops": "while True:\n    pass\nfor a in range(10 ** 9):\n    pass",
    "nested loops": "for a in range(60):\n for b in range(60):\n  for c in range(60):\n"
    "   d = a",
    "itself": "a = []\na.append(a)\nb = {}\nb['b'] = b\nc = a == a\n",
    "a class of itself": "class A: pass\nclass A(A): pass\nA().x.y()",
    "odd arguments": "import keras\nm = keras.Sequential(3, 4, x=5)\nm.add()\n"
    "m.pop(1)\n"
    "m.compile(*3, **4)\nkeras.layers.Dense()(1)\nkeras.Model()\n"
    "keras.layers.Dense(*[1] * 30)(keras.Input())",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_program_costs_more_than_its_budget(name):
    import time

    program = HOSTILE[name] + "\n" + SEQUENTIAL
    program += "model = Sequential([Dense(1, activation='sigmoid')])\nmodel." + COMPILED
    began = time.process_time()
    found = models(program)
    assert time.process_time() - began < 4
    assert found


WEIGHTS = {
    "an array": "compute_class_weight('balanced', classes=np.unique(y), y=y)",
    "a list": "[1.0, 2.0, 3.0]",
    "by class": "dict(enumerate([1.0, 2.0, 3.0]))",
}


@pytest.mark.parametrize("form", WEIGHTS)
def test_the_form_of_class_weights_is_known(form):
    code = (
        "import keras\nimport numpy as np\n"
        "from sklearn.datasets import load_iris\n"
        "from sklearn.utils.class_weight import compute_class_weight\n"
        "x, y = load_iris(return_X_y=True)\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy')\n"
        f"model.fit(x, y, class_weight={WEIGHTS[form]})\n"
    )
    (model,) = read_program(code, "train.py")
    assert model.description.fit.class_weight == form
    assert model.description.heads[0].origin("class_weight") == "train.py:8"


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("fit(\n    x,\n    y)", 3),
        ("fit(\n    y=y,\n    x=x)", 2),
        ("fit(\n    x=data,\n    epochs=3)", 2),
        ("fit_generator(\n    data,\n    100)", 2),
        ("fit_generator(\n    steps_per_epoch=9,\n    generator=data)", 3),
        ("train_on_batch(\n    x,\n    y)", 3),
        ("fit()", 1),
    ],
)
def test_labels_are_at_the_line_that_passes_them(call, line):
    program = f"{SEQUENTIAL}model = Sequential([Dense(1)])\nmodel.{COMPILED}"
    (model,) = models(f"{program}model.{call}\n")
    (head,) = model.description.heads
    assert dict(head.origins)["labels"] == f"train.py:{program.count(chr(10)) + line}"
