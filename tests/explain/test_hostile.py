"""Whatever is pasted, reading and explaining it ends in an answer or a refusal."""

import json
import math
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kerascheck.explain.explanation import explain
from kerascheck.explain.formats import events
from kerascheck.explain.log import UnreadableLog
from kerascheck.explain.read import parse, read

PIECES = (
    *("loss", "val_loss", "accuracy", "recall", "f1_score", "top_k_accuracy", "epoch"),
    *(": ", "=", " - ", ",", "\t", ";", "\n", "\r", "\x08", "\x1b[1m", "\0", '"', "'"),
    *(
        "nan",
        "inf",
        "-1",
        "0",
        "0.69",
        "1e999",
        "9" * 400,
        "1/2",
        "Epoch 1/3",
        "{",
        "}",
    ),
    *("target.shape=(None,), output.shape=(", ")", "\ud800", "\ufeff"),
)


def judged(data: bytes) -> None:
    log = parse(data)
    if log is not None:
        assert len(explain(log).codes) == len(set(explain(log).codes))


@given(st.lists(st.sampled_from(PIECES)))
def test_any_text_has_an_answer(pieces):
    judged("".join(pieces).encode("utf-8", "surrogatepass"))


@given(st.binary())
def test_any_bytes_have_an_answer(data):
    judged(data)
    events.read(data)
    events.read(b"\x18" + b"\0" * 11 + data)


MANY = 20_000
LONG = {
    "digits of steps": f"{'1' * 5000}/3 - loss: 0.5\n" * 2,
    "digits": f"loss: {'1' * MANY}x\n",
    "names": "a/" * MANY,
    "brackets": "(a" * MANY,
    "a header": f"Epoch 1{' ' * MANY}x\n",
    "a message": "softmax over axis  of a tensor of shape " * (MANY // 20),
    "shapes": "target.shape=(" * (MANY // 10),
    "columns": json.dumps({f"a{i}": [] for i in range(9_000)} | {"loss": [1] * 9_000}),
    "recalls": json.dumps([{f"recall_{i}": 1, "loss": 1} for i in range(2_000)]),
}


@pytest.mark.parametrize("what", LONG)
def test_long_lines_and_many_names_take_no_more_than_their_share(what):
    start = process_time()
    judged(LONG[what].encode())
    assert process_time() - start < 2


numbers = st.floats() | st.integers() | st.just(10**400) | st.none()


figures = st.sampled_from(
    (math.nan, math.inf, -1.0, 0.0, 0.3, 0.31, 0.5, 0.7, 1.0, 9.0)
)


@given(
    st.dictionaries(
        st.sampled_from(PIECES[:7]),
        st.lists(numbers) | st.lists(figures, min_size=3, max_size=5),
    )
)
@example(
    {"loss": [math.nan] * 3, "accuracy": [0.1, 0.2, 0.6], "f1_score": [0.3, 0.31, 0.3]}
)
@example(
    {"val_loss": [1.0] * 3, "accuracy": [0.1, 0.2, 0.6], "f1_score": [0.3, 0.31, 0.3]}
)
def test_any_history_has_an_answer(history):
    judged(json.dumps(history).encode())


def test_a_log_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("kerascheck.explain.read.MAX_BYTES", 8)
    path = tmp_path / "long.log"
    path.write_text("loss: 0.5 - accuracy: 0.5\n")
    with pytest.raises(UnreadableLog, match="more than the limit"):
        read(str(path))


def test_a_pipe_is_refused_by_name(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableLog, match="not a regular file"):
        read(str(tmp_path / "pipe"))
