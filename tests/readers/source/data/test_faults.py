"""Labels as programs make them: faults are found, and right setups are silent."""

import pytest

from kerascheck import kit
from kerascheck.engine.judge import judge
from kerascheck.keras_api.metrics import with_resolved_metrics
from kerascheck.model.frozen import replace
from kerascheck.readers.source.data import library
from kerascheck.readers.source.data.array import UNKNOWN
from kerascheck.readers.source.data.containers import Dataset, Table
from kerascheck.readers.source.data.conversion import as_array
from kerascheck.readers.source.data.labels import labels_of
from kerascheck.rules import our_rules
from tests.readers.source.data.both_ways import static

RULES = our_rules()

MNIST = "y = keras.datasets.mnist.load_data()[0][1]; out = "
CIFAR = "y = keras.datasets.cifar10.load_data()[0][1]; out = "
ENCODED = "y = sklearn.preprocessing.LabelEncoder().fit_transform(any); out = "
COLUMN = "y = pd.read_csv(any)['y']; out = "
SCALED = "y = pd.read_csv(any)[['y']].values; \
y = sklearn.preprocessing.StandardScaler().fit_transform(y); out = "
FOLDER = "out = keras.utils.image_dataset_from_directory(any"
FLOW = "g = keras.preprocessing.image.ImageDataGenerator(); out = "


def softmax(loss, units=10, **more):
    return kit.classifier("softmax", loss, units=units, metrics=("accuracy",), **more)


def sigmoid(units=1, loss="bce"):
    return kit.classifier("sigmoid", loss, units=units, metrics=("accuracy",))


FAULTS = [
    (f"{MNIST}y", softmax(kit.CCE), "KC201"),
    (f"{MNIST}y", softmax(kit.SCCE, 9), "KC205"),
    (f"{MNIST}y", sigmoid(), "KC206"),
    (f"{MNIST}y[:10000]", softmax(kit.CCE), "KC201"),
    (f"{MNIST}np.eye(10)[y]", softmax(kit.SCCE), "KC202"),
    (f"{MNIST}keras.utils.to_categorical(y)", softmax(kit.SCCE), "KC202"),
    (f"{MNIST}keras.utils.to_categorical(y, 10)", sigmoid(), "KC203"),
    (f"{MNIST}keras.utils.to_categorical(y, 10)", softmax(kit.CCE, 9), "KC204"),
    (f"{CIFAR}y", softmax(kit.CCE), "KC201"),
    (f"{CIFAR}y.astype('float32')", softmax(kit.CCE), "KC201"),
    ("out = keras.utils.to_categorical(any)", softmax(kit.SCCE), "KC202"),
    ("out = keras.utils.to_categorical(any)", sigmoid(), "KC203"),
    ("out = keras.utils.to_categorical(any, 10)", softmax(kit.SCCE), "KC202"),
    ("out = np.eye(4)[any]", softmax(kit.SCCE, 4), "KC202"),
    ("out = tf.one_hot(any, 4)", sigmoid(), "KC203"),
    (f"{ENCODED}y", softmax(kit.CCE, 3), "KC201"),
    (f"{ENCODED}keras.utils.to_categorical(y)", softmax(kit.SCCE, 3), "KC202"),
    (
        f"{ENCODED}sklearn.model_selection.train_test_split(any, y)[3]",
        softmax(kit.CCE),
        "KC201",
    ),
    (f"{COLUMN}y", softmax(kit.CCE, 3), "KC201"),
    (f"{COLUMN}pd.get_dummies(y).values", softmax(kit.SCCE, 3), "KC202"),
    (f"{COLUMN}pd.get_dummies(y).iloc[np.arange(9)]", softmax(kit.SCCE, 3), "KC202"),
    (f"{COLUMN}y.map({{'M': 1, 'B': 0}})", softmax(kit.CCE, 2), "KC201"),
    (f"{COLUMN}(y > 5).astype(int)", softmax("bce", 1), "KC103"),
    (f"{COLUMN}2 * (y > 5).astype(int) - 1", sigmoid(), "KC206"),
    (f"{COLUMN}y.astype(str)", sigmoid(), "KC207"),
    (f"{COLUMN}y.map({{0: 'no', 1: 'yes'}})", sigmoid(), "KC207"),
    (f"{COLUMN}np.where(y > 9, 255, 0)", sigmoid(), "KC206"),
    ("out = np.sign(np.random.randn(60, 3) @ np.ones(3))", sigmoid(), "KC206"),
    (f"{MNIST}(y - 4.5) / 4.5", sigmoid(), "KC206"),
    (f"{SCALED}y[:, 0]", sigmoid(loss="mse"), "KC120"),
    (f"{SCALED}y", kit.regressor("relu", "mse"), "KC120"),
    (f"{SCALED}y * 0.5", kit.regressor("softplus", "mse"), "KC120"),
    ("out = np.random.randn(100, 1)", sigmoid(loss="mae"), "KC120"),
    ("out = np.random.randint(0, 90, 2000)", sigmoid(loss="mse"), "KC120"),
    (
        "out = keras.datasets.mnist.load_data()[0][0].reshape(-1, 784)",
        sigmoid(784, "mse"),
        "KC120",
    ),
    (f"{FOLDER})", softmax(kit.CCE, 3), "KC201"),
    (f"{FOLDER}, label_mode='categorical')", softmax(kit.SCCE, 3), "KC202"),
    (f"{FOLDER}, label_mode='categorical')", sigmoid(), "KC203"),
    (f"{FLOW}g.flow_from_directory(any)", sigmoid(), "KC203"),
    (f"{FLOW}g.flow_from_directory(any)", softmax(kit.SCCE, 3), "KC202"),
    (
        f"{FLOW}g.flow_from_directory(any, class_mode='binary')",
        softmax(kit.CCE, 2),
        "KC201",
    ),
    ("out = np.random.randint(0, 2, (1000, 1))", softmax(kit.CCE, 2), "KC201"),
    ("out = np.random.randint(0, 10, 1000)", softmax(kit.CCE), "KC201"),
    ("out = np.random.rand(100)", softmax(kit.SCCE), "KC121"),
    ("out = np.random.randn(100)", softmax(kit.SCCE), "KC121"),
    ("out = sklearn.datasets.load_iris().target", softmax(kit.CCE, 3), "KC201"),
    ("out = keras.datasets.boston_housing.load_data()[0][1]", sigmoid(), "KC206"),
    (
        "out = keras.datasets.boston_housing.load_data()[0][1]",
        kit.classifier("linear", "mse", metrics=("accuracy",)),
        "KC309",
    ),
]

