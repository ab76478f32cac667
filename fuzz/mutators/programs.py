"""Programs that are changed at random, as people and merges break them."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable

SEEDS = (
    """\
import numpy as np
from tensorflow import keras
from sklearn.preprocessing import LabelEncoder, LabelBinarizer
from sklearn.model_selection import train_test_split, KFold
import pandas as pd

UNITS = [64, 32]
frame = pd.read_csv("a.csv")
x = frame.drop(columns=["y"]).values
y = LabelEncoder().fit_transform(frame["y"])
y_rows = keras.utils.to_categorical(y, num_classes=3)


def build(units=8, classes=3, last="softmax", **options):
    model = keras.Sequential(name="net")
    model.add(keras.Input(shape=(x.shape[1],)))
    for n, each in enumerate(UNITS):
        model.add(keras.layers.Dense(each, activation="relu", name=f"h_{n}"))
    model.add(keras.layers.Dense(classes, activation=last))
    model.compile(optimizer="adam", loss="categorical_crossentropy", **options)
    return model


for train, test in KFold(n_splits=3).split(x):
    model = build(metrics=["accuracy"])
    model.fit(x[train], y_rows[train], epochs=3, class_weight={0: 1.0, 1: 2, 2: 1})
a, b, c, d = train_test_split(x, y, test_size=0.2)
build(classes=1, last="sigmoid").fit(a, (c == 1).astype("float32"))
""",
    """\
import tensorflow as tf
from tensorflow.keras import layers, Model
from tensorflow.keras.preprocessing.image import ImageDataGenerator

config = {"classes": 2, "loss": "binary_crossentropy", "shape": (64, 64, 3)}


