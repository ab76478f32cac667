"""Rows of the matrices as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from kerascheck.confirm.evidence.table_row import Outcome, Row, Sheet
from kerascheck.model.named import NamedTuple
from kerascheck.report.view import BACKENDS
from kerascheck.trust.printable import count, wrapped

MISREPORTED = 0.02
"""Reported minus true accuracy from which "accuracy" is marked in tables."""

_TASKS = {
    "binary": "Two classes, far apart (best possible accuracy 0.987)",
    "binary_hard": "Two classes that overlap (best possible accuracy 0.795)",
    "binary_imbalanced": "Two classes, 5 % positive; balanced accuracy "
    "(best possible 0.987)",
    "multiclass": "Three classes, far apart (best possible accuracy 0.978)",
    "multiclass_hard": "Three classes that overlap (best possible accuracy 0.786)",
    "multilabel": "Five labels, any number of them on; accuracy per label "
    "(best possible 0.989)",
}

_SHORT = {
    Outcome.NO_LEARNING: "no-learn",
    Outcome.DECISION_OFF: "thr. off",
    Outcome.MISCALIBRATED: "miscal.",
}

_MEANINGS = {
    Outcome.OK: "as accurate as possible, within 0.03",
    Outcome.WORSE: "more than 0.03 below the best possible",
    Outcome.MISCALIBRATED: "accurate; calibration error (ECE) above 0.08",
    Outcome.UNSTABLE: "some seeds fail: nearer to chance than to the best possible",
    Outcome.DECISION_OFF: "every seed fails, although the scores rank well",
    Outcome.NO_LEARNING: "every seed fails",
    Outcome.NAN: "a loss or an output is not a number",
    Outcome.RAISES: "compile or fit raises",
    Outcome.UNFINISHED: "the budget was spent first",
}

_COLUMNS = {
    "accuracy": "acc.",
    "BinaryAccuracy": "bin.",
    "BinaryAccuracy(threshold=0.0)": "bin@0",
    "CategoricalAccuracy": "cat.",
    "SparseCategoricalAccuracy": "spar.",
}
"""Metric -> the head of its column."""

_FIELDS = 5  # characters of a figure in a column


class TableKey(NamedTuple):
    """What the rows of one table have in common."""

    task: str
    units: int
    labels: str
    weights: str

    @property
    def title(self) -> str:
        """The table in words, without the task."""
        text = f"{count(self.units, 'unit')}, labels {self.labels}"
        return f"{text}, class weights" if self.weights else text


def table_key(row: Row) -> TableKey:
    """Return the table that a row belongs to."""
    return TableKey(row.name.task, row.name.units, row.name.labels, row.name.weights)


def as_text(sheet: Sheet, *, width: int = 80, every_row: bool = False) -> str:
    """Return tables of true accuracy by loss and activation, or a line for each row.

    Args:
        sheet: What to show.
        width: Columns; the tables take 80.
        every_row: Show what each metric reports of each row, AUC and ECE.
    """
    tables = _long_tables if every_row else _overviews
    lines = [*wrapped(headline(sheet), width), ""]
    for task, rows in _by_task(sheet.rows):
        lines += [_TASKS.get(task, task), ""]
        for table in tables(rows):
            lines += [*table, ""]
    lines += _legend(sheet.rows, every_row=every_row)
    return "\n".join([*lines, "", *wrapped(_counts_text(sheet.rows), width), ""])


def as_markdown(sheet: Sheet) -> str:
    """Return every row in Markdown tables."""
    lines = ["# Reference training", "", f"{headline(sheet)}.", ""]
    for task, rows in _by_task(sheet.rows):
        lines += [f"## {_TASKS.get(task, task)}", ""]
        for key, some in _by_table(rows):
            lines += [f"### {key.title[:1].upper()}{key.title[1:]}", ""]
            lines += [*_markdown_table(some), ""]
    return "\n".join([*lines, f"{_counts_text(sheet.rows)}.", ""])


def as_document(sheet: Sheet) -> dict[str, object]:
    """Return every row as a value that JSON can hold."""
    counted = {word.value: n for word, n in _count_outcomes(sheet.rows)}
    return {
        "environment": dict(sheet.environment),
        "seeds": sheet.seeds,
        "verdicts": counted,
        "rows": [_row_document(row) for row in sheet.rows],
    }


def headline(sheet: Sheet) -> str:
    """Return what was trained, how often and on what."""
    rows = count(len(sheet.rows), "setup")
    seeds = count(sheet.seeds, "seed")
    text = environment_text(sheet.environment)
    return f"Reference training: {rows}, {seeds} each" + (f", {text}" if text else "")


def environment_text(environment: Mapping[str, str]) -> str:
    """Return an environment in words: "Keras 3.15.1, TensorFlow 2.21.0, CPU"."""
    backend = environment.get("backend", "")
    parts = [
        f"Keras {environment['keras']}" if "keras" in environment else "",
        f"{BACKENDS.get(backend, backend)} {environment.get(backend, '')}".strip(),
        _device(environment.get("device", ""), environment.get("device_name", "")),
    ]
    return ", ".join(part for part in parts if part)


def _device(device: str, name: str) -> str:
    return f"{device.upper()} {name}" if device == "gpu" and name else device.upper()


def _by_task(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    for task, some in groupby(rows, key=lambda row: row.name.task):
        yield task, list(some)


def _by_table(rows: Iterable[Row]) -> Iterator[tuple[TableKey, list[Row]]]:
    found: dict[TableKey, list[Row]] = {}
    for row in rows:
        found.setdefault(table_key(row), []).append(row)
    yield from found.items()


def _overviews(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Yield tables of loss by activation; those with equal cells are one table."""
    found: dict[tuple[str, ...], list[TableKey]] = {}
    for key, some in _by_table(rows):
        found.setdefault(tuple(_overview(some)), []).append(key)
    for body, keys in found.items():
        yield [*_titles(keys), *body]


