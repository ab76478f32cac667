"""The values of a sample in lists, for which no NumPy is imported."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from math import isfinite, isnan

from kerascheck.model.typed import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kerascheck.labels.seam import Cells, Numbers, Table

MAX_INTEGER: Final = 2**63 - 1

_KINDS: Final = {"object": "O", "str": "U", "bytes": "S"}

_NOISE: Final = {"float16": 2.0**-10, "float32": 2.0**-23, "float64": 2.0**-52}


class PlainRows:
    """See `seam.Rows`."""

    def __init__(self, values: Sequence[Any], width: int, dtype: str) -> None:
        """Take over all values, row after row."""
        self._values = values
        self._width = width
        self.dtype = dtype
        name = dtype.rstrip("0123456789")
        self.kind = _KINDS.get(name, name[0])
        self.size = len(values)
        self.noise = _NOISE.get(dtype, 0.0)

    def objects(self) -> Sequence[object]:
        """Return the values as Python objects."""
        return self._values

    def numbers(self) -> Numbers:
        """Return numbers as integers of 64 bits or, where they exceed that, floats."""
        values = self._values
        if self.kind == "b":
            values = [*map(int, values)]
        elif self.dtype == "uint64" and max(values) > MAX_INTEGER:
            values = [*map(float, values)]
        return PlainNumbers(values, self._width)


class PlainNumbers:
    """See `seam.Numbers`."""

    nans = 0
    infinities = 0
    cells: Cells
    complete: Table

    def __init__(self, values: Sequence[Any], width: int) -> None:
        """Take over all numbers, row after row."""
        if all(map(isfinite, values)):
            self.cells, self.complete = PlainCells(values), PlainTable(values, width)
            return
        finite = [value for value in values if isfinite(value)]
        rows = (values[i : i + width] for i in range(0, len(values), width))
        complete = [row for row in rows if all(map(isfinite, row))]
        self.nans = sum(map(isnan, values))
        self.infinities = len(values) - len(finite) - self.nans
        self.cells = PlainCells(finite)
        self.complete = PlainTable([*chain.from_iterable(complete)], width)


class PlainCells:
    """See `seam.Cells`."""

    def __init__(self, values: Sequence[Any]) -> None:
        """Take over finite numbers."""
        self._values = values

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._values)

    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest."""
        return min(self._values) + 0, max(self._values) + 0  # 0.0 for -0.0

    def whole(self) -> int:
        """Return how many are whole numbers."""
        if isinstance(self._values[0], int):
            return len(self._values)
        return sum(map(float.is_integer, self._values))

    def equal(self, value: float) -> int:
        """Return how many have this value."""
        return self._values.count(value)

    def first(self, most: int) -> PlainCells:
        """Return the first ones."""
        return PlainCells(self._values[:most])

    def distinct(self) -> int:
        """Return how many different ones there are."""
        return len(set(self._values))

    def counted(self) -> tuple[Sequence[float], Sequence[int]]:
        """Return the different ones, rising, and how often each occurs."""
        counts = Counter(self._values)
        distinct = sorted(counts)
        # 0.0 for -0.0, which is the same key.
        return [v + 0 for v in distinct], [counts[value] for value in distinct]

    def rounded(self) -> PlainCells:
        """Return the nearest whole numbers."""
        return PlainCells(_rounded(self._values))

    def near_whole(self, slack: float) -> bool:
        """Say whether all are close to whole numbers: absolutely, and relatively."""
        return all(
            abs(value - nearest) <= slack * max(1.0, abs(nearest))
            for value, nearest in zip(self._values, _rounded(self._values), strict=True)
        )

    def whole_as_float32(self) -> bool:
        """Say whether each is its nearest whole number once it is cast to float32."""
        return as_float32(self._values) == _rounded(self._values)


class PlainTable:
    """See `seam.Table`."""

    def __init__(self, values: Sequence[Any], width: int) -> None:
        """Take over finite numbers, row after row."""
        self._values = values
        self.width = width

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._values) // self.width

    def row_sums(self) -> tuple[float, float]:
        """Return the lowest and the highest sum of a row; there is at least one."""
        starts = range(0, len(self._values), self.width)
        sums = [sum(self._values[i : i + self.width]) for i in starts]
        return min(sums), max(sums)

    def column_sums(self) -> tuple[int, float]:
        """Return how many columns have a positive sum, and the highest sum."""
        sums = [sum(self._values[i :: self.width]) for i in range(self.width)]
        return sum(total > 0 for total in sums), max(sums)

    def most_filled(self) -> int:
        """Return how many values of a row are not 0, at most."""
        starts = range(0, len(self._values), self.width)
        rows = (self._values[i : i + self.width] for i in starts)
        return max((sum(value != 0 for value in row) for row in rows), default=0)

    def rounded(self) -> PlainTable:
        """Return the nearest whole numbers."""
        return PlainTable(_rounded(self._values), self.width)


def _rounded(values: Sequence[Any]) -> list[float]:
    return [float(round(value)) for value in values]


def as_float32(values: Sequence[float]) -> list[float]:
    """Return floats as those of 32 bits that are nearest; infinity beyond them."""
    from array import array

    return array("f", values).tolist()
