"""The card of what reading can say about a file, next to the rules about models."""

from __future__ import annotations

from collections.abc import Mapping

from kerascheck.engine.finding import Finding, Harm, Severity
from kerascheck.engine.fix import Applicability, Fix
from kerascheck.model.frozen import Frozen, field


class FileRule(Frozen):
    """One thing that can be wrong with a file.

    It judges nothing itself: readers report it as a `Problem` or an `UnreadableModel`,
    under its name or under one of its other `kinds`.
    """

    code: str
    name: str
    severity: Severity
    summary: str  # one line for tables
    page: str = field(compare=False, repr=False)  # docstring of its module
    remedy: str | None  # what to do, in the imperative; None: nothing to do
    kinds: tuple[str, ...] = ()  # problems that it covers, in addition to its name
    remedies: Mapping[str, str] = field(default_factory=dict, compare=False)  # by kind
    harm: Harm = Harm.NONE
    since: str = "0.1"

    def finding(
        self,
        message: str,
        path: str,
        *,
        kind: str = "",
        head: str | None = None,
        origin: str = "",
    ) -> Finding:
        """Return a finding of this rule.

        Args:
            message: One statement about the file, no full stop.
            path: The model or file that it is about.
            kind: Which of its kinds this is.
            head: The head that it is about, if it is about one.
            origin: Its place in the file, such as "config.json: /compile_config/loss".
        """
        place = origin if "/" in origin else ""
        return Finding(
            code=self.code,
            name=self.name,
            severity=self.severity,
            harm=self.harm,
            message=message,
            model=path,
            head=head,
            location=place if head is None else f"heads.{head}",
            pointer=place.rpartition(": ")[2],
            fix=self._fix(kind),
        )

    def _fix(self, kind: str) -> Fix | None:
        title = self.remedies.get(kind, self.remedy)
        if title is None:
            return None
        return Fix(advice=title, applicability=Applicability.DISPLAY)
