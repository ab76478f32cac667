"""Well-known data sets of TensorFlow Datasets.

Shapes and classes as on the catalogue's page of each data set at
https://www.tensorflow.org/datasets/catalog/overview.
"""

from __future__ import annotations

from kerascheck.model.description import Shape
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.readers.source.data.array import UNKNOWN, Array, ids
from kerascheck.readers.source.data.call import Call, NotKnown, Value
from kerascheck.readers.source.data.containers import Dataset, Encoder, Record

__all__ = ["builder", "builder_method", "load"]


class _Known(NamedTuple):
    """One data set: a picture or text, and a class."""

    shape: Shape  # of one picture; (): a text
    classes: int
    key: str = "image"
    mask: bool = False  # whether there is a picture of ids from 1 on


_PICTURE: Final = (None, None, 3)

_KNOWN: Final[dict[str, _Known]] = {
    "ag_news_subset": _Known((), 4, "description"),
    "beans": _Known((500, 500, 3), 3),
    "cats_vs_dogs": _Known(_PICTURE, 2),
    "cifar10": _Known((32, 32, 3), 10),
    "cifar100": _Known((32, 32, 3), 100),
    "eurosat": _Known((64, 64, 3), 10),
    "fashion_mnist": _Known((28, 28, 1), 10),
    "food101": _Known(_PICTURE, 101),
    "horses_or_humans": _Known((300, 300, 3), 2),
    "imdb_reviews": _Known((), 2, "text"),
    "iris": _Known((4,), 3, "features"),
    "kmnist": _Known((28, 28, 1), 10),
    "malaria": _Known(_PICTURE, 2),
    "mnist": _Known((28, 28, 1), 10),
    "oxford_flowers102": _Known(_PICTURE, 102),
    "oxford_iiit_pet": _Known(_PICTURE, 37, mask=True),
    "rock_paper_scissors": _Known((300, 300, 3), 3),
    "stanford_dogs": _Known(_PICTURE, 120),
    "tf_flowers": _Known(_PICTURE, 5),
    "yelp_polarity_reviews": _Known((), 2, "text"),
}


_PLACES: Final = 3
"""Pet, background and outline, which a mask numbers from 1."""


def builder(call: Call) -> Encoder:
    """Return a builder, which makes the data set in a step of its own."""
    return Encoder("Builder", call)


def builder_method(made: Encoder, name: str, call: Call) -> Value | None:
    """Return what a method of a builder returns."""
    if name != "as_dataset":
        return None
    return load(
        Call(
            (made.call.get(0, "name"),), {"split": call.get(0, "split"), **call.kwargs}
        )
    )


def load(call: Call) -> Value:
    """Return what `tensorflow_datasets.load` returns: data sets, maybe with facts."""
    name = call.get(0, "name")
    plain = name.partition("/")[0].partition(":")[0] if isinstance(name, str) else ""
    known = _KNOWN.get(plain)
    split = call.get(1, "split")
    dataset = _dataset(known, call)
    made: Value
    if split is None:
        made = dict.fromkeys(("train", "test", "validation"), dataset)
    elif type(split) in (list, tuple):
        made = [dataset for _ in split]
    else:
        made = dataset if isinstance(split, str) else replace(dataset, splits=True)
    return (made, _info(known)) if call.named("with_info") is True else made


def _dataset(known: _Known | None, call: Call) -> Dataset:
    batched = call.named("batch_size") is not None
    if known is None:
        return Dataset(element=UNKNOWN, batched=batched)
    lead: Shape = (None,) if batched else ()
    text = not known.shape
    x = Array(
        shape=(*lead, *known.shape),
        dtype="str" if text else "uint8",
        low=None if text else 0,
        high=None if text else 255,
        whole=None if text else True,
        dense=not text,
    )
    if known.key == "features":
        x = Array(shape=x.shape, dtype="float32")
    y = ids(lead, known.classes, all_occur=True)
    if call.named("as_supervised") is True:
        return Dataset(element=(x, y), batched=batched)
    element = {known.key: x, "label": y}
    if known.mask:
        places = ids((*lead, None, None, 1), _PLACES, "uint8", all_occur=True)
        from_one = tuple(range(1, _PLACES + 1))
        mask = replace(places, low=1, high=_PLACES, values=from_one)
        element["segmentation_mask"] = mask
    return Dataset(element=element, batched=batched)


def _info(known: _Known | None) -> Record:
    count: Value = NotKnown("the data set is not known")
    label = Record(fields=(("num_classes", known.classes if known else count),))
    features = Record(fields=(("label", label),))
    return Record(fields=(("features", features),))
