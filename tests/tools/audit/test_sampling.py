"""What the audit tries."""

import json
import random

import pytest

from tools.audit.sampling import (
    ACTIVATIONS,
    CROSSENTROPIES,
    METRICS,
    OTHER_LOSSES,
    random_setups,
)
from tools.audit.setups import Setup
from tools.audit.tasks import TASKS


@pytest.fixture(scope="module")
def setups():
    return list(random_setups(2000, random.Random(0)))


def test_setups_are_all_different_and_the_same_for_a_seed(setups):
    assert len(set(setups)) == 2000
    assert list(random_setups(20, random.Random(0))) == setups[:20]


def test_setups_survive_json(setups):
    plain = json.loads(json.dumps([setup.to_dict() for setup in setups[:300]]))
    assert [Setup.from_dict(one) for one in plain] == setups[:300]


def test_every_part_occurs_in_two_thousand(setups):
    heads = [head for setup in setups for head in setup.heads]
    encodings = {(task, name) for task, names in TASKS.items() for name in names}
    assert {(head.task, head.encoding) for head in heads} == encodings
    assert {head.activation for head in heads} == set(ACTIVATIONS)
    assert {head.loss[0] for head in heads} == {*CROSSENTROPIES, *OTHER_LOSSES}
    assert {metric for head in heads for metric in head.metrics} >= set(METRICS)
    assert {setup.rank for setup in setups} == {2, 3, 4}
    assert {len(setup.heads) for setup in setups} == {1, 2, 3}
    policies = {"float32", "mixed_bfloat16", "mixed_float16", "float64"}
    assert {setup.policy for setup in setups} == policies
    assert len({setup.class_weight for setup in setups}) == 6
    assert len({setup.sample_weight for setup in setups}) == 6


def test_metrics_of_keras_that_score_classes_are_all_tried():
    from kerascheck.keras_api.metrics import METRICS as OF_KERAS

    tried = {name for name, _ in METRICS}
    scoring = {"accuracy", "top-k", "rate", "count", "f-score", "crossentropy", "iou"}
    missing = {n for n, row in OF_KERAS.items() if row.family in scoring} - tried
    assert missing == set()


def test_losses_of_keras_are_all_tried():
    from kerascheck.keras_api.losses import LOSSES

    assert set(LOSSES) - {*CROSSENTROPIES, *OTHER_LOSSES} == {"CTC", "Circle"}
