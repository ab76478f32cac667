"""Data sets of Keras, and those made from folders, tables and arrays of pictures."""

import importlib
import re

import numpy as np
import pytest

from kerascheck.readers.source.data import library
from kerascheck.readers.source.data.array import UNKNOWN, Array
from kerascheck.readers.source.data.call import Call
from tests.readers.source.data.both_ways import as_numpy, disagreements, together

DATASETS = ["mnist", "fashion_mnist", "cifar10", "cifar100"]


def loaded(name, **arguments):
    return library.call(f"keras.datasets.{name}.load_data", Call((), arguments))


@pytest.mark.slow
@pytest.mark.parametrize("name", DATASETS)
def test_shapes_are_those_that_keras_asserts(name):
    module = importlib.import_module(f"keras.datasets.{name}")
    stated = re.findall(r"assert \w+\.shape == (\(.*\))", module.load_data.__doc__)
    (x, y), (x_test, y_test) = loaded(name)
    assert [str(a.shape) for a in (x, x_test, y, y_test)] == stated


def written(monkeypatch, module, files):
    """Let a data set load these arrays instead of those from the network."""
    monkeypatch.setattr(module, "get_file", lambda *a, **k: files)


@pytest.mark.slow
def test_texts_hold_as_many_labels_as_keras_makes_of_the_file(monkeypatch, tmp_path):
    module = importlib.import_module("keras.src.datasets.imdb")
    size, path = 25_000, tmp_path / "imdb.npz"
    words = np.array([[1, 2]] * size)
    labels = np.arange(size) % 2
    np.savez(path, x_train=words, y_train=labels, x_test=words, y_test=labels)
    written(monkeypatch, module, str(path))
    assert not [*disagreements(loaded("imdb")[0][1], module.load_data()[0][1])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "columns", "prices"),
    [("boston_housing", 13, (5, 50)), ("california_housing", 8, (14_999, 500_001))],
)
def test_prices_are_of_one_axis(monkeypatch, tmp_path, name, columns, prices):
    module = importlib.import_module(f"keras.src.datasets.{name}")
    path, rng = tmp_path / "file.npz", np.random.default_rng(0)
    np.savez(path, x=rng.random((20_640, columns)), y=rng.uniform(*prices, 20_640))
    written(monkeypatch, module, str(path))
    assert not [*disagreements(loaded(name), module.load_data())]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder of three classes with four small pictures each."""
    from keras.utils import array_to_img

    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    for kind in ("a", "b", "c"):
        (folder / kind).mkdir()
        for place in range(4):
            picture = array_to_img(rng.random((8, 9, 3)))
            picture.save(folder / kind / f"{place}.png")
    return folder


def part(found):
    """Return the first batch as arrays."""
    if hasattr(found, "take"):
        return together(list(found.take(9)))
    return found[0]


def agrees(known, found):
    """Say what of the batches known is not so."""
    x, y, _ = library.batch_of(known)
    batch = part(found)
    has_labels = isinstance(batch, tuple)
    if (y is not None) != has_labels:
        return ["labels or none"]
    pairs = zip((x, y), batch, strict=True) if has_labels else [(x, batch)]
    return [w for one, other in pairs for w in disagreements(one, as_numpy(other))]


FOLDERS = [
    {},
    {"label_mode": "int"},
    {"label_mode": "categorical"},
    {"label_mode": None},
    {"labels": None, "label_mode": None},
    {"label_mode": "categorical", "image_size": (12, 10)},
    {"color_mode": "grayscale", "label_mode": "int"},
    {"label_mode": "binary", "class_names": ["a", "b"]},
    {"label_mode": "categorical", "class_names": ["a", "b", "c"]},
]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", FOLDERS)
def test_facts_of_pictures_in_folders_hold(pictures, tmp_path, arguments):
    from keras.utils import image_dataset_from_directory

    folder = pictures
    if arguments.get("class_names") == ["a", "b"]:
        folder = tmp_path
        for kind in "ab":
            (tmp_path / kind).symlink_to(pictures / kind)
    found = image_dataset_from_directory(str(folder), **arguments)
    name = "keras.utils.image_dataset_from_directory"
    known = library.call(name, Call((str(folder),), arguments))
    assert not agrees(known, found)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["int", "categorical", None])
def test_facts_of_texts_in_folders_hold(tmp_path, mode):
    from keras.utils import text_dataset_from_directory

    for kind in "abc":
        (tmp_path / kind).mkdir()
        for place in range(3):
            (tmp_path / kind / f"{place}.txt").write_text("words of a text")
    found = text_dataset_from_directory(str(tmp_path), label_mode=mode)
    call = Call((str(tmp_path),), {"label_mode": mode})
    known = library.call("keras.utils.text_dataset_from_directory", call)
    assert not agrees(known, found)


def generator():
    return library.call("keras.preprocessing.image.ImageDataGenerator", Call())


MODES = ["categorical", "binary", "sparse", "input", None]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["default", *MODES])
def test_facts_of_a_generator_over_a_folder_hold(pictures, mode):
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    given = {} if mode == "default" else {"class_mode": mode}
    if mode == "binary":
        given["classes"] = ["a", "b"]
    found = ImageDataGenerator().flow_from_directory(str(pictures), **given)
    call = Call((str(pictures),), given)
    known = library.method(generator(), "flow_from_directory", call)
    assert not agrees(known, found)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["default", *MODES, "raw"])
def test_facts_of_a_generator_over_a_table_hold(pictures, mode):
    import pandas as pd
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    kinds = ("a", "b") if mode == "binary" else ("a", "b", "c")
    files = [f"{kind}/{place}.png" for kind in kinds for place in range(4)]
    labels = [0.5] * len(files) if mode == "raw" else [name[0] for name in files]
    table = pd.DataFrame({"filename": files, "class": labels})
    given = {} if mode == "default" else {"class_mode": mode}
    found = ImageDataGenerator().flow_from_dataframe(table, str(pictures), **given)
    call = Call((library.call("pandas.read_csv", Call()), str(pictures)), given)
    known = library.method(generator(), "flow_from_dataframe", call)
    assert not agrees(known, found)


@pytest.mark.slow
@pytest.mark.parametrize("labels", [np.arange(6) % 3, np.eye(6), np.arange(6) % 2])
def test_facts_of_a_generator_over_arrays_hold(labels):
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    x = np.random.default_rng(0).random((6, 8, 8, 3))
    found = ImageDataGenerator().flow(x, labels)
    given = Array(shape=(None,) * labels.ndim)
    known = library.method(generator(), "flow", Call((UNKNOWN, given)))
    assert not agrees(known, found)
