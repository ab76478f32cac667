"""Files of Keras 1 and of keras-hub, from configs that their live models saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tools import arrays
from tools.case import Case, note, warning

_MEASURED = Path(__file__).parents[1] / "measured"


def cases() -> Iterator[Case]:
    """Yield a right and a wrong model of each."""
    yield Case(
        name="file-keras-1-right",
        why="Keras 1 merged two branches before a softmax: nothing else is wrong.",
        model=partial(_keras_1, "merged_concat"),
        labels=partial(arrays.one_hot, 2),
        file="model.h5",
        finds=(note("KC024", None),),
        save=_as_hdf5,
    )
    yield Case(
        name="file-keras-1-wrong",
        why="Keras 1 compiled a softmax of 5 with binary cross-entropy, and resolved "
        "accuracy by that loss.",
        model=partial(_keras_1, "rows_under_binary_loss"),
        labels=partial(arrays.one_hot, 5),
        file="model.h5",
        finds=(
            note("KC024", None),
            note("KC107", "dropout_1"),
            warning("KC109", "dropout_1"),
            warning("KC302", "dropout_1"),
        ),
        save=_as_hdf5,
    )
    yield Case(
        name="file-keras-hub-right",
        why="A text classifier of keras-hub as it compiles itself, in logits.",
        model=partial(_keras_hub, "linear", 3),
        labels=partial(arrays.class_ids, 3),
        file="model.json",
        save=_as_json,
    )
    yield Case(
        name="file-keras-hub-wrong",
        why="keras-hub compiles a text classifier with a softmax as if it had logits.",
        model=partial(_keras_hub, "softmax", 4),
        labels=partial(arrays.class_ids, 4),
        file="model.json",
        finds=(warning("KC102", "logits"),),
        save=_as_json,
    )


def _rows(name: str) -> Iterator[dict[str, Any]]:
    for line in (_MEASURED / name).read_text().splitlines():
        yield json.loads(line)


def _keras_1(name: str) -> Any:
    return next(r["saved"] for r in _rows("keras_1.jsonl") if r["name"] == name)


def _keras_hub(activation: str, units: int) -> Any:
    for row in _rows("keras_hub.jsonl"):
        found = (row["saved"]["class_name"], row["activation"], row["shape"][-1])
        if found == ("BertTextClassifier", activation, units):
            return row["saved"]
    raise LookupError(activation)


def _as_hdf5(saved: Any, path: str) -> None:
    import h5py

    with h5py.File(path, "w") as file:
        for name, value in saved.items():
            text = value if isinstance(value, str) else json.dumps(value)
            file.attrs[name] = text.encode()


def _as_json(saved: Any, path: str) -> None:
    Path(path).write_text(json.dumps(saved) + "\n")