def _titles(keys: Sequence[TableKey]) -> list[str]:
    first = keys[0]
    alike = [p for p in keys if (p.units, p.weights) == (first.units, first.weights)]
    labels = " or ".join(p.labels for p in alike)
    others = [p.title for p in keys if p not in alike]
    return [first._replace(labels=labels).title, *(f"and {o}" for o in others)]


def _overview(rows: Sequence[Row]) -> Iterator[str]:
    activations = list(dict.fromkeys(row.name.activation for row in rows))
    yield f"{'':<10}" + "".join(f"{a:<14}" for a in activations).rstrip()
    for loss in dict.fromkeys(row.name.loss for row in rows):
        some = [row for row in rows if row.name.loss == loss]
        errors = {row.error for row in some}
        if len(errors) == 1 and None not in errors:
            yield f"{loss:<10}raises {errors.pop()}"
            continue
        cells = {row.name.activation: _cell(row) for row in some}
        line = "".join(f"{cells.get(a, ''):<14}" for a in activations)
        yield f"{loss:<10}{line}".rstrip()


def _cell(row: Row) -> str:
    if row.quality is None:
        return f"{row.outcome}"
    mark = "!" if _is_misreported(row) else " "
    return f"{row.quality:.2f}{mark}{_SHORT.get(row.outcome, row.outcome.value)}"


def _is_misreported(row: Row) -> bool:
    """Say whether "accuracy" shows another value than the true accuracy."""
    shown = row.reported_value("accuracy")
    true = row.accuracy
    return shown is not None and true is not None and abs(shown - true) > MISREPORTED


def _long_tables(rows: Iterable[Row]) -> Iterator[list[str]]:
    for key, some in _by_table(rows):
        yield [key.title, _long_head(key), *(_long_line(row) for row in some)]


