"""Published tutorials trained again."""

import re
import subprocess
import sys
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from kerascheck.confirm.child_process import TrainingStopped
from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.tutorials import _train, all_tutorials
from kerascheck.confirm.tutorials._claims import (
    Compared,
    Figure,
    Level,
    Raises,
    Rows,
)
from kerascheck.confirm.tutorials._html import as_html
from kerascheck.confirm.tutorials._tables import as_document, as_markdown, as_text
from kerascheck.confirm.tutorials._tutorial import (
    Conclusion,
    Trial,
    TrialResult,
    Tutorial,
    TutorialResult,
)

ROOT = Path(__file__).parents[2]
RIGHT = Trial(
    name="right",
    setting="1 unit",
    claims=(Figure(quantity="accuracy", said="0.98", why="no seed is given"),),
    measure=lambda seed: {},
)
REFUSED = Trial(
    name="refused",
    setting="2 units",
    claims=(Raises(quantity="raises", said="InvalidArgumentError"),),
    measure=lambda seed: {},
)
SLIP = Trial(name="slip", setting="3 units", against="right", measure=lambda seed: {})
CARD = Tutorial(
    name="a-text",
    title="A text",
    setting="Dense(1, sigmoid)",
    trials=lambda: (RIGHT, REFUSED, SLIP),
    data=lambda: "generated",
    conclusions=(
        Conclusion(rows=("right",), say=lambda rows: "It holds."),
        Conclusion(rows=("right", "slip"), say=lambda rows: "It slips."),
    ),
)
RESULT = TutorialResult(
    tutorial=CARD,
    trials=(
        TrialResult(
            name="right",
            setting="1 unit",
            measured={"accuracy": (0.96, 0.98), "loss": (0.1, 0.1)},
            seeds=2,
        ),
        TrialResult(
            name="refused", setting="2 units", error="ValueError", message="shapes"
        ),
        TrialResult(name="slip", setting="3 units", message="the time was up"),
    ),
    data="generated",
    environment={"backend": "jax", "keras": "3.15.1", "jax": "0.10", "device": "cpu"},
    seeds=2,
)


def tutorial(name):
    return next(one for one in all_tutorials() if one.name == name)


def test_there_are_five_and_each_has_a_name_of_its_own():
    assert len({one.name for one in all_tutorials()}) == 5


@pytest.mark.parametrize("one", all_tutorials(), ids=lambda one: one.name)
def test_a_card_says_what_it_trains_and_names_its_rows(one):
    trials = one.trials()
    assert trials
    assert all(trial.setting for trial in trials)
    assert one.setting
    names = [trial.name for trial in trials]
    assert len(set(names)) == len(names)
    assert {trial.against for trial in trials} - {None} <= set(names)
    assert {n for said in one.conclusions for n in said.rows} <= set(names)


def test_every_conclusion_that_is_written_is_used():
    for one in all_tutorials():
        module = import_module(one.trials.__module__)
        written = {
            function
            for function in vars(module).values()
            if getattr(function, "__annotations__", {}) == CONCLUDES
        }
        assert written == {conclusion.say for conclusion in one.conclusions}


CONCLUDES = {"rows": "Rows", "return": "str"}


def test_the_headline_figures_of_the_texts_are_kept():
    published = {
        claim.said
        for one in all_tutorials()
        for trial in one.trials()
        for claim in trial.claims
    }
    assert {"close to 1", "0.1533", "0.9995", "0.7266", "0.8125", "0.6992"} <= published
    assert {"0.7148", "0.5000", "InvalidArgumentError", "0.984"} <= published
    assert {"0.944", "0.930", "0.906", "0.8675", "0.746", "0.254"} <= published


