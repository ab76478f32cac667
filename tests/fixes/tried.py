"""A fix as a user applies it: what the finding prints is run, line by line."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from kerascheck.api import check
from kerascheck.engine.finding import Severity
from kerascheck.engine.judge import judge_again
from kerascheck.readers.live import read_live

BATCH = 7
ROUNDS = 3
"""How often fixes that do not go together may ask for another check."""

_ALSO = "# also "
_NUMBERS = {"nan": math.nan, "inf": math.inf}


class Tried:
    """A model and labels that fixes are applied to."""

    def __init__(self, program: str, keras: Any) -> None:
        names: dict[str, Any] = {"keras": keras, "np": np, **_NUMBERS}
        exec(program, names)
        self.keras = keras
        self.model, self.y = names["model"], names["y"]
        weights = {"class_weight": names.get("class_weight")}
        self.weights = weights if weights["class_weight"] else {}
        inside = self.model.input_shape[1:]
        count = len(next(iter(self.y.values())) if self.several else self.y)
        self.x = np.random.default_rng(1).normal(size=(count, *inside))
        self.heads = [head.name for head in read_live(self.model).heads]

    @property
    def several(self) -> bool:
        return isinstance(self.y, dict)

    def report(self) -> Any:
        return check(self.model, self.y, **self.weights)

    def findings(self) -> list[Any]:
        return list(self.report().findings)

    def apply(self, finding: Any) -> None:
        """Run the lines for the layer and the labels, then the call."""
        for line in _lines(finding.layer_line):
            self._set_layer(line, finding.head)
        for line in _lines(finding.labels_line):
            self._set_labels(line)
        call = finding.snippet or ""
        for line in re.findall(rf"^{_ALSO}(.*)", call, re.MULTILINE):
            if re.match(r"y\b|sample_weight\b", line):
                self._set_labels(line)
            else:
                self._set_layer(line, None)
        exec(call, {"model": self.model, "keras": self.keras})

    def _set_labels(self, line: str) -> None:
        names: dict[str, Any] = {"y": self.y, "np": np, "keras": self.keras}
        exec(line, names)
        self.y = names["y"]
        if "sample_weight" in names:
            self.weights = {"sample_weight": names["sample_weight"]}

    def _set_layer(self, line: str, head: str | None) -> None:
        """Build the model again with another end of one head.

        Args:
            line: What makes the layer.
            head: The head; None: the one that has the name of the layer.
        """
        only = None if self.several else self.heads[0]
        layer = self._layer(line)
        name = only or head or layer.name
        ends = dict(zip(self.heads, self._ends(), strict=True))
        values = self.model.inputs[0]
        if isinstance(layer, self.keras.layers.Activation):
            values = self.keras.layers.Dense(ends[name].shape[-1])(values)
        elif layer.units is None:
            layer.units = ends[name].shape[-1]
        ends[name] = layer(values)
        outputs = ends if self._is_named() else list(ends.values())
        self.model = self.keras.Model(self.model.inputs, outputs)
        self.model.compile(optimizer="sgd")
        names = [head.name for head in read_live(self.model).heads]
        assert only or names == self.heads, f"{self.heads} are called {names}"
        self.heads = names

    def _ends(self) -> list[Any]:
        if not self._is_named():
            return list(self.model.outputs)
        return [self.model.output[name] for name in self.heads]

    def _is_named(self) -> bool:
        """Say whether the outputs are a dict; a Sequential has one, maybe not built."""
        return self.several and isinstance(self.model.output, dict)

    def _layer(self, line: str) -> Any:
        """Return the layer of a line, which may say its arguments alone."""
        names: dict[str, Any] = {}
        if not re.match(r"\w+ = ", line):
            return eval(line, {"keras": self.keras})
        exec(line, names)
        units = names.get("units", names.get("filters", 1))
        layer = self.keras.layers.Dense(units, names.get("activation"))
        if not {"units", "filters"} & names.keys():
            layer.units = None
        return layer

    def fit(self, *, eagerly: bool = True) -> str | None:
        """Train two steps; return what raised, or that the loss is not finite."""
        rows = slice(0, 2 * BATCH)
        y, weights = _first(self.y, rows), dict(self.weights)
        if "sample_weight" in weights:
            weights["sample_weight"] = _first(weights["sample_weight"], rows)
        self.model.run_eagerly = eagerly
        try:
            log = self.model.fit(
                self.x[rows], y, batch_size=BATCH, verbose=0, **weights
            ).history
        except Exception as error:
            return f"{type(error).__name__}: {str(error).strip()[:300]}"
        return None if math.isfinite(log["loss"][-1]) else f"loss {log['loss'][-1]}"


def _lines(code: str | None) -> list[str]:
    lines = code.split("\n") if code else []
    return [line for line in lines if not line.startswith("#")]


def problem_after_all(program: str, keras: Any, *, eagerly: bool = True) -> str | None:
    """Apply the combined fix of a model, and return what is wrong then.

    Where fixes do not go together, as the code says, the model is checked again.
    """
    tried = Tried(program, keras)
    applied: list[Any] = []
    for _ in range(ROUNDS):
        found = [f for f in tried.findings() if f.fix and f.fix.edits]
        if not found:
            break
        worst = max(found, key=lambda f: f.severity.rank)
        applied.append(worst)
        try:
            tried.apply(worst)
        except Exception as error:
            return _report(program, applied, f"does not run: {error!r}")
        if "# not together" not in worst.snippet:
            break
    left = tried.findings()
    bad = [f for f in left if f.severity.rank >= Severity.WARNING.rank]
    if not _advice(bad):
        return _report(program, applied, f"left: {list(map(_told, bad))}")
    raised = tried.fit(eagerly=eagerly)
    if raised and not bad:
        return _report(program, applied, f"fit: {raised}")
    return None


def _advice(findings: list[Any]) -> bool:
    """Say whether all that is left is for the user to decide."""
    return all(not (f.fix and f.fix.edits) for f in findings)


def problem_after_one(program: str, keras: Any, place: int) -> str | None:
    """Apply the fix of one finding alone; return what is new or raises then."""
    tried = Tried(program, keras)
    report = tried.report()
    finding = report.findings[place]
    if not finding.fix or not finding.fix.edits:
        return None
    (alone,) = judge_again(report.rules, report.models[0], [finding], shown=1)
    try:
        tried.apply(alone)
    except Exception as error:
        return _report(program, [alone], f"does not run: {error!r}")
    left = tried.findings()
    codes = {one.code for f in report.findings for one in (f, *f.follows)}
    new = [
        f
        for f in left
        if f.code not in codes and f.severity.rank >= Severity.WARNING.rank
    ]
    if new:
        return _report(program, [alone], f"new: {list(map(_told, new))}")
    raised = tried.fit()
    if raised and not Tried(program, keras).fit():
        return _report(program, [alone], f"fit: {raised}")
    return None


def _told(finding: Any) -> str:
    title = finding.fix.title if finding.fix else "no fix"
    return f"{finding.code} {finding.severity} on {finding.head}: {title}"


def _report(program: str, findings: list[Any], problem: str) -> str:
    return "\n".join([program, *map(_told, findings), problem])


def _first(values: Any, rows: slice) -> Any:
    """Return the first rows of an array, or of each in a dict."""
    if not isinstance(values, dict):
        return None if values is None else values[rows]
    return {name: _first(each, rows) for name, each in values.items()}
