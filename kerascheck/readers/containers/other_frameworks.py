"""Files of other frameworks, by their names: what to call them instead of damaged."""

from __future__ import annotations

from kerascheck.model.typed import Final

_KINDS: Final = {
    ".onnx": "an ONNX model",
    ".pt": "a PyTorch file",
    ".pth": "a PyTorch file",
    ".pt2": "a PyTorch file",
    ".ckpt": "a checkpoint",
    ".index": "a checkpoint of TensorFlow",
    ".safetensors": "a safetensors file",
    ".gguf": "a GGUF model",
    ".tflite": "a LiteRT (TensorFlow Lite) model",
    ".pb": "a graph of TensorFlow",
    ".pbtxt": "a graph of TensorFlow",
    ".pkl": "a pickle",
    ".pickle": "a pickle",
    ".joblib": "a pickle of joblib",
    ".mlmodel": "a Core ML model",
    ".mar": "an archive of TorchServe",
    ".pdmodel": "a PaddlePaddle model",
    ".pdparams": "a file of PaddlePaddle",
    ".caffemodel": "a Caffe model",
    ".msgpack": "a file of Flax",
    ".npz": "a NumPy archive",
    ".npy": "a NumPy array",
}
"""Ending of a name -> what has it. None is an ending of Keras."""


def other_framework(name: str) -> str | None:
    """Return what a file of another framework is, by its name; None: not known.

    Args:
        name: Of the file, without folders.
    """
    lower = name.lower()
    if ".data-0" in lower and "-of-0" in lower:
        return "a checkpoint of TensorFlow"
    _, dot, ending = lower.rpartition(".")
    return _KINDS.get(dot + ending)
