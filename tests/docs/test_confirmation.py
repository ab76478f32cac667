"""The figures in the guide to confirmation are those of the code."""

import re
from pathlib import Path

import pytest

from kerascheck.confirm import build, options, own_data, own_training, setup, tasks
from kerascheck.confirm import child_process as child
from kerascheck.confirm.differences import MIN_SEEDS
from kerascheck.confirm.evidence.shipped import load_sheet, sheet_names
from kerascheck.engine.finding import Harm, Verdict
from tests.docs.pages import ROOT, TEXTS

GUIDE = TEXTS[ROOT / "docs/confirmation.md"]
ONE_LINE = " ".join(GUIDE.split())
MODULES = Path(build.__file__).parent

CLASSES = {"multiclass": 3, "multilabel": 5}


TASKS = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([\d.]*) ?\|$", GUIDE, re.M))


def test_every_task_stands_in_the_table():
    assert set(TASKS) == setup.TASKS


@pytest.mark.parametrize("name", sorted(setup.TASKS - setup.REGRESSION))
def test_the_best_possible_accuracy_is_that_of_the_task(name):
    task = tasks.Task(name, CLASSES.get(name.partition("_")[0], 2))
    assert f"{task.bayes_accuracy:.3f}" == TASKS[name]


@pytest.mark.parametrize("harm", sorted(set(Harm) - {Harm.NONE}))
def test_every_harm_has_its_criterion(harm):
    assert f"| `{harm}` | " in GUIDE


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_explained(verdict):
    assert f"- **{verdict}**" in GUIDE


def default(name):
    return setup.Setup.__dataclass_fields__[name].default


@pytest.mark.parametrize(
    "figure",
    [
        f"More than {build.MAX_CLASSES} classes are reduced",
        f"one hidden layer of {setup.HIDDEN} units",
        f"at {setup.OTHER_RATE}",
        f"{setup.NETWORKS[setup.DEEP].words}",
        f"Adam with a learning rate of {default('learning_rate')}",
        f"{default('steps')} steps, each on {default('batch')} fresh rows",
        f"has {build.IMBALANCED * 100:.0f} % or more",
        f"**{options.SEEDS} seeds.**",
        f"On {tasks.TEST_ROWS} held-out rows",
        f"fewer than {MIN_SEEDS} seeds",
        f"{options.BUDGET:.0f} seconds by default",
        f"killed {child.GRACE:.0f} seconds after the budget",
        f"at most {own_training.STEPS} steps of {own_training.BATCH} rows",
        f"{own_data.MIN_ROWS} samples or more, of which {own_data.MAX_ROWS:,} are",
        f"{len(load_sheet(sheet_names()[0]).rows)} setups were trained",
    ],
)
def test_a_figure_is_that_of_the_code(figure):
    assert figure in ONE_LINE


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"[(,] ?`([\w/]+)`(?=[,)])", GUIDE)))
)
def test_a_module_that_is_named_exists(name):
    assert (MODULES / f"{name}.py").exists()
