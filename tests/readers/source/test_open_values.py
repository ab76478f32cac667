"""Lists, dicts and sets that a program fills with what is not known."""

from pathlib import Path

import pytest

from kerascheck.api import check
from kerascheck.readers.source.read import read_program

FILLED = {
    "a loop over a file": "for line in open('f'):\n    names.append(line)\n",
    "a loop in a function": (
        "def fill():\n"
        "    found = []\n"
        "    for name in os.listdir('d'):\n"
        "        found.append(name)\n"
        "    return found\n"
        "names = fill()\n"
    ),
    "an attribute": (
        "class Words:\n"
        "    def __init__(self):\n"
        "        self.names = []\n"
        "        for line in open('f'):\n"
        "            self.names.append(line)\n"
        "names = Words().names\n"
    ),
    "while": "while more():\n    names.append(1)\n",
    "while True": ("while True:\n    names.append(1)\n    if done():\n        break\n"),
    "extend": "names.extend(load())\n",
    "+=": "names += load()\n",
    "insert": "for line in open('f'):\n    names.insert(0, line)\n",
    "another name": "same = names\nfor line in open('f'):\n    same.append(line)\n",
    "a function of another module": "fill(names)\n",
    "sorted": "names.extend(load())\nnames = sorted(set(names))\n",
    "a comprehension": "names.extend(load())\nnames = [n for n in names]\n",
    "a copy": "names.extend(load())\nnames = names.copy()\n",
    "a set": "names = set()\nfor line in open('f'):\n    names.add(line)\n",
    "update of a set": "names = set()\nnames.update(load())\n",
    "an item of a dict": (
        "names = {}\n"
        "for line in open('f'):\n"
        "    if line not in names:\n"
        "        names[line] = len(names)\n"
    ),
    "update of a dict": "names = {}\nnames.update(load())\n",
    "setdefault": "names = {}\nfor line in open('f'):\n    names.setdefault(line, 0)\n",
    "keys": "names = {}\nnames.update(load())\nnames = names.keys()\n",
}
"""What fills `names`, which starts as an empty list."""

BEGIN = """
import os
import keras
from elsewhere import done, fill, load, more
names = []
"""
END = """
model = keras.Sequential()
model.add(keras.Input((4,)))
model.add(keras.layers.Dense(len(names), activation="softmax"))
model.compile(loss="categorical_crossentropy")
"""


@pytest.mark.parametrize("code", FILLED.values(), ids=FILLED.keys())
def test_length_of_what_is_filled_with_unknown_items_is_not_known(code):
    (model,) = read_program(BEGIN + code + END, "train.py")
    (head,) = model.description.heads
    assert head.units is None
    assert not model.description.problems


KNOWN = {
    "append": ("names.append('a')\nnames.append('b')\n", 2),
    "a loop of known length": ("for n in range(5):\n    names.append(n)\n", 5),
    "extend": ("names.extend(['a', 'b', 'c'])\n", 3),
    "+=": ("names += [1, 2]\n", 2),
    "a set": ("names = set()\nfor n in (1, 2, 2):\n    names.add(n)\n", 2),
    "update of a set": ("names = set()\nnames.update([1, 2, 2])\n", 2),
    "a dict": ("names = {}\nfor n in 'abc':\n    names[n] = len(names)\n", 3),
    "update of a dict": ("names = {}\nnames.update({'a': 1}, b=2)\n", 2),
}


@pytest.mark.parametrize(("code", "length"), KNOWN.values(), ids=KNOWN.keys())
def test_length_of_what_is_filled_with_known_items_is_known(code, length):
    space = {"names": []}
    exec(code, space)
    assert len(space["names"]) == length
    (model,) = read_program(BEGIN + code + END, "train.py")
    assert model.description.heads[0].units == length


def test_layers_after_unknown_ones_are_known():
    code = (
        "import keras\n"
        "from elsewhere import sizes\n"
        "layers = [keras.Input((4,))]\n"
        "for size in sizes:\n"
        "    layers.append(keras.layers.Dense(size))\n"
        "layers.append(keras.layers.Dense(3, activation='softmax'))\n"
        "model = keras.Sequential(layers)\n"
        "model.compile(loss='mse')\n"
    )
    (model,) = read_program(code, "train.py")
    (head,) = model.description.heads
    assert (head.units, head.activation) == (3, "softmax")


WRITTEN = {
    "another value in each round": ("y[i] = i % 7", []),
    "one value": ("y[i] = 1", ["binary"]),
    "counted": ("y[i] += 1", []),
}


@pytest.mark.parametrize(("line", "expected"), WRITTEN.values(), ids=WRITTEN.keys())
def test_values_that_a_long_loop_writes_are_known_if_all_are_one(line, expected):
    code = (
        "import keras\n"
        "import numpy as np\n"
        "y = np.zeros(5000)\n"
        "for i in range(2500):\n"
        f"    {line}\n"
        "model = keras.Sequential()\n"
        "model.add(keras.layers.Dense(1, activation='sigmoid', input_shape=(4,)))\n"
        "model.compile(loss='binary_crossentropy')\n"
        "model.fit(np.zeros((5000, 4)), y)\n"
    )
    (model,) = read_program(code, "train.py")
    (head,) = model.description.heads
    found = head.labels.candidates if head.labels else ()
    assert [str(each) for each in found if each != "unknown"] == expected


def test_one_hot_rows_made_by_hand_are_one_hot():
    code = (
        "import keras\n"
        "import numpy as np\n"
        "ids = np.random.randint(0, 3, 100)\n"
        "rows = np.zeros((len(ids), 3))\n"
        "rows[np.arange(len(ids)), ids] = 1\n"
        "model = keras.Sequential()\n"
        "model.add(keras.layers.Dense(3, activation='softmax', input_shape=(4,)))\n"
        "model.compile(loss='sparse_categorical_crossentropy')\n"
        "model.fit(np.zeros((100, 4)), rows)\n"
    )
    (model,) = read_program(code, "train.py")
    assert model.description.heads[0].labels.candidates[0] == "one-hot"


def test_a_name_of_a_module_that_is_not_read_may_be_anything(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(
        "import keras\n"
        "import settings\n"
        "from config import UNITS, LOSS\n"
        "model = keras.Sequential([keras.Input((8,)),\n"
        "    keras.layers.Dense(UNITS, activation=settings.ACT)])\n"
        "model.compile(loss=LOSS, loss_weights=settings.WEIGHTS)\n"
    )
    assert check([path]).findings == ()