def test_cards_need_neither_numpy_nor_keras():
    code = (
        "import sys; from kerascheck.confirm.tutorials import all_tutorials\n"
        "all_tutorials()\n"
        "print({'numpy', 'keras', 'tensorflow', 'jax'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "set()\n"


def test_text_shows_each_figure_next_to_that_of_the_text():
    lines = as_text([RESULT]).splitlines()
    assert (
        "    accuracy                      0.98                  0.9700 ± 0.0141"
        in lines
    )
    assert "    raises                        InvalidArgumentError  ValueError" in lines
    assert any("not trained: the time was up" in line for line in lines)
    assert "  trained  2 seeds, Keras 3.15.1, JAX 0.10, CPU" in lines
    assert max(map(len, lines)) <= 80


def test_text_judges_each_statement_and_counts_them():
    lines = as_text([RESULT]).splitlines()
    assert "      agrees (-0.0100): within 0.028" in lines
    assert "      agrees: raises, today as ValueError" in lines
    assert "  judged   2 statements of the text: 2 agree" in lines


def test_nothing_is_concluded_of_rows_that_were_not_trained():
    text = as_text([RESULT])
    assert "It holds." in text
    assert "It slips." not in text
    none = replace(RESULT, trials=RESULT.trials[1:])
    assert "nothing: the rows that it takes were not trained" in as_text([none])


def test_a_row_without_a_statement_is_compared_with_another():
    slip = TrialResult(
        name="slip", setting="3 units", measured={"accuracy": (0.5, 0.5)}, seeds=2
    )
    lines = as_text([replace(RESULT, trials=(RESULT.trials[0], slip))]).splitlines()
    assert "      against row 1: accuracy -0.4700" in lines


def test_a_row_of_fewer_seeds_says_so():
    few = replace(RESULT, seeds=3)
    assert "  1: 1 unit (2 of 3 seeds)" in as_text([few]).splitlines()


def test_a_setting_that_was_to_raise_and_trains_differs():
    trains = replace(RESULT.trials[0], name="refused", setting="2 units")
    lines = as_text([replace(RESULT, trials=(trains,))]).splitlines()
    assert "    raises                        InvalidArgumentError  nothing" in lines
    assert "      differs: it trains" in lines


def judge(claim, values, *, other=None, same_data=True, error=None):
    def row(name, some):
        return TrialResult(
            name=name,
            setting=name,
            measured={"accuracy": tuple(some)} if some else {},
            seeds=len(some),
            error=error,
            same_data=same_data,
        )

    rows = {"row": row("row", values)}
    if other:
        rows["other"] = row("other", other)
    return claim.judge(rows["row"], Rows(rows))


FIGURE = Figure(quantity="accuracy", said="0.9", why="another start")
LOWER = Compared(quantity="accuracy", said="worse", other="other", order=-1, why="no")
SAME = Compared(quantity="accuracy", said="as good", other="other", order=0)
HIGH = Level(quantity="accuracy", said="all", limit=0.97)
LOW = Level(quantity="accuracy", said="few", limit=0.5, below=True)


@pytest.mark.parametrize(
    ("claim", "values", "more", "agrees", "by"),
    [
        (FIGURE, (0.895, 0.897), {}, True, -0.004),
        (FIGURE, (0.80, 0.82), {}, False, -0.09),
        (FIGURE, (0.7, 1.0), {}, True, -0.05),  # seeds scatter further
        (FIGURE, (0.6, 0.6), {"same_data": False}, True, -0.3),  # learns, as there
        (FIGURE, (0.5, 0.5), {"same_data": False}, False, -0.4),
        (FIGURE, (), {"error": "ValueError"}, False, None),
        (FIGURE, (), {}, None, None),
        (LOWER, (0.7, 0.7), {"other": (0.8, 0.8)}, True, -0.1),
        (LOWER, (0.796, 0.8), {"other": (0.8, 0.8)}, False, -0.002),
        (LOWER, (0.7, 0.7), {}, None, None),
        (SAME, (0.5, 0.5), {"other": (0.8, 0.8)}, False, -0.3),
        (SAME, (0.80, 0.81, 0.79), {"other": (0.81, 0.8, 0.8)}, True, -0.0033),
        # small, but the same with every seed
        (SAME, (0.804, 0.805, 0.804), {"other": (0.8, 0.8, 0.8)}, False, 0.0043),
        (HIGH, (0.98,), {}, True, 0.01),
        (HIGH, (0.96,), {}, False, -0.01),
        (LOW, (0.4,), {}, True, -0.1),
        (LOW, (0.5,), {}, False, 0.0),
    ],
)
def test_a_statement_is_judged_by_the_figures(claim, values, more, agrees, by):
    found = judge(claim, values, **more)
    assert found.agrees is agrees
    assert found.by == (None if by is None else pytest.approx(by, abs=1e-3))
    assert found.why


def test_seeds_of_which_one_gave_no_number_are_not_paired():
    def row(name, *values):
        known = {"loss": values, "accuracy": (0.9, 0.8, 0.7)}
        return TrialResult(name=name, setting=name, measured=known, seeds=3)

    rows = Rows({"a": row("a", 0.1, 0.2, 0.3), "b": row("b", 0.2, 0.3)})
    assert rows.difference("a", "b", "loss") is None
    assert rows.difference("a", "b", "accuracy").mean == 0


@pytest.mark.parametrize("one", all_tutorials(), ids=lambda one: one.name)
def test_nothing_is_called_the_same_of_rows_that_raise(one):
    raised = {
        trial.name: TrialResult(name=trial.name, setting="", error="ValueError")
        for trial in one.trials()
    }
    for conclusion in one.conclusions:
        said = conclusion.say(Rows(raised, "jax"))
        assert not re.search("same training|changes nothing|same logits", said)


def test_a_tutorial_that_was_not_trained_says_why():
    lost = TutorialResult(tutorial=CARD, reason="the child was killed")
    lines = as_text([lost]).splitlines()
    assert "  trained  not: the child was killed" in lines
    assert not any("  so  " in line or "judged" in line for line in lines)
    [document] = as_document([lost])["write_ups"]
    assert document["not_trained"] == "the child was killed"
    assert document["conclusions"] == []


def test_markdown_is_a_table_a_text():
    text = as_markdown([RESULT])
    assert (
        "| 1 | 1 unit | accuracy | 0.98 | 0.9700 ± 0.0141 "
        "| agrees (-0.0100): within 0.028 |" in text
    )
    assert "| 2 | 2 units | raises | InvalidArgumentError | ValueError |" in text


def test_html_holds_the_same_and_escapes_what_keras_says():
    hostile = replace(RESULT.trials[1], error="<script>")
    page = as_html([replace(RESULT, trials=(RESULT.trials[0], hostile))])
    assert "0.9700 &#177; 0.0141" in page
    assert "agrees (-0.0100)" in page
    assert "<script>" not in page
    assert page.isascii()


def test_the_document_holds_every_seed_and_judgement():
    [document] = as_document([RESULT])["write_ups"]
    right, refused, slip = document["trials"]
    assert right["measured"]["accuracy"] == [0.96, 0.98]
    assert right["said"] == {"accuracy": "0.98"}
    [judged] = right["judgements"]
    assert (judged["agrees"], judged["by"]) == (True, pytest.approx(-0.01))
    assert refused["raises"] == {"type": "ValueError", "message": "shapes"}
    assert slip["not_trained"] == "the time was up"
    assert document["today"] == "It holds."


def trained(trials, *, seeds=2, left=60.0):
    from kerascheck.confirm.tutorials._train import train_trials

    card = replace(CARD, trials=lambda: trials)
    deadline = time.monotonic() + left
    return train_trials(card, seeds=seeds, deadline=deadline, progress=lambda *_: None)


def trial(measure, name="row"):
    return Trial(name=name, setting="1 unit", measure=measure)


def test_a_trial_is_measured_once_a_seed():
    [result] = trained([trial(lambda seed: {"accuracy": seed / 10})], seeds=3)
    assert result.measured == {"accuracy": (0.0, 0.1, 0.2)}
    assert result.seeds == 3


def test_the_first_seed_of_every_row_comes_before_the_second_of_any():
    order = []
    rows = [trial(lambda seed, n=n: order.append((seed, n)) or {}, n) for n in "ab"]
    trained(rows, seeds=2)
    assert order == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]


