"""Tables of activation, loss and accuracy: a Dense head on a frozen base."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from kerascheck.confirm.tutorials._claims import (
    TOLERANCE,
    Claim,
    Compared,
    Figure,
    Raises,
    Rows,
)
from kerascheck.confirm.tutorials._images import (
    TEST,
    TRAINING,
    digits,
    has_images,
    horses_or_humans,
)
from kerascheck.confirm.tutorials._models import (
    accuracy_at,
    begin,
    compile_whole,
    outputs_of,
    reported_metrics,
    share,
)
from kerascheck.confirm.tutorials._tutorial import Conclusion, Figures, Trial, Tutorial
from kerascheck.model.typed import Any

BATCH = 64
EPOCHS = 20
REPORTED, TRUE = "reported accuracy", "true accuracy"
NAMED = "reported as 'acc'"
ERROR = "InvalidArgumentError"

BINARY = "BinaryCrossentropy"
CATEGORICAL = "CategoricalCrossentropy"
SPARSE = "SparseCategoricalCrossentropy"


class Table(NamedTuple):
    """What the rows of one table have in common."""

    name: str
    title: str
    units: int
    labels: str  # "value", "one-hot", "ids" or "tags"
    metric: str
    chance: float


ONE = Table("1 unit", "1 unit", 1, "value", "BinaryAccuracy", 0.5)
TWO = Table("2 units", "2 units, one-hot", 2, "one-hot", "CategoricalAccuracy", 0.5)
TEN_IDS = Table("ids", "10 units, ids", 10, "ids", "SparseCategoricalAccuracy", 0.1)
TEN = Table("one-hot", "10 units, one-hot", 10, "one-hot", "CategoricalAccuracy", 0.1)
TAGS = Table("tags", "5 units, tags", 5, "tags", "BinaryAccuracy", 0.5)

_HEADS = ("softmax", "sigmoid", "linear")

_BINARY_TABLES = (
    # table, loss, what the text reports by activation
    (ONE, BINARY, ("0.5000", "0.7266", "0.8125")),
    (ONE, CATEGORICAL, ("0.5000", "0.5000", "0.5000")),
    (ONE, SPARSE, (ERROR, ERROR, ERROR)),
    (TWO, BINARY, ("0.6992", "0.7148", "0.7148")),
    (TWO, CATEGORICAL, ("0.6992", "0.6992", "0.6992")),
    (TWO, SPARSE, (ERROR, ERROR, ERROR)),
)

_TEN_CLASSES = (
    (TEN_IDS, "softmax", SPARSE, "0.944"),
    (TEN_IDS, "sigmoid", SPARSE, "0.944"),
    (TEN_IDS, "linear", SPARSE, "0.944"),
    (TEN, "softmax", CATEGORICAL, "0.930"),
    (TEN, "softmax", BINARY, "0.906"),
)

_TAG_ROWS = (
    # activation, loss, what the text reports, the row that is meant, order
    ("sigmoid", BINARY, "0.881, the best", f"tags softmax {BINARY}", 1),
    ("softmax", BINARY, "0.8675", f"tags sigmoid {BINARY}", -1),
    ("sigmoid", CATEGORICAL, "0.746", f"tags sigmoid {BINARY}", -1),
    ("linear", CATEGORICAL, "0.254", f"tags sigmoid {BINARY}", -1),
)


def trials() -> tuple[Trial, ...]:
    """Return every row of the tables."""
    real = has_images()
    binary = [
        _trial(table, head, loss, (_claim(table, said),), same_data=real)
        for table, loss, published in _BINARY_TABLES
        for head, said in zip(_HEADS, published, strict=True)
    ]
    ten = [
        _trial(table, head, loss, (_claim(table, said),))
        for table, head, loss, said in _TEN_CLASSES
    ]
    tags = [
        _trial(TAGS, head, loss, (_against(said, other, order),))
        for head, loss, said, other, order in _TAG_ROWS
    ]
    return (*binary, *ten, *tags)


def _trial(
    table: Table,
    head: str,
    loss: str,
    claims: tuple[Claim, ...],
    *,
    same_data: bool = False,
) -> Trial:
    short = loss.removesuffix("Crossentropy")
    written = f"none, {short}(from_logits)" if head == "linear" else f"{head}, {short}"
    return Trial(
        name=f"{table.name} {head} {loss}",
        setting=f"{table.title}, {written}",
        claims=claims,
        measure=partial(measure, table=table, activation=head, loss=loss),
        same_data=same_data,
    )


def _claim(table: Table, said: str) -> Claim:
    if said == ERROR:
        return Raises(
            quantity="raises", said=said, why="it trains: this backend checks no ids"
        )
    why = "the text has one training, of the same start in each row"
    return Figure(quantity=REPORTED, said=said, chance=table.chance, why=why)


def _against(said: str, other: str, order: int) -> Claim:
    return Compared(quantity=REPORTED, said=said, other=other, order=order)


def measure(seed: int, *, table: Table, activation: str, loss: str) -> Figures:
    """Train a head on the features of the frozen base; figures of the test images."""
    import keras

    (x, truth), (test_x, test_truth) = features(seed, table)
    labels, test_labels = (_encode(ids, table) for ids in (truth, test_truth))
    begin(seed)  # the same initial weights in every row of a table
    head = keras.layers.Dense(table.units, activation=activation)
    model = keras.Sequential([keras.Input(x.shape[1:]), head])
    loss_class = getattr(keras.losses, loss)
    compile_whole(
        model,
        optimizer="adam",
        loss=loss_class(from_logits=activation == "linear"),
        metrics=[getattr(keras.metrics, table.metric)(name="accuracy"), "acc"],
    )
    rows = len(x) // BATCH * BATCH if table.units == 1 else len(x)  # as the text does
    model.fit(
        x[:rows],
        labels[:rows],
        batch_size=BATCH,
        epochs=EPOCHS,
        shuffle=False,
        verbose=0,
    )
    outputs = outputs_of(model, test_x)
    reported = reported_metrics(model, test_labels, outputs)
    return {
        REPORTED: reported["accuracy"],
        NAMED: reported["acc"],
        TRUE: _true_accuracy(outputs, test_truth, table, activation),
    }


def features(seed: int, table: Table) -> Any:
    """Return inputs and truth for training and for the test.

    The two binary tables average over the image, as the text does. Digits stand in for
    its images, by class odd; the ten classes are the digits, and the tags say whether
    a digit is odd, above 4, prime, a multiple of 3, and drawn with a closed loop.
    """
    import numpy as np

    if table.chance == 0.5 and table.labels != "tags":
        if has_images():
            return horses_or_humans()
        return tuple((x.mean(axis=(1, 2)), ids % 2) for x, ids in digits(seed))
    parts = [(x.reshape(len(x), -1), ids) for x, ids in digits(seed)]
    if table.labels != "tags":
        return tuple(parts)
    tags = [(1, 3, 5, 7, 9), (5, 6, 7, 8, 9), (2, 3, 5, 7), (0, 3, 6, 9), (0, 6, 8, 9)]
    return tuple(
        (x, np.stack([np.isin(ids, on) for on in tags], axis=1).astype("int64"))
        for x, ids in parts
    )


def _encode(truth: Any, table: Table) -> Any:
    import numpy as np

    if table.labels == "one-hot":
        return np.eye(table.units, dtype="float32")[truth]
    return truth if table.labels == "ids" else truth.astype("float32")


def _true_accuracy(outputs: Any, truth: Any, table: Table, activation: str) -> float:
    threshold = 0.0 if activation == "linear" else 0.5
    if table.labels == "tags":
        return share((outputs > threshold) == (truth == 1))
    if table.units == 1:
        return accuracy_at(outputs, threshold, truth)
    return share(outputs.argmax(axis=1) == truth)


def data() -> str:
    """Return which images the tables were trained on."""
    others = (
        f"digits of scikit-learn, {TRAINING} + {TEST} images of 8x8 enlarged to 32x32, "
        "through a frozen random convolutional base"
    )
    if has_images():
        return (
            "horses or humans, 1027 + 256 images, through VGG16; for ten classes and "
            f"tags {others}"
        )
    return (
        f"{others}; one and two units separate odd digits from even ones: the image "
        "sets of the text and the ImageNet weights are not here"
    )


def _logits(rows: Rows) -> str:
    name = f"1 unit linear {BINARY}"
    return (
        "BinaryAccuracy() cuts logits at 0.5, and 0 is right: without activation it "
        f"reports {rows.figure(name, REPORTED)} where {rows.figure(name, TRUE)} is "
        "true."
    )


def _same_logits(rows: Rows) -> str:
    names = [f"2 units {head} {CATEGORICAL}" for head in _HEADS]
    found = [rows.difference(names[0], one, TRUE) for one in names[1:]]
    if None in found:
        return ""
    largest = max(abs(one.mean) for one in found if one is not None)
    if largest < TOLERANCE:
        return (
            "That rows of the second table agree is not chance: the categorical "
            "crossentropy sees the same logits behind each of the three heads (true "
            f"accuracy differs by at most {largest:.4f})."
        )
    return (
        "The three heads under the categorical crossentropy differ by up to "
        f"{largest:.4f} in true accuracy on this backend."
    )


def _inferred(rows: Rows) -> str:
    one_hot, tags = f"2 units sigmoid {BINARY}", f"tags sigmoid {BINARY}"
    return (
        "That Keras infers 'accuracy' from the loss held for early Keras 2; it looks "
        "at shapes today. By that name one-hot labels under the binary loss report "
        f"{rows.figure(one_hot, NAMED)} where {rows.figure(one_hot, TRUE)} is true; "
        f"tags report {rows.figure(tags, NAMED)} where {rows.figure(tags, TRUE)} of "
        "them are right."
    )


def _sparse(rows: Rows) -> str:
    errors = [
        [rows[f"{table.name} {head} {SPARSE}"].error for head in _HEADS]
        for table in (ONE, TWO)
    ]
    one, two = (
        " or ".join(sorted({error or "nothing" for error in found})) for found in errors
    )
    return (
        f"The sparse loss raises {one} on one unit and {two} on two units with "
        "one-hot labels."
    )


TUTORIAL = Tutorial(
    name="activation-loss-tables",
    title="Tables of activation and loss",
    setting="frozen base, one Dense head; adam, batch 64, 20 epochs, the accuracy "
    "metric that the text names for the labels",
    data=data,
    trials=trials,
    conclusions=(
        Conclusion(rows=(f"1 unit linear {BINARY}",), say=_logits),
        Conclusion(
            rows=tuple(f"2 units {head} {CATEGORICAL}" for head in _HEADS),
            say=_same_logits,
        ),
        Conclusion(
            rows=(f"2 units sigmoid {BINARY}", f"tags sigmoid {BINARY}"), say=_inferred
        ),
        Conclusion(
            rows=tuple(
                f"{table.name} {head} {SPARSE}"
                for table in (ONE, TWO)
                for head in _HEADS
            ),
            say=_sparse,
        ),
    ),
)
