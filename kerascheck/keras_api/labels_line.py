"""The lines for labels and sample weights that a fix asks for."""

from __future__ import annotations

from kerascheck.keras_api.layer_line import quoted
from kerascheck.model.description import Description, Encoding, Head, Labels

_ROWS = (Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.DISTRIBUTION)
_SOFT = (Encoding.PROBABILITY, Encoding.CONTINUOUS, Encoding.DISTRIBUTION)
_MAX_TEXT = 40
"""Characters of a label that a description keeps: one so long may be cut."""


def place_in_labels(name: str, model: Description) -> str:
    """Return what stands for the labels of a head: `y`, `y["risk"]`, or `y[1]`.

    Args:
        name: Of the head.
        model: With all its heads; labels are a list if `fit` is known to get one.
    """
    names = [head.name for head in model.heads]
    if len(names) == 1:
        return "y"
    given = None if model.fit is None else model.fit.labels
    if given == _list_of(len(names)):
        return f"y[{names.index(name)}]"
    return f"y[{quoted(name)}]"


def _list_of(count: int) -> str:
    """Return the structure of a list of so many arrays."""
    return f"[{', '.join(['*'] * count)}]"


def labels_line(before: Head, after: Head, y: str) -> str | None:
    """Return the conversion of the labels, with the file that holds them if known.

    The names in it are `y`, `keras`, and `np` for numpy.

    Args:
        before: As compiled, with its labels.
        after: With the fix applied.
        y: What stands for the labels, from `place_in_labels`.

    Returns:
        One line of Python; None if the fix leaves the labels as they are, or if no
        line does for all that is known of them.
    """
    old, new = before.labels, after.labels
    if old is None or new is None or old == new:
        return None
    code = _converted(y, old, new)
    if code is None:
        return None
    if len(new.shape) > len(old.shape) and new.shape[-1] == 1:
        code = f"{code if code == y else f'({code})'}[..., None]"
    if code == y:
        return None
    where = f"  # the labels of {quoted(old.path)}" if old.path else ""
    return f"{y} = {code}{where}"


def weights_line(before: Description, after: Description) -> str | None:
    """Return the sample weights that leave out labels without a class.

    Args:
        before: As compiled.
        after: With the fix applied.

    Returns:
        One line of Python; None if no metric became one of `weighted_metrics`.
    """
    pairs = zip(before.heads, after.heads, strict=True)
    voids = [_weighted_void(*pair) for pair in pairs]
    if not any(void is not None for void in voids):
        return None
    names = [head.name for head in before.heads]
    places = [place_in_labels(name, before) for name in names]
    codes = [
        "None" if void is None else f'({y} != {void}).astype("float32")'
        for y, void in zip(places, voids, strict=True)
    ]
    if len(names) == 1:
        return f"sample_weight = {codes[0]}  # pass it to fit"
    if places[0] == "y[0]":
        return f"sample_weight = [{', '.join(codes)}]  # pass it to fit"
    if before.outputs == "list":  # weights are refused in a dict
        lists = f"[{', '.join(places)}], [{', '.join(codes)}]"
        return f"y, sample_weight = {lists}  # pass both to fit"
    named = zip(names, codes, strict=True)
    code = f"{{{', '.join(f'{quoted(name)}: {one}' for name, one in named)}}}"
    return f"sample_weight = {code}  # pass it to fit"


def _weighted_void(before: Head, after: Head) -> int | None:
    """Return the ignored label if a fix weighs a metric of the head."""
    if after is before:
        return None
    void = after.loss and after.loss.argument("ignore_class")
    counts = [sum(m.weighted for m in h.metrics or ()) for h in (before, after)]
    return void if isinstance(void, int) and counts[1] > counts[0] else None


def _converted(y: str, old: Labels, new: Labels) -> str | None:
    if old.encoding in _SOFT and len(old.values) == 2 and new.integral:
        return f'({y} > 0.5).astype("float32")'
    if new.encoding is old.encoding and new.integral and not old.integral:
        return f'np.rint({y}).astype("int64")'
    match new.encoding:
        case Encoding.PROBABILITY | Encoding.CONTINUOUS:
            return _within_one(y, old, new)
        case Encoding.CLASS_IDS:
            return _class_ids(y, old)
        case Encoding.BINARY:
            return _binary(y, old)
        case Encoding.ONE_HOT if old.encoding is not Encoding.ONE_HOT:
            ids = _class_ids(y, old)
            width = new.shape[-1]
            return ids and f"keras.utils.to_categorical({ids}, {width})"
        case _:
            return y if new.encoding is old.encoding else None


def _within_one(y: str, old: Labels, new: Labels) -> str | None:
    """Return code for values from 0 to 255, or just outside [0, 1], inside [0, 1]."""
    if old.high is None or new.high is None or old.overshoot <= new.overshoot:
        return y if new.encoding is old.encoding else None
    return f"{y} / 255" if new.high == old.high / 255 else f"np.clip({y}, 0, 1)"


def _class_ids(y: str, labels: Labels) -> str | None:
    """Return code for ids from 0, without gaps; a void value is none of them."""
    if labels.void is not None:
        return None
    if labels.encoding in _ROWS:
        return f"{y}.argmax(axis=-1)"
    if labels.encoding is Encoding.STRINGS:
        return _looked_up(y, labels)
    if labels.encoding is Encoding.CLASS_IDS and labels.low == 0 and not labels.samples:
        return y  # as encoders number classes
    if labels.low is None or labels.high is None or not labels.integral:
        return None
    classes = labels.classes or len(labels.values)
    if classes == labels.high - labels.low + 1:
        return _shifted(y, labels.low)
    if classes == 2:
        return f'({_is_high(y, labels.low, labels.high)}).astype("int64")'
    return _looked_up(y, labels)


def _binary(y: str, labels: Labels) -> str | None:
    """Return code for 0 and 1; a void value is neither."""
    if labels.void is not None:
        return None
    if labels.encoding in _ROWS:
        return f"{y}.argmax(axis=-1)"
    if labels.encoding is Encoding.STRINGS:
        return _looked_up(y, labels)
    low, high = labels.low, labels.high
    if low is None or high is None or labels.encoding is Encoding.PROBABILITY:
        return None
    if high == low + 1:
        return _shifted(y, low)
    return f'({_is_high(y, low, high)}).astype("float32")'


def _is_high(y: str, low: float, high: float) -> str:
    return f"{y} > 0" if low <= 0 < high else f"{y} == {high:g}"


def _shifted(y: str, low: float) -> str:
    return f"{y} {'-' if low > 0 else '+'} {abs(low):.0f}" if low else y


def _looked_up(y: str, labels: Labels) -> str:
    """Return code for the number of each label among all labels."""
    values = labels.values
    texts = [value for value in values if isinstance(value, str)]
    is_whole = len(values) == labels.classes or (values and labels.classes is None)
    if is_whole and all(len(text) < _MAX_TEXT for text in texts):
        listed = ", ".join(quoted(v) if isinstance(v, str) else repr(v) for v in values)
        return f"np.searchsorted([{listed}], {y})"
    return f"np.unique({y}, return_inverse=True)[1].reshape({y}.shape)"
