"""Random setups: any head under any loss with any labels and metrics."""

from hypothesis import strategies as st

from kerascheck import kit
from kerascheck.keras_api.losses import LOSS_NAMES
from kerascheck.keras_api.metrics import METRIC_NAMES

ENCODINGS = [str(e) for e in kit.Encoding if e is not kit.Encoding.UNKNOWN]
LOSSES = sorted({*LOSS_NAMES, "my_own_loss"})
METRICS = sorted({*METRIC_NAMES, "accuracy", "acc", "my_own_metric"})
VERSIONS = ["2.2.4-tf", "2.3.1", "2.4.0", "2.15.0", "3.3.3", "3.15.1", "99.0", None]


@st.composite
def labels(draw):
    """Labels as `measure` could give them, or none."""
    if draw(st.booleans()) and draw(st.booleans()):
        return None
    encoding = draw(st.sampled_from(ENCODINGS))
    changes = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "low": st.sampled_from([-1.0, 0.0, 1.0, -40.0]),
                "high": st.sampled_from([1.0, 2.0, 3.0, 255.0]),
                "majority": st.sampled_from([0.5, 0.95, 1.0, None]),
                "ones": st.sampled_from([(0, 1), (1, 1), (1, 4)]),
                "integral": st.booleans(),
                "nans": st.sampled_from([0, 2]),
            },
        )
    )
    if encoding not in ("class-ids", "continuous"):
        changes.pop("low", None)
        changes.pop("high", None)
    return kit.labels(
        encoding,
        classes=draw(st.sampled_from([1, 2, 3, 5])),
        column=draw(st.booleans()),
        **changes,
    )


@st.composite
def models(draw):
    """Models of one head, likely and unlikely ones alike."""
    units = draw(st.sampled_from([1, 1, 2, 3, 5]))
    metric = st.sampled_from(METRICS)
    thresholds = st.sampled_from([None, 0.0, 0.5])
    objects = st.builds(
        lambda name, t: kit.metric(name, threshold=t, thresholds=t), metric, thresholds
    )
    return kit.classifier(
        draw(st.sampled_from([str(a) for a in kit.Activation])),
        draw(st.sampled_from(LOSSES)),
        units=units,
        from_logits=draw(st.sampled_from([None, True])),
        metrics=tuple(draw(st.lists(st.one_of(metric, objects), max_size=3))),
        labels=draw(labels()),
        keras=draw(st.sampled_from(VERSIONS)),
        shape=draw(st.sampled_from([None, (None, 7, units), (None, None, units)])),
        logits_hidden=draw(st.booleans()),
        inner_activations=draw(st.sampled_from([(), (kit.Activation.RELU,)])),
        softmax_axis=draw(st.sampled_from([None, -1, 1])),
        compiled=draw(st.sampled_from([True, True, True, False, None])),
    )
