import numpy as np
import pytest

from kerascheck.confirm.tasks import Task

CLASSIFY = [
    ("binary", 2, 0.987),
    ("binary_hard", 2, 0.795),
    ("multiclass", 3, 0.978),
    ("multiclass_hard", 3, 0.786),
    ("multilabel", 4, 0.988),
    ("binary_imbalanced", 2, 0.996),
]


@pytest.mark.parametrize(("name", "classes", "bayes"), CLASSIFY)
def test_bayes_accuracies_are_those_documented(name, classes, bayes):
    assert Task(name, classes).bayes_accuracy == pytest.approx(bayes, abs=1e-3)


@pytest.mark.parametrize(("name", "classes"), [row[:2] for row in CLASSIFY])
def test_the_best_rule_reaches_the_bayes_accuracy(name, classes):
    task = Task(name, classes)
    rows = task.draw(0, held_out=True, count=40_000)
    x = rows.x.astype(float)
    if name == "multilabel":
        decided = x[:, :classes] > np.log(0.65 / 0.35) / (2 * 2.2262)
    elif name.startswith("multiclass"):
        decided = x[:, :classes].argmax(axis=1)
    else:
        margin = {"binary_hard": 0.8239}.get(name, 2.2262)
        odds = np.log(19) if name == "binary_imbalanced" else 0
        decided = x.sum(axis=1) / 2 > odds / (2 * margin)
    accuracy = (decided == rows.truth).mean()
    assert accuracy == pytest.approx(task.bayes_accuracy, abs=0.004)


def test_one_row_in_twenty_is_positive_in_the_imbalanced_task():
    rows = Task("binary_imbalanced").draw(0, held_out=False, count=20_000)
    assert rows.truth.mean() == pytest.approx(0.05, abs=0.005)


def test_a_regression_target_has_a_best_r_squared_of_nine_tenths():
    rows = Task("regression").draw(0, held_out=False, count=20_000)
    best = rows.x @ np.full(4, np.sqrt(0.9 / 4))
    residual = ((rows.truth - best) ** 2).mean()
    assert residual / rows.truth.var() == pytest.approx(0.1, abs=0.01)


def test_the_same_seed_draws_the_same_rows():
    task = Task("multiclass", 3)
    first, again = (task.draw(7, held_out=False, count=50) for _ in range(2))
    assert np.array_equal(first.x, again.x)
    assert np.array_equal(first.truth, again.truth)


def test_seeds_and_held_out_rows_differ():
    task = Task("binary")
    rows = [
        task.draw(0, held_out=False, count=50),
        task.draw(1, held_out=False, count=50),
    ]
    rows.append(task.draw(0, held_out=True, count=50))
    assert len({one.x.tobytes() for one in rows}) == 3
