"""What a finding is known by from one run to the next.

The fingerprint rests on the rule, the place of the model, the number of the head and
the fact that it is about. So it stays when the model is trained or saved again, when
Keras numbers its layers anew, and when a message is reworded. The caller says what
the place of a model is, so that it can stay wherever the checkout lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kerascheck.engine.finding import Finding
from kerascheck.model.description import Description
from kerascheck.model.frozen import replace

LENGTH = 16
"""Hexadecimal digits of SHA-256 that are kept: 64 bits."""

NUMBERED = "#"
"""Stands between a fingerprint and which of several equal findings it is, from 2 on."""

Heads = Mapping[tuple[str, str], int]
"""Model and name of a head -> its number among the outputs."""


def with_fingerprints(
    findings: Iterable[Finding],
    models: Iterable[Description] = (),
    place: Callable[[str], str] = str,
) -> tuple[Finding, ...]:
    """Return findings, and what follows from them, with fingerprints that differ.

    Args:
        findings: Of one report, in its order.
        models: The models they are about; names of heads count where one is missing.
        place: Turns the path of a model into what stays the same from run to run.
    """
    heads = {
        (model.path, head.name): number
        for model in models
        for number, head in enumerate(model.heads)
    }
    seen: dict[str, int] = {}

    def known(finding: Finding) -> Finding:
        key = fingerprint(finding, heads, place)
        seen[key] = number = seen.get(key, 0) + 1
        return replace(
            finding,
            fingerprint=key if number == 1 else f"{key}{NUMBERED}{number}",
            follows=tuple(map(known, finding.follows)),
        )

    return tuple(map(known, findings))


def fingerprint(finding: Finding, heads: Heads, place: Callable[[str], str]) -> str:
    """Return 16 hexadecimal digits that stand for rule, model, head and fact."""
    from hashlib import sha256

    head = "" if finding.head is None else finding.head
    fact = finding.location.removeprefix(f"heads.{head}") if head else finding.location
    number = heads.get((finding.model, head), head)
    parts = (finding.code, place(finding.model), str(number), fact)
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return sha256(data).hexdigest()[:LENGTH]


def numbered(fingerprint: str) -> tuple[str, int]:
    """Return a fingerprint without its number, and the number: 1 where it has none."""
    bare, _, number = fingerprint.partition(NUMBERED)
    return bare, int(number) if number.isascii() and number.isdigit() else 1
