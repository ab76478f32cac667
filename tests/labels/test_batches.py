"""Batches in every form that fit takes, looked at without losing any."""

import numpy as np
import pytest

from kerascheck.labels import batches
from kerascheck.labels.batches import Peeked, pull_rows, sample_of
from kerascheck.model.errors import UnreadableLabels, UsageError

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 1, 0, 1, 0])
BATCHES = [(X[i : i + 2], Y[i : i + 2]) for i in (0, 2, 4)]


class PyDataset:
    """Yields batches by their place."""

    __module__ = "keras.src.trainers.data_adapters.py_dataset_adapter"

    def __init__(self, held):
        self.held = held

    def __len__(self):
        return len(self.held)

    def __getitem__(self, place):
        return self.held[place]


class DatasetV2:
    """Yields batches one after another, again for each loop."""

    __module__ = "tensorflow.python.data.ops.dataset_ops"

    def __init__(self, held):
        self.held = held

    def __iter__(self):
        return iter(self.held)


class FlowFromDirectory(PyDataset):
    """Yields batches by their place, and without end by `next`.

    As those of `ImageDataGenerator.flow` in Keras 3 and tf_keras do.
    """

    def __iter__(self):
        return self

    def __next__(self):
        return self.held[0]


KINDS = {"by place": PyDataset, "in a loop": DatasetV2, "peeked": Peeked}


@pytest.fixture(params=KINDS)
def wrap(request):
    kind = KINDS[request.param]
    return lambda held: kind(iter(held) if kind is Peeked else held)


def test_labels_of_batches_are_joined(wrap):
    assert sample_of(wrap(BATCHES)).y.tolist() == Y.tolist()


def test_inputs_of_a_sample_are_those_of_the_first_batch(wrap):
    assert sample_of(wrap(BATCHES)).x is BATCHES[0][0]


def test_sample_weights_of_batches_are_joined(wrap):
    weighted = [(x, y, y + 1.0) for x, y in BATCHES]
    assert sample_of(wrap(weighted)).sample_weight.tolist() == (Y + 1.0).tolist()


def test_labels_by_name_are_joined_by_name(wrap):
    named = [(x, {"a": y, "b": 1 - y}) for x, y in BATCHES]
    found = {name: y.tolist() for name, y in sample_of(wrap(named)).y.items()}
    assert found == {"a": Y.tolist(), "b": (1 - Y).tolist()}


def test_labels_in_a_list_are_joined_by_their_place(wrap):
    listed = [(x, [y, 1 - y]) for x, y in BATCHES]
    found = [y.tolist() for y in sample_of(wrap(listed)).y]
    assert found == [Y.tolist(), (1 - Y).tolist()]


def test_batches_without_any_head_hold_no_labels(wrap):
    assert sample_of(wrap([(x, {}) for x, _ in BATCHES])).y == {}


@pytest.mark.parametrize("batch", [X, (X,), (X, Y, Y, Y)], ids=["x", "1", "4"])
def test_a_batch_is_inputs_labels_and_perhaps_weights(wrap, batch):
    with pytest.raises(UnreadableLabels, match="a batch holds no labels"):
        sample_of(wrap([batch]))


def test_without_a_batch_there_are_no_labels(wrap):
    with pytest.raises(UnreadableLabels, match="no batch to look at"):
        sample_of(wrap([]))


@pytest.mark.parametrize("labels", [lambda y: y, lambda y: {"a": y}, lambda y: [y, y]])
def test_no_more_batches_are_pulled_than_rows_are_wanted(labels):
    pulled = []

    def told():
        for x, y in BATCHES:
            pulled.append(x)
            yield x, labels(y)

    inputs, _ = pull_rows(Peeked(told()), 4)
    assert (len(pulled), inputs.tolist()) == (2, X[:4].tolist())


def test_rows_that_are_pulled_belong_together(wrap):
    inputs, labels = pull_rows(wrap(BATCHES), 3)
    assert (inputs.tolist(), labels.tolist()) == (X[:4].tolist(), Y[:4].tolist())


def test_no_batch_is_waited_for_once_the_time_is_over(wrap, monkeypatch):
    clock = iter(range(0, 100, 3))
    monkeypatch.setattr(batches, "monotonic", lambda: next(clock))
    assert len(sample_of(wrap(BATCHES)).y) == 2


def test_a_bare_generator_is_not_used_up():
    bare = iter(BATCHES)
    with pytest.raises(UsageError, match="Peeked"):
        sample_of(bare)
    assert list(bare) == BATCHES


@pytest.mark.parametrize("rows", [1, 4, 6])
def test_what_was_peeked_at_comes_first_from_the_generator(rows):
    peeked = Peeked(iter(BATCHES))
    pull_rows(peeked, rows)
    assert [y.tolist() for _, y in peeked.generator()] == [[0, 1], [1, 0], [1, 0]]


def test_peeking_twice_shows_the_same():
    peeked = Peeked(iter(BATCHES))
    pull_rows(peeked, 2)
    assert sample_of(peeked).y.tolist() == Y.tolist()


def test_a_sequence_that_is_its_own_iterator_is_no_generator():
    data = FlowFromDirectory(BATCHES)
    sample = sample_of(data)
    assert sample.y.tolist() == Y.tolist()
    assert sample.data == batches.form_of(data) == "sequence"
