"""What a run found, what it could not decide, and what it did not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kerascheck.engine.finding import Finding, Severity, Verdict
from kerascheck.engine.skipped import INTENDED
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen, field, replace
from kerascheck.model.typed import TYPE_CHECKING, Self
from kerascheck.model.vocabulary import FAIL_ON

if TYPE_CHECKING:
    from kerascheck.engine.rule import Rule
    from kerascheck.model.vocabulary import FailOn

MAX_LISTED = 10
"""Settings of one configuration that a sentence lists."""

IN_COMMENT = "comment"
"""What suppresses a finding by a comment in its program."""

UNUSED = "KC009"
"""Code of an entry of a baseline or configuration that suppresses nothing."""

NOT_UNDERSTOOD = "KC028"
"""Code of a program, or a compile call in it, that is not understood."""


class NotRun(Frozen):
    """A rule that could not be decided for a head, and why."""

    code: str
    name: str
    model: str
    head: str | None
    why: str


class Suppressed(Frozen):
    """A finding that the configuration or the baseline suppresses."""

    finding: Finding
    by: str  # configuration, per-model-ignores, baseline or comment
    reason: str | None = None

    @property
    def why(self) -> str:
        """Return what suppresses it, and the reason if one is given."""
        return f"{self.by}: {self.reason}" if self.reason else self.by


class ConfigurationUse(Frozen):
    """A configuration file that applied, and how it makes a run find or fail less.

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
        clauses = []
        if self.turned_off:
            what = _enumerate(self.turned_off)
            is_one = len(self.turned_off) == 1 and " " not in what
            clauses.append(f"turns {what} off" if is_one else f"turns off {what}")
        if self.weakened:
            clauses.append(f"sets {', '.join(map(_as_words, self.weakened))}")
        between = "; it " if any(";" in clause for clause in clauses) else " and "
        return f"{self.path} {between.join(clauses)}" if clauses else ""


def _enumerate(items: tuple[str, ...]) -> str:
    """Return codes with commas between them, and semicolons around longer items."""
    first, more = items[:MAX_LISTED], len(items) - MAX_LISTED
    text = first[0]
    for before, item in pairwise(first):
        text += f"; {item}" if " " in before or " " in item else f", {item}"
    return f"{text} and {more} more" if more > 0 else text


def _as_words(setting: str) -> str:
    return setting.replace(" = ", " to ")


class Program(Frozen):
    """A program that was read, and what came of it."""

    path: str
    models: int = 0  # that it compiles
    why: str | None = None  # it is not understood; None: it is
    ignored_comments: int = 0  # comments for kerascheck, which locked runs ignore
    imports: tuple[str, ...] = ()  # files of the project that were read for it


class Outcome(Frozen):
    """The models that were looked at and all that was found.

    Findings are ordered by model, head and location, the same way in each run.
    """

    models: tuple[Description, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    decided: int = 0  # pairs of rule and head that were decided
    skipped: tuple[tuple[str, str], ...] = ()  # paths that were passed over, and why
    configuration: tuple[ConfigurationUse, ...] = ()
    programs: tuple[Program, ...] = ()
    seconds: float = 0.0
    rules: tuple[Rule, ...] = field(default=(), repr=False)  # those that were selected

    @property
    def ok(self) -> bool:
        """Say whether there is no finding at or above a warning."""
        return not self.fails("warning")

    def fails(
        self,
        fail_on: FailOn = "warning",
        *,
        max_warnings: int | None = None,
        strict: bool = False,
    ) -> bool:
        """Say whether there is a finding at or above this severity.

        Args:
            fail_on: "error", "warning", "note" or "never".
            max_warnings: Warnings that are tolerated; one more fails, under every
                `fail_on` but "never".
            strict: Undecided rules, unused suppressions and what was passed over fail
                as well; what is excluded does not.

        Raises:
            ValueError: `fail_on` is none of these.
        """
        if fail_on not in FAIL_ON:
            raise ValueError(f"Expected one of {FAIL_ON}. Received: {fail_on!r}.")
        if strict and self.left_open:
            return True
        if fail_on == "never":
            return False
        least = Severity(fail_on).rank
        failing = [f.severity for f in self.findings if f.severity.rank >= least]
        if max_warnings is None:
            return bool(failing)
        others = any(severity is not Severity.WARNING for severity in failing)
        return others or self.count(Severity.WARNING) > max_warnings

    @property
    def left_open(self) -> tuple[str, ...]:
        """What fails under `strict` in addition: "3 undecided", "1 passed over"."""
        unused = sum(finding.code == UNUSED for finding in self.findings)
        unread = sum(finding.code == NOT_UNDERSTOOD for finding in self.findings)
        counts = {
            "undecided": len(self.not_run),
            f"unused suppression{'s' * (unused != 1)}": unused,
            "passed over": sum(why not in INTENDED for _, why in self.skipped),
        }
        counts[f"program{'s' * (unread != 1)} not understood"] = unread
        return tuple(f"{number} {what}" for what, number in counts.items() if number)

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(f.severity is severity for f in self.findings)

    @property
    def unreadable(self) -> int:
        """How many models could not be read."""
        return sum(m.format is None for m in self.models)

    def confirmed(self, verdict: Verdict) -> int:
        """Return how many findings reference training gave this verdict."""
        return sum(
            f.confirmation is not None and f.confirmation.status is verdict
            for f in self.findings
        )

    @classmethod
    def joined(cls, outcomes: Sequence[Outcome]) -> Self:
        """Return one outcome with what several found, in their order."""
        return cls(
            models=tuple(model for one in outcomes for model in one.models),
            findings=tuple(finding for one in outcomes for finding in one.findings),
            not_run=tuple(item for one in outcomes for item in one.not_run),
            suppressed=tuple(item for one in outcomes for item in one.suppressed),
            decided=sum(one.decided for one in outcomes),
            skipped=tuple(pair for one in outcomes for pair in one.skipped),
            configuration=tuple(
                dict.fromkeys(use for one in outcomes for use in one.configuration)
            ),
            programs=tuple(program for one in outcomes for program in one.programs),
            seconds=sum(one.seconds for one in outcomes),
            rules=outcomes[0].rules if outcomes else (),
        )

    def by_model(self) -> Iterator[Self]:
        """Yield an outcome for each model; `decided` counts what is not undecided."""
        for model in self.models:
            not_run = tuple(n for n in self.not_run if n.model == model.path)
            alone = len(self.models) == 1
            whole = sum(rule.scope == "model" for rule in self.rules)
            each = whole + (len(self.rules) - whole) * len(model.heads)
            decided = max(each - len(not_run), 0) if model.heads else 0
            yield replace(
                self,
                models=(model,),
                findings=tuple(f for f in self.findings if f.model == model.path),
                not_run=not_run,
                decided=self.decided if alone else decided,
            )

    def with_findings(self, findings: tuple[Finding, ...]) -> Self:
        """Return the same with other findings, such as confirmed ones."""
        return replace(self, findings=findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)


def sort_by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by severity, those of one severity in their order."""
    return sorted(findings, key=lambda finding: -finding.severity.rank)
