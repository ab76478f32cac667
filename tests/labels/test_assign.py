"""Which labels belong to which head."""

from kerascheck import kit
from kerascheck.labels.assign import with_labels

ONE = kit.classifier("sigmoid", "bce")


def test_of_several_labels_the_one_head_gets_those_of_its_name():
    binary, ids = kit.labels("binary"), kit.labels("class-ids", classes=3)
    model = with_labels(ONE, {"other": ids, "out": binary})
    assert model.heads[0].labels == binary
    (problem,) = model.problems
    assert "labels 'other' match no head" in problem.message