class Block(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.inner = layers.Conv2D(units, 3, padding="same")

    def call(self, inputs, training=False):
        return tf.nn.relu(self.inner(inputs)) + 1


class Net(Model):
    def __init__(self, classes):
        super(Net, self).__init__()
        self.block = Block(8)
        self.pool = layers.GlobalAveragePooling2D()
        self.out = layers.Dense(classes)

    def call(self, x):
        if True:
            x = self.block(x)
        return self.out(self.pool(x))


flow = ImageDataGenerator(rescale=1 / 255.0, validation_split=0.1)
train = flow.flow_from_directory("pictures", (64, 64), class_mode="categorical")
data = tf.data.Dataset.from_tensor_slices(([[1.0]] * 4, [0, 1, 1, 0]))
data = data.map(lambda x, y: (x, tf.one_hot(y, 2))).shuffle(8).batch(2)
try:
    with tf.distribute.MirroredStrategy().scope():
        net = Net(config["classes"])
        net.compile("adam", tf.keras.losses.CategoricalCrossentropy(from_logits=True))
        net.fit(train, epochs=1)
except ValueError as error:
    print(error)
inputs = layers.Input(shape=config["shape"])
base = tf.keras.applications.VGG16(include_top=False, input_tensor=inputs)
base.trainable = False
flat = layers.Flatten()(base.output)
heads = [layers.Dense(n, activation=a, name=f"o{n}")(flat) for n, a in
         ((1, "sigmoid"), (4, "softmax"))]
model = Model(inputs, heads)
model.compile(
    loss={"o1": config["loss"], "o4": "sparse_categorical_crossentropy"},
    optimizer=tf.keras.optimizers.Adam(1e-3),
    metrics={"o1": [tf.keras.metrics.AUC()], "o4": "accuracy"},
    loss_weights=[1, 0.5],
)
model.fit(data, validation_split=0.1)
""",
    """\
import argparse, keras, keras_tuner as kt
import keras.backend as K
from keras.layers import *
from keras.models import Sequential
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--classes", type=int, default=10)
args = parser.parse_args()
(x, y), (xt, yt) = keras.datasets.mnist.load_data()
x = x.reshape(-1, 28, 28, 1).astype("float32") / 255
targets = np.eye(args.classes)[y]


def dice(t, p):
    return 1 - (2 * K.sum(t * p) + 1) / (K.sum(t) + K.sum(p) + 1)


def tune(hp):
    m = Sequential([Conv2D(hp.Int("f", 8, 16, step=8), 3, input_shape=(28, 28, 1))])
    while len(m.layers) < 4:
        m.add(MaxPooling2D())
    m.add(Flatten())
    m.add(Dense(args.classes if hp.Boolean("b") else 1))
    m.add(Activation(hp.Choice("a", ["softmax", "sigmoid"])))
    m.compile("sgd", loss=dice, metrics=["acc", dice])
    return m


def batches(n):
    for i in range(0, len(x), n):
        yield x[i : i + n], targets[i : i + n]


tuner = kt.RandomSearch(tune, objective="val_accuracy")
tuner.search(x, targets)
g = Sequential([Dense(2, input_dim=4, activation="tanh")])
d = Sequential([LSTM(3, return_sequences=True), TimeDistributed(Dense(1))])
d.build((None, 5, 2))
d.compile(loss=lambda t, p: K.mean(K.square(t - p)), optimizer="rmsprop")
d.trainable = False
net = keras.models.clone_model(d)
net.pop()
net.compile(loss="mse" if args.classes > 2 else "mae", optimizer="adam")
net.fit(batches(32), steps_per_epoch=9)
d.fit(x=np.zeros((4, 5, 2)), y=np.random.randint(0, 2, size=(4, 5, 1)), verbose=0)
""",
    """\
import argparse
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.preprocessing import StandardScaler
from tensorflow import keras
from tensorflow.keras import backend as K

parser = argparse.ArgumentParser()
parser.add_argument("-u", "--units", type=int, default=1)
args = vars(parser.parse_args())
score = keras.losses.BinaryCrossentropy(from_logits=True)


class Flip(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.flip = keras.layers.RandomFlip(seed=1)

    def call(self, a, b):
        return self.flip(a), self.flip(b)


def make(weight, smooth=0.1):
    def loss(y, p):
        y = tf.cast(y, p.dtype)
        mask = tf.cast(tf.not_equal(y, -1), "float32")
        each = score(y, p) * mask + K.binary_crossentropy(y, p, from_logits=True)
        each /= 1 + tf.reduce_sum(mask)
        return weight * tf.reduce_mean(each) - smooth

    return loss


def cut(rows, size):
    a, b = [], []
    for i in range(len(rows) - size):
        a.append(rows[i : i + size])
        b.append(rows[i + size, 0])
    return np.array(a), np.array(b)


rows = StandardScaler().fit_transform(pd.read_csv("a.csv").filter(["close"]).values)
a, b = cut(rows, 9)
names = {word: n for n, word in enumerate(set(open("words").read().split()))}
ids = keras.utils.pad_sequences([[names[w] for w in t] for t in open("t")], 9)
masks = np.zeros((len(ids), 8, 8, 1), dtype=bool)
for n, path in enumerate(open("paths")):
    k = n @ np.eye(3)[ids] - 0.5
    masks[n] = np.where(np.sign(np.dot(k, k.T)) > 0, 255, 0)[..., None]
net = keras.Sequential([keras.layers.GRU(8), keras.layers.Dense(args["units"], "relu")])
net.compile("adam", loss=make(3.0), metrics=["accuracy"])
net.fit(a, b)
net.compile("adam", loss=lambda y, p: tf.nn.sigmoid_cross_entropy_with_logits(y, p))
net.fit(tf.data.Dataset.from_tensor_slices((a, masks)).map(Flip()).batch(8))
""",
)
"""Programs that use much of what is understood."""

_ODD = (None, True, -1, 0, 1, 2, 3.5, 1e308, 2**70, "", "x", b"x", "softmax", ..., 1j)


def mutant(chance: random.Random) -> str:
    """Return one of the seeds with up to six changes."""
    trees = [ast.parse(seed) for seed in SEEDS]
    return _changed(chance.choice(trees), trees, chance)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return a program with up to six changes; what does not parse as it is.

    Parts of the seeds come in.
    """
    try:
        tree = ast.parse(data)
        trees = [tree, tree, *(ast.parse(seed) for seed in SEEDS)]
        if not tree.body:
            tree = chance.choice(trees[2:])
        return _changed(tree, trees, chance).encode("utf-8", "surrogatepass")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return data


def _changed(tree: ast.Module, others: list[ast.Module], chance: random.Random) -> str:
    for _ in range(chance.randint(1, 6)):
        chance.choice(_CHANGES)(tree, chance, chance.choice(others))
    ast.fix_missing_locations(tree)
    code = ast.unparse(tree)
    if chance.random() < 0.1:
        lines = code.split("\n")
        del lines[chance.randrange(len(lines))]
        code = "\n".join(lines)
    return code


def _bodies(tree: ast.AST) -> list[list[ast.stmt]]:
    lists = (getattr(node, "body", None) for node in ast.walk(tree))
    return [body for body in lists if isinstance(body, list) and body]


def _delete(tree: ast.Module, chance: random.Random, _: ast.Module) -> None:
    body = chance.choice(_bodies(tree))
    body[chance.randrange(len(body))] = ast.Pass()


def _duplicate(tree: ast.Module, chance: random.Random, _: ast.Module) -> None:
    body = chance.choice(_bodies(tree))
    body.insert(chance.randrange(len(body)), copy.deepcopy(chance.choice(body)))


def _borrow(tree: ast.Module, chance: random.Random, other: ast.Module) -> None:
    body = chance.choice(_bodies(tree))
    loan = copy.deepcopy(chance.choice(chance.choice(_bodies(other))))
    body.insert(chance.randrange(len(body) + 1), loan)


def _swap(tree: ast.Module, chance: random.Random, _: ast.Module) -> None:
    body = chance.choice(_bodies(tree))
    one, two = chance.randrange(len(body)), chance.randrange(len(body))
    body[one], body[two] = body[two], body[one]


def _replace(tree: ast.Module, chance: random.Random, other: ast.Module) -> None:
    """Put one expression in place of another, or an odd value."""
    holders = [
        (node, name)
        for node in ast.walk(tree)
        for name, value in ast.iter_fields(node)
        if isinstance(value, ast.expr) and _is_read(value)
    ]
    if holders:
        node, name = chance.choice(holders)
        setattr(node, name, _expression(chance, other))


def _argument(tree: ast.Module, chance: random.Random, other: ast.Module) -> None:
    """Change, add or drop one argument of a call."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    if not calls:
        return
    call = chance.choice(calls)
    if call.args and chance.random() < 0.5:
        call.args[chance.randrange(len(call.args))] = _expression(chance, other)
    elif call.keywords and chance.random() < 0.7:
        keyword = chance.choice(call.keywords)
        keyword.value = _expression(chance, other)
        if chance.random() < 0.2:
            call.keywords.remove(keyword)
    else:
        call.args.insert(0, _expression(chance, other))


def _rename(tree: ast.Module, chance: random.Random, _: ast.Module) -> None:
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
    if names:
        chance.choice(names).id = chance.choice(names).id


def _is_read(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _expression(chance: random.Random, other: ast.Module) -> ast.expr:
    able = [
        node
        for node in ast.walk(other)
        if isinstance(node, ast.expr)
        and not isinstance(node, (ast.Starred, ast.Slice, ast.JoinedStr, ast.Yield))
        and _is_read(node)
    ]
    if not able or chance.random() < 0.4:
        return ast.Constant(chance.choice(_ODD))
    return copy.deepcopy(chance.choice(able))


_CHANGES: tuple[Callable[[ast.Module, random.Random, ast.Module], None], ...] = (
    _delete,
    _duplicate,
    _borrow,
    _swap,
    _replace,
    _argument,
    _argument,
    _rename,
)
