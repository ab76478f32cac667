"""What the measure asks of the values of a sample, however they are held.

`arrays` holds them in NumPy, which takes longer to import than a whole check, and
`plain` in lists, which suits few values. What labels are is decided in `measure` and
`encoding` alone, from these answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.model.typed import Protocol


class Rows(Protocol):
    """Values as they are stored, in rows of one width.

    A row is one vector along the last axis: one label of shape (n, k), one pixel of
    masks of shape (n, height, width, 1), one value of shape (n,).
    """

    @property
    def kind(self) -> str:
        """NumPy's letter for the kind of dtype: "b", "i", "u", "f", "U", "O", …."""

    @property
    def dtype(self) -> str:
        """NumPy's name of the dtype."""

    @property
    def size(self) -> int:
        """How many values there are."""

    @property
    def noise(self) -> float:
        """Relative rounding error of floats; 0: they are not floats."""

    def objects(self) -> Sequence[object]:
        """Return the values as Python objects.

        Raises:
            ValueError, SystemError: A string holds what is not a character.
        """

    def numbers(self) -> Numbers:
        """Return numbers as integers of 64 bits or, where they exceed that, floats."""


class Numbers(Protocol):
    """Numbers in rows of one width."""

    nans: int
    infinities: int
    cells: Cells  # all that are finite
    complete: Table  # the rows whose values are all finite


class Cells(Protocol):
    """Finite numbers."""

    def __len__(self) -> int:
        """Return how many there are."""

    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest."""

    def whole(self) -> int:
        """Return how many are whole numbers."""

    def equal(self, value: float) -> int:
        """Return how many have this value."""

    def first(self, most: int) -> Cells:
        """Return the first ones."""

    def distinct(self) -> int:
        """Return how many different ones there are."""

    def counted(self) -> tuple[Sequence[float], Sequence[int]]:
        """Return the different ones, rising, and how often each occurs."""

    def rounded(self) -> Cells:
        """Return the nearest whole numbers."""

    def near_whole(self, slack: float) -> bool:
        """Say whether all are close to whole numbers: absolutely, and relatively."""

    def whole_as_float32(self) -> bool:
        """Say whether each is its nearest whole number once it is cast to float32."""


class Table(Protocol):
    """Rows of finite numbers."""

    width: int

    def __len__(self) -> int:
        """Return the number of rows."""

    def row_sums(self) -> tuple[float, float]:
        """Return the lowest and the highest sum of a row; there is at least one."""

    def column_sums(self) -> tuple[int, float]:
        """Return how many columns have a positive sum, and the highest sum."""

    def most_filled(self) -> int:
        """Return how many values of a row are not 0, at most."""

    def rounded(self) -> Table:
        """Return the nearest whole numbers."""
