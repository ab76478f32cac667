"""kerascheck: the linter for compiled Keras models."""

__version__ = "0.1.0"
