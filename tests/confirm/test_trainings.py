"""Trainings that ship: found by how a setup trains, and only where they count."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kerascheck
from kerascheck import kit
from kerascheck.confirm import child_process, obtain, trials
from kerascheck.confirm.child_process import TrainingUnavailable
from kerascheck.confirm.confirmer import confirm_report
from kerascheck.confirm.evidence import trainings
from kerascheck.confirm.evidence.alike import MORE, alike, task_text, text_of
from kerascheck.confirm.evidence.trainings import (
    BACKENDS,
    ENDING,
    FOLDER,
    ShippedTrainings,
    index_of,
    shipped_trainings,
)
from kerascheck.confirm.options import SEEDS, TrainingOptions
from kerascheck.confirm.result import Status
from kerascheck.confirm.setup import SEVERAL_TARGETS, LabelForm, Part, Setup
from kerascheck.engine.finding import Severity, Verdict
from kerascheck.engine.judge import judge
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.report.view import proof
from kerascheck.rules import all_rules
from tests.gate.conftest import FIXTURES
from tools.answered import answered
from tools.evidence_space import more, space

RULES = tuple(all_rules())
SHIPPED = ShippedTrainings(backends=BACKENDS)
NOT_TRAINED = {"jax": {SEVERAL_TARGETS}, "tensorflow": set()}
"""Tasks of the space whose trainings do not ship yet, as the docs say."""
SIGMOID = Setup(
    units=1,
    activation="sigmoid",
    loss=Part.of("binary_crossentropy"),
    labels=LabelForm(encoding=kit.Encoding.BINARY, column=True),
    metrics=(Part.of("accuracy"),),
    task="binary_hard",
)


@pytest.fixture
def nothing_trains(monkeypatch):
    """Fail if a child process is started."""

    def refuse(*_, **__):
        raise AssertionError("a child was started")

    monkeypatch.setattr(obtain, "train_in_child", refuse)
    monkeypatch.setattr(child_process.subprocess, "Popen", refuse)


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_setup_of_the_space_is_there(backend):
    keys, others = (
        {(task_text(setup), text_of(alike(setup, backend))) for setup in setups}
        for setups in (space(backend), more(backend, lambda setup: True))
    )
    shipped = Path(FOLDER, f"{backend}-cpu").glob(f"*{ENDING}")
    tasks = [path.name.removesuffix(ENDING) for path in shipped]
    rows = {
        (task, text)
        for task in tasks
        for text in trainings._table(backend, task)["rows"]
    }
    usual = {row for row in rows if not row[0].endswith(MORE)}
    # Of the others there are those that were trained so far, the usual ones first.
    assert usual <= keys
    assert rows - usual <= others
    missing = {task.rpartition("-")[0] for task, _ in keys - usual}
    assert missing <= NOT_TRAINED[backend]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_random_setup_of_the_space_has_a_result_like_a_training(backend):
    setups = [s for s in space(backend) if s.task not in NOT_TRAINED[backend]]
    for setup in random.Random(3).sample(setups, 150):
        own = replace(setup, watched=(), metrics=())
        result = SHIPPED.get(own, backend)
        assert result.setup == own
        if result.status is Status.RAISED:
            assert result.error.type
            continue
        assert [seed.seed for seed in result.seeds] == list(range(SEEDS))
        assert result.environment["backend"] == backend
        assert all(
            seed.nan or seed.last_loss is not None or seed.constant
            for seed in result.seeds
        )


@pytest.mark.parametrize(
    "other",
    [
        {"loss": Part.of("BinaryCrossentropy")},
        {"loss": Part.of("bce")},
        {"loss": Part.of("BinaryCrossentropy", from_logits=False, label_smoothing=0)},
        {"loss": Part.of("BinaryCrossentropy", name="mine", axis=-1)},
        {"inner_activation": "linear"},
        {"class_weight": ((0, 1.0), (1, 1.0))},
        {"labels": LabelForm(encoding=kit.Encoding.CLASS_IDS, column=True)},
        {
            "labels": LabelForm(
                encoding=kit.Encoding.CLASS_IDS,
                column=True,
                values=(0.0, 1.0),
                dtype="int64",
            )
        },
        {"metrics": (Part.of("acc"),)},
        {"metrics": (Part.of("binary_accuracy", name="mine", threshold=0.5),)},
        {"metrics": (Part.of("Precision", thresholds=0.5), Part.of("AUC"))},
    ],
    ids=str,
)
def test_the_same_training_in_other_words_is_the_same(other):
    same = replace(SIGMOID, **other)
    one, two = SHIPPED.get(SIGMOID, "jax"), SHIPPED.get(same, "jax")
    assert one.values("accuracy") == two.values("accuracy")
    assert len(two.seeds[0].reported) == len(same.metrics)


@pytest.mark.parametrize(
    "other",
    [
        {"loss": Part.of("BinaryCrossentropy", label_smoothing=0.37)},
        {"steps": 201},
        {"learning_rate": 0.02},
        {"optimizer": "sgd"},
        {"class_weight": ((0, 1.0), (1, 3.0))},
        {"labels": LabelForm(encoding=kit.Encoding.CLASS_IDS, values=(3.0, 4.0))},
        {"metrics": (Part.of("AUC", num_thresholds=7),)},
        {"metrics": (Part.of("AUC", name="a"), Part.of("Recall", name="a"))},
        {"watched": (Part.of("AUC"),)},
    ],
    ids=str,
)
def test_another_training_is_not_there(other):
    assert SHIPPED.get(SIGMOID, "tensorflow") is not None
    assert SHIPPED.get(replace(SIGMOID, **other), "tensorflow") is None


def test_a_metric_that_raises_makes_the_setup_raise_as_fit_does():
    setup = replace(SIGMOID, metrics=(Part.of("F1Score"),))
    flat = replace(setup, labels=LabelForm(encoding=kit.Encoding.BINARY))
    assert SHIPPED.get(setup, "tensorflow").status is Status.TRAINED
    assert SHIPPED.get(flat, "tensorflow").status is Status.RAISED


def _count(installed, **options):
    lines = []
    asked = {"device": "cpu", "seeds": SEEDS, **options}
    return shipped_trainings(installed, notice=lines.append, **asked), lines


def test_they_count_for_the_minor_version_of_keras_and_the_device():
    made_with = index_of("jax").environment["keras"]
    minor = made_with.rpartition(".")[0]
    for counts in (made_with, f"{minor}.99", None):
        assert _count(counts) == (SHIPPED, [])
    for other in ("3.99.0", "2.15.0"):
        shipped, (line,) = _count(other)
        assert shipped is None
        assert f"Keras {minor} and do not count for Keras {other}" in line
    shipped, (line,) = _count(made_with, device="gpu")
    assert shipped is None
    assert "GPU" in line
    assert _count(made_with, seeds=SEEDS + 1) == (None, [])


def test_what_ships_says_with_what_it_was_made_and_is_small():
    for backend in BACKENDS:
        index = index_of(backend)
        assert {"keras", backend, "backend", "device"} <= index.environment.keys()
        assert index.environment["device"] == "cpu"
        assert "device_name" not in index.environment
        assert index.seeds == SEEDS
        assert index.date
    files = [path for path in Path(FOLDER).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_000_000


@pytest.fixture
def here(tmp_path, monkeypatch):
    for name in ("model.keras", "labels.npy"):
        shutil.copy(FIXTURES / "zero-and-one-softmax" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return kerascheck.check("model.keras")


def test_a_finding_is_judged_at_once(here, nothing_trains):
    (finding,) = kerascheck.confirm(here, device="cpu").findings
    assert finding.confirmation.status is Verdict.CONFIRMED
    assert finding.confirmation.source == "shipped"
    assert "measured with Keras 3" in proof(finding.confirmation)
    assert finding.confirmation.before.true_accuracy == pytest.approx(0.5, abs=0.05)
    assert len(finding.confirmation.after.curve) == 20
    assert finding.confirmation.after.reliability


def test_no_cache_trains_all_again(here, monkeypatch):
    asked = []

    def train(setups, options, *, backend):
        asked.extend(setups)
        raise child_process.TrainingFailed("stopped")

    monkeypatch.setattr(obtain, "train_in_child", train)
    (finding,) = kerascheck.confirm(here, device="cpu", cache=False).findings
    assert asked
    assert finding.confirmation.source == "trained"


def _confirmed(model):
    report = Report(models=(model,), findings=judge(RULES, model).findings, rules=RULES)
    return confirm_report(report, TrainingOptions(shipped=SHIPPED), locked=True)


def test_without_keras_what_ships_is_all_there_is(monkeypatch):
    def none_installed(*_):
        raise TrainingUnavailable("not installed")

    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    for name in ("default_backend", "other_backends"):
        monkeypatch.setattr(trials, name, none_installed)
    monkeypatch.setattr(obtain, "can_train", lambda backend, tree: False)
    labels = kit.labels("binary", column=True)
    known = kit.classifier("softmax", "binary_crossentropy", labels=labels)
    (finding,) = _confirmed(known).findings
    assert finding.confirmation.source == "shipped"
    odd = replace(
        kit.loss_called("binary_crossentropy"), arguments=(("label_smoothing", 0.37),)
    )
    (finding,) = _confirmed(kit.classifier("softmax", odd, labels=labels)).findings
    assert finding.confirmation.status is Verdict.NOT_RUN
    assert "needs Keras 3" in finding.confirmation.reason


TWICE = kit.classifier(
    "softmax",
    kit.SCCE,
    units=10,
    from_logits=True,
    labels=kit.labels("class-ids", 10),
)


def test_a_harm_of_one_backend_has_one_verdict_over_all_that_ship(nothing_trains):
    (finding,) = _confirmed(TWICE).findings
    assert finding.confirmation.status is Verdict.CONFIRMED
    assert finding.confirmation.backend == "jax"
    assert [other.backend for other in finding.confirmation.elsewhere] == ["tensorflow"]
    assert "on JAX and TensorFlow, CPU" in proof(finding.confirmation)


@pytest.mark.parametrize(
    ("model", "code", "words"),
    [
        (
            TWICE,
            "KC102",
            "; the same on classes far apart, with another network and at another "
            "rate; harmless on tensorflow",
        ),
        (
            kit.classifier(
                "sigmoid",
                "binary_crossentropy",
                from_logits=True,
                labels=kit.labels("binary", column=True),
            ),
            "KC102",
            "; the same with another network and at another rate; "
            "not on classes far apart; harmless on tensorflow",
        ),
        (
            kit.classifier(
                "softmax",
                "binary_crossentropy",
                labels=kit.labels("binary", column=True),
            ),
            "KC103",
            "; the same on classes that overlap, with another network and at another "
            "rate",
        ),
    ],
    ids=["many classes", "two classes", "no learning"],
)
def test_a_proof_says_where_else_it_holds(model, code, words, nothing_trains):
    found = next(f for f in _confirmed(model).findings if f.code == code)
    assert found.confirmation.reason.endswith(words)


def test_what_ships_lowers_a_severity_in_a_locked_run_too(nothing_trains, monkeypatch):
    right = SHIPPED.get(SIGMOID, "tensorflow")
    monkeypatch.setattr(
        ShippedTrainings, "get", lambda self, s, backend: replace(right, setup=s)
    )
    labels = kit.labels("binary", column=True)
    model = kit.classifier("softmax", "binary_crossentropy", labels=labels)
    (finding,) = _confirmed(model).findings
    assert finding.confirmation.status is Verdict.REFUTED
    assert finding.severity is Severity.NOTE


def test_nothing_heavy_is_imported(here):
    script = (
        "import sys\n"
        "import kerascheck\n"
        "from kerascheck.model.frozen import replace\n"
        "report = kerascheck.check('model.keras', labels=None)\n"
        "found = kerascheck.confirm(report, device='cpu').findings\n"
        "assert all(f.confirmation.source == 'shipped' for f in found), found\n"
        "heavy = {'keras', 'tensorflow', 'jax', 'torch', 'scipy', 'h5py'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "[]\n"


def test_nearly_all_trainable_findings_of_the_fixtures_are_answered_at_once(
    nothing_trains,
):
    found = answered([kerascheck.check(str(FIXTURES))])
    assert found.clear >= 0.95 * found.trainable
    assert found.not_run <= 0.05 * (found.trainable + found.not_run)
    assert found.clear + len(found.rest) == found.trainable + found.not_run > 100


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_ships_is_what_a_training_gives_here(backend):
    chosen = random.Random(7).sample(space(backend), 24)
    setups = [replace(s, watched=(), metrics=s.watched[:1]) for s in chosen]
    options = TrainingOptions(seeds=SEEDS, device="cpu")
    trained = obtain.train_setups(setups, options, backend=backend).results
    for setup in setups:
        shipped = SHIPPED.get(setup, backend)
        if shipped is None:  # a metric whose value a fit does not give
            continue
        here = trained[setup]
        assert shipped.status is here.status
        if here.error is not None:
            assert shipped.error.type == here.error.type
        for name in ("accuracy", "ece", "r_squared"):
            one, two = shipped.spread(name), here.spread(name)
            assert (one is None) is (two is None)
            # Rounding differs with what trains together; where nothing is learnt,
            # or only by luck, single starts then differ.
            if one is not None:
                assert one.mean == pytest.approx(two.mean, abs=0.01 + two.deviation)


def test_two_metrics_of_one_name_are_found_if_they_are_the_same():
    named = {"name": "shown"}
    alike_twice = (Part.of("BinaryAccuracy", **named),) * 2
    twice = SHIPPED.get(replace(SIGMOID, metrics=alike_twice), "jax")
    assert list(twice.seeds[0].reported) == ["shown"]
    apart = (*alike_twice[:1], Part.of("AUC", **named))
    assert SHIPPED.get(replace(SIGMOID, metrics=apart), "jax") is None


@pytest.mark.parametrize("content", [b"", b"no archive", None])
@pytest.mark.parametrize("name", ["index.json", f"binary_hard-2{ENDING}"])
def test_trainings_that_are_damaged_give_one_line(tmp_path, monkeypatch, name, content):
    shutil.copytree(FOLDER, tmp_path / "all")
    path = tmp_path / "all" / "jax-cpu" / name
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(half if content is None else content)
    monkeypatch.setattr(trainings, "FOLDER", str(tmp_path / "all"))
    trainings.forget()
    with pytest.raises(UsageError, match=r"damaged: .*Install it again"):
        SHIPPED.get(SIGMOID, "jax")
    monkeypatch.undo()
    trainings.forget()
