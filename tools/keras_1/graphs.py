"""Models of Keras 1 with several branches, heads, or models inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MODES = ("concat", "sum", "mul", "ave", "max", "dot", "cos")


def _branches(k: Any, activations: tuple[str, str]) -> list[Any]:
    return [
        k.models.Sequential([k.layers.Dense(4, activation=name, input_dim=width)])
        for name, width in zip(activations, (3, 5), strict=True)
    ]


def _merge(k: Any, mode: str, *activations: str) -> Any:
    first, second = activations or ("relu", "sigmoid")
    axes = {"dot_axes": 1} if mode in ("dot", "cos") else {}
    branches = _branches(k, (first, second))
    return k.engine.topology.Merge(branches, mode=mode, **axes)


def _merged(mode: str) -> Callable[[Any], Any]:
    def build(k: Any) -> Any:
        model = k.models.Sequential([_merge(k, mode)])
        if mode == "cos":
            model.add(k.layers.Flatten())
        model.add(k.layers.Dense(2, activation="softmax"))
        model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def _merged_last(mode: str) -> Callable[[Any], Any]:
    def build(k: Any) -> Any:
        model = k.models.Sequential([_merge(k, mode, "sigmoid", "sigmoid")])
        model.compile("sgd", "mse", metrics=["acc"])
        return model

    return build


def _merged_by_axis(k: Any) -> Any:
    branches = [
        k.models.Sequential([k.layers.Reshape((n, 3), input_shape=(3 * n,))])
        for n in (2, 4)
    ]
    merge = k.engine.topology.Merge(branches, mode="concat", concat_axis=1)
    model = k.models.Sequential([merge])
    model.compile("sgd", "mse")
    return model


def _merged_by_function(k: Any) -> Any:
    merge = k.engine.topology.Merge(
        _branches(k, ("relu", "tanh")), mode=lambda x: x[0] * x[1], output_shape=(4,)
    )
    model = k.models.Sequential([merge])
    model.compile("sgd", "mse")
    return model


def _functional(mode: str) -> Callable[[Any], Any]:
    def build(k: Any) -> Any:
        a, b = k.layers.Input((5,)), k.layers.Input((4,))
        each = [k.layers.Dense(4)(a), k.layers.Dense(4)(b)]
        joined = k.layers.merge(each, mode=mode, name="joined")
        model = k.models.Model([a, b], joined)
        model.compile("sgd", "mse")
        return model

    return build


def _heads(k: Any, loss: Any, metrics: Any, weights: Any = None) -> Any:
    x = k.layers.Input((5,))
    heads = [
        k.layers.Dense(1, activation="sigmoid", name="a")(x),
        k.layers.Dense(6, activation="softmax", name="b")(x),
    ]
    model = k.models.Model(x, heads)
    model.compile("sgd", loss, metrics=metrics, loss_weights=weights)
    return model


def _by_list(k: Any) -> Any:
    losses = ["binary_crossentropy", "categorical_crossentropy"]
    metrics = {"a": "accuracy", "b": ["accuracy", "top_k_categorical_accuracy"]}
    return _heads(k, losses, metrics, [0.3, 0.7])


def _by_dict(k: Any) -> Any:
    losses = {"a": "mse", "b": "sparse_categorical_crossentropy"}
    return _heads(k, losses, ["accuracy"], {"a": 2.0})


def _by_one(k: Any) -> Any:
    return _heads(k, "mae", ["mse"])


def _nested(k: Any) -> Any:
    i = k.layers.Input((4,))
    end = k.layers.Dense(3, activation="softmax", name="q")(i)
    return k.models.Model(i, end, name="inner")


def _nested_sequential(k: Any) -> Any:
    layer = k.layers.Dense(3, activation="softmax", input_dim=4, name="q")
    return k.models.Sequential([layer], name="inner")


def _around(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def build(k: Any) -> Any:
        x = k.layers.Input((5,))
        model = k.models.Model(x, inner(k)(k.layers.Dense(4)(x)))
        model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def _in_sequence(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def build(k: Any) -> Any:
        model = k.models.Sequential([k.layers.Dense(4, input_dim=3), inner(k)])
        model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def _shared(k: Any) -> Any:
    layer = k.layers.Dense(2, activation="sigmoid", name="d")
    a, b = k.layers.Input((5,)), k.layers.Input((5,))
    model = k.models.Model([a, b], [layer(a), layer(b)])
    model.compile("sgd", "binary_crossentropy")
    return model


def _own_functions(k: Any) -> Any:
    def my_loss(y: Any, p: Any) -> Any:
        return k.backend.mean(k.backend.square(y - p), axis=-1)

    model = k.models.Sequential([k.layers.Dense(2, input_dim=3)])
    model.compile("sgd", my_loss, metrics=["accuracy", my_loss])
    return model


def _function_of_keras(k: Any) -> Any:
    model = k.models.Sequential([k.layers.Dense(1, input_dim=3)])
    model.compile("sgd", k.objectives.hinge, metrics=[k.metrics.binary_accuracy])
    return model


GRAPHS: dict[str, Callable[[Any], Any]] = {
    **{f"merged_{mode}": _merged(mode) for mode in MODES},
    **{f"merged_last_{mode}": _merged_last(mode) for mode in MODES},
    "merged_by_axis": _merged_by_axis,
    "merged_by_function": _merged_by_function,
    "functional_sum": _functional("sum"),
    "functional_concat": _functional("concat"),
    "heads_by_list": _by_list,
    "heads_by_dict": _by_dict,
    "heads_by_one": _by_one,
    "nested": _around(_nested),
    "nested_sequential": _around(_nested_sequential),
    "nested_in_sequence": _in_sequence(_nested),
    "nested_sequential_in_sequence": _in_sequence(_nested_sequential),
    "shared": _shared,
    "own_functions": _own_functions,
    "function_of_keras": _function_of_keras,
}
