"""The values of a sample in a NumPy array, of any size."""

from __future__ import annotations

from kerascheck.model.typed import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kerascheck.labels.seam import Cells, Numbers, Table

_DENSE: Final = 2**20
"""Widest range of whole numbers that is counted by place instead of by sorting."""

_EXACT: Final = 2**53
"""Floats below it are exact for whole numbers."""

_LISTED: Final = 2**16
"""Counts that become a list; as Python objects, more would take much memory."""


class ArrayRows:
    """See `seam.Rows`."""

    def __init__(self, values: NDArray[Any]) -> None:
        """Take over an array of shape (rows, width)."""
        self._values = values
        self.dtype = values.dtype.name
        self.kind = values.dtype.kind
        self.size = values.size

    @property
    def noise(self) -> float:
        """Relative rounding error of floats; 0: they are not floats."""
        import numpy as np

        return float(np.finfo(self._values.dtype).eps) if self.kind == "f" else 0.0

    def objects(self) -> Sequence[object]:
        """Return the values as Python objects."""
        found: list[object] = self._values.ravel().tolist()
        return found

    def numbers(self) -> Numbers:
        """Return numbers as integers of 64 bits or, where they exceed that, floats."""
        import numpy as np

        rows = self._values
        wide = rows.dtype == np.uint64 and rows.max() > np.iinfo(np.int64).max
        # A signalling NaN is counted, not warned of.
        with np.errstate(all="ignore"):
            exact = np.float64 if self.kind == "f" or wide else np.int64
            return ArrayNumbers(rows.astype(exact))


class ArrayNumbers:
    """See `seam.Numbers`."""

    def __init__(self, rows: NDArray[Any]) -> None:
        """Take over int64 or float64, shape (rows, width)."""
        import numpy as np

        finite = np.isfinite(rows)
        cells = rows.ravel() if finite.all() else rows[finite]
        whole = len(cells) == rows.size
        self.nans = int(np.isnan(rows).sum())
        self.infinities = rows.size - len(cells) - self.nans
        self.cells: Cells = ArrayCells(cells)
        self.complete: Table = ArrayTable(rows if whole else rows[finite.all(axis=1)])


class ArrayCells:
    """See `seam.Cells`."""

    def __init__(self, values: NDArray[Any]) -> None:
        """Take over finite numbers, int64 or float64."""
        self._values = values
        self._ends: tuple[float, float] | None = None
        self._whole: int | None = None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._values)

    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest."""
        if self._ends is None:
            low, high = self._values.min().item(), self._values.max().item()
            self._ends = low + 0, high + 0  # 0.0 for -0.0
        return self._ends

    def whole(self) -> int:
        """Return how many are whole numbers."""
        import numpy as np

        if self._values.dtype.kind == "i":
            return len(self._values)
        if self._whole is None:
            whole = self._values == np.rint(self._values)
            self._whole = int(np.count_nonzero(whole))
        return self._whole

    def equal(self, value: float) -> int:
        """Return how many have this value."""
        import numpy as np

        return int(np.count_nonzero(self._values == value))

    def first(self, most: int) -> ArrayCells:
        """Return the first ones."""
        return ArrayCells(self._values[:most])

    def distinct(self) -> int:
        """Return how many different ones there are."""
        import numpy as np

        return len(np.unique(self._values))

    def counted(self) -> tuple[Sequence[float], Sequence[int]]:
        """Return the different ones, rising, and how often each occurs."""
        import numpy as np

        low, high = self.ends()
        dense = high - low < _DENSE and abs(low) < _EXACT
        if not (dense and self.whole() == len(self)):
            distinct, counts = np.unique(self._values, return_counts=True)
            return _sequence(distinct + 0), _sequence(counts)
        offsets = self._values.astype(np.int64)
        offsets -= int(low)
        counts = np.bincount(offsets)
        places = np.flatnonzero(counts)
        distinct = places.astype(self._values.dtype) + low
        return _sequence(distinct), _sequence(counts[places])

    def rounded(self) -> ArrayCells:
        """Return the nearest whole numbers."""
        import numpy as np

        return ArrayCells(np.rint(self._values))

    def near_whole(self, slack: float) -> bool:
        """Say whether all are close to whole numbers: absolutely, and relatively."""
        import numpy as np

        nearest = np.rint(self._values)
        allowed = slack * np.maximum(1.0, abs(nearest))
        return bool((abs(self._values - nearest) <= allowed).all())

    def whole_as_float32(self) -> bool:
        """Say whether each is its nearest whole number once it is cast to float32."""
        import numpy as np

        with np.errstate(all="ignore"):
            cast = self._values.astype(np.float32).astype(np.float64)
        return bool((cast == np.rint(self._values)).all())


class ArrayTable:
    """See `seam.Table`."""

    def __init__(self, values: NDArray[Any]) -> None:
        """Take over finite numbers, shape (rows, width)."""
        self._values = values
        self.width = values.shape[1]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._values)

    def row_sums(self) -> tuple[float, float]:
        """Return the lowest and the highest sum of a row; there is at least one."""
        sums = self._values.sum(axis=1)
        return sums.min().item(), sums.max().item()

    def column_sums(self) -> tuple[int, float]:
        """Return how many columns have a positive sum, and the highest sum."""
        sums = self._values.sum(axis=0)
        return int((sums > 0).sum()), sums.max().item()

    def most_filled(self) -> int:
        """Return how many values of a row are not 0, at most."""
        return int((self._values != 0).sum(axis=1).max(initial=0))

    def rounded(self) -> ArrayTable:
        """Return the nearest whole numbers."""
        import numpy as np

        return ArrayTable(np.rint(self._values))


def _sequence(values: NDArray[Any]) -> Sequence[Any]:
    """Return values as Python objects, unless they are very many."""
    if len(values) > _LISTED:
        return cast("Sequence[Any]", values)
    listed: list[Any] = values.tolist()
    return listed
