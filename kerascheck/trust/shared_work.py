"""Work on many things that several processes share, with the result of one: `--jobs`.

Each process takes some in a row, and this one adds what they made of them in order.
What cannot be carried over, as a crash, is done again here.
"""

from __future__ import annotations

import pickle  # noqa: TID251  (what it reads was written by copies of this process)
from collections.abc import Iterator, Sequence
from itertools import repeat

from kerascheck.model.typed import Any, Final, Protocol
from kerascheck.trust.forked import can_fork, cores, forked

IN_A_ROW: Final = 50
"""Things that a process does before it goes on with its next ones."""

FEW: Final = 200
"""Things that are not worth another process."""


class Work(Protocol):
    """What is done with each thing, and how it is carried between processes."""

    def take(self, thing: Any) -> None:
        """Do one thing, and keep what comes of it."""

    def part(self, things: Sequence[Any]) -> Any:
        """Return what comes of some things, for `add_part`; None: it stays here."""

    def add_part(self, part: Any) -> None:
        """Keep what another process made of the things that come next."""


def done_in_rows(work: Work, things: Sequence[Any], jobs: int) -> Iterator[int]:
    """Do all things, in several processes if there are enough; yield how many are done.

    Args:
        work: What is done with each.
        things: In order.
        jobs: Processes; 0: one a core.
    """
    rows = [things[at : at + IN_A_ROW] for at in range(0, len(things), IN_A_ROW)]
    copies = min(jobs or cores(), len(rows))
    alone = copies < 2 or len(things) < FEW or not can_fork()

    def do(row: Sequence[Any]) -> bytes:
        part = work.part(row)
        return b"" if part is None else pickle.dumps(part, pickle.HIGHEST_PROTOCOL)

    made = repeat(None) if alone else forked(do, rows, copies=copies)
    done = 0
    for row, part in zip(rows, made, strict=False):
        if part is not None:
            work.add_part(pickle.loads(part))  # noqa: S301
        else:
            for thing in row:
                work.take(thing)
        done += len(row)
        yield done
