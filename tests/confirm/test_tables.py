"""Rows as text, Markdown and JSON."""

import json

import pytest

from kerascheck.confirm.evidence.matrix import Name
from kerascheck.confirm.evidence.table_row import Outcome, Row, Sheet, UnreadableSheet
from kerascheck.confirm.evidence.tables import as_document, as_markdown, as_text

METRICS = (
    "accuracy",
    "BinaryAccuracy",
    "BinaryAccuracy(threshold=0.0)",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
)


def row(activation, loss, word, accuracy=0.98, labels="(n,)", **values):
    shown = {"accuracy": values.pop("reported_accuracy", accuracy)}
    reported = tuple(
        (name, values.pop(name, shown.get(name, accuracy))) for name in METRICS
    )
    return Row(
        name=Name("binary", 1, activation, loss, labels),
        outcome=Outcome(word),
        accuracy=accuracy,
        deviation=0.01,
        balanced=accuracy,
        auc=0.99,
        ece=0.02,
        first_loss=0.7,
        last_loss=0.1,
        reported=reported,
        **values,
    )


def raising(activation, loss, labels="(n,)"):
    return Row(
        name=Name("binary", 1, activation, loss, labels),
        outcome=Outcome.RAISES,
        error="ValueError",
        message="shapes",
    )


ENVIRONMENT = {
    "backend": "tensorflow",
    "keras": "3.15.1",
    "tensorflow": "2.21.0",
    "device": "cpu",
    "device_name": "x86",
}
ROWS = (
    row("linear", "BCE", "no-learning", 0.5),
    row("sigmoid", "BCE", "ok"),
    raising("linear", "SCCE"),
    raising("sigmoid", "SCCE"),
)


def sheet(*rows):
    return Sheet(rows=rows or ROWS, environment=ENVIRONMENT, seeds=5)


def test_the_overview_shows_accuracy_by_loss_and_activation():
    lines = as_text(sheet()).splitlines()
    assert "1 unit, labels (n,)" in lines
    assert "BCE       0.50 no-learn 0.98 ok" in lines


def test_a_loss_that_raises_everywhere_says_so_once():
    assert "SCCE      raises ValueError" in as_text(sheet()).splitlines()


def test_what_was_trained_and_on_what_stands_first():
    first = as_text(sheet()).split("\n\n")[0].replace("\n", " ")
    assert first == (
        "Reference training: 4 setups, 5 seeds each, Keras 3.15.1, TensorFlow 2.21.0, "
        "CPU"
    )


def test_verdicts_are_counted_last():
    last = as_text(sheet()).rstrip().rpartition("\n\n")[2]
    assert last == "4 setups: 2 raises, 1 no-learning, 1 ok"


def test_labels_that_make_no_difference_share_a_table():
    rows = [row("sigmoid", "BCE", "ok", labels=name) for name in ("(n,)", "(n,1)")]
    text = as_text(sheet(*rows))
    assert "1 unit, labels (n,) or (n,1)" in text
    assert text.count("BCE ") == 1


def test_a_reported_accuracy_that_is_off_is_marked():
    lying = row("linear", "BCE", "ok", 0.98, reported_accuracy=0.48)
    assert "0.98!ok" in as_text(sheet(lying))


def test_every_row_shows_each_metric_and_those_that_raise():
    rows = row("sigmoid", "BCE", "ok", CategoricalAccuracy="TypeError")
    line = next(
        line
        for line in as_text(sheet(rows), every_row=True).splitlines()
        if line.startswith("sigmoid")
    )
    figures = ["0.980", "0.980", "0.980", "0.980", "error", "0.980", "0.990", "0.020"]
    assert line.split() == ["sigmoid", "BCE", "ok", *figures]


@pytest.mark.parametrize("every_row", [False, True])
def test_tables_take_no_more_than_80_columns(every_row):
    wide = [
        row(activation, "sq-hinge", "no-learning", 0.5)
        for activation in ("linear", "sigmoid", "softmax", "tanh", "relu")
    ]
    text = as_text(sheet(*wide), every_row=every_row)
    assert max(map(len, text.splitlines())) <= 80


def test_markdown_has_a_table_a_head_and_labels():
    text = as_markdown(sheet())
    assert "### 1 unit, labels (n,)" in text
    assert "| sigmoid | BCE | ok | 0.980 | 0.010 |" in text
    assert "| linear | SCCE | raises ValueError | - |" in text


def test_the_document_holds_every_row():
    document = json.loads(json.dumps(as_document(sheet())))
    assert document["verdicts"] == {"raises": 2, "no-learning": 1, "ok": 1}
    assert [one["name"] for one in document["rows"]] == [str(r.name) for r in ROWS]
    assert document["rows"][2]["raises"] == {"type": "ValueError", "message": "shapes"}


def test_a_sheet_survives_its_compact_form():
    plain = json.loads(json.dumps(sheet(*ROWS[:2]).to_dict()))
    assert Sheet.from_dict(plain) == sheet(*ROWS[:2])


def test_the_compact_form_keeps_the_class_of_an_exception():
    [back] = Sheet.from_dict(sheet(ROWS[2]).to_dict()).rows
    assert (back.outcome, back.error, back.message) == ("raises", "ValueError", "")


def test_an_unfinished_row_is_not_shipped():
    late = Row(name=ROWS[0].name, outcome=Outcome.UNFINISHED)
    with pytest.raises(ValueError, match="finished"):
        sheet(late).to_dict()


def test_a_sheet_of_another_form_is_refused():
    with pytest.raises(UnreadableSheet):
        Sheet.from_dict({"schema_version": "2"})
