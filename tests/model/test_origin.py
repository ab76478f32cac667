"""Places of a program are added to the description of its model."""

from kerascheck import kit
from kerascheck.model.origin import Origin

ONE = kit.classifier("sigmoid", "bce", layer="inner/out")


def test_each_head_has_the_place_of_its_layer():
    two = kit.with_head(ONE, kit.classifier("linear", "mse", layer="second"))
    origin = Origin("net", "train.py:9", {"inner/out": "net.py:3", "other": "net.py:4"})
    model = origin.add_to(two)
    assert model.source == "train.py:9"
    assert [head.source for head in model.heads] == ["net.py:3", None]


def test_nothing_else_is_changed():
    assert Origin("net").add_to(ONE) == ONE


def test_a_head_without_a_layer_has_no_place():
    model = kit.classifier("sigmoid", "bce", layer=None)
    assert Origin("net", None, {"out": "net.py:3"}).add_to(model) == model