def test_an_exception_is_the_result_of_a_trial():
    def measure(seed):
        raise ValueError("shapes differ")

    [result] = trained([trial(measure)])
    assert (result.error, result.message) == ("ValueError", "shapes differ")


def test_a_library_that_is_missing_is_no_result():
    def measure(seed):
        raise ModuleNotFoundError("no", name="sklearn")

    [result] = trained([trial(measure)])
    assert not result.finished
    assert result.message == "scikit-learn is not installed"


def test_what_the_deadline_does_not_reach_is_unfinished():
    [result] = trained([trial(lambda seed: {"accuracy": 1.0})], left=-1.0)
    assert not result.finished


def test_a_deadline_between_seeds_keeps_those_that_ended():
    def measure(seed):
        if seed == 1:
            time.sleep(0.3)
        return {"accuracy": 1.0}

    [result] = trained([trial(measure)], seeds=3, left=0.2)
    assert (result.seeds, len(result.measured["accuracy"])) == (2, 2)


@pytest.mark.parametrize("killed", [False, True])
def test_each_tutorial_gets_its_share_of_what_is_left(monkeypatch, killed):
    given, clock = [], [0.0]

    def run(module, request, options, backend=None):
        given.append(round(options.budget, 3))
        clock[0] += 4.0 if request["name"] == "parabola" else 20.0
        if killed:
            raise TrainingStopped("gone")
        return [{"trials": [], "data": "", "environment": {}}]

    monkeypatch.setattr(_train, "run_in_child", run)
    monkeypatch.setattr(_train, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    chosen = [tutorial(n) for n in ("parabola", "two-gaussians", "zero-and-one")]
    assert [len(one.trials()) for one in chosen] == [3, 4, 7]
    results = _train.train_tutorials(chosen, TrainingOptions(budget=28.0))
    # what is saved or overdrawn is shared
    assert given == pytest.approx([6.0, 24 * 4 / 11, 4.0], abs=1e-3)
    assert [one.tutorial for one in results] == chosen


def test_without_a_budget_no_child_starts(monkeypatch):
    monkeypatch.setattr(_train, "run_in_child", None)
    [result] = _train.train_tutorials([CARD], TrainingOptions(budget=0.0))
    assert result.reason == "no time was given to it"


@pytest.mark.slow
class TestTraining:
    """The texts, trained; the plain TensorFlow one needs TensorFlow."""

    @pytest.fixture(autouse=True)
    def keras(self):
        return pytest.importorskip("keras")

    def test_squares_and_circles_are_told_apart(self):
        trial = tutorial("squares-and-circles").trials()[0]
        assert trial.measure(0)["accuracy"] > 0.97

    def test_two_units_for_one_label_raise(self):
        trial = tutorial("squares-and-circles").trials()[3]
        with pytest.raises(ValueError, match="shape"):
            trial.measure(0)

    def test_plain_tensorflow_comes_where_the_text_came(self):
        pytest.importorskip("tensorflow")
        plain = tutorial("two-gaussians").trials()[0]
        figures = [plain.measure(seed) for seed in range(5)]
        losses = [one["loss at the last step"] for one in figures]
        assert min(losses) < 0.1533 < max(losses)
        assert max(one["accuracy"] for one in figures) > 0.999

    def test_the_keras_twin_does_what_plain_tensorflow_does(self):
        pytest.importorskip("tensorflow")
        plain, _, twin, fixed = tutorial("two-gaussians").trials()
        for name, slack in (("loss at the last step", 0.05), ("accuracy", 0.03)):
            both = [
                sum(one.measure(seed)[name] for seed in range(3)) / 3
                for one in (plain, twin)
            ]
            assert both[0] == pytest.approx(both[1], abs=slack)
        wrong, right = twin.measure(0), fixed.measure(0)
        assert right["reported accuracy"] == pytest.approx(right["accuracy"])
        assert wrong["reported accuracy"] != pytest.approx(wrong["accuracy"], abs=1e-6)

    def test_binary_accuracy_of_logits_is_cut_in_the_wrong_place(self):
        trials = tutorial("activation-loss-tables").trials()
        sigmoid, logits = trials[1].measure(0), trials[2].measure(0)
        assert sigmoid["reported accuracy"] == sigmoid["true accuracy"] > 0.6
        assert logits["true accuracy"] > 0.6
        assert logits["reported accuracy"] < logits["true accuracy"] - 0.05

    def test_one_unit_of_softmax_calls_every_digit_odd(self):
        from kerascheck.confirm.tutorials import activation_loss_tables as tables

        trial = tutorial("activation-loss-tables").trials()[0]
        _, (_, odd) = tables.features(0, tables.ONE)
        assert trial.measure(0)["true accuracy"] == pytest.approx(odd.mean())

    def test_two_linear_units_learn_the_parabola_from_logits_alone(self):
        right, wrong, ids = tutorial("parabola").trials()
        assert right.measure(0)["accuracy"] > 0.96
        assert wrong.measure(0)["accuracy"] < 0.8
        with pytest.raises(ValueError, match=r"shape|rank"):
            ids.measure(0)

    def test_mse_learns_as_well_by_a_weaker_gradient(self):
        crossentropy, mse, _, gradients = tutorial("zero-and-one").trials()[:4]
        accuracies = [one.measure(0)["accuracy"] for one in (crossentropy, mse)]
        assert accuracies[0] == pytest.approx(accuracies[1], abs=0.02)
        ratio = gradients.measure(0)
        assert 0.4 < ratio["at the start"] < 0.6
        assert ratio["where it is sure and wrong"] < 0.02

    def test_both_ways_of_weighting_are_the_same_training(self):
        plain, sample, classes = tutorial("zero-and-one").trials()[4:]
        weighted = sample.measure(0)
        assert weighted == pytest.approx(classes.measure(0), abs=1e-3)
        assert weighted["balanced accuracy"] > plain.measure(0)["balanced accuracy"]


@pytest.mark.slow
def test_the_real_images_are_used_where_they_are(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    import keras

    from kerascheck.confirm.tutorials import _images as images
    from kerascheck.confirm.tutorials import activation_loss_tables

    (tmp_path / "tensorflow_datasets.py").write_text(FAKE_DATASETS, encoding="utf-8")
    (tmp_path / "keras" / "models").mkdir(parents=True)
    (tmp_path / "keras" / "models" / images.WEIGHTS).touch()
    (tmp_path / "sets" / images.IMAGES).mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "sets"))
    asked, vgg16 = {}, keras.applications.VGG16

    def random_vgg16(*, weights, **shape):
        asked["weights"] = weights
        return vgg16(weights=None, **shape)

    monkeypatch.setattr(keras.applications, "VGG16", random_vgg16)
    assert activation_loss_tables.data().startswith("horses or humans")
    (x, labels), (test_x, _) = images.horses_or_humans.__wrapped__()
    assert asked == {"weights": "imagenet"}
    assert (x.shape, test_x.shape) == ((6, 512), (4, 512))
    assert labels.tolist() == [0, 1] * 3


