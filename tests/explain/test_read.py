"""Logs are recognised by content, and every figure of an epoch is found."""

import json
import struct

import pytest

from kerascheck.explain.formats import events
from kerascheck.explain.log import UnreadableLog
from kerascheck.explain.read import parse, read

BAR = (
    "Epoch 1/2\n"
    "\r\x1b[1m 1/15\x1b[0m \x1b[32m━\x1b[0m\x1b[37m━━━\x1b[0m \x1b[1m26s\x1b[0m 2s/step"
    " - accuracy: 0.5000 - loss: 0.6672\x08\x08\x08\x08"
    "\r\x1b[1m15/15\x1b[0m \x1b[32m━━━━\x1b[0m \x1b[1m2s\x1b[0m 35ms/step"
    " - accuracy: 0.5912 - loss: 0.6401 - val_accuracy: 0.7719 - val_loss: 5.5e-01\n"
    "Epoch 2/2\n"
    "\r\x1b[1m15/15\x1b[0m \x1b[1m0s\x1b[0m - accuracy: 0.60 - loss: nan\n"
)


def losses(text):
    return [epoch.values.get("loss") for epoch in parse(text.encode()).epochs]


def test_the_last_state_of_a_bar_counts():
    log = parse(BAR.encode())
    assert log.format == "progress"
    assert len(log.epochs) == 2
    assert log.epochs[0].values == {
        "accuracy": 0.5912,
        "loss": 0.6401,
        "val_accuracy": 0.7719,
        "val_loss": 0.55,
    }
    assert str(log.epochs[1].values["loss"]) == "nan"


def test_a_bar_that_was_pasted_state_by_state_is_one_epoch():
    text = (
        "Epoch 1/2\n 1/3 [==>...] - ETA: 3s - loss: 0.9\n"
        "2/3 [=====>..] - ETA: 1s - loss: 0.8\n3/3 [====] - 2s 3ms/step - loss: 0.7\n"
        "Epoch 2/2\n 1/3 [==>...] - ETA: 3s - loss: 0.6\n3/3 [====] - 1s - loss: 0.5\n"
    )
    assert losses(text) == [0.7, 0.5]


def test_bare_lines_are_an_epoch_each():
    text = "loss: 0.5 - accuracy: 0.7\nloss: -1e-3 - accuracy: 0.8\nloss=.25, acc=1\n"
    assert losses(text) == [0.5, -0.001, 0.25]


def test_lines_without_steps_of_verbose_2():
    text = "Epoch 1/2\n15/15 - 2s - 9ms/step - loss: 0.6\nEpoch 2/2\n15/15 - loss: 0.5"
    assert losses(text) == [0.6, 0.5]


EPOCHS_BY_LINE = (
    "Epoch 1/3 - loss: 0.6\nEpoch 2/3 - loss: 0.5\n",
    "Epoch [1/3], loss: 0.6\nEpoch [2/3], loss: 0.5\n",
    "epoch 1 | 9/9 | loss=0.6\nepoch 2 | 9/9 | loss=0.5\n",
    "15/15 - 2s - 9ms/step - loss: 0.6\n15/15 - 0s - 9ms/step - loss: 0.5\n",
    "Epoch 1/3 4/9 loss: 0.7\nEpoch 1/3 9/9 loss: 0.6\nEpoch 2/3 9/9 loss: 0.5\n",
    "8/9 - ETA: 0s - loss: 0.7\n9/9 - ETA: 0s - loss: 0.6\n9/9 - 1s - loss: 0.6\n"
    "1/9 - loss: 0.5\n",
)


@pytest.mark.parametrize("text", EPOCHS_BY_LINE)
def test_lines_that_name_their_epoch_or_a_full_bar_are_not_drawn_over(text):
    assert losses(text) == [0.6, 0.5]


def test_a_full_bar_that_is_drawn_again_with_validation_is_one_epoch():
    text = "9/9 - loss: 0.6\n9/9 - loss: 0.6 - val_loss: 0.7\n9/9 - loss: 0.5\n"
    assert losses(text) == [0.6, 0.5]


