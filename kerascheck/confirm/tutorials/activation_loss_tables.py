"""Tables of activation, loss and accuracy: a Dense head on a frozen base."""

from __future__ import annotations

import os
from functools import cache, partial
from typing import Any

from kerascheck.confirm.tutorials._models import (
    accuracy_at,
    begin,
    compile_whole,
    outputs_of,
    reported_metrics,
    share,
)
from kerascheck.confirm.tutorials._tutorial import Figures, Trial, Tutorial

SIDE = 32  # pixels
TRAINING, TEST = 1027, 256  # images
BATCH = 64
EPOCHS = 20
IMAGES = "horses_or_humans"
WEIGHTS = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"

_RAISES = {"raises": "InvalidArgumentError"}

_ONE_UNIT = (
    # activation, loss, what the text reports
    ("softmax", "BinaryCrossentropy", {"reported accuracy": "0.5000"}),
    ("sigmoid", "BinaryCrossentropy", {"reported accuracy": "0.7266"}),
    ("linear", "BinaryCrossentropy", {"reported accuracy": "0.8125"}),
    ("softmax", "CategoricalCrossentropy", {"reported accuracy": "0.5000"}),
    ("sigmoid", "CategoricalCrossentropy", {"reported accuracy": "0.5000"}),
    ("linear", "CategoricalCrossentropy", {"reported accuracy": "0.5000"}),
    ("softmax", "SparseCategoricalCrossentropy", _RAISES),
    ("sigmoid", "SparseCategoricalCrossentropy", _RAISES),
    ("linear", "SparseCategoricalCrossentropy", _RAISES),
)

_TWO_UNITS = (
    ("softmax", "BinaryCrossentropy", {"reported accuracy": "0.6992"}),
    ("sigmoid", "BinaryCrossentropy", {"reported accuracy": "0.7148"}),
    ("linear", "BinaryCrossentropy", {"reported accuracy": "0.7148"}),
    ("softmax", "CategoricalCrossentropy", {"reported accuracy": "0.6992"}),
    ("sigmoid", "CategoricalCrossentropy", {"reported accuracy": "0.6992"}),
    ("linear", "CategoricalCrossentropy", {"reported accuracy": "0.6992"}),
    ("softmax", "SparseCategoricalCrossentropy", _RAISES),
    ("sigmoid", "SparseCategoricalCrossentropy", _RAISES),
    ("linear", "SparseCategoricalCrossentropy", _RAISES),
)


def trials() -> tuple[Trial, ...]:
    """Return every row of both tables."""
    tables = ((1, "1 unit", _ONE_UNIT), (2, "2 units, one-hot", _TWO_UNITS))
    return tuple(
        Trial(
            setting=f"{title}, {_head(activation)}, {_written(loss, activation)}",
            published=published,
            measure=partial(measure, units=units, activation=activation, loss=loss),
        )
        for units, title, rows in tables
        for activation, loss, published in rows
    )


def measure(seed: int, *, units: int, activation: str, loss: str) -> Figures:
    """Train a head on the features of the frozen base; figures of the test images."""
    import keras
    import numpy as np

    (x, truth), (test_x, test_truth) = features(seed)
    labels, test_labels = (
        ids.astype("float32") if units == 1 else np.eye(2, dtype="float32")[ids]
        for ids in (truth, test_truth)
    )
    begin(seed)  # the same initial weights in every row of a table
    model = keras.Sequential(
        [keras.Input(x.shape[1:]), keras.layers.Dense(units, activation=activation)]
    )
    loss_class = getattr(keras.losses, loss)
    accuracy = "BinaryAccuracy" if units == 1 else "CategoricalAccuracy"
    compile_whole(
        model,
        optimizer="adam",
        loss=loss_class(from_logits=activation == "linear"),
        metrics=[getattr(keras.metrics, accuracy)(name="accuracy")],
    )
    rows = len(x) // BATCH * BATCH if units == 1 else len(x)  # as the text batches
    model.fit(
        x[:rows],
        labels[:rows],
        batch_size=BATCH,
        epochs=EPOCHS,
        shuffle=False,
        verbose=0,
    )
    outputs = outputs_of(model, test_x)
    true = share(outputs.argmax(axis=1) == test_truth)
    if units == 1:
        threshold = 0.0 if activation == "linear" else 0.5
        true = accuracy_at(outputs, threshold, test_truth)
    metrics = reported_metrics(model, test_labels, outputs)
    return {"reported accuracy": metrics["accuracy"], "true accuracy": true}


@cache
def features(seed: int) -> Any:
    """Return what the frozen base makes of the images, for training and test.

    The base does not change in training and sees each image as it is, so its output,
    averaged over the image, can be computed once for all epochs and rows.

    Returns:
        Two pairs of features, shape (images, channels), and classes, shape (images,).
    """
    real = has_images()
    images = _horses_or_humans() if real else _generated_images(seed)
    base = _vgg16() if real else _random_base(seed)
    return tuple((_average_features(base, x), ids) for x, ids in images)


