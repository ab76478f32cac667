"""Everything kerascheck raises on purpose."""

from __future__ import annotations


class KerascheckError(Exception):
    """Base of every error a caller may want to catch; its text is one plain line."""


class UsageError(KerascheckError):
    """The call, an option or the configuration is wrong."""


class UnreadableModel(KerascheckError):
    """There is no model at a path, or none that can be read.

    Attributes:
        kind: Stable key of the reason, such as "truncated" or "git-lfs-pointer".
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[UnreadableModel], tuple[str, str]]:
        """Return what another process makes the same error of."""
        return type(self), (self.kind, str(self))


class UnreadableLabels(KerascheckError):
    """A file or object does not hold labels that can be measured."""


class Undecided(Exception):
    """A rule needs a fact that is not known; `why` says which and why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotApplicable(Exception):
    """A rule needs a part that this head does not have, such as a loss."""
