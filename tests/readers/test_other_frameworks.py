"""Files of other frameworks are called what they are, not damaged models."""

import zipfile

import pytest

from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.containers.open import open_container
from kerascheck.readers.containers.other_frameworks import other_framework


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("m.onnx", "an ONNX model"),
        ("best.PT", "a PyTorch file"),
        ("pytorch_model.pth", "a PyTorch file"),
        ("model.tflite", "a LiteRT (TensorFlow Lite) model"),
        ("frozen.pb", "a graph of TensorFlow"),
        ("model.safetensors", "a safetensors file"),
        ("forest.pkl", "a pickle"),
        ("variables.data-00000-of-00001", "a checkpoint of TensorFlow"),
    ],
)
def test_the_message_says_what_it_is(name, kind, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"\x08\x07\x12\x00 no model of Keras")
    with pytest.raises(
        UnreadableModel, match="kerascheck reads Keras models"
    ) as caught:
        open_container(path)
    assert str(caught.value) == f"this is {kind}; kerascheck reads Keras models"


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("y.npy", "--labels"),
        ("y.npz", "--labels"),
        ("labels.csv", "--labels"),
        ("labels.csv", "kerascheck explain"),
        ("fit.log", "kerascheck explain"),
    ],
)
def test_labels_and_logs_are_said_to_belong_elsewhere(name, option, tmp_path):
    (tmp_path / name).write_text("epoch,loss\n0,0.5\n")
    with pytest.raises(UnreadableModel, match=option):
        open_container(tmp_path / name)


def test_an_archive_of_torch_is_no_damaged_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.pt", "w") as archive:
        archive.writestr("net/data.pkl", b"\x80\x02}")
    with pytest.raises(UnreadableModel, match="this is a PyTorch file"):
        open_container(tmp_path / "net.pt")


def test_a_model_of_keras_is_read_under_any_name(tmp_path):
    (tmp_path / "m.pkl").write_text('{"class_name": "Sequential", "config": []}')
    assert open_container(tmp_path / "m.pkl").format == "keras-json"


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m.hdf5", "m.json", "m"])
def test_a_damaged_model_of_keras_stays_one(name, tmp_path):
    assert other_framework(name) is None
    (tmp_path / name).write_bytes(b"PK\x03\x04 and then the disk was full")
    with pytest.raises(UnreadableModel) as caught:
        open_container(tmp_path / name)
    assert "kerascheck reads" not in str(caught.value)
