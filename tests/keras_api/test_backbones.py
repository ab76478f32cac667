"""The backbones of Keras end in as many channels as the table says."""

import pytest

from kerascheck.keras_api.backbones import BACKBONES


def test_every_backbone_of_keras_is_listed():
    import keras

    functions = {name for name in dir(keras.applications) if name[:1].isupper()}
    assert functions == set(BACKBONES)


def channels(name, **options):
    import keras

    make = getattr(keras.applications, name)
    model = make(include_top=False, weights=None, input_shape=(96, 96, 3), **options)
    return model.output_shape[-1]


@pytest.mark.parametrize("name", ["VGG16", "MobileNetV2"])
def test_a_backbone_ends_in_its_channels(name):
    if BACKBONES[name] is None:
        assert channels(name) != channels(name, alpha=1.4)
    else:
        assert channels(name) == BACKBONES[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, count in BACKBONES.items() if count])
def test_every_backbone_ends_in_its_channels(name):
    assert channels(name) == BACKBONES[name]
