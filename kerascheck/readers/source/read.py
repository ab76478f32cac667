"""STAND-IN, to be replaced: Sequential([Dense...]) and compile with literals alone."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen, replace
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.containers.values import Container
from kerascheck.readers.source.text import ProgramText


class SourceModel(Frozen, eq=False):
    """One call of compile, and the model as far as it is known there."""

    description: Description
    line: int
    variants: tuple[Description, ...] = ()
    why: tuple[tuple[str, str], ...] = ()


def read_program(
    text: ProgramText,
    path: str,
    project: Callable[[str], Any] | None = None,
) -> list[SourceModel]:
    """Return the models that a program compiles, in the order of their calls."""
    models: dict[str, list[tuple[str, dict[str, Any], int]]] = {}
    found = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and project is not None:
            project(getattr(node, "module", None) or node.names[0].name)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            layers = _layers(node.value)
            if layers:
                models[node.targets[0].id] = layers
    calls = [n for n in ast.walk(text.tree) if isinstance(n, ast.Call)]
    for call in sorted(calls, key=lambda node: node.lineno):
        name = call.func
        if isinstance(name, ast.Attribute) and name.attr == "compile":
            if isinstance(name.value, ast.Name) and name.value.id in models:
                layers = models[name.value.id]
                found.append(_model(text, path, call, layers))
    return found


def _layers(node: ast.expr) -> list[tuple[str, dict[str, Any], int]]:
    if not isinstance(node, ast.Call) or _last(node.func) != "Sequential":
        return []
    if not node.args or not isinstance(node.args[0], ast.List):
        return []
    layers = []
    for i, each in enumerate(node.args[0].elts):
        if not isinstance(each, ast.Call):
            return []
        given = {k.arg: _value(k.value) for k in each.keywords if k.arg}
        args = [_value(a) for a in each.args]
        if _last(each.func) == "Dense":
            config = {"units": args[0], "activation": "linear", "name": f"dense_{i}"}
            layers.append(("Dense", config | given, each.lineno))
    return layers


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _model(
    text: ProgramText, path: str, call: ast.Call, layers: list[Any]
) -> SourceModel:
    given = {k.arg: _value(k.value) for k in call.keywords if k.arg}
    architecture = {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                {"class_name": "InputLayer", "config": {"batch_shape": [None, 4]}},
                *({"class_name": n, "config": dict(c)} for n, c, _ in layers),
            ],
        },
    }
    container = Container(
        format="source",
        architecture=architecture,
        training={"optimizer": "adam", "loss_weights": None, "metrics": None, **given},
        architecture_at="",
        training_at="/compile_config",
        member=path,
        keras_version=None,
        backend=None,
    )
    described = describe_config(container, path)
    lines = {c["name"]: line for _, c, line in layers}
    heads = tuple(
        replace(
            h,
            source=text.place(lines.get(h.layer or "", call.lineno)),
            origins=tuple((fact, text.place(call.lineno)) for fact, _ in h.origins),
        )
        for h in described.heads
    )
    described = replace(described, heads=heads, source=text.place(call.lineno))
    return SourceModel(description=described, line=call.lineno)
