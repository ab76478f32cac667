"""Keras 1.2.2 on today's TensorFlow: what it saves, and what its live models are.

Keras 1 is pure Python. `python -m tools.keras_1.saved FOLDER` runs its source,
unpacked into a folder (`pip download --no-deps --no-binary :all: keras==1.2.2`), with
the names that TensorFlow and Python have dropped since put back.
"""
