"""Files that are not models of Keras, by their names, to call none of them damaged."""

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
}
"""Ending of a name -> what has it. None is an ending of Keras."""

_OTHER_USES: Final = {
    ".npy": "this is a NumPy array; labels are passed with --labels",
    ".npz": "this is a NumPy archive; labels are passed with --labels",
    ".csv": "this is a CSV file; labels are passed with --labels, "
    "and kerascheck explain reads logs",
    ".log": "this is a log, which kerascheck explain reads",
}
"""Ending of a name -> where kerascheck takes such a file."""


def other_framework(name: str) -> str | None:
    """Say what a file that is not a model of Keras is, by its name; None: not known.

    Args:
        name: Of the file, without folders.
    """
    lower = name.lower()
    _, dot, ending = lower.rpartition(".")
    if use := _OTHER_USES.get(dot + ending):
        return use
    kind = _KINDS.get(dot + ending)
    if ".data-0" in lower and "-of-0" in lower:
        kind = "a checkpoint of TensorFlow"
    return f"this is {kind}; kerascheck reads Keras models" if kind else None
