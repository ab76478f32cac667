"""What Keras is, as data, and the calls of it that are written; imports no Keras."""