def _long_head(key: TableKey) -> str:
    true = "bal." if key.task == "binary_imbalanced" else "true"
    figures = [true, *_COLUMNS.values(), "AUC", "ECE"]
    text = "".join(f"{name:>{_FIELDS + 1}}" for name in figures)
    return f"{'head':<8}{'loss':<9}{'verdict':<13}{text}"


def _long_line(row: Row) -> str:
    start = f"{row.name.activation:<8}{row.name.loss:<9}{row.outcome:<13}"
    if row.error is not None:
        return f"{start} {row.error}"
    shown = dict(row.reported)
    figures = [row.quality, *(shown.get(name) for name in _COLUMNS), row.auc, row.ece]
    return start + "".join(f"{_figure(value):>{_FIELDS + 1}}" for value in figures)


def _figure(value: float | str | None) -> str:
    if isinstance(value, str):
        return "error"
    return "-" if value is None else f"{value:.3f}"


def _legend(rows: Iterable[Row], *, every_row: bool) -> list[str]:
    met = [word for word, _ in _count_outcomes(rows)]
    lines = [
        (word.value, meaning)
        if every_row or word not in _SHORT
        else (_SHORT[word], f"{word.value}: {meaning}")
        for word, meaning in _MEANINGS.items()
        if word in met
    ]
    if every_row:
        lines += [
            (
                "true",
                "right decisions, by numpy; next to it what Keras metrics report:",
            ),
            ("", '"accuracy", BinaryAccuracy(), the same with threshold=0,'),
            ("", "CategoricalAccuracy(), SparseCategoricalAccuracy()"),
            ("error", "the metric raises"),
        ]
    else:
        lines += [("0.50!", f'the metric "accuracy" is off by more than {MISREPORTED}')]
    lines.append(("_fl", "from_logits=True"))
    return [f"{word:<14}{meaning}" for word, meaning in lines]


def _count_outcomes(rows: Iterable[Row]) -> list[tuple[Outcome, int]]:
    numbers: dict[Outcome, int] = {}
    for row in rows:
        numbers[row.outcome] = numbers.get(row.outcome, 0) + 1
    return sorted(numbers.items(), key=lambda pair: -pair[1])


def _counts_text(rows: Sequence[Row]) -> str:
    text = ", ".join(f"{number} {word}" for word, number in _count_outcomes(rows))
    return f"{count(len(rows), 'setup')}: {text}"


def _markdown_table(rows: Sequence[Row]) -> Iterator[str]:
    head = ["activation", "loss", "verdict", "true accuracy", "±"]
    head += [f"`{name}`" for name in _COLUMNS] + ["balanced", "AUC", "ECE"]
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        shown = dict(row.reported)
        figures = [row.accuracy, row.deviation, *(shown.get(n) for n in _COLUMNS)]
        figures += [row.balanced, row.auc, row.ece]
        word = f"raises {row.error}" if row.error else row.outcome.value
        cells = [row.name.activation, row.name.loss, word, *map(_figure, figures)]
        yield f"| {' | '.join(cells)} |"


def _row_document(row: Row) -> dict[str, object]:
    named = row.name
    values = {n: v for n, v in row.reported if not isinstance(v, str)}
    return {
        "name": str(named),
        "task": named.task,
        "units": named.units,
        "activation": named.activation,
        "loss": named.loss.removesuffix("_fl"),
        "from_logits": named.loss.endswith("_fl"),
        "labels": named.labels,
        "class_weight": bool(named.weights),
        "verdict": row.outcome.value,
        "raises": {"type": row.error, "message": row.message} if row.error else None,
        "true_accuracy": row.accuracy,
        "spread": row.deviation,
        "balanced_accuracy": row.balanced,
        "reported": values,
        "metrics_that_raise": {n: v for n, v in row.reported if isinstance(v, str)},
        "auc": row.auc,
        "ece": row.ece,
        "first_loss": row.first_loss,
        "last_loss": row.last_loss,
    }
