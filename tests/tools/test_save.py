"""Fixtures on disk: no dates, no addresses, every form of labels readable."""

import json

import numpy as np
import pytest

from kerascheck.labels.files.load import load_labels
from kerascheck.model.description import Encoding
from tools import arrays
from tools.save import save_labels, settled


def test_date_of_saving_is_left_out():
    text = json.dumps({"keras_version": "3.15.1", "date_saved": "2026-11-22@03:46:00"})
    assert json.loads(settled(text))["date_saved"] == "1980-01-01@00:00:00"


def test_addresses_become_numbers_in_order():
    text = json.dumps([{"shared_object_id": n} for n in (140061, 99, 140061)])
    assert [d["shared_object_id"] for d in json.loads(settled(text))] == [1, 2, 1]


def test_all_else_stays():
    text = '{"name": "date_saved", "units": 140061}'
    assert settled(text) == text


@pytest.mark.parametrize("ending", ["npy", "npz", "csv", "json"])
@pytest.mark.parametrize(
    ("labels", "encoding"),
    [
        (arrays.class_ids(5), Encoding.CLASS_IDS),
        (arrays.one_hot(3), Encoding.ONE_HOT),
        (arrays.real(), Encoding.CONTINUOUS),
        (arrays.words("cat", "dog"), Encoding.STRINGS),
    ],
    ids=["ids", "rows", "real", "words"],
)
def test_labels_come_back_as_they_were(tmp_path, ending, labels, encoding):
    path = str(tmp_path / f"labels.{ending}")
    save_labels(labels, path)
    read = load_labels(path, heads=["output"])[None]
    assert read.encoding is encoding
    assert read.shape == labels.shape


@pytest.mark.parametrize("ending", ["npz", "csv", "json"])
def test_labels_of_several_heads_come_back_by_name(tmp_path, ending):
    path = str(tmp_path / f"labels.{ending}")
    save_labels({"age": arrays.real(), "mood": arrays.class_ids(3)}, path)
    read = load_labels(path, heads=["age", "mood"])
    assert read["age"].encoding is Encoding.CONTINUOUS
    assert read["mood"].encoding is Encoding.CLASS_IDS


def test_unknown_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"Expected npy, npz, csv or json"):
        save_labels(np.zeros(3), str(tmp_path / "labels.txt"))
