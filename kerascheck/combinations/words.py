"""How a combination and its figures are written, in text and on pages."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.combinations.cell import Cell, Figures, Shown
from kerascheck.confirm.evidence.table_row import Outcome
from kerascheck.keras_api.compile_call import loss_code
from kerascheck.keras_api.losses import loss_called

_BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX"}

_WORDS = {
    Outcome.NAN: "NaN",
    Outcome.NO_LEARNING: "does not learn",
    Outcome.DECISION_OFF: "decides at the wrong threshold",
    Outcome.UNSTABLE: "fails from some starts",
    Outcome.WORSE: "less accurate",
    Outcome.MISCALIBRATED: "not calibrated",
    Outcome.OK: "as good as possible",
}


def head_code(cell: Cell) -> str:
    """Return the last layer: `Dense(2, activation="softmax")`."""
    combination = cell.combination
    if combination.activation == "linear":
        return f"Dense({combination.units})"
    return f'Dense({combination.units}, activation="{combination.activation}")'


def loss_text(cell: Cell) -> str:
    """Return the loss as in compile()."""
    combination = cell.combination
    loss = loss_called(combination.loss, from_logits=combination.from_logits)
    return loss_code(loss).replace("'", '"')


def compile_text(cell: Cell, metrics: Sequence[Shown]) -> str:
    """Return the call of compile(), with the first metric that shows the truth."""
    return f"model.compile({', '.join(_arguments(cell, metrics))})"


def compile_lines(cell: Cell, metrics: Sequence[Shown], width: int) -> list[str]:
    """Return `compile_text`, an argument a line if it is wider than `width` columns."""
    text = compile_text(cell, metrics)
    if len(text) <= width:
        return [text]
    inner = [f"    {argument}," for argument in _arguments(cell, metrics)]
    return ["model.compile(", *inner, ")"]


def _arguments(cell: Cell, metrics: Sequence[Shown]) -> list[str]:
    """Return the arguments of compile(), with the first metric that shows the truth."""
    fitting = next((m.code for m in metrics if not m.codes and _is_true(cell, m)), "")
    shown = [f"metrics=[{fitting}]"] if fitting else []
    return ['optimizer="adam"', f"loss={loss_text(cell)}", *shown]


def _is_true(cell: Cell, metric: Shown) -> bool:
    """Say whether a metric is an accuracy that shows the true one."""
    if "ccuracy" not in metric.metric:
        return metric.metric == "RootMeanSquaredError"
    true = {one.task: one.accuracy for one in cell.figures}
    return all(
        isinstance(value, float) and abs(value - (true[task] or 0)) < 0.01
        for task, value in metric.values.items()
    )


def metric_text(metric: Shown) -> str:
    """Return what a metric does: "shows 0.99, 0.80" or "raises ValueError"."""
    values = list(metric.values.values())
    raised = next((v for v in values if isinstance(v, str)), None)
    if raised is not None:
        return f"raises {raised}"
    return "shows " + ", ".join(f"{v:.2f}" for v in values)


def measured(cell: Cell, *, curves: bool = False) -> list[str]:
    """Return what trainings showed: a text for each backend, one if all say the same.

    Args:
        cell: With figures.
        curves: Say the loss at both ends as well.
    """
    groups: dict[str, list[Figures]] = {}
    for one in cell.figures:
        groups.setdefault(one.backend, []).append(one)
    texts = {name: _text(figures, curves=curves) for name, figures in groups.items()}
    if len(set(texts.values())) == 1:
        return [*texts.values()][:1]
    return [f"{_BACKENDS[name]}: {text}" for name, text in texts.items()]


def _text(figures: Sequence[Figures], *, curves: bool) -> str:
    errors = ", ".join(f"{one.ece:.2f}" for one in figures if one.ece is not None)
    losses = ", ".join(
        f"{one.first_loss:.3g} to {one.last_loss:.3g}"
        for one in figures
        if one.first_loss is not None and one.last_loss is not None
    )
    parts = [_outcome(figures)]
    if errors:
        parts.append(f"calibration error {errors}")
    if losses and curves:
        parts.append(f"loss {losses}")
    return "; ".join(parts)


def _outcome(figures: Sequence[Figures]) -> str:
    """Return how trainings of one backend ended: "accuracy 0.99, 0.80"."""
    first = figures[0]
    if any(one.outcome is Outcome.RAISES for one in figures):
        raised = next(one for one in figures if one.error)
        return f"raises {raised.error.partition(':')[0]}"
    words = [_WORDS[one.outcome] for one in figures if one.outcome is not Outcome.OK]
    name = "accuracy" if first.accuracy is not None else "R²"
    values = [v for one in figures if (v := _accuracy(one)) is not None]
    shown = f"{name} {', '.join(f'{v:.2f}' for v in values)}" if values else ""
    return "; ".join(filter(None, (shown, words[0] if words else "")))


def _accuracy(figures: Figures) -> float | None:
    """Return the accuracy, or R² of a regression."""
    return figures.r_squared if figures.accuracy is None else figures.accuracy
