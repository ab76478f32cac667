"""Arrays that loops fill, of whose rounds one is known."""

import pytest

from kerascheck.api import check

BEGIN = """
import keras
import numpy as np
import pandas as pd
from elsewhere import read
from sklearn.preprocessing import StandardScaler

paths = read()
"""
END = """
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.zeros((9, 4)), y)
"""

SCALED = "rows = StandardScaler().fit_transform(pd.read_csv('a')[['close']].values)\n"

KNOWN = {
    "values that every round chooses from": (
        "y = np.zeros((len(paths), 1))\n"
        "for n, path in enumerate(paths):\n"
        "    y[n] = np.where(read(path) > 127, 255, 0)\n",
        (0, 255, False),
    ),
    "a window over scaled rows": (
        f"{SCALED}y = []\n"
        "for n in range(60, len(rows)):\n"
        "    y.append(rows[n, 0])\n"
        "y = np.array(y)\n",
        (None, None, True),
    ),
    "a function that cuts windows": (
        f"{SCALED}def windows(rows, size):\n"
        "    x, y = [], []\n"
        "    for n in range(len(rows) - size):\n"
        "        x.append(rows[n : n + size])\n"
        "        y.append(rows[n + size])\n"
        "    return np.array(x), np.array(y)\n"
        "x, y = windows(rows, 5)\n",
        (None, None, True),
    ),
    "negative values": (
        "y = np.concatenate([np.ones(50), -np.ones(50)])\n",
        (-1, 1, False),
    ),
}
"""What fills `y` -> its lowest value, its highest, and whether both signs occur."""

UNKNOWN = {
    "a number that each round counts up": (
        "y = np.zeros(len(paths))\nk = 0\n"
        "for path in paths:\n    y[3] = k\n    k = k + 1\n"
    ),
    "an array of a number that is counted": (
        "y = np.zeros(len(paths))\nk = 0\n"
        "for path in paths:\n    k = k + 1\n    y[3] = np.full(1, k)\n"
    ),
    "the number of the round": (
        "y = np.zeros(len(paths))\nfor n, path in enumerate(paths):\n    y[n:] = n\n"
    ),
    "an array that only the first rounds have": (
        "y = np.zeros(500)\nfor n in range(500):\n    y[n] = np.full(1, n)\n"
    ),
}
"""What fills `y` with values that another round does not have."""


def labels_after(code, folder):
    path = folder / "train.py"
    path.write_text(BEGIN + code + END)
    (model,) = check(str(path)).models
    return model.heads[0].labels


@pytest.mark.parametrize("what", KNOWN)
def test_what_holds_in_each_round_is_known(what, tmp_path):
    code, expected = KNOWN[what]
    labels = labels_after(code, tmp_path)
    assert (labels.low, labels.high, labels.signed) == expected


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_holds_in_one_round_alone_is_unknown(what, tmp_path):
    labels = labels_after(UNKNOWN[what], tmp_path)
    assert (labels.low, labels.high, labels.signed) == (None, None, False)


def test_numbers_of_words_that_are_not_known_are_numbers(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(
        "import keras\n"
        "from elsewhere import sentences, words\n"
        "number = {word: n for n, word in enumerate(set(words))}\n"
        "y = [[number[word] for word in each] for each in sentences]\n"
        "y = keras.utils.pad_sequences(y, maxlen=75)\n"
        "model = keras.Sequential([keras.Input((75, 9)), keras.layers.Dense(5)])\n"
        "model.compile(loss='categorical_crossentropy')\n"
        "model.fit(sentences, y)\n"
    )
    report = check(str(path))
    assert report.models[0].heads[0].labels.shape == (None, 75)
    assert "KC201" in {finding.code for finding in report.findings}
