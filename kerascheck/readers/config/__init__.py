"""A Keras configuration, read as a description of a model."""
