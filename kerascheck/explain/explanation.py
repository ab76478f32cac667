"""What a log speaks for: its signs, and the findings that they make likely."""

from __future__ import annotations

from typing import NamedTuple

from kerascheck.explain.log import Log
from kerascheck.explain.signs import SIGNS, Reading, Sign
from kerascheck.model.frozen import Frozen


class Seen(NamedTuple):
    """A sign, and how the log shows it."""

    sign: Sign
    reading: Reading

    @property
    def codes(self) -> tuple[str, ...]:
        """Findings that it speaks for here, the likeliest first."""
        return self.reading.codes or self.sign.codes


class Explanation(Frozen):
    """A log and all signs that it shows.

    Attributes:
        log: That was read.
        seen: Its signs; none: it shows no fault.
    """

    log: Log
    seen: tuple[Seen, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the likely findings, those first that most signs speak for."""
        votes: dict[str, list[int]] = {}
        for one in self.seen:
            for place, code in enumerate(one.codes):
                votes.setdefault(code, []).append(place)
        return tuple(sorted(votes, key=lambda c: (-len(votes[c]), min(votes[c]), c)))


def explain(log: Log) -> Explanation:
    """Look for every sign that figures of this many digits can show."""
    signs = SIGNS if log.is_exact else [sign for sign in SIGNS if not sign.exact]
    found = ((sign, sign.find(log)) for sign in signs)
    seen = tuple(Seen(sign, reading) for sign, reading in found if reading is not None)
    return Explanation(log=log, seen=seen)
