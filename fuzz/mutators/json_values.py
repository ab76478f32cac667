"""JSON that is changed as values: members moved, removed, doubled, replaced."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 7, 2**31, 2**64, 10**30, 0.5, 1e308, -0.0),
    *(float("nan"), float("inf"), "", "x", "\x00", "\ud800", "é", "None", "a/b"),
    *([], {}, [[]], [None], {"": None}, [0, 0], [None, 1], ["a", 0, 0]),
)
"""Values that stand where others are expected."""

WORDS = (
    *("softmax", "sigmoid", "linear", "relu", "tanh", "softplus", "exponential"),
    *("binary_crossentropy", "mse", "categorical_crossentropy", "hinge", "poisson"),
    *("sparse_categorical_crossentropy", "kl_divergence", "mae", "log_cosh", "dice"),
    *("BinaryCrossentropy", "CategoricalFocalCrossentropy", "Huber", "Tversky"),
    *("accuracy", "acc", "AUC", "F1Score", "Precision", "TopKCategoricalAccuracy"),
    *("MeanIoU", "SparseCategoricalAccuracy", "BinaryAccuracy", "R2Score", "cosine"),
    *("Dense", "Activation", "Softmax", "ReLU", "Flatten", "Reshape", "Lambda"),
    *("Dropout", "BatchNormalization", "Add", "Concatenate", "TimeDistributed"),
    *("InputLayer", "Functional", "Sequential", "Model", "Conv2D", "LSTM", "Rescaling"),
    *("Bidirectional", "GlobalAveragePooling2D", "Permute", "Embedding", "Normalize"),
    *("keras", "keras.layers", "keras.losses", "keras.metrics", "builtins", "my.own"),
    *("tf_keras", "keras_hub", "function", "Custom>Own", "__keras_tensor__", "float16"),
    *("mixed_float16", "bfloat16", "float64", "int8", "sum", "sum_over_batch_size"),
    *("from_logits", "class_name", "config", "registered_name", "module", "name"),
    *("layers", "input_layers", "output_layers", "inbound_nodes", "keras_history"),
    *("compile_config", "loss", "metrics", "weighted_metrics", "loss_weights"),
    *("training_config", "units", "activation", "axis", "target_shape", "batch_shape"),
    *("batch_input_shape", "num_classes", "threshold", "label_smoothing", "gamma"),
    *(
        "ignore_class",
        "dtype",
        "DTypePolicy",
        "QuantizedDTypePolicy",
        "shared_object_id",
    ),
)
"""Words of Keras, as keys and as values."""

Place = tuple[Any, Any]
"""A list or object, and an index or key in it."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return a JSON text with up to four changes; one that is none as it is."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    return text_of(changed(value, chance))


def text_of(value: Any) -> bytes:
    """Return a value as JSON."""
    try:
        return json.dumps(value).encode()
    except (ValueError, RecursionError):
        return b"null"


def changed(value: Any, chance: random.Random) -> Any:
    """Return a value with up to four changes."""
    box = [value]
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        if not box:
            break
        chance.choice(_CHANGES)(list(_places(box)), chance)
    return box[0] if box else None


def _places(value: Any) -> Iterator[Place]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        inside = enumerate(one) if isinstance(one, list) else one.items()
        for key, member in inside:
            yield one, key
            if isinstance(member, (list, dict)):
                waiting.append(member)


def _replace(places: list[Place], chance: random.Random) -> None:
    inside, key = chance.choice(places)
    inside[key] = copy.deepcopy(chance.choice(ODD))


def _word(places: list[Place], chance: random.Random) -> None:
    texts = [(i, k) for i, k in places if isinstance(i[k], str)] or places
    inside, key = chance.choice(texts)
    inside[key] = chance.choice(WORDS)


def _swap(places: list[Place], chance: random.Random) -> None:
    (one, a), (two, b) = chance.choice(places), chance.choice(places)
    one[a], two[b] = copy.deepcopy(two[b]), copy.deepcopy(one[a])


def _copy(places: list[Place], chance: random.Random) -> None:
    (one, a), (two, b) = chance.choice(places), chance.choice(places)
    one[a] = copy.deepcopy(two[b])


def _remove(places: list[Place], chance: random.Random) -> None:
    inside, key = chance.choice(places)
    if isinstance(inside, dict) or len(places) > 1:
        del inside[key]


def _add(places: list[Place], chance: random.Random) -> None:
    inside, key = chance.choice(places)
    member = copy.deepcopy(inside[key])
    if isinstance(inside, list):
        inside.insert(chance.randrange(len(inside) + 1), member)
    else:
        inside[chance.choice(WORDS)] = member


def _rename(places: list[Place], chance: random.Random) -> None:
    named = [(i, k) for i, k in places if isinstance(i, dict)]
    if named:
        inside, key = chance.choice(named)
        inside[chance.choice(WORDS)] = inside.pop(key)


def _number(places: list[Place], chance: random.Random) -> None:
    numbers = [(i, k) for i, k in places if isinstance(i[k], (int, float))] or places
    inside, key = chance.choice(numbers)
    inside[key] = chance.choice((0, 1, 2, 3, 10, -1, 0.1, 2.5, None, True, 1000))


_CHANGES: tuple[Callable[[list[Place], random.Random], None], ...] = (
    _replace,
    _word,
    _word,
    _swap,
    _copy,
    _remove,
    _add,
    _rename,
    _number,
)
