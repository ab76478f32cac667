"""Models of `keras.applications`, and how many channels end them without their top.

Source: keras.applications of Keras 3.15.1.
"""

from __future__ import annotations

from kerascheck.model.typed import Final

__all__ = ["BACKBONES"]

BACKBONES: Final[dict[str, int | None]] = {
    "VGG16": 512,
    "VGG19": 512,
    "Xception": 2048,
    "InceptionV3": 2048,
    "InceptionResNetV2": 1536,
    "MobileNet": None,  # by alpha
    "MobileNetV2": None,  # by alpha
    "MobileNetV3Large": None,
    "MobileNetV3Small": None,
    "NASNetLarge": 4032,
    "NASNetMobile": 1056,
    "DenseNet121": 1024,
    "DenseNet169": 1664,
    "DenseNet201": 1920,
    **{
        f"ResNet{depth}{version}": 2048
        for depth in (50, 101, 152)
        for version in ("", "V2")
    },
    **{
        f"EfficientNetB{size}": channels
        for size, channels in enumerate(
            (1280, 1280, 1408, 1536, 1792, 2048, 2304, 2560)
        )
    },
    **{
        f"EfficientNetV2B{size}": channels
        for size, channels in enumerate((1280, 1280, 1408, 1536))
    },
    "EfficientNetV2S": 1280,
    "EfficientNetV2M": 1280,
    "EfficientNetV2L": 1280,
    "ConvNeXtTiny": 768,
    "ConvNeXtSmall": 768,
    "ConvNeXtBase": 1024,
    "ConvNeXtLarge": 1536,
    "ConvNeXtXLarge": 2048,
}
"""Name of the function -> channels; None: that depends on its arguments."""
