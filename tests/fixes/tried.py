"""A fix as a user applies it: what the finding prints is run, line by line."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import numpy as np

from kerascheck.api import check
from kerascheck.engine.finding import Severity

BATCH = 7
ROUNDS = 3
"""How often fixes that do not go together may ask for another check."""

_ALSO = "# also "


class Tried:
    """A model and labels that fixes are applied to."""

    def __init__(self, program: str, keras: Any) -> None:
        names: dict[str, Any] = {"keras": keras, "np": np}
        exec(program, names)
        self.keras = keras
        self.model, self.y = names["model"], names["y"]
        inside = self.model.input_shape[1:]
        count = len(next(iter(self.y.values())) if self.several else self.y)
        self.x = np.random.default_rng(1).normal(size=(count, *inside))
        self.heads = list(self.model.output_names)

    @property
    def several(self) -> bool:
        return isinstance(self.y, dict)

    def findings(self, **options: Any) -> list[Any]:
        return list(check(self.model, self.y, **options).findings)

    def apply(self, finding: Any) -> None:
        """Run the lines for the layer and the labels, then the call."""
        lines = [*_lines(finding.layer_line), *_lines(finding.labels_line)]
        call = finding.snippet
        if call is not None:
            lines += [
                line.removeprefix(_ALSO)
                for line in call.split("\n")
                if line.startswith(_ALSO)
            ]
        for line in lines:
            if re.match(r"y\b", line):
                names = {"y": self.y, "np": np, "keras": self.keras}
                exec(line, names)
                self.y = names["y"]
            else:
                self._set_layer(line)
        exec(call, {"model": self.model, "keras": self.keras})

    def _set_layer(self, line: str) -> None:
        layer = eval(line, {"keras": self.keras})
        name = layer.name if self.several else self.heads[0]
        place = self.heads.index(_head_of(name, self.heads))
        outputs = list(self.model.outputs)
        values = self.model.inputs[0]
        if isinstance(layer, self.keras.layers.Activation):
            values = self.keras.layers.Dense(outputs[place].shape[-1])(values)
        outputs[place] = layer(values)
        several = isinstance(self.model.output, (list, tuple))
        model = self.keras.Model(self.model.inputs, outputs if several else outputs[0])
        model.compile(optimizer="adam")
        if self.several:
            renamed = dict(zip(self.heads, model.output_names, strict=True))
            assert all(k == v for k, v in renamed.items()), f"renamed by {line}"
        self.heads, self.model = list(model.output_names), model

    def fit(self, *, eagerly: bool = True) -> str | None:
        """Train two steps; return what raised, or that the loss is not finite."""
        rows = slice(0, 2 * BATCH)
        y = {k: v[rows] for k, v in self.y.items()} if self.several else self.y[rows]
        self.model.run_eagerly = eagerly
        try:
            log = self.model.fit(self.x[rows], y, batch_size=BATCH, verbose=0).history
        except Exception as error:  # noqa: BLE001  (of Keras, any)
            return f"{type(error).__name__}: {str(error).strip()[:300]}"
        return None if math.isfinite(log["loss"][-1]) else f"loss {log['loss'][-1]}"


def _lines(code: str | None) -> list[str]:
    lines = code.split("\n") if code else []
    return [line for line in lines if not line.startswith("#")]


def _head_of(name: str, heads: list[str]) -> str:
    return name if name in heads else heads[0]


def problem_after_all(program: str, keras: Any, **options: Any) -> str | None:
    """Apply the combined fix of the worst finding; return what is wrong then."""
    tried = Tried(program, keras)
    told: list[str] = []
    for _ in range(ROUNDS):
        found = [f for f in tried.findings() if f.fix and f.fix.edits]
        if not found:
            break
        worst = max(found, key=lambda f: f.severity.rank)
        told.append(_told(worst))
        try:
            tried.apply(worst)
        except Exception as error:  # noqa: BLE001
            return _report(program, told, f"does not run: {error!r}")
        if "# not together" not in (worst.snippet or ""):
            break
    if not told:
        return None
    raised = tried.fit(**options)
    left = tried.findings()
    if raised and not any(not (f.fix and f.fix.edits) for f in left):
        return _report(program, told, f"fit: {raised}; left: {_codes(left)}")
    bad = [f for f in left if f.severity.rank >= Severity.WARNING.rank]
    bad = [f for f in bad if f.fix and f.fix.edits]
    if bad:
        return _report(program, told, f"left: {[_told(f) for f in bad]}")
    return None


def problem_after_one(program: str, keras: Any, code: str) -> str | None:
    """Apply the fix of one rule alone; return what is new or raises then."""
    tried = Tried(program, keras)
    before = Counter((f.head, f.code) for f in tried.findings())
    found = [f for f in tried.findings(select=code) if f.fix and f.fix.edits]
    if not found:
        return None
    try:
        tried.apply(found[0])
    except Exception as error:  # noqa: BLE001
        return _report(program, [_told(found[0])], f"does not run: {error!r}")
    raised = tried.fit()
    left = tried.findings()
    told = [_told(found[0])]
    names = {f.head for f in left}
    new = [
        f
        for f in left
        if (f.head, f.code) not in before
        and not (len(names) == 1 and any(c == f.code for _, c in before))
    ]
    if new:
        return _report(program, told, f"new: {[_told(f) for f in new]}")
    if raised and not any(f.harm.value == "raises" for f in left):
        return _report(program, told, f"fit: {raised}; left: {_codes(left)}")
    return None


def _codes(findings: list[Any]) -> list[str]:
    return [finding.code for finding in findings]


def _told(finding: Any) -> str:
    title = finding.fix.title if finding.fix else "no fix"
    return f"{finding.code} {finding.severity} on {finding.head}: {title}"


def _report(program: str, told: list[str], problem: str) -> str:
    return "\n".join([program, *told, problem])
