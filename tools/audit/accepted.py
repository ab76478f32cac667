"""Kinds of disagreement that remain, each with the reason why.

A pattern is searched in the signature of a kind. What no kind of a large run matches
any more is removed from here.
"""

from __future__ import annotations

import re
from typing import Final

from tools.audit.kinds import Kind

SILENT: Final[tuple[tuple[str, str], ...]] = ()
"""Pattern of a silent harm, and the reason why no rule reports it."""

LOUD: Final[tuple[tuple[str, str], ...]] = (
    (
        r"^KC105 claims .* on (relu|tanh)",
        "Harm in some starts only: three seeds do not always show it.",
    ),
)
"""Pattern of a finding without harm, and the reason why it is reported."""


def reason(kind: Kind) -> str | None:
    """Return why a kind remains; None: it is to be looked at."""
    rows = SILENT if kind.silent else LOUD
    found = (why for pattern, why in rows if re.search(pattern, kind.signature))
    return next(found, None)