RIGHT = [
    (f"{MNIST}y", softmax(kit.SCCE)),
    (f"{MNIST}keras.utils.to_categorical(y)", softmax(kit.CCE)),
    (f"{MNIST}keras.utils.to_categorical(y, 10)", softmax(kit.CCE)),
    (f"{MNIST}(y == 5)", sigmoid()),
    (f"{MNIST}y[y < 2]", sigmoid()),
    (f"{MNIST}y[(y == 3) | (y == 7)] == 3", sigmoid()),
    (f"{MNIST}y % 2", sigmoid()),
    (f"{CIFAR}y", softmax(kit.SCCE)),
    (f"{CIFAR}keras.utils.to_categorical(y, 10)", softmax(kit.CCE)),
    ("out = keras.utils.to_categorical(any)", softmax(kit.CCE, 7)),
    ("out = keras.utils.to_categorical(any, 7)", softmax(kit.CCE, 7)),
    ("out = np.eye(4)[any]", softmax(kit.CCE, 4)),
    (f"{ENCODED}y", softmax(kit.SCCE, 3)),
    (f"{ENCODED}y", sigmoid()),
    (f"{ENCODED}y.reshape(-1, 1)", sigmoid()),
    (f"{ENCODED}y[:100]", sigmoid()),
    (f"{ENCODED}y.astype('float32')", softmax(kit.SCCE, 3)),
    (f"{ENCODED}keras.utils.to_categorical(y)", softmax(kit.CCE, 2)),
    (f"{COLUMN}y", sigmoid()),
    (f"{COLUMN}y", softmax(kit.SCCE, 3)),
    (f"{COLUMN}y", kit.regressor(labels=None)),
    (f"{COLUMN}y.values.reshape(-1, 1)", sigmoid()),
    (f"{COLUMN}pd.get_dummies(y)", softmax(kit.CCE, 3)),
    (f"{COLUMN}pd.get_dummies(y).values", softmax(kit.CCE, 3)),
    (f"{COLUMN}y.map({{'M': 1, 'B': 0}})", sigmoid()),
    (f"{COLUMN}sklearn.preprocessing.LabelBinarizer().fit_transform(y)", sigmoid()),
    (
        f"{COLUMN}sklearn.preprocessing.LabelBinarizer().fit_transform(y)",
        softmax(kit.CCE, 3),
    ),
    (
        f"{COLUMN}sklearn.preprocessing.StandardScaler().fit_transform(y)",
        kit.regressor(labels=None),
    ),
    (f"{FOLDER})", softmax(kit.SCCE, 3)),
    (f"{FOLDER}, label_mode='binary')", sigmoid()),
    (f"{FOLDER}, label_mode='categorical')", softmax(kit.CCE, 3)),
    (f"{FLOW}g.flow_from_directory(any)", softmax(kit.CCE, 3)),
    (f"{FLOW}g.flow_from_directory(any, class_mode='binary')", sigmoid()),
    (f"{FLOW}g.flow_from_directory(any, class_mode='sparse')", softmax(kit.SCCE, 3)),
    ("out = np.random.randint(0, 2, (1000, 1))", sigmoid()),
    ("out = np.random.randint(2, size=1000)", sigmoid()),
    ("out = np.random.randint(0, 10, 1000)", softmax(kit.SCCE)),
    ("out = np.random.rand(100, 1)", kit.regressor(labels=None)),
    ("out = sklearn.datasets.load_iris().target", softmax(kit.SCCE, 3)),
    ("out = sklearn.datasets.load_iris().target[:100]", sigmoid()),
    ("out = sklearn.datasets.load_breast_cancer().target", sigmoid()),
    ("out = sklearn.datasets.make_moons()[1]", sigmoid()),
    ("out = keras.datasets.imdb.load_data()[0][1]", sigmoid()),
    ("out = keras.datasets.reuters.load_data()[0][1]", softmax(kit.SCCE, 46)),
    (
        "out = sklearn.preprocessing.MultiLabelBinarizer().fit_transform(any)",
        sigmoid(5),
    ),
]


def judged(code, model):
    """Return what is found in a model with the labels that code makes."""
    value = static(code, {"any": UNKNOWN, "table": Table()})
    if isinstance(value, Dataset):
        value = library.batch_of(value)[1]
    head = model.heads[0]
    labels = labels_of(as_array(value), head.shape)
    model = replace(model, heads=(replace(head, labels=labels),), format="source")
    return judge(RULES, with_resolved_metrics(model)).findings


@pytest.mark.parametrize(("code", "model", "expected"), FAULTS)
def test_a_fault_is_found(code, model, expected):
    assert expected in [finding.code for finding in judged(code, model)]


@pytest.mark.parametrize(("code", "model"), RIGHT)
def test_what_is_right_is_silent(code, model):
    note = kit.Severity.NOTE
    assert not [f.code for f in judged(code, model) if f.severity is not note]
