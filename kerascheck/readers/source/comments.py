"""Comments of a program that are meant for kerascheck.

    # kerascheck: ignore[KC101, softmax-on-one-unit] why it is right here
    # kerascheck: labels=class-ids, task=multiclass

A comment counts for the line that it is on. One on a line of its own counts for the
code below it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

from kerascheck.model.description import Encoding
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final
from kerascheck.model.vocabulary import TASKS
from kerascheck.readers.source.text import ProgramText

__all__ = ["Comment", "comments_in"]

_WORD: Final = "kerascheck:"
_COMMENT: Final = re.compile(r"#+\s*kerascheck:\s*(.*)", re.DOTALL)
_IGNORE: Final = re.compile(r"ignore\s*\[([^\]]*)\]\s*(.*)", re.DOTALL)
_HINTS: Final = ("labels", "task")

_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "labels": tuple(e.value for e in Encoding if e is not Encoding.UNKNOWN),
    "task": tuple(TASKS),
}
"""What a hint may say."""

MAX_COMMENTS: Final = 1_000
"""Comments of one program that are looked at."""


class Comment(NamedTuple):
    """One comment for kerascheck.

    Attributes:
        line: Line of the code that it counts for.
        written_at: Line that it is on.
        codes: Codes or names of the rules that it suppresses; (): it is a hint.
        reason: Why, in the words of the user.
        hints: What it says of the model: labels, task.
        fault: Why it means nothing; None: it means something.
    """

    line: int
    written_at: int
    codes: tuple[str, ...] = ()
    reason: str | None = None
    hints: tuple[tuple[str, str], ...] = ()
    fault: str | None = None


def comments_in(text: ProgramText) -> tuple[Comment, ...]:
    """Return the comments for kerascheck, in the order of the program."""
    if _WORD not in text.code:
        return ()
    found = []
    for comment in _comments(text.code):
        found.append(comment)
        if len(found) == MAX_COMMENTS:
            break
    return tuple(found)


def _comments(code: str) -> Iterator[Comment]:
    import tokenize

    lines = code.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type != tokenize.COMMENT:
                continue
            matched = _COMMENT.match(token.string)
            if matched:
                line = token.start[0]
                alone = not lines[line - 1][: token.start[1]].strip()
                below = _code_below(lines, line) if alone else line
                yield _read(matched[1].strip(), below, line)
    except (tokenize.TokenError, SyntaxError):  # it parsed, so what is left is no code
        return


def _code_below(lines: list[str], line: int) -> int:
    """Return the first line below that is neither blank nor a comment."""
    below = line + 1
    while below <= len(lines) and lines[below - 1].lstrip().startswith("#"):
        below += 1
    return below


def _read(said: str, line: int, written_at: int) -> Comment:
    ignore = _IGNORE.match(said)
    if ignore:
        codes = tuple(code.strip() for code in ignore[1].split(",") if code.strip())
        if codes:
            return Comment(line, written_at, codes, ignore[2].strip() or None)
        return Comment(line, written_at, fault="it names no rule")
    hints: list[tuple[str, str]] = []
    for part in said.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or name not in _HINTS:
            expected = "ignore[CODES] REASON, labels=ENCODING or task=TASK"
            return Comment(line, written_at, fault=f"Expected {expected}")
        if value not in _VALUES[name]:
            values = ", ".join(_VALUES[name])
            fault = f"Expected {name} of {values}. Received: {value!r:.40}"
            return Comment(line, written_at, fault=fault)
        hints.append((name, value))
    return Comment(line, written_at, hints=tuple(hints))
