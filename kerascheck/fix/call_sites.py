"""The call in source that compiled a model."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping, Sequence

from kerascheck.fix.calls import Agreement, Call, agreement, calls_in
from kerascheck.fix.layer_calls import call_of_layer
from kerascheck.fix.source_files import source_file, written_at
from kerascheck.fix.splices import Source, Unfixable
from kerascheck.model.description import Description, Head
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple

__all__ = ["CallSite", "find_call_site", "located"]

_MAX_SHOWN = 4
"""Places that a message lists."""


class CallSite(NamedTuple):
    """One compile() call in one file."""

    source: Source
    call: Call

    def __str__(self) -> str:
        return self.source.place(self.call.node.lineno)


def located(model: Description, files: Sequence[str]) -> Description:
    """Return `model` with the lines of its compile call and of its last layers.

    What it says itself stays; what is not certain stays unknown.
    """
    if model.source is None:
        try:
            model = replace(model, source=str(find_call_site(model, files)))
        except Unfixable:
            return model
    return _with_layers(model)


def _with_layers(model: Description) -> Description:
    """Return `model` with the lines of its layers in the file that compiles it."""
    assert model.source is not None
    try:
        source = source_file(written_at(model.source).file)
    except Unfixable:
        return model
    heads = (
        replace(head, source=head.source or _line_of_layer(source, head))
        for head in model.heads
    )
    return replace(model, heads=tuple(heads))


def _line_of_layer(source: Source, head: Head) -> str | None:
    try:
        return source.place(call_of_layer(source, head).lineno)
    except Unfixable:
        return None


def find_call_site(
    model: Description,
    files: Sequence[str],
    unsaved: Mapping[str, bytes] | None = None,
) -> CallSite:
    """Return the call that compiled `model`.

    Args:
        model: If it has the file and line of the call, only that is looked at.
        files: Python files to search.
        unsaved: What files hold instead of what is saved, by real path.

    Raises:
        Unfixable: There is none, or more than one.
    """
    if model.source is not None:
        return _site_at(model, model.source, unsaved)
    if not files:
        raise Unfixable("where it is compiled is not known (see --source)")
    able: list[tuple[Agreement, CallSite]] = []
    for file in files:
        source = source_file(file, unsaved)
        for call in calls_in(source.tree):
            agrees = agreement(call, model)
            if agrees:
                able.append((agrees, CallSite(source, call)))
    best = [site for agrees, site in able if agrees is Agreement.YES]
    return _only(best or [site for _, site in able], model, files)


def _site_at(
    model: Description, given: str, unsaved: Mapping[str, bytes] | None
) -> CallSite:
    at = written_at(given)
    source = source_file(at.file, unsaved)
    line = source.line_of(at.line, at.cell)
    calls = [c for c in calls_in(source.tree) if line is not None and c.covers(line)]
    if len(calls) != 1:
        raise Unfixable(f"there is no compile() call of Keras at {given}")
    if not agreement(calls[0], model):
        raise Unfixable(
            f"the compile() call at {given} is not what the model was compiled with; "
            "if it is fixed already, run it to train and save the model again"
        )
    return CallSite(source, calls[0])


def _only(sites: list[CallSite], model: Description, files: Sequence[str]) -> CallSite:
    if not sites:
        where = ", ".join(files)
        raise Unfixable(f"no compile() call in {where} is what the model holds")
    if len(sites) > 1:
        name = os.path.basename(model.path)
        sites = [p for p in sites if _mentions(p, name)] or sites
    if len(sites) > 1:
        shown = ", ".join(map(str, sites[:_MAX_SHOWN]))
        raise Unfixable(
            f"{len(sites)} compile() calls could have made the model: {shown}; "
            'say which by source = "FILE:LINE" in the configuration'
        )
    return sites[0]


def _mentions(site: CallSite, name: str) -> bool:
    """Say whether the function around the call, or the file, names the saved file."""
    inside = [
        node
        for node in ast.walk(site.source.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.lineno <= site.call.node.lineno <= (node.end_lineno or 0)
    ]
    scope = max(inside, key=lambda node: node.lineno, default=site.source.tree)
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and os.path.basename(node.value) == name
        for node in ast.walk(scope)
    )
