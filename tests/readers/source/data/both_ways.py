"""Code run for real, and what is known of its values without running it."""

import ast
import functools
import importlib

import numpy as np

from kerascheck.labels.measure import measure
from kerascheck.model.description import Encoding
from kerascheck.model.errors import UnreadableLabels
from kerascheck.readers.source.data import library
from kerascheck.readers.source.data.array import UNKNOWN, Array, Rows
from kerascheck.readers.source.data.call import Call, NotKnown
from kerascheck.readers.source.data.containers import Dataset, Record, Table
from kerascheck.readers.source.data.labels import labels_of

MODULES = {
    "np": "numpy",
    "pd": "pandas",
    "sklearn": "sklearn",
    "keras": "keras",
    "tf": "tensorflow",
}


ENOUGH = 50
"""Samples from which measuring says what numbers are."""


class Name:
    """A qualified name of a library."""

    def __init__(self, name):
        self.name = name


class Static(ast.NodeVisitor):
    """Evaluates code with what `library` knows."""

    def __init__(self, values):
        self.values = values

    def run(self, code):
        for statement in ast.parse(code).body:
            if isinstance(statement, ast.Assign):
                self.assign(statement.targets[0], self.of(statement.value))
            else:
                self.of(statement.value)
        return self.values.get("out", UNKNOWN)

    def assign(self, target, value):
        if isinstance(target, ast.Name):
            self.values[target.id] = value
        elif isinstance(target, ast.Subscript):
            holder = self.of(target.value)
            made = library.set_item(holder, self.of(target.slice), value)
            if isinstance(target.value, ast.Name):
                self.values[target.value.id] = made
        else:
            parts = value
            if not isinstance(value, (tuple, list)):
                parts = library.unpack(value, len(target.elts))
            for each, part in zip(target.elts, parts, strict=True):
                self.assign(each, part)

    def of(self, node):
        found = self.visit(node)
        return (
            UNKNOWN if found is None and not isinstance(node, ast.Constant) else found
        )

    def visit_Constant(self, node):
        return node.value

    def visit_Name(self, node):
        if node.id in self.values:
            return self.values[node.id]
        builtin = {b.__name__: b for b in (int, float, bool, str, len, next)}
        return builtin.get(node.id) or Name(MODULES[node.id])

    def visit_Attribute(self, node):
        value = self.of(node.value)
        if isinstance(value, Name):
            return Name(f"{value.name}.{node.attr}")
        return library.attribute(value, node.attr)

    def visit_Tuple(self, node):
        return tuple(self.of(each) for each in node.elts)

    def visit_List(self, node):
        return [self.of(each) for each in node.elts]

    def visit_Dict(self, node):
        pairs = zip(node.keys, node.values, strict=True)
        return {self.of(key): self.of(value) for key, value in pairs}

    def visit_Slice(self, node):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if end is None else self.of(end) for end in ends))

    def visit_Subscript(self, node):
        value, index = self.of(node.value), self.of(node.slice)
        found = library.subscript(value, index)
        return (
            value[index]
            if found is None and isinstance(value, (tuple, list, dict))
            else found
        )

    def visit_BinOp(self, node):
        left, right = self.of(node.left), self.of(node.right)
        return library.operator(type(node.op).__name__, left, right)

    def visit_UnaryOp(self, node):
        value = self.of(node.operand)
        if isinstance(value, (int, float)):
            return -value
        return library.unary(type(node.op).__name__, value)

    def visit_Compare(self, node):
        left, right = self.of(node.left), self.of(node.comparators[0])
        return library.compare(type(node.ops[0]).__name__, left, right)

    def visit_Lambda(self, node):
        names = [each.arg for each in node.args.args]

        def call(args):
            inner = Static({**self.values, **dict(zip(names, args, strict=True))})
            return inner.of(node.body)

        return call

    def visit_Call(self, node):
        call = Call(
            tuple(self.of(each) for each in node.args),
            {each.arg: self.of(each.value) for each in node.keywords},
            lambda function, args: function(args),
        )
        if isinstance(node.func, ast.Attribute):
            holder = self.of(node.func.value)
            if not isinstance(holder, Name):
                return library.method(holder, node.func.attr, call)
        function = self.of(node.func)
        if function is float:
            return float(call.args[0])
        if function is len:
            return library.length(call.args[0])
        if function is next:
            return library.items(call.args[0])[0]
        return library.call(function.name, call)


@functools.cache
def modules(names):
    """Import the libraries that code uses."""
    found = {}
    for name in names:
        found[name] = importlib.import_module(MODULES[name])
        if name == "sklearn":
            for part in ("preprocessing", "model_selection", "datasets"):
                importlib.import_module(f"sklearn.{part}")
    return found


