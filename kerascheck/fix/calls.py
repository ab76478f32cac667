"""The compile() calls of a Python file, and how they agree with a saved model.

Nothing is run: an argument is understood if it is a literal, or a call of a class of
Keras with literals; anything else may stand for any value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from enum import IntEnum

from kerascheck.keras_api.compile_call import loss_code
from kerascheck.keras_api.losses import LOSS_NAMES
from kerascheck.keras_api.metrics import METRIC_NAMES
from kerascheck.model.description import Description, Head, Loss, Metric
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final
from kerascheck.readers.config.losses import loss_of, metric_of

_ARGUMENTS: Final = frozenset(
    {
        *("optimizer", "loss", "metrics", "loss_weights", "weighted_metrics"),
        *("run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss"),
    }
)
"""Of `Model.compile` in Keras 2.15 and 3.15."""

_LOSS_PLACE: Final = 1
"""Of `loss` among the arguments without a name, in both; `metrics` has two places."""


_OTHERS: Final = frozenset({"re", "regex", "pattern"})
"""Other modules whose `compile` takes two arguments."""


class Agreement(IntEnum):
    """Whether what is written may be what was saved."""

    NO = 0
    MAYBE = 1
    YES = 2


class Call(NamedTuple):
    """One call of compile()."""

    node: ast.Call
    number: int  # among the calls of the file
    loss: ast.expr | None = None
    metrics: ast.expr | None = None
    weighted: ast.expr | None = None
    open: bool = False  # **arguments, *arguments, or metrics by their place

    def covers(self, line: int) -> bool:
        """Say whether a line of the file is one of the call."""
        return self.node.lineno <= line <= (self.node.end_lineno or 0)


def calls_in(tree: ast.AST) -> list[Call]:
    """Return the calls that can be Keras's compile, in the order of the file."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _is_compile(node)
    ]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return [_call(node, number) for number, node in enumerate(found)]


def _is_compile(node: ast.Call) -> bool:
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "compile":
        return False
    named = [keyword.arg for keyword in node.keywords]
    if any(name is not None and name not in _ARGUMENTS for name in named):
        return False
    if {"loss", "optimizer", "metrics", None}.intersection(named):
        return True
    return len(node.args) > _LOSS_PLACE and last_name(node.func.value) not in _OTHERS


def _call(node: ast.Call, number: int) -> Call:
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    loss = named.get("loss")
    if loss is None and len(node.args) > _LOSS_PLACE:
        loss = node.args[_LOSS_PLACE]
    starred = any(isinstance(value, ast.Starred) for value in node.args)
    return Call(
        node=node,
        number=number,
        loss=loss,
        metrics=named.get("metrics"),
        weighted=named.get("weighted_metrics"),
        open=None in named or starred or len(node.args) > _LOSS_PLACE + 1,
    )


def agreement(call: Call, model: Description) -> Agreement:
    """Say whether this call may be the one that compiled `model`."""
    answers = [Agreement.MAYBE] if call.open else []
    answers += _losses_agree(call, model.heads)
    answers += _metrics_agree(call, model.heads)
    return min(answers, default=Agreement.YES)


def _losses_agree(call: Call, heads: Sequence[Head]) -> Iterator[Agreement]:
    if call.loss is None:
        has_none = all(head.loss is None for head in heads)
        unsure = Agreement.MAYBE if call.open else Agreement.NO
        yield Agreement.YES if has_none else unsure
        return
    nodes = losses_by_head(call.loss, heads)
    if nodes is None:
        yield Agreement.NO if _is_display(call.loss) else Agreement.MAYBE
        return
    for node, head in zip(nodes, heads, strict=True):
        yield loss_agrees(node, head.loss, head.units)


def _is_display(node: ast.expr) -> bool:
    return isinstance(node, (ast.Dict, ast.List, ast.Tuple))


def losses_by_head(
    node: ast.expr, heads: Sequence[Head]
) -> list[ast.expr | None] | None:
    """Return the loss of each head; None: they cannot be distinguished."""
    if isinstance(node, ast.Dict):
        named = _named(node)
        if named is None or not set(named) <= {head.name for head in heads}:
            return None
        return [named.get(head.name) for head in heads]
    if isinstance(node, (ast.List, ast.Tuple)):
        return list(node.elts) if len(node.elts) == len(heads) else None
    return [node] * len(heads)


def _named(node: ast.Dict) -> dict[str, ast.expr] | None:
    named = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return None
        named[key.value] = value
    return named


