"""From whatever `fit` takes to numpy arrays: a bounded sample of labels in batches.

Nothing is imported: a container is recognised by where its class comes from. Batches
are (inputs, labels) or (inputs, labels, sample weights).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from time import monotonic

from kerascheck.labels.structure import Path, items_of, leaves
from kerascheck.model.errors import UnreadableLabels, UsageError
from kerascheck.model.frozen import Frozen, field, replace
from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from kerascheck.model.description import DataForm, Shape

__all__ = [
    "FitSample",
    "Peeked",
    "form_of",
    "gives_batches",
    "pull_rows",
    "sample_of",
    "to_numpy",
]

MAX_ROWS: Final = 100_000
MAX_BATCHES: Final = 64
MAX_SECONDS: Final = 2.0
"""Time to pull batches; the one that is under way is waited for."""

_NO_SHAPE: Final = "no shape"  # of what is no array, such as a nested dataset

_BATCH_CLASSES: Final[dict[str, tuple[DataForm, tuple[str, ...]]]] = {
    "PyDataset": ("sequence", ("keras",)),
    "Sequence": ("sequence", ("keras", "tf_keras", "tensorflow")),
    "DatasetV2": ("dataset", ("tensorflow",)),
    "DataLoader": ("loader", ("torch",)),
}
"""Classes that yield batches: what they are for `fit`, and whose they are."""


class FitSample(Frozen, eq=False):
    """A sample of the data that `fit` receives.

    Attributes:
        y: Labels: an array, shape (samples, …), or a dict or list of arrays.
        x: Inputs of the first batch, as they are; None: not in batches.
        sample_weight: As `y`, shape (samples,); None: not in the batches.
        data: How the data come; None: unknown.
        watched: Keras itself has received the data. What cannot be measured of them
            is no reason for a finding then.
        why_no_weights: Why the sample weights of batches cannot be joined.
        declared: Shapes that a `tf.data.Dataset` declares for the labels, batch first,
            by the path of each array; (): it does not say the number of axes.
        unbatched: A `tf.data.Dataset` yields single samples, not batches. Here they
            are in batches of one.
    """

    y: Any
    x: Any = None
    sample_weight: Any = None
    data: DataForm | None = None
    watched: bool = False
    why_no_weights: str | None = None
    declared: Mapping[Path, Shape] = field(default_factory=dict)
    unbatched: bool = False


class Peeked:
    """A generator of batches that can be looked at before it is used up.

    batches = kerascheck.Peeked(generator)
    kerascheck.check(model, batches).raise_for_findings()
    model.fit(batches.generator(), steps_per_epoch=100)
    """

    def __init__(self, batches: Iterator[Any]) -> None:
        """Take over a generator, which must be used through this object alone."""
        self._rest = iter(batches)
        self._pulled: list[Any] = []

    def seen(self) -> Iterator[Any]:
        """Yield batches from the first on, and keep them."""
        yield from self._pulled
        for batch in self._rest:
            self._pulled.append(batch)
            yield batch

    def generator(self) -> Iterator[Any]:
        """Return a generator of all batches, from the first on. Call it once."""
        pulled, self._pulled = self._pulled, []
        return (batch for batch in chain(pulled, self._rest))


def sample_of(y: Any) -> FitSample:
    """Return a bounded sample of labels in any form that `fit` takes.

    Batches are pulled until there are 100,000 samples or 64 batches, for at most 2
    seconds. A data loader that shuffles draws from its random generator for this.

    Raises:
        UnreadableLabels: There are no batches, or none with labels.
        UsageError: A bare generator, whose batches would be lost.
    """
    if isinstance(y, FitSample):
        return _sample_of_watched(y)
    if isinstance(y, Peeked):
        return _join(_pull(y.seen()), "generator")
    if gives_batches(y):
        return _sample_of_batches(y)
    if isinstance(y, Iterator):
        raise UsageError(
            "a generator yields each batch once: wrap it as "
            "`kerascheck.Peeked(batches)`, and pass `peeked.generator()` to fit"
        )
    return FitSample(y=to_numpy(y), data="arrays")


def _sample_of_batches(y: Any) -> FitSample:
    spec = getattr(y, "element_spec", None)
    pulled = _pull(_batches(y))
    unbatched = _is_of_samples(spec)
    if unbatched:
        pulled = [tuple(map(_as_batch, parts)) for parts in pulled]
    return replace(
        _join(pulled, form_of(y)),
        declared=_declared(spec, batch=(None,) if unbatched else ()),
        unbatched=unbatched,
    )


def _declared(spec: Any, *, batch: Shape = ()) -> dict[Path, Shape]:
    """Return the shapes of labels in an `element_spec`, after an axis for the batch."""
    if not _has_labels(spec):
        return {}
    return {
        path: () if shape is None else (*batch, *shape)
        for path, shape in _shapes(spec[1])
        if not isinstance(shape, str)
    }


def _is_of_samples(spec: Any) -> bool:
    """Say whether an `element_spec` is of single samples, which no batch can be.

    A label has no axis, or inputs and labels differ in their first. Of inputs of shape
    (1,) Keras makes a batch of one, and may train.
    """
    if not _has_labels(spec):
        return False
    x, y = ([shape for _, shape in _shapes(part)] for part in spec[:2])
    if _NO_SHAPE in (*x, *y) or any(shape in ((1,), (None,)) for shape in x):
        return False
    if () in y:
        return True
    first = {shape[0] if shape else None for shape in (*x, *y)}
    return len(first) > 1 and None not in first


def _has_labels(spec: Any) -> bool:
    return isinstance(spec, tuple) and 2 <= len(spec) <= 3


def _shapes(spec: Any) -> Iterator[tuple[Path, Shape | str | None]]:
    """Yield the shape of each array; None: of unknown rank."""
    for path, leaf in leaves(spec):
        if hasattr(leaf, "shape"):
            yield path, None if leaf.shape.rank is None else tuple(leaf.shape)
        else:
            yield path, _NO_SHAPE


def _as_batch(values: Any) -> Any:
    """Return one sample as a batch of one, dicts and lists kept."""
    if isinstance(values, Mapping):
        return {name: _as_batch(inner) for name, inner in values.items()}
    if items_of(values) is not None:
        return type(values)(map(_as_batch, values))
    import numpy as np

    return np.asarray(to_numpy(values))[None]


def _sample_of_watched(sample: FitSample) -> FitSample:
    if gives_batches(sample.y):
        return replace(_sample_of_batches(sample.y), watched=True)
    return replace(sample, y=to_numpy(sample.y))


def form_of(x: Any, y: Any = None) -> DataForm | None:
    """Return how the arguments `x` and `y` of `fit` give it its data."""
    found = _form_of_batches(x)
    if found is not None or (x is None and y is None):
        return found
    return "generator" if isinstance(x, (Peeked, Iterator)) else "arrays"


def pull_rows(batches: Any, rows: int) -> tuple[Any, Any]:
    """Return inputs and labels of the first batches, until there are `rows` samples.

    Args:
        batches: As for `sample_of`, except a bare generator.
        rows: How many; fewer if there are no more batches or 2 seconds are over.

    Raises:
        UnreadableLabels: There are no batches, or none with labels.
    """
    source = batches.seen() if isinstance(batches, Peeked) else _batches(batches)
    pulled = _pull(source, rows=rows, batches=rows)
    inputs = _concatenate([to_numpy(parts[0]) for parts in pulled])
    return inputs, _concatenate([parts[1] for parts in pulled])


def to_numpy(values: Any) -> Any:
    """Return arrays of any framework as numpy arrays, dicts and lists kept.

    A pandas Series gets a second axis, as in Keras 3.
    """
    if isinstance(values, Mapping):
        return {name: to_numpy(inner) for name, inner in values.items()}
    if isinstance(values, (list, tuple)):
        if items_of(values) is None:
            return values
        inner = [to_numpy(inner) for inner in values]
        return tuple(inner) if isinstance(values, tuple) else inner
    root = type(values).__module__.partition(".")[0]
    if root == "torch":
        return values.detach().cpu().numpy()
    if root == "pandas":
        return _pandas(values)
    if root == "numpy" or not hasattr(values, "__array__"):
        return values
    import numpy as np

    return np.asarray(values)


def _pandas(values: Any) -> Any:
    import numpy as np

    array = np.asarray(values)
    return array[:, None] if array.ndim == 1 else array


def gives_batches(y: Any) -> bool:
    """Say whether this is one of the containers that yield batches repeatedly."""
    return _form_of_batches(y) is not None


def _form_of_batches(y: Any) -> DataForm | None:
    for base in type(y).__mro__:
        form, packages = _BATCH_CLASSES.get(base.__name__, (None, ()))
        if base.__module__.partition(".")[0] in packages:
            return form
    return None


def _batches(y: Any) -> Iterator[Any]:
    if hasattr(y, "__getitem__") and hasattr(y, "__len__"):
        return (y[place] for place in range(len(y)))
    return iter(y)


def _pull(
    source: Iterator[Any], *, rows: int = MAX_ROWS, batches: int = MAX_BATCHES
) -> list[tuple[Any, ...]]:
    end, found, pulled = monotonic() + MAX_SECONDS, 0, []
    for batch in islice(source, batches):
        pulled.append(_split(batch))
        found += _rows(pulled[-1][1])
        if found >= rows or monotonic() > end:
            break
    if not pulled:
        raise UnreadableLabels(
            "there is no batch to look at: the generator is exhausted or empty"
        )
    return pulled


def _split(batch: Any) -> tuple[Any, ...]:
    """Return inputs, labels and sample weights of a batch, labels as arrays."""
    if not isinstance(batch, (tuple, list)) or not 2 <= len(batch) <= 3:
        raise UnreadableLabels(
            "a batch holds no labels. Expected (x, y) or (x, y, sample_weight). "
            f"Received: {type(batch).__name__}."
        )
    x, y, *weights = batch
    return (x, to_numpy(y), *(to_numpy(w) for w in weights if w is not None))


def _rows(y: Any) -> int:
    rows = (_length(value) for _, value in leaves(y) if value is not None)
    return next(rows, 0)


def _length(values: Any) -> int:
    has_length = hasattr(values, "__len__") and getattr(values, "shape", True)
    return len(values) if has_length else 1


def _join(pulled: Sequence[tuple[Any, ...]], data: DataForm | None) -> FitSample:
    found = [parts[2] for parts in pulled if len(parts) > 2]
    weights, unread = None, None
    try:
        weights = _concatenate(found) if found else None
    except UnreadableLabels as error:
        unread = str(error).replace("labels", "sample weights", 1)
    return FitSample(
        y=_concatenate([parts[1] for parts in pulled]),
        x=pulled[0][0],
        sample_weight=weights,
        data=data,
        why_no_weights=unread,
    )


def _concatenate(pieces: Sequence[Any]) -> Any:
    """Return labels of many batches as one, whatever their structure."""
    import numpy as np

    first = pieces[0]
    if isinstance(first, Mapping):
        return {name: _concatenate(_each(pieces, itemgetter(name))) for name in first}
    if isinstance(first, (list, tuple)):
        several = range(len(first))
        joined = [_concatenate(_each(pieces, itemgetter(i))) for i in several]
        return tuple(joined) if isinstance(first, tuple) else joined
    if first is None:
        return None
    try:
        return np.concatenate([np.atleast_1d(piece) for piece in pieces])
    except ValueError as error:
        shapes = sorted({np.shape(piece)[1:] for piece in pieces})
        raise UnreadableLabels(
            "labels change their shape from batch to batch. Expected one shape. "
            f"Received: {', '.join(map(str, shapes[:3]))} a sample."
        ) from error


def _each(pieces: Iterable[Any], part: Callable[[Any], Any]) -> list[Any]:
    try:
        return [part(piece) for piece in pieces]
    except (LookupError, TypeError) as error:
        raise UnreadableLabels(
            "labels change their structure from batch to batch"
        ) from error
