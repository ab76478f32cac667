"""Advice about labels: what it says, and that its edits train in real Keras."""

import warnings

import numpy as np
import pytest

from kerascheck import kit
from kerascheck.engine.judge import apply_fixes, judge
from kerascheck.labels.measure import measure
from kerascheck.rules import our_rules

RNG = np.random.default_rng(3)
SIZE = 8
IDS = RNG.integers(0, 3, (35, SIZE, SIZE))
MASK = RNG.random((35, SIZE, SIZE, 1)) < 0.3
GREY = RNG.integers(0, 256, (35, SIZE, SIZE, 1)).astype("uint8")


def picture(activation, loss, units, y, **facts):
    shape = (None, SIZE, SIZE, units)
    labels = measure(y)
    return kit.classifier(
        activation, loss, units=units, shape=shape, labels=labels, **facts
    )


def with_void(value):
    return np.where(RNG.random(IDS.shape) < 0.2, value, IDS)


CASES = {
    "pictures": (("sigmoid", "bce", 1), GREY, "divide them by 255"),
    "pictures, logits": (("linear", "mse", 1), GREY, None),
    "pictures, mse": (("sigmoid", "mse", 1), GREY, "divide them by 255"),
    "mask 255": (("sigmoid", "bce", 1), MASK.astype("uint8") * 255, "0 and 1"),
    "standardised": (
        ("sigmoid", "bce", 1),
        ((MASK - MASK.mean()) / MASK.std()).astype("float32"),
        "0 and 1",
    ),
    "void 255": (("softmax", kit.SCCE, 3), with_void(255), "ignore_class=255"),
    "void -1": (("softmax", kit.SCCE, 3), with_void(-1), "ignore_class=-1"),
    "void -100": (("softmax", kit.SCCE, 2), with_void(-100), "ignore_class=-100"),
    "overshoot": (
        ("sigmoid", "bce", 1),
        (GREY / 245).astype("float32"),
        "clip the labels",
    ),
    "id mask, dice": (("sigmoid", "dice", 1), IDS[..., None], "3 units"),
    "rows, dice logits": (
        ("linear", "dice", 3),
        np.eye(3, dtype="float32")[IDS],
        "softmax",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_advice_is_what_the_labels_are(name):
    (activation, loss, units), y, words = CASES[name]
    model = picture(activation, loss, units, y)
    titles = [f.fix.title for f in judge(our_rules(), model).findings if f.fix]
    assert titles == [] if words is None else words in " ".join(titles)


QUICK = ("pictures", "void -1")
FIXED = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
    for name, case in CASES.items()
    if case[2] is not None
]


@pytest.mark.parametrize("name", FIXED)
def test_fixed_labels_train_and_leave_no_finding(name):
    (activation, loss, units), y, _ = CASES[name]
    model = picture(activation, loss, units, y)
    (finding,) = judge(our_rules(), model).findings
    fixed = apply_fixes(our_rules(), model)
    code = finding.labels_line
    new = y if code is None else eval(code.partition(" = ")[2], {"np": np, "y": y})
    head = fixed.heads[0]
    assert np.isfinite(history(head, new)).all()
    again = kit.vary(fixed, labels=measure(new))
    left = judge(our_rules(), again).findings
    assert [f.code for f in left if f.severity is not kit.Severity.NOTE] == []


def history(head, y):
    """Return the losses of two steps in real Keras under the loss of `head`."""
    import keras

    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIZE, SIZE, 2))
    convolution = keras.layers.Conv2D(head.units, 1, activation=str(head.activation))(
        inputs
    )
    model = keras.Model(inputs, convolution)
    arguments = dict(head.loss.arguments)
    if head.loss.from_logits:
        arguments["from_logits"] = True
    model.compile("sgd", loss=getattr(keras.losses, head.loss.name)(**arguments))
    x = RNG.normal(size=(*y.shape[:3], 2)).astype("float32")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(x, y, batch_size=20, verbose=0).history["loss"]


def test_unknown_tags_are_masked_and_not_recoded():
    y = RNG.integers(-1, 2, (200, 5))
    model = kit.classifier("sigmoid", "bce", units=5, labels=measure(y))
    (finding,) = judge(our_rules(), model).findings
    assert finding.fix.edits == ()
    assert "y_true != -1" in finding.fix.title


@pytest.mark.parametrize(
    ("high", "severity"),
    [
        (1.0000001, None),
        (1.0009, None),
        (1.01, "note"),
        (1.05, "warning"),
        (2, "error"),
    ],
)
def test_severity_follows_the_overshoot(high, severity):
    labels = measure(np.append(RNG.random(200), high).astype("float32"))
    model = kit.classifier("sigmoid", "bce", labels=labels)
    found = [str(f.severity) for f in judge(our_rules(), model).findings]
    assert found == ([severity] if severity else [])


def test_masks_resized_with_interpolation_are_to_be_resized_again():
    blurred = IDS.astype("float32")
    blurred[:, ::4, 0] += 0.5
    model = picture("softmax", kit.SCCE, 3, blurred)
    (finding,) = judge(our_rules(), model).findings
    assert (finding.code, finding.fix.edits) == ("KC121", ())
    assert "nearest" in finding.fix.title


def test_masks_read_as_pictures_are_not_regressed_on():
    model = picture("softmax", kit.SCCE, 3, (IDS / 255).astype("float32"))
    (finding,) = judge(our_rules(), model).findings
    assert "multiply them by 255" in finding.fix.title


def test_nearly_whole_ids_are_rounded():
    y = RNG.integers(0, 3, 200).astype("float32")
    y[y == 2] = np.nextafter(np.float32(2), np.float32(0))
    model = kit.classifier("softmax", kit.SCCE, units=3, labels=measure(y))
    (finding,) = judge(our_rules(), model).findings
    assert finding.labels_line == 'y = np.rint(y).astype("int64")'


def test_real_targets_on_logits_have_one_fix():
    labels = measure(RNG.normal(size=200) * 30)
    model = kit.classifier("linear", "bce", labels=labels)
    assert [f.code for f in judge(our_rules(), model).findings] == ["KC206"]


def test_a_loss_of_weight_zero_has_one_finding_about_training():
    off = kit.regressor("sigmoid", "mse", loss_weight=0.0)
    model = kit.with_head(
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")), off
    )
    assert [f.code for f in judge(our_rules(), model).findings] == ["KC402"]


def test_a_loss_of_weight_zero_still_turns_nan():
    off = kit.regressor("linear", "poisson", labels=None, loss_weight=0.0)
    model = kit.with_head(kit.classifier("sigmoid", "bce"), off)
    codes = [f.code for f in judge(our_rules(), model).findings]
    assert codes == ["KC113", "KC402"]
