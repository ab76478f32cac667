"""The sweep over the space of setups: ordered, resumable, packed without loss."""

import gzip
import json
import random
import subprocess

import pytest

from kerascheck import kit
from kerascheck.confirm.cache import ENGINE
from kerascheck.confirm.evidence import trainings
from kerascheck.confirm.evidence.alike import alike, task_text, text_of
from kerascheck.confirm.evidence.packed import pack, unpack
from kerascheck.confirm.evidence.trainings import BACKENDS, ShippedTrainings
from kerascheck.confirm.result import Raised, SeedResult, SetupResult, Status
from kerascheck.confirm.setup import TASKS, LabelForm, Part, Setup
from kerascheck.model.frozen import replace
from tools import evidence, evidence_files
from tools.evidence_files import Table, path_of
from tools.evidence_shipped import Shipped
from tools.evidence_space import space
from tools.evidence_sweep import PART, Sweep, metric_case

SEEDS = 4
SIGMOID = Setup(
    units=1,
    activation="sigmoid",
    loss=Part.of("BinaryCrossentropy"),
    labels=LabelForm(encoding=kit.Encoding.BINARY),
    watched=(Part.of("accuracy"), Part.of("F1Score")),
    task="binary_hard",
)


def _trained(setup, seed=0):
    rng = random.Random(seed)
    seeds = tuple(
        SeedResult(
            seed=i,
            accuracy=rng.uniform(0.7, 0.8),
            ece=rng.uniform(0, 0.2),
            nan=i == 1,
            last_loss=rng.lognormvariate(0, 5),
            loss_curve=(1.0, 0.5 + i),
            reliability=((0.05, 0.1, 1000), (0.95, 0.9, 3000)),
            steps_to_accuracy=None if i == 2 else 40,
            reported={"accuracy": rng.random()},
        )
        for i in range(SEEDS)
    )
    return SetupResult(
        setup=setup,
        status=Status.TRAINED,
        seeds=seeds,
        not_reported={"F1Score": Raised(type="ValueError", message="rank")},
        bayes_accuracy=0.795,
        set_accuracy=0.765,
        environment={"backend": "jax", "keras": "3.15.1", "device": "cpu"},
    )


