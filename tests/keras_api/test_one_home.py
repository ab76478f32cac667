"""What Keras's classes do is written down in `keras_api`, and nowhere else.

A module-level or class-level literal that holds two names of losses, metrics, layers
or activations of Keras is a table. Examples and arguments inside functions are not.
"""

import ast
from pathlib import Path

import pytest

import kerascheck
from kerascheck.keras_api.activations import BY_NAME
from kerascheck.keras_api.layers import LAYERS, WRAPPERS
from kerascheck.keras_api.losses import LOSS_NAMES
from kerascheck.keras_api.metrics import METRIC_NAMES, METRICS

ROOT = Path(kerascheck.__file__).parent
HOME = ROOT / "keras_api"
KNOWN = {*BY_NAME, *LAYERS, *WRAPPERS, *LOSS_NAMES}
KNOWN |= {name for name in METRIC_NAMES if name in METRICS or "_" in name}
"""Names that say what is meant; "accuracy" and "auc" are also plain quantities."""

NOT_ABOUT_KERAS = {
    ("combinations/space.py", "REGRESSION"): "which setups are looked up",
    ("combinations/space.py", "_HEADS"): "which setups are looked up",
    ("combinations/space.py", "_OTHERS"): "which setups are looked up",
    ("combinations/space.py", "_PROBABILITY_LOSSES"): "which setups are looked up",
    ("confirm/evidence/matrix.py", "ACTIVATIONS"): "which setups are trained",
    ("confirm/evidence/matrix.py", "SHORT_NAMES"): "what a printed table calls them",
    ("confirm/evidence/tables.py", "_COLUMNS"): "heads of a printed table",
    ("confirm/tutorials/activation_loss_tables.py", "_HEADS"): "what a text trains",
}
"""Tables of names that say nothing about Keras itself, and what they are."""


def tables(source):
    """Yield the name of each statement at module or class level that has a table."""
    for statement in statements(ast.parse(source).body):
        target = getattr(statement, "targets", [getattr(statement, "target", None)])[0]
        name = getattr(target, "id", type(statement).__name__)
        if name != "__all__" and any(map(is_table, ast.walk(statement))):
            yield name


def statements(body):
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from statements(statement.body)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement


def is_table(node):
    if isinstance(node, ast.Dict):
        cells = [*node.keys, *node.values]
    elif isinstance(node, ast.Set | ast.Tuple | ast.List):
        cells = node.elts
    else:
        return False
    values = {c.value for c in cells if isinstance(c, ast.Constant)}
    return len({v for v in values if isinstance(v, str)} & KNOWN) >= 2


@pytest.mark.parametrize(
    "source",
    [
        '_METRICS = ("AUC", "Precision")',
        '_ARGUMENTS: Final = {"Recall": "thresholds", "Precision": "thresholds"}',
        '_LAYERS = frozenset({"Dropout", "GaussianNoise"})',
        '_OTHER = {"a": "CategoricalAccuracy", "b": "SparseCategoricalAccuracy"}',
        'class A:\n    names = ["sigmoid", "softmax"]',
    ],
)
def test_a_table_is_seen(source):
    assert list(tables(source))


@pytest.mark.parametrize(
    "source",
    [
        '_ONE = ("AUC",)',
        '_WORDS = ("one", "two")',
        '__all__ = ["AUC", "Precision"]',
        'def f():\n    return ("AUC", "Precision")',
    ],
)
def test_other_literals_are_no_tables(source):
    assert not list(tables(source))


def test_no_module_but_those_of_keras_api_has_a_table_of_keras_names():
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in ROOT.rglob("*.py")
        if HOME not in path.parents
        for name in tables(path.read_text(encoding="utf-8"))
    }
    assert found - {*NOT_ABOUT_KERAS} == set()
    assert {*NOT_ABOUT_KERAS} - found == set()