def has_images() -> bool:
    """Say whether the image set and the ImageNet weights are on this machine.

    Nothing is downloaded. Sources: Keras 3.15, `utils.get_file`, keeps weights below
    $KERAS_HOME or ~/.keras; TensorFlow Datasets keeps a set below $TFDS_DATA_DIR or
    ~/tensorflow_datasets.
    """
    from importlib.util import find_spec

    return (
        find_spec("tensorflow_datasets") is not None
        and os.path.exists(_home("KERAS_HOME", "~/.keras", "models", WEIGHTS))
        and os.path.isdir(_home("TFDS_DATA_DIR", "~/tensorflow_datasets", IMAGES))
    )


def _home(variable: str, usual: str, *parts: str) -> str:
    home = os.environ.get(variable) or os.path.expanduser(usual)
    return os.path.join(home, *parts)


def data() -> str:
    """Return which images the tables were trained on."""
    if has_images():
        return "horses or humans, 1027 + 256 images, through VGG16"
    return (
        "generated images, 1027 + 256 of 32x32, through a frozen random "
        "convolutional base: the image set and the ImageNet weights are not here"
    )


def _horses_or_humans() -> Any:
    """Load, resize and scale the images as the text does."""
    import numpy as np
    import tensorflow as tf
    import tensorflow_datasets as tfds

    def load(split: str) -> Any:
        rows = tfds.load(IMAGES, split=split, as_supervised=True, download=False)
        pairs = [
            (tf.image.resize(image, (SIDE, SIDE)).numpy() / 255.0, int(label))
            for image, label in rows
        ]
        images, labels = zip(*pairs, strict=True)
        return np.stack(images).astype("float32"), np.array(labels)

    return load("train"), load("test")


def _generated_images(seed: int) -> Any:
    """Draw noisy images of two kinds: stripes that lean left (0) or right (1).

    Colour, width, place and slant of the stripes differ from image to image; noise
    hides them so far that no model is right always.
    """
    import numpy as np

    rng = np.random.default_rng([seed, SIDE])

    def draw(count: int) -> Any:
        ids = np.arange(count) % 2
        slant = np.where(ids == 1, 1, -1) * rng.uniform(0.1, 1.2, count)
        across = np.linspace(-1, 1, SIDE)
        phase = rng.uniform(0, 2 * np.pi, (count, 1, 1))
        width = rng.uniform(5, 9, (count, 1, 1))
        place = np.cos(slant)[:, None, None] * across[None, None, :]
        place = place + np.sin(slant)[:, None, None] * across[None, :, None]
        stripes = np.sin(width * place + phase)[..., None]
        colour = rng.uniform(0.2, 0.5, (count, 1, 1, 3))
        noise = rng.normal(0, 0.25, (count, SIDE, SIDE, 3))
        images = np.clip(0.5 + 0.5 * colour * stripes + noise, 0, 1)
        return images.astype("float32"), ids

    return draw(TRAINING), draw(TEST)


def _vgg16() -> Any:
    import keras

    return keras.applications.VGG16(
        weights="imagenet", input_shape=(SIDE, SIDE, 3), include_top=False
    )


def _random_base(seed: int) -> Any:
    """Return three convolutions with random weights that are never trained."""
    import keras

    begin(seed)
    layers: list[Any] = [keras.Input((SIDE, SIDE, 3))]
    for channels in (32, 64, 128):
        layers += [
            keras.layers.Conv2D(
                channels, 3, activation="relu", kernel_initializer="he_normal"
            ),
            keras.layers.MaxPooling2D(),
        ]
    return keras.Sequential(layers)


def _average_features(base: Any, images: Any) -> Any:
    base.trainable = False
    return base.predict(images, verbose=0).mean(axis=(1, 2))


def _head(activation: str) -> str:
    return "none" if activation == "linear" else activation


def _written(loss: str, activation: str) -> str:
    short = loss.removesuffix("Crossentropy")
    return f"{short}(from_logits)" if activation == "linear" else short


TUTORIAL = Tutorial(
    name="activation-loss-tables",
    title="Tables of activation and loss",
    setting="frozen base, average pooling, one Dense head; adam, batch 64, 20 epochs, "
    "BinaryAccuracy() on one unit and CategoricalAccuracy() on two",
    data=data,
    trials=trials,
    today="BinaryAccuracy() thresholds logits at 0.5, but 0 is right: compare the true "
    "accuracy of the row without activation. That rows agree to the last digit is not "
    "chance: on TensorFlow the crossentropies recover the same logits from sigmoid and "
    "softmax. That Keras infers 'accuracy' from the loss held for early Keras 2; Keras "
    "3 looks at the shapes of labels and output, so 'accuracy' is right on "
    "one-hot labels and wrong on multi-hot ones. The sparse loss raises ValueError on "
    "one-hot labels today; on one unit it raises on TensorFlow without XLA alone.",
)