def real(code, values):
    """Return what code leaves in `out`."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    scope = {**modules(tuple(sorted(used & {*MODULES}))), **values}
    exec(code, scope)
    return scope["out"]


def static(code, values):
    """Return what is known of `out` without running the code."""
    return Static(dict(values)).run(code)


def disagreements(known, found):
    """Yield each fact that does not hold for the value that was found."""
    if isinstance(known, NotKnown) or known is UNKNOWN:
        return
    if isinstance(known, Table):
        yield from _of_table(known, found)
    elif isinstance(known, Dataset):
        if not known.batched:
            known = library.method(known, "batch", Call((1,)))
            found = found.batch(1)
        yield from disagreements(known.batch, together(list(found.take(100))))
    elif isinstance(known, Record):
        for name, value in known.fields:
            yield from disagreements(value, getattr(found, name))
    elif isinstance(known, dict):
        for key in found:
            yield from disagreements(known[key], found[key])
    elif isinstance(known, (tuple, list)):
        if len(known) != len(found):
            yield f"{len(known)} parts, not {len(found)}"
        for one, other in zip(known, found, strict=False):
            yield from disagreements(one, other)
    elif isinstance(known, Array):
        yield from _of_array(known, as_numpy(found))
        yield from _of_labels(known, as_numpy(found))
    elif known != found:
        yield f"{known!r}, not {found!r}"


def together(batches):
    """Return batches of one structure as one."""
    first = batches[0]
    if isinstance(first, tuple):
        return tuple(together(each) for each in zip(*batches, strict=True))
    if isinstance(first, dict):
        return {key: together([each[key] for each in batches]) for key in first}
    return np.concatenate([each.numpy() for each in batches])


def as_numpy(value):
    value = value.toarray() if hasattr(value, "toarray") else value
    found = np.asarray(value)
    if (
        found.dtype == object
        and found.size
        and isinstance(found.ravel()[0], (str, bytes))
    ):
        return found.astype(str)
    return found


def _of_table(known, found):
    if known.width not in (None, found.shape[1]):
        yield f"{known.width} columns, not {found.shape[1]}"
    for name, column in known.columns.items():
        yield from disagreements(column, found[name])
    yield from disagreements(known.as_array(), found.to_numpy())


def _of_array(known, found):
    if known.shape is not None:
        fits = len(known.shape) == found.ndim and all(
            n in (None, size) for n, size in zip(known.shape, found.shape, strict=True)
        )
        if not fits:
            yield f"shape {known.shape}, not {found.shape}"
    elif known.last not in (None, *found.shape[-1:]) or found.ndim > known.max_rank:
        yield f"last axis {known.last}, not {found.shape}"
    kind = "str" if found.dtype.kind in "UST" else found.dtype.name
    if known.dtype not in (None, kind):
        yield f"dtype {known.dtype}, not {kind}"
    if found.dtype.kind in "biuf" and found.size:
        yield from _of_values(known, found.astype(float))
    if known.rows is not None and found.size:
        ok = np.allclose(found.astype(float).sum(-1), 1)
        if known.rows is Rows.ONE_HOT:
            ok = ok and set(np.unique(found.astype(float))) <= {0.0, 1.0}
        if known.rows is Rows.SEVERAL:
            ok = (found.astype(float).sum(-1) > 1).any()
        if not ok:
            yield f"rows are not {known.rows}"


def _of_values(known, found):
    cells = found[np.isfinite(found)]
    distinct = np.unique(cells)
    if known.low is not None and cells.min() < known.low:
        yield f"lowest {known.low}, not {cells.min()}"
    if known.high is not None and cells.max() > known.high:
        yield f"highest {known.high}, not {cells.max()}"
    if known.whole is not None and known.whole != bool((cells == np.rint(cells)).all()):
        yield f"whole numbers: {known.whole}"
    if known.signed and not cells.min() < 0 < cells.max():
        yield "values of one sign"
    if known.values is not None and not set(distinct) <= {
        float(v) for v in known.values
    }:
        yield f"values {known.values}, not {distinct[:9]}"
    if known.classes is not None:
        columns = found.reshape(-1, found.shape[-1]) if known.rows else None
        count = len(distinct) if columns is None else int((columns > 0).any(0).sum())
        if known.classes != count:
            yield f"{known.classes} classes, not {count}"
    if known.data is not None and not np.array_equal(
        np.array(known.data, float), found.ravel(), equal_nan=True
    ):
        yield "other values than the literal ones"


def _of_labels(known, found):
    labels = labels_of(known)
    if labels is None or found.ndim == 0 or not found.size:
        return
    try:
        seen = measure(found)
    except UnreadableLabels:
        return
    known_kind = labels.candidates != (Encoding.UNKNOWN,)
    fits = seen.candidates if len(found) < ENOUGH else (seen.encoding,)
    if known_kind and not {*fits} & {*labels.candidates}:
        yield f"labels are {labels.candidates}, not {seen.encoding}"
    for fact in ("classes", "ones"):
        said, is_so = getattr(labels, fact), getattr(seen, fact)
        if None not in (said, is_so) and said != is_so:
            yield f"labels: {fact} {said}, not {is_so}"
    if labels.low is not None and seen.low is not None and seen.low < labels.low:
        yield f"labels: low {labels.low}, not {seen.low}"
    if labels.high is not None and seen.high is not None and seen.high > labels.high:
        yield f"labels: high {labels.high}, not {seen.high}"
    if labels.encoding is not Encoding.UNKNOWN and labels.integral != seen.integral:
        yield f"labels: integral {labels.integral}"
    if labels.values and not set(seen.values) <= set(labels.values):
        yield f"labels: values {labels.values}, not {seen.values}"
