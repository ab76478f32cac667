"""Why a model, or a pointer to one, was not looked at, and the line that counts it.

`Report.skipped` holds pairs of a path and one of these reasons. Whatever has another
reason, such as a system error, is counted as "for another reason".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kerascheck.model.typed import Final
from kerascheck.trust.printable import count

EXCLUDED: Final = "excluded by the configuration"
UNCHANGED: Final = "unchanged since the revision"
PROGRAM: Final = "a program, which --no-programs leaves out"

LINK_OUT: Final = "a link out of the tree"
LINK_UP: Final = "a link to a folder above it"
LINK_AGAIN: Final = "a link to a folder that was searched under many names"
LINK_NOWHERE: Final = "a link that leads nowhere"

GIT_LFS_POINTER: Final = "a Git LFS pointer"
GIT_ANNEX_POINTER: Final = "a git-annex pointer"
DVC_POINTER: Final = "a DVC pointer"

NOT_SUPPORTED: Final = "an Orbax checkpoint, which is not supported"

HIDDEN: Final = "in a hidden folder"
BYTECODE: Final = "in __pycache__"
NODE_MODULES: Final = "in node_modules"
SITE_PACKAGES: Final = "in site-packages"
ENVIRONMENT: Final = "in a virtual environment"

NO_PERMISSION: Final = "no permission to look into it"
TOO_DEEP: Final = "its path is too long for the system"
VANISHED: Final = "it vanished during the search"

INTENDED: Final = frozenset({EXCLUDED, UNCHANGED, PROGRAM})
"""Reasons that the user asks for, so that --strict does not fail on them."""

NOT_ENTERED: Final = frozenset(
    {HIDDEN, BYTECODE, NODE_MODULES, SITE_PACKAGES, ENVIRONMENT}
)
"""Reasons of files in folders that are searched only if they are named."""

POINTERS: Final = {
    "git-lfs-pointer": GIT_LFS_POINTER,
    "git-annex-pointer": GIT_ANNEX_POINTER,
    "dvc-pointer": DVC_POINTER,
}
"""Kind of an `UnreadableModel` that points to a model elsewhere -> its reason."""

_NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    LINK_OUT: ("link", "links"),
    LINK_UP: ("link", "links"),
    LINK_AGAIN: ("link", "links"),
    LINK_NOWHERE: ("link", "links"),
    GIT_LFS_POINTER: ("Git LFS pointer", "Git LFS pointers"),
    GIT_ANNEX_POINTER: ("git-annex pointer", "git-annex pointers"),
    DVC_POINTER: ("DVC pointer", "DVC pointers"),
    NOT_SUPPORTED: ("Orbax checkpoint", "Orbax checkpoints"),
    **{why: (why, why) for why in sorted(NOT_ENTERED)},
    NO_PERMISSION: ("without permission", "without permission"),
    TOO_DEEP: ("with too long a path", "with too long a path"),
    VANISHED: ("vanished", "vanished"),
    EXCLUDED: ("excluded", "excluded"),
    UNCHANGED: ("unchanged", "unchanged"),
    PROGRAM: ("program", "programs"),
}
"""Noun that is counted for each reason, in the order of the line."""

_OTHER: Final = ("for another reason", "for other reasons")


def count_passed_over(skipped: Iterable[tuple[str, str]]) -> str:
    """Return "2 passed over: 1 link, 1 DVC pointer"; "" if nothing was.

    Args:
        skipped: Paths and why, as a report holds them.
    """
    numbers = dict.fromkeys((*_NOUNS.values(), _OTHER), 0)
    for _, why in skipped:
        numbers[_NOUNS.get(why, _OTHER)] += 1
    counts = [count(number, *noun) for noun, number in numbers.items() if number]
    return f"{sum(numbers.values())} passed over: {', '.join(counts)}" if counts else ""