FAKE_DATASETS = """
import numpy as np

def load(name, *, split, as_supervised, download):
    assert (name, as_supervised, download) == ("horses_or_humans", True, False)
    count = {"train": 6, "test": 4}[split]
    images = np.random.default_rng(0).integers(256, size=(count, 300, 300, 3))
    return [(image.astype("uint8"), i % 2) for i, image in enumerate(images)]
"""


def test_without_the_images_digits_are_used_and_named(tmp_path, monkeypatch):
    from kerascheck.confirm.tutorials import activation_loss_tables as tables

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert tables.data().startswith("digits of scikit-learn")
    assert {trial.same_data for trial in tables.trials()} == {False}


ODD_HIGH_PRIME_THREE_LOOP = (
    [1, 3, 5, 7, 9],
    [5, 6, 7, 8, 9],
    [2, 3, 5, 7],
    [0, 3, 6, 9],
    [0, 6, 8, 9],
)


@pytest.mark.slow
@pytest.mark.parametrize("table", ["TWO", "TEN", "TAGS"])
def test_digits_are_real_and_their_labels_right(table):
    import numpy as np

    from kerascheck.confirm.tutorials import activation_loss_tables as tables

    (x, truth), (test_x, _) = tables.features(0, getattr(tables, table))
    (_, ids), _ = tables.digits(0)
    assert (len(x), len(test_x)) == (tables.TRAINING, tables.TEST)
    assert np.isfinite(x).all()
    expected = {
        "TWO": ids % 2,
        "TEN": ids,
        "TAGS": np.stack(
            [np.isin(ids, on) for on in ODD_HIGH_PRIME_THREE_LOOP], axis=1
        ),
    }[table]
    assert (truth == expected).all()


@pytest.mark.slow
def test_a_tutorial_trains_in_a_child():
    pytest.importorskip("keras")
    from kerascheck.confirm.tutorials._train import train_tutorials

    shares = []
    options = TrainingOptions(
        seeds=1,
        budget=100,
        device="cpu",
        progress=lambda done, total: shares.append(done / total),
    )
    [result] = train_tutorials([tutorial("two-gaussians")], options)
    assert result.reason == ""
    assert [trial.finished for trial in result.trials] == [True] * 4
    assert result.environment["device"] == "cpu"
    assert shares[-1] == 1.0
