"""Preprocessing layers, which programs also call on data itself."""

from __future__ import annotations

from kerascheck.model.typed import Final

__all__ = ["EFFECT_ON_DATA"]

EFFECT_ON_DATA: Final = {
    "CategoryEncoding": "encodes",
    "IntegerLookup": "looks up",
    "Normalization": "keeps shape",
    "RandomBrightness": "keeps shape",
    "RandomContrast": "keeps shape",
    "RandomFlip": "keeps values",
    "RandomRotation": "keeps shape",
    "RandomTranslation": "keeps shape",
    "RandomZoom": "keeps shape",
    "Rescaling": "rescales",
    "StringLookup": "looks up",
    "TextVectorization": "numbers words",
}
"""Class of a layer -> what it does with data."""
