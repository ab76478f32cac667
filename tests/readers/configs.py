"""Configs as Keras saves them, built from a few words."""

from __future__ import annotations

from typing import Any

from kerascheck.model.description import Description, Problem
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import Container


def tensor(layer: str, node: int = 0, index: int = 0, shape: Any = None) -> dict:
    """Return a Keras 3 tensor in the arguments of a call."""
    config = {"dtype": "float32", "keras_history": [layer, node, index]}
    if shape is not None:
        config["shape"] = shape
    return {"class_name": "__keras_tensor__", "config": config}


def layer(class_name: str, name: str, *inputs: Any, **config: Any) -> dict:
    """Return a layer that is called once, on the layers named in `inputs`."""
    saved = {
        "module": "keras.layers",
        "class_name": class_name,
        "registered_name": None,
        "config": {"name": name, "trainable": True, **config},
        "name": name,
        "inbound_nodes": [],
    }
    if inputs:
        saved["inbound_nodes"] = [call(*inputs)]
    return saved


def call(*inputs: Any, **kwargs: Any) -> dict:
    """Return a Keras 3 call on tensors, or on layers by name."""
    args = [tensor(i) if isinstance(i, str) else i for i in inputs]
    return {"args": args if len(args) == 1 else [args], "kwargs": kwargs}


def operation(class_name: str, name: str, *operands: Any, **config: Any) -> dict:
    """Return one of keras.ops on layers by name and on constants."""
    args = [tensor(o) if isinstance(o, str) else o for o in operands]
    return {
        "module": "keras.src.ops.numpy",
        "class_name": class_name,
        "registered_name": class_name,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": [{"args": args, "kwargs": {}}],
    }


def legacy(class_name: str, name: str, *inputs: str, **config: Any) -> dict:
    """Return a layer as Keras 2 saves it."""
    return {
        "class_name": class_name,
        "config": {"name": name, "trainable": True, **config},
        "name": name,
        "inbound_nodes": [[[i, 0, 0, {}] for i in inputs]] if inputs else [],
    }


def x(*shape: int | None, name: str = "x") -> dict:
    """Return an InputLayer; shape without the batch."""
    return layer("InputLayer", name, batch_shape=[None, *(shape or (4,))])


def dense(name: str, *inputs: Any, units: Any = 3, **config: Any) -> dict:
    """Return a Dense layer, linear unless told."""
    return layer("Dense", name, *inputs, units=units, **config)


def sequential(*layers: dict, name: str = "m") -> dict:
    """Return a Sequential model."""
    return {
        "module": "keras",
        "class_name": "Sequential",
        "registered_name": None,
        "config": {"name": name, "layers": list(layers)},
    }


def functional(
    layers: list[dict], outputs: Any, inputs: Any = ("x", 0, 0), name: str = "m"
) -> dict:
    """Return a Functional model; one output may be given by its layer's name."""
    if isinstance(outputs, str):
        outputs = [outputs, 0, 0]
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "registered_name": "Functional",
        "config": {
            "name": name,
            "layers": layers,
            "input_layers": list(inputs),
            "output_layers": outputs,
        },
    }


def inside(model: dict, name: str, *calls: Any) -> dict:
    """Return a model as a layer of another, called on layers by name."""
    nodes = [call(c) for c in calls]
    return {**model, "name": name, "inbound_nodes": nodes}


def described(
    architecture: dict | None,
    training: Any = None,
    *,
    keras: str | None = "3.15.1",
    problems: tuple[Problem, ...] = (),
) -> Description:
    """Return what is understood of a model."""
    if training is None and not problems:
        problems = (Problem(kind="uncompiled", message="never compiled"),)
    container = Container(
        format="keras",
        architecture=architecture,
        training=training,
        architecture_at="",
        training_at="/compile_config",
        member="config.json",
        keras_version=keras,
        backend=None,
        problems=problems,
    )
    return describe_config(container, "m.keras")


def head(*layers: dict, training: Any = None, **options: Any) -> Any:
    """Return the only head of a Sequential of these layers."""
    (only,) = described(sequential(*layers), training, **options).heads
    return only