TRAINED = [{"loss": 0.52, "acc": 0.712}, {"loss": 0.41, "acc": 0.8}]
HELD_OUT = [
    {"loss": 0.52, "acc": 0.712, "val_loss": 0.6, "val_acc": 0.66},
    {"loss": 0.41, "acc": 0.8, "val_loss": 0.5, "val_acc": 0.7},
]
SPELLINGS = {
    "capitals": (
        "Loss: 0.52 Acc: 0.712\nLoss: 0.41 Acc: 0.8\n",
        TRAINED,
    ),
    "percentages": (
        "Epoch 1 - Loss = 0.52 | Acc = 71.2%\nEpoch 2 - Loss = 0.41 | Acc = 80.0 %\n",
        TRAINED,
    ),
    "percentages without their sign": (
        "loss: 0.52, acc: 71.2\nloss: 0.41, acc: 80\n",
        TRAINED,
    ),
    "no separator": (
        "epoch 1 loss 0.52 acc 0.712\nepoch 2 loss 0.41 acc 0.8\n",
        TRAINED,
    ),
    "prefixes": (
        "Epoch 1: train_loss=0.52, train_acc=0.712, val_loss=0.6, val_acc=0.66\n"
        "Epoch 2: train_loss=0.41, train_acc=0.8, val_loss=0.5, val_acc=0.7\n",
        HELD_OUT,
    ),
    "words": (
        "Epoch 1, Training Loss: 0.52, Training Acc: 71.20%, Validation Loss: 0.6, "
        "Validation Acc: 66%\n"
        "Epoch 2, Training Loss: 0.41, Training Acc: 80.00%, Validation Loss: 0.5, "
        "Validation Acc: 70%\n",
        HELD_OUT,
    ),
    "sections": (
        "[1] train: loss 0.52 acc 0.712 | val: loss 0.6 acc 0.66\n"
        "[2] train: loss 0.41 acc 0.8 | val: loss 0.5 acc 0.7\n",
        HELD_OUT,
    ),
    "a line each": (
        "Epoch 0/1\n----------\ntrain Loss: 0.52 Acc: 0.712\nval Loss: 0.6 Acc: 0.66\n"
        "\nEpoch 1/1\n----------\ntrain Loss: 0.41 Acc: 0.8\nval Loss: 0.5 Acc: 0.7\n",
        HELD_OUT,
    ),
    "a line for each figure": (
        "Epoch: 1\nloss: 0.52\nacc: 0.712\nEpoch: 2\nloss: 0.41\nacc: 0.8\n",
        TRAINED,
    ),
    "a bar of Lightning": (
        "Epoch 0: 100%|█████| 38/38 [00:01<00:00, 30.1it/s, v_num=0, "
        "train_loss_step=0.4, train_loss_epoch=0.52, train_acc=0.712]\n"
        "Epoch 1: 100%|█████| 38/38 [00:01<00:00, 30.1it/s, v_num=0, "
        "train_loss_step=0.3, train_loss_epoch=0.41, train_acc=0.8]\n",
        TRAINED,
    ),
    "a table": (
        "Epoch,Train Loss,Train Acc,Val Loss,Val Acc\n1,0.52,0.712,0.6,0.66\n"
        "2,0.41,0.8,0.5,0.7\n",
        HELD_OUT,
    ),
    "JSON": (
        '{"train_loss": [0.52, 0.41], "train_acc": [0.712, 0.8], "val_loss": '
        '[0.6, 0.5], "val_acc": [0.66, 0.7]}',
        HELD_OUT,
    ),
}


@pytest.mark.parametrize("form", SPELLINGS)
def test_figures_are_known_by_other_spellings(form):
    text, expected = SPELLINGS[form]
    epochs = [
        {name: value for name, value in epoch.values.items() if name != "v_num"}
        for epoch in parse(text.encode()).epochs
    ]
    assert [epoch.keys() for epoch in epochs] == [row.keys() for row in expected]
    for epoch, row in zip(epochs, expected, strict=True):
        assert epoch == pytest.approx(row)


@pytest.mark.parametrize(
    ("line", "figures"),
    [
        ("loss: 0.5 - best accuracy: 0.9", {"loss", "best accuracy"}),
        ("loss: 0.5 - binary accuracy: 0.9", {"loss", "binary_accuracy"}),
        ("loss: 0.5 - batch loss: 0.4", {"loss"}),
        ("loss: 0.5 - GPU: 45%", {"loss"}),
        ("loss: 0.5 - dense_1_accuracy: 0.9", {"loss", "dense_1_accuracy"}),
        ("Loss: 0.5 - MAE: 12.0", {"loss", "mae"}),
    ],
)
def test_a_figure_of_something_else_is_not_taken_for_the_accuracy(line, figures):
    assert set(parse(line.encode()).names) == figures


