"""Copies of a process end with it, and what they do not do is left to it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from kerascheck.trust.forked import forked

LEFT_EARLY = """
from kerascheck.trust.forked import forked
made = forked(lambda task: b"x" * 1_000_000, range(40), copies=3)
next(made)
made.close()
"""


def test_copies_end_where_the_rest_of_their_work_is_not_taken() -> None:
    subprocess.run([sys.executable, "-c", LEFT_EARLY], check=True, timeout=30)


@pytest.mark.parametrize("started", [0, 2])
def test_work_of_a_copy_that_is_refused_is_left_to_the_caller(
    started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork = os.fork
    left = [None] * started

    def refused() -> int:
        if not left:
            raise BlockingIOError(errno.EAGAIN, "no more processes")
        left.pop()
        return fork()

    monkeypatch.setattr(os, "fork", refused)
    made = list(forked(lambda task: str(task).encode(), range(9), copies=3))
    assert made == [
        str(task).encode() if task % 3 < started else None for task in range(9)
    ]
