"""What fixtures/ holds; a module gives its cases by its place here."""

from __future__ import annotations

from itertools import pairwise

from kerascheck.engine.discovery import modules_in
from tools.case import Case


def all_cases() -> tuple[Case, ...]:
    """Return every case, in the order of their names.

    Raises:
        ValueError: Two cases have one name.
    """
    found = [c for module in modules_in(__name__, __path__[0]) for c in module.cases()]
    cases = sorted(found, key=lambda case: case.name)
    for one, other in pairwise(cases):
        if one.name == other.name:
            raise ValueError(f"Expected one case of each name. Received: {one.name!r}.")
    return tuple(cases)
