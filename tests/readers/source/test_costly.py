"""Programs that are short to write and would take years to follow."""

import time
from pathlib import Path

import pytest

from kerascheck.api import check
from kerascheck.engine.finding import Severity
from kerascheck.readers.source.read import read_program
from kerascheck.readers.source.text import program_text

HEAD = (
    "import keras\n"
    "model = keras.Sequential(\n"
    "    [keras.Input((8,)), keras.layers.Dense(1, activation='softmax')])\n"
    "model.compile(loss='binary_crossentropy')\n"
)

COSTLY = {
    "round": "x = round(10**1000, -10**9)\n",
    "format": "x = '{:{}}'.format(1, 10**9)\n",
    "join": "x = 'a' * 9999\ny = ''.join([x] * 9999)\n",
    "text": "x = [1] * 9999\ny = [x] * 9999\nz = [y] * 9999\ns = str([z] * 9999)\n",
    "equal": "x = [1]\n" + "x = [x, x]\n" * 60 + "y = x == x\n",
    "key": "x = (1,)\n" + "x = (x, x)\n" * 60 + "d = {}\nd[x]\n",
    "array": "import numpy as np\nx = [0]\n" + "x = [x, x]\n" * 40 + "np.array(x)\n",
    "cells": "import numpy as np\nx = [0, 1] * 4000\nnp.array([x] * 9999)\n",
    "itself": "import numpy as np\nx = []\nx.append(x)\nnp.array(x)\nstr(x)\n",
    "zip": "x = [1] * 1000\ny = list(zip(*[x] * 1000))\n",
    "models": "import keras\nm = keras.Sequential([keras.Input((4,))])\n"
    + "m = keras.Sequential([m, m])\n" * 60
    + "m.compile(loss='mse')\n",
    "outputs": "import keras\ni = keras.Input((4,))\nx = keras.layers.Dense(1)(i)\n"
    + "x = [x, x]\n" * 60
    + "m = keras.Model(i, x)\nm.compile(loss=x)\nkeras.layers.Add()(x)\n",
    "condition": "from other import u\nfor i in range(400):\n    if u(lambda: "
    + " or ".join(["a"] * 9000)
    + "):\n        b = 1\n",
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_grows_costs_little_and_hides_nothing(name: str) -> None:
    code = COSTLY[name] + HEAD
    begun = time.process_time()
    models = read_program(code, "train.py")
    assert time.process_time() - begun < 2
    (head,) = models[-1].description.heads
    assert head.activation == "softmax"


def test_what_the_budget_cuts_off_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(HEAD + "x = [1] * 9999\n" * 400 + HEAD)
    report = check([path])
    assert [m.path.rpartition(":")[2] for m in report.models] == ["4"]
    (note,) = [f for f in report.findings if f.code == "KC028"]
    assert note.severity is Severity.NOTE
    assert str(note.source).endswith(":408")
    assert "1 program not understood" in report.left_open


def test_loops_hide_no_model_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    loop = "for i in range(300):\n    m.compile(loss='mse')\n"
    path.write_text(
        "import keras\nm = keras.Sequential([keras.Input((4,))])\n" + loop + HEAD
    )
    assert "KC103" in {finding.code for finding in check([path]).findings}


def test_models_beyond_the_most_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(
        "import keras\nm = keras.Sequential([keras.Input((4,))])\n"
        + "m.compile(loss='mse')\n" * 250
    )
    (note,) = [f for f in check([path]).findings if f.code == "KC028"]
    assert "more than 200 models" in note.message


def test_an_ordinary_program_is_understood_wholly() -> None:
    left: list[str] = []
    text = program_text("train.py", HEAD.encode())
    read_program(text, "train.py", None, left)
    assert left == []
