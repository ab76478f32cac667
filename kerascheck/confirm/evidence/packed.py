"""How the trainings of a setup are packed into a short row of JSON, and read back.

One value a start is kept of what a verdict looks at, to four digits; what is only shown
is kept as it is shown: the loss curve and the reliability of the starts that learn
together. Values only; nothing here needs Keras or numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from kerascheck.confirm.evidence.alike import has_usual_schedule
from kerascheck.confirm.quality import failed_starts
from kerascheck.confirm.result import Raised, SeedResult, SetupResult, Status
from kerascheck.confirm.setup import Setup
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any

SHARES = (
    *("accuracy", "balanced_accuracy", "recall", "precision", "f1"),
    *("auc", "ece", "r_squared"),
)
LOSSES = ("first_loss", "last_loss")
QUANTITIES = (*SHARES, *LOSSES, "steps_to_accuracy")
"""What is kept of every start, in the order of a row."""

COLUMNS = 5
"""Items of a row before its metrics."""

DIGITS = 4
SHOWN_DIGITS = 3
"""Of what is drawn, and enters no verdict."""

Number = float | int | None
Row = Sequence[Any]
Errors = Callable[[Raised], int]
"""Keeps an exception and returns its number."""


def pack(result: SetupResult, errors: Errors) -> int | list[object]:
    """Return a finished result as a row, without its metrics.

    With another network or rate nothing is drawn, and nothing is kept for it.

    Args:
        result: Trained, or raised.
        errors: Keeps an exception, and returns its number.

    Returns:
        The number of its exception if it raised.

    Raises:
        ValueError: It is not finished.
    """
    if result.error is not None:
        return errors(result.error)
    if result.status is not Status.TRAINED:
        raise ValueError(f"Expected a finished training. Received: {result.reason}")
    drawn = has_usual_schedule(result.setup)
    return [
        [_vector(result, name) for name in QUANTITIES],
        [seed.seed for seed in result.seeds if seed.constant],
        [seed.seed for seed in result.seeds if seed.nan],
        _curve(result) if drawn else [],
        _bins(result) if drawn else [],
    ]


def pack_metrics(
    result: SetupResult, errors: Errors, raised: Mapping[str, Raised | None]
) -> dict[str, list[Number] | int | None]:
    """Return the watched metrics of a training: one value a start for each.

    Args:
        result: That trained.
        errors: Keeps an exception, and returns its number.
        raised: Metric that could not be evaluated -> what a real `fit` with it raises,
            whose number is returned; None: nothing, so its values are not known.
    """
    found: dict[str, list[Number] | int | None] = {}
    for part in result.setup.watched:
        name = part.text
        if name in result.not_reported:
            error = raised[name]
            found[name] = None if error is None else errors(error)
        else:
            found[name] = _short(seed.reported.get(name) for seed in result.seeds)
    return found


def unpack(
    row: Row, setup: Setup, metrics: Mapping[str, Sequence[Number]]
) -> tuple[SeedResult, ...]:
    """Return one result a start.

    The curve and the reliability are those of all starts that learn: every start has
    the curve, and the first of those that learn has the bins.

    Args:
        row: What `pack` returned for a setup that trains; more may follow.
        setup: That setup.
        metrics: Name under which a metric is reported -> one value a start.
    """
    quantities, constant, nan, curve, bins = row[:COLUMNS]
    known = {
        name: values
        for name, values in zip(QUANTITIES, quantities, strict=True)
        if values is not None
    }
    # A training of which nothing is a number is known by its list of NaN alone.
    count = len(next(iter(known.values()), nan))
    seeds = tuple(
        SeedResult(
            seed=place,
            constant=place in constant,
            nan=place in nan,
            loss_curve=tuple(curve),
            reported={name: values[place] for name, values in metrics.items()},
            **{name: values[place] for name, values in known.items()},
        )
        for place in range(count)
    )
    return _with_bins(setup, seeds, tuple(tuple(one) for one in bins))


def _with_bins(
    setup: Setup, seeds: tuple[SeedResult, ...], bins: tuple[Any, ...]
) -> tuple[SeedResult, ...]:
    whole = SetupResult(setup=setup, status=Status.TRAINED, seeds=seeds)
    failed = failed_starts(whole)
    first = next((i for i in range(len(seeds)) if i not in failed), 0)
    return tuple(
        replace(seed, reliability=bins) if place == first else seed
        for place, seed in enumerate(seeds)
    )


def _vector(result: SetupResult, name: str) -> list[Number] | None:
    values = [getattr(seed, name) for seed in result.seeds]
    if all(value is None for value in values):
        return None
    if name in LOSSES:
        return _short(values)
    return [None if v is None else round(v, DIGITS) for v in values]


def _short(values: Any, digits: int = DIGITS) -> list[Number]:
    """Return numbers to a few significant digits."""
    return [None if v is None else float(f"{v:.{digits}g}") for v in values]


def _learning(result: SetupResult) -> list[SeedResult]:
    """Return the starts that learn; all of them if none does."""
    failed = failed_starts(result)
    found = [seed for i, seed in enumerate(result.seeds) if i not in failed]
    return found or list(result.seeds)


def _curve(result: SetupResult) -> list[Number]:
    columns = zip(*(seed.loss_curve for seed in _learning(result)), strict=True)
    means = (
        None if None in column else fmean(v for v in column if v is not None)
        for column in columns
    )
    return _short(means, SHOWN_DIGITS)


def _bins(result: SetupResult) -> list[list[Number]]:
    found: dict[int, list[float]] = {}
    for seed in _learning(result):
        for shown, true, count in seed.reliability:
            sums = found.setdefault(min(int(shown * 10), 9), [0.0, 0.0, 0])
            for place, more in enumerate((shown * count, true * count, count)):
                sums[place] += more
    return [
        [
            round(shown / count, SHOWN_DIGITS),
            round(true / count, SHOWN_DIGITS),
            int(count),
        ]
        for _, (shown, true, count) in sorted(found.items())
    ]