def _raised(setup):
    return SetupResult(
        setup=setup,
        status=Status.RAISED,
        error=Raised(type="ValueError", message="shapes", cause=None),
        environment={"backend": "jax", "keras": "3.15.1", "device": "cpu"},
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_space_has_every_kind_once_and_in_normal_form(backend):
    setups = space(backend)
    assert len({setup.key for setup in setups}) == len(setups)
    for setup in setups:
        assert alike(setup, backend) == replace(setup, watched=())
    tasks = {setup.task for setup in setups}
    assert tasks == TASKS if backend == "tensorflow" else tasks <= TASKS


def test_another_text_is_another_training():
    setups = {replace(setup, watched=()) for setup in space("tensorflow")}
    assert len({(task_text(s), text_of(s)) for s in setups}) == len(setups)


def test_a_row_keeps_what_a_verdict_looks_at():
    result = _trained(SIGMOID)
    row = json.loads(json.dumps(pack(result, lambda error: 0)))
    seeds = unpack(row, SIGMOID, {"accuracy": [0.5] * SEEDS})
    again = replace(result, seeds=seeds)
    for name in ("accuracy", "ece"):
        assert again.values(name) == pytest.approx(result.values(name), abs=5e-5)
    assert again.values("last_loss") == pytest.approx(
        result.values("last_loss"), rel=1e-3
    )
    assert [s.nan for s in seeds] == [s.nan for s in result.seeds]
    assert [s.steps_to_accuracy for s in seeds] == [40, 40, None, 40]
    assert sum(n for s in seeds for *_, n in s.reliability) == 3 * 4000


def test_an_unfinished_training_is_no_row():
    late = SetupResult(setup=SIGMOID, status=Status.UNFINISHED, reason="late")
    with pytest.raises(ValueError, match="late"):
        pack(late, lambda error: 0)


def _keep(folder, name, results):
    data = json.dumps([result.to_dict() for result in results]).encode()
    (folder / f"jax-{name}.json.gz").write_bytes(gzip.compress(data))


def test_what_is_kept_is_not_trained_again_and_parts_come_in_order(
    tmp_path, monkeypatch
):
    setups = space("jax")[: 2 * PART + 30]
    _keep(tmp_path, "part", [_raised(setup) for setup in setups[:10]])
    sweep = Sweep("jax", SEEDS, tmp_path)
    missing = sweep.missing(setups)
    assert {s.key for s in missing} == {s.key for s in setups[10:]}
    asked = []

    def child(self, request):
        asked.append([plain["task"] for plain in json.loads(request)["setups"]])
        return []

    monkeypatch.setattr(Sweep, "_child", child)
    for processes in (1, 3):
        asked.clear()
        done = list(sweep.train(missing, processes))
        assert done == [PART, 2 * PART, len(missing)]
        assert sorted(map(len, asked)) == [len(missing) - 2 * PART, PART, PART]


@pytest.mark.parametrize(("code", "times"), [(-9, 2), (-2, 1), (1, 1)])
def test_a_killed_worker_is_started_again(tmp_path, monkeypatch, code, times):
    ran = []

    def run(command, **options):
        ran.append(command)
        raise subprocess.CalledProcessError(code, command)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(subprocess.CalledProcessError):
        list(Sweep("jax", SEEDS, tmp_path).train([SIGMOID], 1))
    assert len(ran) == times


@pytest.mark.parametrize("alone", [False, True])
def test_the_usual_setups_come_first_or_stay(tmp_path, monkeypatch, alone):
    trained = []
    monkeypatch.setattr(evidence, "space", lambda backend: [f"usual of {backend}"])
    monkeypatch.setattr(evidence, "more", lambda backend, trains: ["more"])
    monkeypatch.setattr(
        evidence, "_make", lambda _, setups, *__: trained.extend(setups)
    )
    evidence.make(
        "jax", seeds=SEEDS, workers=1, results=tmp_path, say=print, more_alone=alone
    )
    assert trained == (["more"] if alone else ["usual of jax", "more"])


def test_the_files_hold_what_the_sweep_gave(tmp_path, monkeypatch):
    softmax = replace(SIGMOID, activation="softmax")
    more = replace(SIGMOID, watched=(Part.of("AUC"),))
    rarer = _trained(more, seed=0)
    rarer = replace(
        rarer,
        not_reported={},
        seeds=tuple(replace(s, reported={"AUC": 0.25}) for s in rarer.seeds),
    )
    results = [_trained(SIGMOID), _raised(softmax), rarer, _raised(_odd())]
    wanted = [result.setup.key for result in results[:3]]
    case = metric_case(SIGMOID, SIGMOID.watched[1])
    errors = {case: Raised(type="TypeError", message="one line")}
    tables, environment = evidence_files.tables(results, wanted, errors)
    evidence_files.write(tables, environment, SEEDS, tmp_path)
    monkeypatch.setattr(trainings, "FOLDER", str(tmp_path))
    trainings.forget()
    try:
        shipped = ShippedTrainings(backends=("jax",))
        plain = replace(SIGMOID, watched=())
        found = shipped.get(replace(plain, metrics=(Part.of("auc"),)), "jax")
        assert [seed.reported for seed in found.seeds] == [{"auc": 0.25}] * SEEDS
        found = shipped.get(replace(plain, metrics=SIGMOID.watched), "jax")
        assert found.error.type == "TypeError"
        assert (
            shipped.get(replace(softmax, watched=()), "jax").error.type == "ValueError"
        )
        assert shipped.get(replace(_odd(), watched=()), "jax") is None
        assert shipped.get(plain, "tensorflow") is None
        assert trainings.index_of("jax").seeds == SEEDS
    finally:
        trainings.forget()


@pytest.fixture
def shipped(tmp_path):
    tables, environment = evidence_files.tables([_trained(SIGMOID)], [SIGMOID.key], {})
    evidence_files.write(tables, environment, SEEDS, tmp_path)
    return Shipped.of("jax", SEEDS, tmp_path)


SIGMOID_ALONE = replace(SIGMOID, watched=SIGMOID.watched[:1])


@pytest.mark.parametrize(
    ("setup", "missing"),
    [
        (SIGMOID_ALONE, False),
        (replace(SIGMOID, watched=()), False),
        (replace(SIGMOID, watched=(Part.of("AUC"),)), True),
        (replace(SIGMOID, activation="tanh"), True),
        (replace(SIGMOID, task="binary"), True),
    ],
)
def test_what_ships_is_not_trained_again(shipped, setup, missing):
    assert list(shipped.missing([setup])) == [setup] * missing


def test_what_ships_stays_beside_what_is_added(shipped, tmp_path):
    folder, task = shipped.folder, task_text(SIGMOID)
    (text, row), *_ = Table.parse(path_of(folder, task))[1].items()
    tanh = replace(SIGMOID, activation="tanh", watched=(Part.of("AUC"),))
    added = replace(_trained(tanh, seed=1), not_reported={})
    space = [SIGMOID, tanh]
    found, environment = evidence_files.tables(
        [added], [tanh.key], {}, shipped.tables(space)
    )
    evidence_files.write(found, environment, SEEDS, tmp_path)
    first, rows = Table.parse(path_of(folder, task))
    assert rows[text] == row
    assert rows[text_of(tanh)][0] != row[0]
    assert first["metrics"] == ["accuracy", "AUC"]
    without = shipped.tables([tanh])[task]
    assert [line.split("\t")[0] for line in without.lines()][1:] == [text_of(tanh)]


@pytest.mark.parametrize(("engine", "seeds"), [("0", SEEDS), (ENGINE, SEEDS + 1)])
def test_what_ships_of_another_engine_or_seeds_is_trained_again(
    shipped, tmp_path, engine, seeds
):
    index = shipped.folder / trainings.INDEX
    plain = json.loads(index.read_text())
    index.write_text(json.dumps(plain | {"engine": engine, "seeds": seeds}))
    assert Shipped.of("jax", SEEDS, tmp_path) is None
    assert Shipped.of("tensorflow", SEEDS, tmp_path) is None


def _odd():
    return replace(SIGMOID, activation="tanh")


@pytest.mark.slow
def test_two_setups_are_really_trained_and_a_metric_is_really_fitted(tmp_path):
    setups = [SIGMOID, replace(SIGMOID, units=2)]
    sweep = Sweep("jax", SEEDS, tmp_path)
    assert list(sweep.train(sweep.missing(setups), 2)) == [2]
    assert sweep.missing(setups) == []
    trained, raised = sorted(sweep.results(), key=lambda r: r.setup.units)
    assert (trained.status, raised.status) == (Status.TRAINED, Status.RAISED)
    errors = sweep.metric_errors(setups)
    assert set(errors) == {metric_case(SIGMOID, SIGMOID.watched[1])}
    (error,) = errors.values()
    assert error.type == "ValueError"
