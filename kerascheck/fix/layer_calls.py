"""The call in source that makes the last layer of a head."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping

from kerascheck.fix.calls import last_name, literals
from kerascheck.fix.source_files import source_file, written_at
from kerascheck.fix.splices import Source, Unfixable
from kerascheck.model.description import Activation, Description, Head

__all__ = ["call_of_layer", "only_layer", "source_of_layer"]


def only_layer(source: Source, head: Head) -> ast.Call:
    """Return the call that makes the last layer of a head, if that is all of it.

    Raises:
        Unfixable: No call, or several, could make it, or there are more layers.
    """
    if head.inner_activations or head.layers_after or head.logits_hidden:
        raise Unfixable("more than one layer is between the head and its loss")
    return call_of_layer(source, head)


def source_of_layer(
    compiled: Source,
    model: Description,
    head: Head,
    unsaved: Mapping[str, bytes] | None,
) -> Source:
    """Return the file that makes the last layer of a head.

    It is the one that compiles the model, or one that a program imports.

    Args:
        compiled: The file that compiles it.
        model: The model.
        head: One of its heads.
        unsaved: What files hold instead of what is saved, by real path.
    """
    if model.program is None or head.source is None:
        return compiled
    file = written_at(head.source).file
    if file not in model.program.imports:
        return compiled
    same = os.path.realpath(file) == os.path.realpath(compiled.path)
    return compiled if same else source_file(file, unsaved)


def call_of_layer(source: Source, head: Head) -> ast.Call:
    """Return the call that makes the last layer of a head.

    Raises:
        Unfixable: No call, or several, could make it.
    """
    able = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and _may_make(node, head)
    ]
    at_line = [node for node in able if _is_at(node, source, head.source)]
    if len(at_line) == 1:
        return at_line[0]
    names = [(literals(node) or {}).get("name") for node in able]
    for meant in (head.layer, None):
        if meant in names:
            able = [n for n, name in zip(able, names, strict=True) if name == meant]
            break
    else:
        able = []
    if len(able) != 1:
        number = "no call" if not able else f"{len(able)} calls"
        raise Unfixable(f"{number} in {source.path} could make the last layer")
    return able[0]


def _is_at(node: ast.Call, source: Source, site: str | None) -> bool:
    """Say whether a call is at FILE:LINE, where a running program made it."""
    if site is None:
        return False
    at = written_at(site)
    line = source.line_of(at.line, at.cell)
    if line is None or os.path.realpath(at.file) != os.path.realpath(source.path):
        return False
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _may_make(node: ast.Call, head: Head) -> bool:
    name = last_name(node.func)
    if name is None or name != head.layer_class:
        return False
    first = node.args[0] if node.args else None
    value = first.value if isinstance(first, ast.Constant) else None
    if name == "Activation":
        return value == head.activation.value
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    units = named.get("units") or named.get("filters") or first
    activation = named.get("activation", ast.Constant(value=None))
    linear = head.activation is Activation.LINEAR
    return (
        isinstance(units, ast.Constant)
        and units.value == head.units
        and isinstance(activation, ast.Constant)
        and (
            activation.value == head.activation.value
            or (linear and activation.value is None)
        )
        and len(node.args) < 2
    )
