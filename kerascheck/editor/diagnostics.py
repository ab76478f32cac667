"""Findings as the protocol shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lsprotocol import types

from kerascheck.editor.found import Found, Spot
from kerascheck.editor.positions import TextLines
from kerascheck.engine.finding import Finding, Severity
from kerascheck.model.site import address_of
from kerascheck.model.typed import Final
from kerascheck.trust.printable import shown

__all__ = ["SOURCE", "diagnostic"]

SOURCE: Final = "kerascheck"

_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_WIDTH: Final = 1_000
"""Characters that are marked where the text is not known; no line is longer."""

Moved = Callable[[Spot], int]
"""Returns the line on which a place is now."""


def diagnostic(
    found: Found, texts: Mapping[str, TextLines], moved: Moved
) -> types.Diagnostic:
    """Return a finding as a diagnostic.

    Args:
        found: The finding.
        texts: Lines of what is open, by URI.
        moved: Where lines are since the check.
    """
    finding = found.finding
    address = address_of(finding.code, finding.name)
    return types.Diagnostic(
        range=_range(found.at, texts, moved),
        message=_message(finding),
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(address) if address else None,
        source=SOURCE,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(spot.uri, _range(spot, texts, moved)), what
            )
            for what, spot in found.others
        ]
        or None,
    )


def _range(spot: Spot, texts: Mapping[str, TextLines], moved: Moved) -> types.Range:
    lines, line = texts.get(spot.uri), moved(spot)
    if lines is None:
        return types.Range(types.Position(line, 0), types.Position(line, _WIDTH))
    return lines.whole(line)


def _message(finding: Finding) -> str:
    message = shown(finding.message)
    fix = finding.fix
    return message if fix is None else f"{message}\nfix: {shown(fix.title)}"
