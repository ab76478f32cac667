"""The compile calls of a program: their names, and the lines of their arguments."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Final

__all__ = ["CompileSite", "compile_sites", "is_of_keras"]

_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MAX_NAME: Final = 80

_LOSS_PLACE: Final = 1
"""Of `loss` among the arguments without a name, in Keras 2 and 3."""


class CompileSite(NamedTuple):
    """One call of compile.

    Attributes:
        node: The call.
        name: What it is known by wherever it stands: "build.model", and a number if
            there are several.
        line: Where the statement that it is in begins.
    """

    node: ast.Call
    name: str
    line: int

    def covers(self, line: int) -> bool:
        """Say whether a line is one of the call."""
        return self.line <= line <= (self.node.end_lineno or self.node.lineno)

    def lines(self, heads: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return the lines of facts by head: {"out": {"loss": 12, "metrics.0": 13}}."""
        loss, metrics = self._argument("loss", _LOSS_PLACE), self._argument("metrics")
        found: dict[str, dict[str, int]] = {}
        for number, head in enumerate(heads):
            here: dict[str, int] = {}
            if loss is not None:
                here["loss"] = _of_head(loss, head, number, len(heads)).lineno
            weights = self._argument("loss_weights")
            if weights is not None:
                here["loss_weight"] = _of_head(weights, head, number, len(heads)).lineno
            if metrics is not None:
                node = _of_head(metrics, head, number, len(heads))
                here["metrics"] = node.lineno
                if isinstance(node, (ast.List, ast.Tuple)):
                    for place, each in enumerate(node.elts):
                        here[f"metrics.{place}"] = each.lineno
            found[head] = here
        return found

    def _argument(self, name: str, place: int | None = None) -> ast.expr | None:
        for keyword in self.node.keywords:
            if keyword.arg == name:
                return keyword.value
        if place is not None and len(self.node.args) > place:
            return self.node.args[place]
        return None


def _of_head(node: ast.expr, head: str, number: int, heads: int) -> ast.expr:
    """Return the part of an argument that is about one head; else all of it."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == head:
                return value
        return node
    if heads > 1 and isinstance(node, (ast.List, ast.Tuple)):
        return node.elts[number] if len(node.elts) == heads else node
    return node


def compile_sites(tree: ast.Module, code: str, above: int = 0) -> list[CompileSite]:
    """Return the calls of compile, in the order of the program.

    Args:
        tree: The program.
        code: Its text; only what is at a line with the word is looked into.
        above: Lines of other files that its lines are counted after.
    """
    lines = [
        number
        for number, line in enumerate(code.split("\n"), above + 1)
        if "compile" in line
    ]
    found = sorted(
        _found(tree, lines), key=lambda one: (one[0].lineno, one[0].col_offset)
    )
    numbers: dict[str, int] = {}
    sites = []
    for node, scope, line in found:
        receiver = _receiver(node)
        name = ".".join(filter(None, (scope, receiver)))
        numbers[name] = number = numbers.get(name, 0) + 1
        known_by = name if number == 1 else f"{name}#{number}"
        sites.append(CompileSite(node, known_by, line))
    return sites


def is_of_keras(site: CompileSite) -> bool:
    """Say whether a call of compile is one of a model, by its arguments alone."""
    node = site.node
    assert isinstance(node.func, ast.Attribute)
    if isinstance(node.func.value, ast.Call):  # as in `super().compile(…)`
        return False
    names = {keyword.arg for keyword in node.keywords}
    return bool(names & {"loss", "optimizer"}) or _are_scores(node.args[:2])


def _are_scores(args: Sequence[ast.expr]) -> bool:
    """Say whether arguments without a name are an optimizer and a loss, one by name."""
    texts = [each.value if isinstance(each, ast.Constant) else None for each in args]
    if len(texts) < 2 or not any(isinstance(text, str) for text in texts):
        return False
    from kerascheck.keras_api.loading import OPTIMIZERS
    from kerascheck.keras_api.losses import LOSS_NAMES

    optimizer, loss = texts
    return loss in LOSS_NAMES or str(optimizer).lower() in map(str.lower, OPTIMIZERS)


def _found(
    tree: ast.Module, lines: Sequence[int]
) -> Iterator[tuple[ast.Call, str, int]]:
    """Yield each call, the names of the scopes around it, the line of its statement."""
    waiting: list[tuple[ast.AST, str, int]] = [(tree, "", 1)]
    while waiting:
        node, scope, line = waiting.pop()
        if isinstance(node, _SCOPES):
            scope = f"{scope}.{node.name}" if scope else node.name
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr == "compile":
                yield node, scope, min(line, node.lineno)
        for child in ast.iter_child_nodes(node):
            starts = getattr(child, "lineno", None)
            if starts is None:
                waiting.append((child, scope, line))
            elif _is_around(child, starts, lines):
                is_statement = isinstance(child, ast.stmt)
                waiting.append((child, scope, starts if is_statement else line))


def _is_around(node: ast.AST, starts: int, lines: Sequence[int]) -> bool:
    """Say whether one of some lines is a line of a node."""
    ends = getattr(node, "end_lineno", None) or starts
    return bisect_right(lines, ends) > bisect_left(lines, starts)


def _receiver(node: ast.Call) -> str:
    """Return the name of what is compiled: "model", "self.net"; "" if it has none."""
    assert isinstance(node.func, ast.Attribute)
    parts, value = [], node.func.value
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    if isinstance(value, ast.Name):
        return ".".join([value.id, *reversed(parts)])[:_MAX_NAME]
    return ""
