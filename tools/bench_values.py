"""What a frozen value costs to define and to use, against other ways to write one.

The same class, of eight fields and a property, is written in each way. Every round
measures all ways in turn, so that noise meets all alike; the median of the rounds is
reported. A plain class has neither fields nor equality: it shows what Python takes for
the class statement alone.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import replace as standard_replace
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from kerascheck.model.frozen import Frozen, replace
from kerascheck.model.named import NamedTuple as OurNamedTuple

DEFINITIONS = 50
"""Classes that are defined in one round."""

USES = 5_000
"""Values that are made, compared and changed in one round."""

GIVEN: dict[str, Any] = {"name": "digit", "kind": "Dense", "units": 10}

COLUMNS = ("define", "create", "equal", "replace")


class Way(NamedTuple):
    """One way to write a class of values.

    Attributes:
        name: In the table.
        define: Defines the class, and returns it.
        replace: Changes a field of a value; None: such values have none.
    """

    name: str
    define: Callable[[], Any]
    replace: Callable[..., Any] | None


def _plain() -> Any:
    class Value:
        name: str
        kind: str
        units: int | None = None
        shape: tuple[int, ...] = ()
        hidden: bool = False
        note: str | None = None
        items: tuple[str, ...] = ()
        origin: str = ""

        @property
        def width(self) -> int:
            return self.units or 1

    return Value


def _frozen() -> Any:
    class Value(Frozen):
        name: str
        kind: str
        units: int | None = None
        shape: tuple[int, ...] = ()
        hidden: bool = False
        note: str | None = None
        items: tuple[str, ...] = ()
        origin: str = ""

        @property
        def width(self) -> int:
            return self.units or 1

    return Value


def _dataclass() -> Any:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Value:
        name: str
        kind: str
        units: int | None = None
        shape: tuple[int, ...] = ()
        hidden: bool = False
        note: str | None = None
        items: tuple[str, ...] = ()
        origin: str = ""

        @property
        def width(self) -> int:
            return self.units or 1

    return Value


def _named_tuple() -> Any:
    class Value(NamedTuple):
        name: str
        kind: str
        units: int | None = None
        shape: tuple[int, ...] = ()
        hidden: bool = False
        note: str | None = None
        items: tuple[str, ...] = ()
        origin: str = ""

        @property
        def width(self) -> int:
            return self.units or 1

    return Value


def _our_named_tuple() -> Any:
    class Value(OurNamedTuple):
        name: str
        kind: str
        units: int | None = None
        shape: tuple[int, ...] = ()
        hidden: bool = False
        note: str | None = None
        items: tuple[str, ...] = ()
        origin: str = ""

        @property
        def width(self) -> int:
            return self.units or 1

    return Value


def _struct() -> Any:
    msgspec: Any = import_module("msgspec")

    class Value(msgspec.Struct, frozen=True, kw_only=True):  # type: ignore[call-arg,misc]
        name: str
        kind: str
        units: int | None = None
        shape: tuple[int, ...] = ()
        hidden: bool = False
        note: str | None = None
        items: tuple[str, ...] = ()
        origin: str = ""

        @property
        def width(self) -> int:
            return self.units or 1

    return Value


def ways() -> Iterator[Way]:
    """Yield every way that is installed here."""
    yield Way("plain class", _plain, None)
    yield Way("Frozen", _frozen, replace)
    yield Way("dataclass", _dataclass, standard_replace)
    yield Way("typing.NamedTuple", _named_tuple, _replaced)
    yield Way("our NamedTuple", _our_named_tuple, _replaced)
    if find_spec("msgspec") is not None:
        yield Way("msgspec.Struct", _struct, import_module("msgspec").structs.replace)


def _replaced(value: Any, **changes: Any) -> Any:
    return value._replace(**changes)


def bench(rounds: int, say: Callable[[str], None]) -> None:
    """Measure, and say the medians as a table, then all as one line of JSON."""
    every = list(ways())
    found: dict[str, list[dict[str, float]]] = {way.name: [] for way in every}
    for way in every:
        _round(way)  # not counted: caches are filled
    for number in range(rounds):
        first = number % len(every)
        for way in every[first:] + every[:first]:
            found[way.name].append(_round(way))
    medians = {name: _medians(several) for name, several in found.items()}
    say(f"{'':<20}" + "".join(f"{column:>12}" for column in COLUMNS))
    for name, seconds in medians.items():
        say(f"{name:<20}" + "".join(map(_cell, map(seconds.get, COLUMNS))))
    define = {name: seconds["define"] for name, seconds in medians.items()}
    ratio = round(define["dataclass"] / define["Frozen"], 1)
    say(f"a dataclass takes {ratio} times as long to define as a Frozen")
    figures = {
        "benchmark": "values",
        "python": sys.version.split()[0],
        "rounds": rounds,
        "microseconds": {
            name: {column: round(s * 1e6, 3) for column, s in seconds.items()}
            for name, seconds in medians.items()
        },
        "dataclass_to_frozen": ratio,
    }
    say(json.dumps(figures))


def _round(way: Way) -> dict[str, float]:
    """Return the seconds that each operation takes once."""
    kind = way.define()
    seconds = {"define": _timed(way.define, DEFINITIONS)}
    if way.replace is None:
        return seconds
    change = way.replace
    one, other = kind(**GIVEN), kind(**GIVEN)
    return {
        **seconds,
        "create": _timed(lambda: kind(**GIVEN), USES),
        "equal": _timed(lambda: one == other, USES),
        "replace": _timed(lambda: change(one, units=3), USES),
    }


def _timed(call: Callable[[], object], times: int) -> float:
    """Return the seconds of one call, with the garbage collector off."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        for _ in range(times):
            call()
        return (perf_counter() - start) / times
    finally:
        gc.enable()


def _medians(several: list[dict[str, float]]) -> dict[str, float]:
    return {column: median(one[column] for one in several) for column in several[0]}


def _cell(seconds: float | None) -> str:
    return f"{'-':>12}" if seconds is None else f"{seconds * 1e6:>9.2f} µs"
