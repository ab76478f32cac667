"""What a user's loss carries is still there after fixes that put in another class."""

import keras
import pytest

from kerascheck import kit
from kerascheck.engine.judge import apply_fixes, judge
from kerascheck.keras_api.compile_call import head_loss_code
from kerascheck.rules import our_rules

LOSSES = {
    "BinaryCrossentropy": {"label_smoothing": 0.1, "reduction": "sum"},
    "BinaryFocalCrossentropy": {"gamma": 3.0, "label_smoothing": 0.1},
    "CategoricalCrossentropy": {"label_smoothing": 0.1, "reduction": "sum"},
    "CategoricalFocalCrossentropy": {"gamma": 3.0, "reduction": "sum"},
    "SparseCategoricalCrossentropy": {"reduction": "sum"},
    "KLDivergence": {"reduction": "sum"},
    "CategoricalHinge": {"reduction": "sum"},
    "Hinge": {"reduction": "sum"},
    "MeanSquaredError": {"reduction": "sum"},
    "Huber": {"delta": 2.0, "reduction": "sum"},
    "Poisson": {"reduction": "sum"},
    "Dice": {"reduction": "sum"},
    "Tversky": {"alpha": 0.3, "beta": 0.7, "reduction": "sum"},
}
LABELS = {
    "binary": kit.labels("binary"),
    "column": kit.labels("binary", column=True),
    "signed": kit.labels("signed-binary", column=True),
    "one-two": kit.labels("class-ids", 2, low=1.0, high=2.0),
    "ids": kit.labels("class-ids", 3),
    "ids from 1": kit.labels("class-ids", 3, low=1.0, high=3.0),
    "one-hot": kit.labels("one-hot", 3),
    "multi-hot": kit.labels("multi-hot", 3),
    "soft": kit.labels("distribution", 3),
    "real": kit.labels("continuous", column=True),
}
QUICK = ("column", "ids", "multi-hot")
EACH = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
    for name in LABELS
]
FOCAL = ("BinaryFocalCrossentropy", "CategoricalFocalCrossentropy")


def fixed(name, labels, activation, *, logits):
    """Return the head after its fixes, as a real loss of Keras; None: nothing fits."""
    arguments = tuple(sorted(LOSSES[name].items()))
    loss = kit.loss_called(
        name, from_logits=logits or None, arguments=arguments, given="object"
    )
    for units in (1, 2, 3):
        model = kit.classifier(activation, loss, units=units, labels=LABELS[labels])
        after = apply_fixes(our_rules(), model)
        code = head_loss_code(after.heads[0])
        yield after, keras.losses.get(eval(code, {"keras": keras}))


def lost(name, after):
    """Return what the user chose and the new loss has, but at another value."""
    old = dict(LOSSES[name])
    plain = {"reduction": "sum_over_batch_size"}  # a function, from a string
    config = after.get_config() if hasattr(after, "get_config") else plain
    return {
        argument: config[argument]
        for argument, value in old.items()
        if argument in config and config[argument] != value
    }


@pytest.mark.parametrize("labels", EACH)
@pytest.mark.parametrize("name", LOSSES)
def test_arguments_survive_a_change_of_the_class(name, labels):
    for activation in ("sigmoid", "softmax", "linear"):
        for logits in (False, True):
            for _, loss in fixed(name, labels, activation, logits=logits):
                gone = lost(name, loss)
                if labels == "soft":  # which KC115 says not to smooth again
                    gone.pop("label_smoothing", None)
                assert not gone, f"{activation}, {type(loss).__name__}"


@pytest.mark.parametrize("labels", EACH)
@pytest.mark.parametrize("name", FOCAL)
def test_a_focal_loss_stays_focal(name, labels):
    for activation in ("sigmoid", "softmax", "linear"):
        for after, loss in fixed(name, labels, activation, logits=False):
            if after.heads[0].loss.kind in kit.CROSSENTROPIES:
                assert type(loss).__name__ in FOCAL, activation


@pytest.mark.parametrize("labels", ["one-hot", "soft"])
def test_the_divergence_stays_over_rows_of_classes(labels):
    for after, loss in fixed("KLDivergence", labels, "sigmoid", logits=False):
        assert after.heads[0].units == 3
        assert isinstance(loss, keras.losses.KLDivergence)


def test_the_title_names_what_is_kept():
    loss = kit.loss_called(
        "CategoricalFocalCrossentropy", arguments=(("gamma", 3.0),), given="object"
    )
    tags = kit.labels("multi-hot", 5)
    model = kit.classifier("sigmoid", loss, units=5, labels=tags)
    (finding,) = judge(our_rules(), model).findings
    assert finding.fix.title == "compile with BinaryFocalCrossentropy(gamma=3.0)"
    assert "BinaryFocalCrossentropy(gamma=3.0)" in finding.snippet
