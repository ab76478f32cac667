"""Published tutorials trained again."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kerascheck.confirm.options import TrainingOptions
from kerascheck.confirm.tutorials import all_tutorials
from kerascheck.confirm.tutorials._tables import as_document, as_markdown, as_text
from kerascheck.confirm.tutorials._tutorial import (
    Trial,
    TrialResult,
    Tutorial,
    TutorialResult,
)

ROOT = Path(__file__).parents[2]
CARD = Tutorial(
    name="a-text",
    title="A text",
    setting="Dense(1, sigmoid)",
    trials=lambda: (),
    data=lambda: "generated",
    today="It holds.",
)
RESULT = TutorialResult(
    tutorial=CARD,
    trials=(
        TrialResult(
            setting="1 unit",
            published={"accuracy": "0.98"},
            measured={"accuracy": (0.96, 0.98), "loss": (0.1, 0.1)},
        ),
        TrialResult(
            setting="2 units",
            published={"raises": "InvalidArgumentError"},
            error="ValueError",
            message="shapes",
        ),
        TrialResult(setting="3 units", published={}, message="the time was up"),
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
def test_a_card_says_what_it_trains_and_what_holds_today(one):
    trials = one.trials()
    assert trials
    assert all(trial.setting for trial in trials)
    assert one.setting
    assert one.today.endswith(".")


def test_the_headline_figures_of_the_texts_are_kept():
    published = {
        value
        for one in all_tutorials()
        for trial in one.trials()
        for value in trial.published.values()
    }
    assert {"close to 1", "0.1533", "0.9995", "0.7266", "0.8125", "0.6992"} <= published
    assert {"0.7148", "0.5000", "InvalidArgumentError", "0.984"} <= published


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


def test_text_shows_each_figure_beside_that_of_the_text():
    lines = as_text([RESULT]).splitlines()
    assert (
        "    accuracy                      0.98                  0.9700 ± 0.0141"
        in lines
    )
    assert "    raises                        InvalidArgumentError  ValueError" in lines
    assert any("not trained: the time was up" in line for line in lines)
    assert "  trained  2 seeds, Keras 3.15.1, JAX 0.10, CPU" in lines
    assert max(map(len, lines)) <= 80


def test_a_setting_that_was_to_raise_and_trains_says_so():
    [first, *_] = RESULT.trials
    silent = replace(first, published={"raises": "InvalidArgumentError"})
    lines = as_text([replace(RESULT, trials=(silent,))]).splitlines()
    assert "    raises                        InvalidArgumentError  nothing" in lines


def test_a_tutorial_that_was_not_trained_says_why():
    lost = TutorialResult(tutorial=CARD, reason="the child was killed")
    assert "  trained  not: the child was killed" in as_text([lost]).splitlines()
    [document] = as_document([lost])["write_ups"]
    assert document["not_trained"] == "the child was killed"


def test_markdown_is_a_table_a_text():
    text = as_markdown([RESULT])
    assert "| 1 unit | accuracy | 0.98 | 0.9700 ± 0.0141 |" in text
    assert "| 2 units | raises | InvalidArgumentError | ValueError |" in text


def test_the_document_holds_every_seed():
    [document] = as_document([RESULT])["write_ups"]
    assert document["trials"][0]["measured"]["accuracy"] == [0.96, 0.98]
    assert document["trials"][1]["raises"] == {
        "type": "ValueError",
        "message": "shapes",
    }


def trained(trials, *, seeds=2, left=60.0):
    from kerascheck.confirm.tutorials._train import train_trials

    card = replace(CARD, trials=lambda: trials)
    deadline = time.monotonic() + left
    return train_trials(card, seeds=seeds, deadline=deadline, progress=lambda *_: None)


def test_a_trial_is_measured_once_a_seed():
    trial = Trial(setting="1 unit", measure=lambda seed: {"accuracy": seed / 10})
    [result] = trained([trial], seeds=3)
    assert result.measured == {"accuracy": (0.0, 0.1, 0.2)}


def test_an_exception_is_the_result_of_a_trial():
    def measure(seed):
        raise ValueError("shapes differ")

    [result] = trained([Trial(setting="1 unit", measure=measure)])
    assert (result.error, result.message) == ("ValueError", "shapes differ")


def test_a_library_that_is_missing_is_no_result():
    def measure(seed):
        raise ModuleNotFoundError("no", name="tensorflow")

    [result] = trained([Trial(setting="1 unit", measure=measure)])
    assert not result.finished
    assert result.message == "tensorflow is not installed"


def test_what_the_deadline_does_not_reach_is_unfinished():
    trial = Trial(setting="1 unit", measure=lambda seed: {"accuracy": 1.0})
    [result] = trained([trial], left=-1.0)
    assert not result.finished


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

    def test_one_unit_of_softmax_stays_at_one_half(self):
        trial = tutorial("activation-loss-tables").trials()[0]
        assert trial.measure(0)["true accuracy"] == 0.5

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

    from kerascheck.confirm.tutorials import activation_loss_tables as tables

    (tmp_path / "tensorflow_datasets.py").write_text(FAKE_DATASETS, encoding="utf-8")
    (tmp_path / "keras" / "models").mkdir(parents=True)
    (tmp_path / "keras" / "models" / tables.WEIGHTS).touch()
    (tmp_path / "sets" / tables.IMAGES).mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "sets"))
    asked, vgg16 = {}, keras.applications.VGG16

    def random_vgg16(*, weights, **shape):
        asked["weights"] = weights
        return vgg16(weights=None, **shape)

    monkeypatch.setattr(keras.applications, "VGG16", random_vgg16)
    assert tables.data().startswith("horses or humans")
    (x, labels), (test_x, _) = tables.features.__wrapped__(0)
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


def test_without_the_images_generated_ones_are_used(tmp_path, monkeypatch):
    from kerascheck.confirm.tutorials import activation_loss_tables as tables

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert not tables.has_images()
    assert tables.data().startswith("generated images")


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
