"""Images through a frozen base: those of a text where they are, else digits.

Nothing is downloaded. The digits ship with scikit-learn: 1797 scans of 8 x 8 pixels.
"""

from __future__ import annotations

import os
from functools import cache

from kerascheck.confirm.tutorials._models import begin
from kerascheck.model.typed import Any

SIDE = 32  # pixels
TRAINING, TEST = 1027, 256  # images
IMAGES = "horses_or_humans"
WEIGHTS = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"


def has_images() -> bool:
    """Say whether the image set and the ImageNet weights are on this machine.

    Sources: Keras 3.15, `utils.get_file`, keeps weights below $KERAS_HOME or ~/.keras;
    TensorFlow Datasets keeps a set below $TFDS_DATA_DIR or ~/tensorflow_datasets.
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


@cache
def horses_or_humans() -> Any:
    """Return what VGG16 makes of the images of the text, for training and test.

    The base does not change in training and sees each image as it is, so its output,
    averaged over the image, can be computed once for all epochs and rows.

    Returns:
        Two pairs of features, shape (images, channels), and classes, shape (images,).
    """
    import keras

    base = keras.applications.VGG16(
        weights="imagenet", input_shape=(SIDE, SIDE, 3), include_top=False
    )
    return tuple(
        (_outputs(base, x).mean(axis=(1, 2)), ids) for x, ids in _load_images()
    )


def _load_images() -> Any:
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


@cache
def digits(seed: int) -> Any:
    """Return what a frozen random base makes of shuffled digits.

    The order, the split and the base depend on the seed.

    Returns:
        Two pairs, for training and test: outputs of the base, shape (images, rows,
        columns, channels), and the digits, shape (images,).
    """
    import numpy as np
    from sklearn.datasets import load_digits

    known = load_digits()
    drawn = np.random.default_rng([seed, SIDE]).permutation(len(known.target))
    small = known.images[drawn[: TRAINING + TEST]] / 16
    images = np.kron(small, np.ones((SIDE // 8, SIDE // 8)))[..., None]
    images = np.repeat(images, 3, axis=-1).astype("float32")
    outputs = _outputs(_random_base(seed), images)
    ids = known.target[drawn[: TRAINING + TEST]]
    return (outputs[:TRAINING], ids[:TRAINING]), (outputs[TRAINING:], ids[TRAINING:])


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


def _outputs(base: Any, images: Any) -> Any:
    base.trainable = False
    return base.predict(images, verbose=0)
