"""Random Keras programs: right setups of one to three heads with some parts broken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

SAMPLES = 70
"""Rows of labels: enough to tell their encoding, ten batches of seven."""


@dataclass(frozen=True)
class Part:
    """One head of a program: layers, loss, metrics and labels, as Python."""

    activation: str
    loss: str
    units: int
    labels: str
    metrics: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()  # of the loss
    after: tuple[str, ...] = ()  # layers after the head
    inside: tuple[int, ...] = ()  # axes between batch and units
    column: bool = True  # labels of one value a sample have an axis of their own


RIGHT = (
    Part("sigmoid", "BinaryCrossentropy", 1, "binary", ("'accuracy'", "AUC()")),
    Part("sigmoid", "BinaryFocalCrossentropy", 1, "binary", ("'accuracy'",)),
    Part("softmax", "CategoricalCrossentropy", 3, "one-hot", ("'accuracy'",)),
    Part("softmax", "CategoricalFocalCrossentropy", 4, "one-hot", ("'accuracy'",)),
    Part("softmax", "SparseCategoricalCrossentropy", 4, "ids", ("'accuracy'",)),
    Part("sigmoid", "BinaryCrossentropy", 5, "multi-hot", ("BinaryAccuracy()",)),
    Part("linear", "Hinge", 1, "signed", ()),
    Part("linear", "MeanSquaredError", 1, "real", ("'mae'",)),
    Part("linear", "Huber", 3, "real", ()),
    Part("softmax", "KLDivergence", 3, "soft", ()),
    Part("softplus", "Poisson", 1, "counts", ()),
    Part("sigmoid", "MeanSquaredError", 1, "share", ()),
)

LABELS = {
    "binary": "rng.integers(2, size={one}).astype('float32')",
    "ids": "rng.integers({units}, size={one})",
    "ids-from-1": "rng.integers(1, {units} + 1, size={one})",
    "ids-beyond": "rng.integers({units} + 2, size={one})",
    "one-hot": "np.eye({units})[rng.integers({units}, size={ids})]",
    "one-hot-wider": "np.eye({units} + 1)[rng.integers({units} + 1, size={ids})]",
    "multi-hot": "rng.integers(2, size={rows}).astype('float32')",
    "signed": "rng.choice([-1.0, 1.0], {one})",
    "pixels": "rng.choice([0, 255], {one})",
    "soft": "rng.dirichlet(np.ones({units}), {ids})",
    "share": "rng.uniform(0.02, 0.97, {one})",
    "real": "rng.normal(size={rows})",
    "wide": "rng.normal(40.0, 9.0, {rows})",
    "counts": "rng.poisson(4.0, {one})",
    "text": "rng.choice(['cat', 'dog'], {one})",
}
ACTIVATIONS = ("linear", "sigmoid", "softmax", "tanh", "relu", "softplus")
LOSSES = (
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "SparseCategoricalCrossentropy",
    "MeanSquaredError",
    "MeanAbsoluteError",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
    "KLDivergence",
    "Poisson",
    "Huber",
    "LogCosh",
    "Dice",
)
METRICS = (
    "'accuracy'",
    "'binary_accuracy'",
    "'categorical_accuracy'",
    "'AUC'",
    "'mse'",
    "Accuracy()",
    "AUC(name='roc')",
    "BinaryAccuracy(threshold=0.0)",
    "CategoricalAccuracy(name='top')",
    "SparseCategoricalAccuracy()",
    "Precision()",
    "Recall(name='hits')",
    "F1Score()",
    "BinaryCrossentropy()",
    "TopKCategoricalAccuracy()",
    "MeanIoU(num_classes={units})",
    "OneHotMeanIoU(num_classes={units})",
)
WITH_LOGITS = LOSSES[:5]


def random_program(rng: random.Random) -> str:
    """Return a program of one to three heads with one to three broken parts."""
    count = rng.choice((1, 1, 1, 2, 3))
    inside = rng.choice(((), (), (5,), (5, 3)))
    heads = [replace(rng.choice(RIGHT), inside=inside) for _ in range(count)]
    heads = [_as_logits(head) if rng.random() < 0.3 else head for head in heads]
    for _ in range(rng.choice((1, 1, 2, 3))):
        place = rng.randrange(count)
        heads[place] = broken(heads[place], rng)
    return program(heads)


def _as_logits(head: Part) -> Part:
    if head.loss not in WITH_LOGITS:
        return head
    metrics = () if head.units == 1 or "Binary" in head.loss else head.metrics
    return replace(
        head, activation="linear", arguments=("from_logits=True",), metrics=metrics
    )


def broken(head: Part, rng: random.Random) -> Part:
    """Return a head with one part changed to any other."""
    match rng.randrange(8):
        case 0:
            return replace(head, activation=rng.choice(ACTIVATIONS))
        case 1:
            return replace(head, loss=rng.choice(LOSSES), arguments=())
        case 2 if head.loss in WITH_LOGITS:
            turned = () if head.arguments else ("from_logits=True",)
            return replace(head, arguments=turned)
        case 3:
            return replace(head, units=rng.choice((1, 2, 3, 4, 6)))
        case 4:
            return replace(head, column=False)
        case 5:
            return replace(head, metrics=(rng.choice(METRICS), *head.metrics[:1]))
        case 6:
            after = ("Activation('softmax')", "Activation('sigmoid')", "Dropout(0.2)")
            return replace(head, after=(rng.choice(after),))
        case _:
            return replace(head, labels=rng.choice(sorted(LABELS)))


def program(heads: list[Part]) -> str:
    """Return the program: it leaves `model`, `x` and `y`."""
    inside = heads[0].inside
    names = ["a", "b", "c"][: len(heads)]
    lines = [
        "rng = np.random.default_rng(0)",
        f"x = rng.normal(size=({SAMPLES}, *{inside}, 4)).astype('float32')",
        f"inputs = keras.Input((*{inside}, 4))",
    ]
    losses, metrics, labels = [], [], []
    for name, head in zip(names, heads, strict=True):
        layer = f"keras.layers.Dense({head.units}, {head.activation!r}, name={name!r})"
        code = f"{layer}(inputs)"
        for after in head.after:
            code = f"keras.layers.{after}({code})"
        lines.append(f"{name} = {code}")
        losses.append(f"keras.losses.{head.loss}({', '.join(head.arguments)})")
        codes = (m.format(units=max(head.units, 2)) for m in head.metrics)
        each = [m if m[0] == "'" else f"keras.metrics.{m}" for m in codes]
        metrics.append(f"[{', '.join(each)}]")
        labels.append(_labels(head))
    lines.append(f"model = keras.Model(inputs, [{', '.join(names)}])")
    if len(heads) == 1:
        lines.append(f"model.compile('sgd', {losses[0]}, metrics={metrics[0]})")
        return "\n".join([*lines, f"y = {labels[0]}"])
    lines += [
        f"model.compile('sgd', [{', '.join(losses)}], metrics=[{', '.join(metrics)}])",
        "y = dict(zip(model.output_names, [" + ", ".join(labels) + "]))",
    ]
    return "\n".join(lines)


def _labels(head: Part) -> str:
    ids = (SAMPLES, *head.inside)
    one = (*ids, 1) if head.column and head.labels != "ids" else ids
    rows = (*ids, head.units) if head.units > 1 or head.column else ids
    units = max(head.units, 2)
    code = LABELS[head.labels]
    return code.format(one=one, ids=ids, rows=rows, units=units)
