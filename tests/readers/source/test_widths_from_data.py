"""Heads whose width a program takes from its data are judged all the same."""

import pytest

from kerascheck.api import check

ROWS = "y = pd.get_dummies(table['kind']).values"
IDS = "y = LabelEncoder().fit_transform(table['kind'])"

CASES = {
    "rows under a sparse loss": (ROWS, "y.shape[1]", "softmax", "sparse_", "KC202"),
    "sigmoids of rows": (ROWS, "y.shape[1]", "sigmoid", "", "KC106"),
    "softmax under a binary loss": (
        IDS,
        "len(set(y))",
        "softmax",
        "binary",
        "KC107 KC204",  # and ids are no rows
    ),
    "ids under a loss of rows": (IDS, "len(set(y))", "softmax", "", "KC201"),
    "sigmoids of an unknown number": (
        IDS,
        "len(set(y))",
        "sigmoid",
        "sparse_",
        "KC106",
    ),
    "rows, as they should be": (ROWS, "y.shape[1]", "softmax", "", None),
    "ids, as they should be": (IDS, "len(set(y))", "softmax", "sparse_", None),
    "sigmoids of rows, each on its own": (
        ROWS,
        "y.shape[1]",
        "sigmoid",
        "binary",
        None,
    ),
}


@pytest.mark.parametrize(
    ("labels", "units", "activation", "loss", "code"), CASES.values(), ids=CASES.keys()
)
def test_width_from_data(tmp_path, labels, units, activation, loss, code):
    kind = "binary" if loss == "binary" else f"{loss}categorical"
    program = tmp_path / "train.py"
    program.write_text(
        "import keras\n"
        "import pandas as pd\n"
        "from sklearn.preprocessing import LabelEncoder\n"
        "table = pd.read_csv('data.csv')\n"
        f"{labels}\n"
        "model = keras.Sequential()\n"
        "model.add(keras.Input((4,)))\n"
        f"model.add(keras.layers.Dense({units}, activation='{activation}'))\n"
        f"model.compile(loss='{kind}_crossentropy')\n"
        "model.fit(table[['a', 'b', 'c', 'd']], y)\n"
    )
    report = check(program)
    (head,) = report.models[0].heads
    assert head.units is None
    found = {f.code for f in report.findings if f.severity != "note"}
    assert found == set((code or "").split())
