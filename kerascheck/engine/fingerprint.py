"""Identifies a finding from one run to the next.

The fingerprint rests on the rule, the place of the model, the number of the head and
the fact that it is about. A model of a program is known by its file and its name there,
never by a line. So it stays the same when the model is trained or saved
again, when Keras renumbers its layers, and when a message is reworded. The caller
decides what the place of a model is, so that it need not depend on the checkout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kerascheck.engine.finding import Finding
from kerascheck.model.description import Description
from kerascheck.model.frozen import replace

LENGTH = 16
"""Hexadecimal digits of SHA-256 that are kept: 64 bits."""

NUMBERED = "#"
"""Separates a fingerprint from the number of a finding that equals another, from 2."""

Heads = Mapping[tuple[str, str], int]
"""Model and name of a head -> its number among the outputs."""


def with_fingerprints(
    findings: Iterable[Finding],
    models: Iterable[Description] = (),
    place: Callable[[str], str] = str,
) -> tuple[Finding, ...]:
    """Return findings, and those inside them, with fingerprints that differ.

    Args:
        findings: Of one report, in its order.
        models: The models they are about; if one is missing, names of heads are used.
        place: Maps the path of a model to one that is the same in every run.
    """
    models = tuple(models)
    heads = {
        (model.path, head.name): number
        for model in models
        for number, head in enumerate(model.heads)
    }
    place = place_of_models(models, place)
    seen: dict[str, int] = {}

    def identify(finding: Finding) -> Finding:
        key = fingerprint(finding, heads, place)
        seen[key] = number = seen.get(key, 0) + 1
        return replace(
            finding,
            fingerprint=key if number == 1 else f"{key}{NUMBERED}{number}",
            follows=tuple(map(identify, finding.follows)),
        )

    return tuple(map(identify, findings))


def place_of_models(
    models: Iterable[Description], place: Callable[[str], str]
) -> Callable[[str], str]:
    """Return `place` for models of programs too, which lines do not identify."""
    stable = {m.path: m.stable for m in models if m.program is not None}
    return (lambda path: place(stable.get(path, path))) if stable else place


def fingerprint(finding: Finding, heads: Heads, place: Callable[[str], str]) -> str:
    """Return 16 hexadecimal digits that identify rule, model, head and fact."""
    from hashlib import sha256

    head = "" if finding.head is None else finding.head
    fact = finding.location.removeprefix(f"heads.{head}") if head else finding.location
    number = heads.get((finding.model, head), head)
    parts = (finding.code, place(finding.model), str(number), fact)
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return sha256(data).hexdigest()[:LENGTH]


def split_number(fingerprint: str) -> tuple[str, int]:
    """Return a fingerprint without its number, and the number: 1 if absent."""
    bare, _, number = fingerprint.partition(NUMBERED)
    return bare, int(number) if number.isascii() and number.isdigit() else 1
