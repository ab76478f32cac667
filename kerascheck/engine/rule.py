"""The card of a rule: its name, what it claims, and the examples that test it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kerascheck.engine.facts import FIELDS, HEADS, Facts
from kerascheck.engine.finding import Confidence, Finding, Harm, Severity
from kerascheck.engine.fix import Fix, SetLoss
from kerascheck.model.description import Description, Evidence, Scalar
from kerascheck.model.frozen import Frozen, field, replace
from kerascheck.model.typed import Literal

Check = Callable[[Facts], Iterator[Finding]]
Examples = Callable[[], Iterable[Description]]

READABLE = frozenset({*FIELDS, HEADS})
"""What a rule may declare to read."""


def _none() -> tuple[Description, ...]:
    return ()


class Rule(Frozen):
    """One rule. Its page is the docstring of its module, its tests are its examples.

    `check` is called once for each head with the facts of that head, or once for each
    model with the facts of its first head if `scope` is "model". It yields findings
    and raises only what `Facts` raises.
    """

    code: str
    name: str
    severity: Severity
    harm: Harm
    summary: str  # one line for tables: what is wrong, in present tense
    check: Check
    since: str = "0.1"
    confidence: Confidence = Confidence.HIGH
    scope: Literal["head", "model"] = "head"
    by_backend: bool = False  # reference training shows it on each backend
    turns_nan: bool = False  # the loss may be NaN, which a weight of 0 does not stop
    bad: Examples = _none  # descriptions that it finds; called, not built at import
    good: Examples = _none  # descriptions, near misses most of all, without findings
    # Facts that `check` looks at, of `facts.FIELDS` and "heads"; None: any. A fix is
    # judged again by the rules that read what it changes.
    reads: frozenset[str] | None = None
    page: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        unknown = (self.reads or frozenset()) - READABLE
        if unknown:
            raise ValueError(
                f"{self.code}: Expected reads of {', '.join(sorted(READABLE))}. "
                f"Received: {', '.join(sorted(unknown))}."
            )

    def _confidence(self, facts: Facts, given: Confidence | None) -> Confidence:
        """Return how sure a finding is; a loss known by its name may be another."""
        sure = given or self.confidence
        if "loss" not in (self.reads or ()) or not facts.loss_is_a_name:
            return sure
        return Confidence.MEDIUM if sure is Confidence.HIGH else sure

    def finding(
        self,
        facts: Facts,
        *at: str,
        message: str,
        because: Iterable[Evidence] = (),
        expected: Iterable[tuple[str, Scalar]] = (),
        fix: Fix | None = None,
        severity: Severity | None = None,
        harm: Harm | None = None,
        confidence: Confidence | None = None,
    ) -> Finding:
        """Return a finding of this rule.

        Args:
            facts: The head that it is about.
            at: The fact that is wrong, such as ("loss", "from_logits").
            message: One statement that names the head and the value, no full stop.
            because: The facts that it rests on.
            expected: Facts as they should be, ("loss.from_logits", False).
            fix: How to fix it.
            severity: If it differs from that of the card.
            harm: If it differs from that of the card.
            confidence: If it differs from that of the card.
        """
        evidence = tuple(because)
        prefix = len(facts.head.at("")) if at else 0
        origin = facts.head.origin(".".join(at))
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            harm=harm or self.harm,
            confidence=self._confidence(facts, confidence),
            message=message,
            model=facts.model.path,
            head=facts.name,
            location=facts.head.at(*at),
            pointer=origin.rpartition(": ")[2] if origin.count("/") else "",
            evidence=evidence,
            seen=tuple((e.fact[prefix:], e.value) for e in evidence),
            expected=tuple(expected),
            fix=fix and _told(replace(fix, before=facts.model.heads), facts),
            by_backend=self.by_backend,
        )


def _told(fix: Fix, facts: Facts) -> Fix:
    """Return a fix as advice if it is in the code of a loss of the program's own."""
    if not any(isinstance(edit, SetLoss) for edit in fix.edits):
        return fix
    loss = facts.head.loss
    return fix if loss is None or loss.own is None else fix.as_advice()