def loss_agrees(
    node: ast.expr | None, loss: Loss | None, units: int | None = None
) -> Agreement:
    """Say whether a loss that is written is the one that was saved."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return Agreement.YES if loss is None else Agreement.NO
    saved = as_saved(node, "keras.losses")
    if saved is None:
        return Agreement.MAYBE
    if loss is None:
        return Agreement.NO
    read = loss_of(saved, units).loss
    if read.name not in LOSS_NAMES:
        return Agreement.MAYBE
    same = loss_code(read) == loss_code(loss)
    return Agreement.YES if same else Agreement.NO


class MetricNodes(NamedTuple):
    """Where the metrics of one head are written."""

    around: ast.expr | None  # the list; None: a single metric without one
    each: tuple[ast.expr, ...]


def metrics_by_head(
    node: ast.expr | None, heads: Sequence[Head]
) -> list[MetricNodes] | None:
    """Return the metrics of each head; None: they cannot be distinguished."""
    if node is None:
        return [MetricNodes(None, ())] * len(heads)
    if isinstance(node, ast.Dict):
        named = _named(node)
        if named is None or not set(named) <= {head.name for head in heads}:
            return None
        return [_measured(named.get(head.name)) for head in heads]
    if len(heads) == 1:
        lists = isinstance(node, (ast.List, ast.Tuple))
        if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 1:
            inner = node.elts[0]
            if isinstance(inner, (ast.List, ast.Tuple)):
                return [_measured(inner)]
        literal = lists or isinstance(node, (ast.Constant, ast.Call))
        return [_measured(node)] if literal else None
    if not isinstance(node, (ast.List, ast.Tuple)) or len(node.elts) != len(heads):
        return None
    return [_measured(each) for each in node.elts]


def _measured(node: ast.expr | None) -> MetricNodes:
    if isinstance(node, (ast.List, ast.Tuple)):
        return MetricNodes(node, tuple(node.elts))
    none = node is None or (isinstance(node, ast.Constant) and node.value is None)
    return MetricNodes(None, () if none or node is None else (node,))


def _metrics_agree(call: Call, heads: Sequence[Head]) -> Iterator[Agreement]:
    for node, weighted in ((call.metrics, False), (call.weighted, True)):
        lists = metrics_by_head(node, heads)
        for number, head in enumerate(heads):
            if head.metrics is None or lists is None or (call.open and node is None):
                yield Agreement.MAYBE
                continue
            saved = [m for m in head.metrics if m.weighted is weighted]
            written = lists[number].each
            if len(saved) != len(written):
                yield Agreement.NO
                continue
            yield from map(metric_agrees, written, saved)


def metric_agrees(node: ast.expr, metric: Metric) -> Agreement:
    """Say whether a metric that is written is the one that was saved."""
    saved = as_saved(node, "keras.metrics")
    if saved is None:
        return Agreement.MAYBE
    read = metric_of(saved).metric
    if not read.builtin:
        return Agreement.MAYBE
    same = _metric_names(read) & _metric_names(metric) and _arguments_agree(
        read, metric
    )
    return Agreement.YES if same else Agreement.NO


def _metric_names(metric: Metric) -> set[str]:
    """Return what a metric goes by; "acc" and "accuracy" are one in a log."""
    full = METRIC_NAMES.get(metric.compiled, metric.compiled)
    return {metric.compiled, full, {"acc": "accuracy"}.get(full, full)}


def _arguments_agree(written: Metric, saved: Metric) -> bool:
    """Say whether every argument that is written was saved as written."""
    known = dict(saved.arguments)
    agree = all(
        name not in known or known[name] == value
        for name, value in written.arguments
        if name not in ("name", "dtype")
    )
    logits = dict(written.arguments).get("from_logits")
    return agree and bool(logits) == bool(known.get("from_logits"))


def as_saved(node: ast.expr, module: str) -> Any:
    """Return an argument as Keras saves it; None: it may stand for anything."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, (ast.Attribute, ast.Name)):
        name = last_name(node)
        functions = METRIC_NAMES if module == "keras.metrics" else LOSS_NAMES
        known = name in functions and isinstance(node, ast.Attribute)
        if not known or name is None or not name.islower():
            return None
        return {"class_name": "function", "config": name, "module": "builtins"}
    if not isinstance(node, ast.Call) or node.args:
        return None
    name = last_name(node.func)
    config = literals(node)
    if name is None or config is None or name in ("compile", "function", "partial"):
        return None
    return {"class_name": name, "config": config, "module": module}


def literals(node: ast.Call) -> dict[str, Any] | None:
    """Return the arguments of a call by name; None: one is not a literal."""
    arguments = {}
    for keyword in node.keywords:
        try:
            arguments[str(keyword.arg)] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return None
        if keyword.arg is None:
            return None
    return arguments


def last_name(node: ast.expr) -> str | None:
    """Return `c` of `a.b.c` or of `c`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
