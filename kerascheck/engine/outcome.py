"""What a run says beside findings: what did not run, and what is suppressed."""

from __future__ import annotations

from itertools import pairwise

from kerascheck.engine.finding import Finding
from kerascheck.model.frozen import Frozen

MAX_LISTED = 10
"""Settings of one configuration that a sentence lists."""

UNUSED = "KC009"
"""Code of what a baseline or configuration sets aside in vain."""


class NotRun(Frozen):
    """A rule that could not be decided for a head, and why."""

    code: str
    name: str
    model: str
    head: str | None
    why: str


class Suppressed(Frozen):
    """A finding that the configuration or the baseline sets aside."""

    finding: Finding
    by: str  # configuration, per-model-ignores or baseline
    reason: str | None = None

    @property
    def why(self) -> str:
        """Return by what it is set aside, and the reason where one is given."""
        return f"{self.by}: {self.reason}" if self.reason else self.by


class ConfigurationUse(Frozen):
    """A configuration file that was obeyed, and how it makes a run find or fail less.

    Attributes:
        path: The file as messages name it, "models/kerascheck.toml".
        turned_off: What is not reported, in words: "KC103", "KC1 for 'old/*'".
        weakened: Settings under which less fails: "fail-on = error".
    """

    path: str
    turned_off: tuple[str, ...] = ()
    weakened: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return "kerascheck.toml turns KC103 off"; "" if nothing is found less."""
        told = []
        if self.turned_off:
            what = _listed(self.turned_off)
            is_one = len(self.turned_off) == 1 and " " not in what
            told.append(f"turns {what} off" if is_one else f"turns off {what}")
        if self.weakened:
            told.append(f"sets {', '.join(map(_as_words, self.weakened))}")
        between = "; it " if any(";" in part for part in told) else " and "
        return f"{self.path} {between.join(told)}" if told else ""


def _listed(items: tuple[str, ...]) -> str:
    """Return codes with commas between them, and semicolons around longer items."""
    shown, more = items[:MAX_LISTED], len(items) - MAX_LISTED
    told = shown[0]
    for before, item in pairwise(shown):
        told += f"; {item}" if " " in before or " " in item else f", {item}"
    return f"{told} and {more} more" if more > 0 else told


def _as_words(setting: str) -> str:
    return setting.replace(" = ", " to ")


class Outcome(Frozen):
    """What the rules said of one model."""

    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    decided: int