def test_figures_of_a_test_after_training_are_no_epoch_of_their_own():
    log = parse(b"loss: 0.5 - acc: 0.7\nTest loss: 0.6, test acc: 0.65\n")
    assert [len(epoch.values) for epoch in log.epochs] == [4]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("loss: 0.5000 - accuracy: 0.5900", True),
        ("loss: 0.5012 - accuracy: 0.59", False),
        ("loss: 0.501 - accuracy: 0.5912", False),
        ("loss: 0.50 - accuracy: 59.1%", False),
        ("loss: 0.5012 - accuracy: 59.12%", True),
        ("loss: 0.512345 - accuracy: 0.59", True),
        ("loss: 5.0121e-04 - accuracy: 0.5912", True),
    ],
)
def test_a_log_knows_whether_its_figures_are_rounded(text, exact):
    assert parse(text.encode()).is_exact == exact


def test_text_between_is_kept_with_its_lines():
    log = parse(b"Epoch 1/2\nValueError: no\nloss: 1.0\n")
    assert [(line.number, line.text) for line in log.text] == [(2, "ValueError: no")]


def test_a_table_with_a_column_for_the_loss():
    log = parse(b"epoch,accuracy,loss,lr\n0,0.5,0.7,0.01\n1,0.6,nan,0.01\n")
    assert log.format == "csv"
    assert log.names == ("accuracy", "loss")
    assert len(log.epochs) == 2
    assert log.epochs[1].line.number == 3


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_tables_of_other_delimiters(delimiter):
    text = "epoch,loss,accuracy\n0,0.5,0.7\n".replace(",", delimiter)
    assert losses(text) == [0.5]


@pytest.mark.parametrize(
    "plain",
    [
        {"loss": [0.5, 0.4], "accuracy": [0.7, 0.8]},
        {"history": {"loss": [0.5, 0.4], "accuracy": [0.7, 0.8]}, "epoch": [0, 1]},
        [{"loss": 0.5, "accuracy": 0.7}, {"loss": 0.4, "accuracy": 0.8}],
    ],
)
def test_histories_as_json(plain):
    log = parse(json.dumps(plain).encode())
    assert log.format == "json"
    assert [epoch.values["accuracy"] for epoch in log.epochs] == [0.7, 0.8]


def test_one_json_object_a_line():
    assert losses('{"loss": 0.5}\n{"loss": NaN}\n{"note": "x"}\n')[0] == 0.5


def test_utf_16_of_powershell():
    data = "loss: 0.5 - accuracy: 0.7\r\n".encode("utf-16")
    assert parse(data).epochs[0].values == {"loss": 0.5, "accuracy": 0.7}


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def record(event):
    return struct.pack("<QI", len(event), 0) + event + b"\0\0\0\0"


def scalar(step, tag, value, *, tensor=True):
    if tensor:
        content = field(4, struct.pack("<f", value))
        number = field(8, b"\x08\x01" + field(2, b"") + content)
    else:
        number = b"\x15" + struct.pack("<f", value)
    return record(b"\x10" + varint(step) + field(5, field(1, field(1, tag) + number)))


VERSION = record(field(3, b"brain.Event:2"))


@pytest.mark.parametrize("tensor", [True, False])
def test_events_without_tensorflow(tensor):
    data = VERSION + scalar(0, b"epoch_loss", 0.5, tensor=tensor)
    log = events.read(data + scalar(300, b"epoch_loss", 0.25, tensor=tensor))
    assert [(e.line.number, e.values) for e in log.epochs] == [
        (0, {"loss": 0.5}),
        (300, {"loss": 0.25}),
    ]


def test_the_folder_of_tensorboard(tmp_path):
    for name, value in (("train", 0.5), ("validation", 0.75)):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "events.out.tfevents.1.host.1.0.v2"
        path.write_bytes(VERSION + scalar(0, b"epoch_loss", value))
    assert read(str(tmp_path)).epochs[0].values == {"loss": 0.5, "val_loss": 0.75}


@pytest.mark.parametrize("end", range(0, 35, 7))
def test_events_that_are_cut_short_are_read_as_far_as_they_go(end):
    data = VERSION + scalar(0, b"epoch_loss", 0.5) + scalar(1, b"epoch_loss", 0.25)
    log = events.read(data[: len(data) - 1 - end])
    assert log is not None
    assert log.epochs[0].values == {"loss": 0.5}


def test_what_is_no_log_is_refused(tmp_path):
    empty = tmp_path / "empty.log"
    empty.write_bytes(b"\n \n")
    with pytest.raises(UnreadableLog, match="holds no training log"):
        read(str(empty))
    with pytest.raises(UnreadableLog, match="there is no file"):
        read(str(tmp_path / "none.log"))
    with pytest.raises(UnreadableLog, match="no event file"):
        read(str(tmp_path))
