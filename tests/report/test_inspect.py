"""What was understood of one model, as a table and as lines below it."""

from dataclasses import replace

import pytest

from kerascheck import kit
from kerascheck.engine.outcome import Outcome
from kerascheck.report.inspect import overview
from kerascheck.trust.printable import Style, columns
from tests.report.formats import reports

MODEL = kit.classifier(
    "linear",
    "bce",
    metrics=("accuracy", "my_own"),
    labels=kit.labels("binary", path="y.npy"),
    origins=(
        ("units", "config.json: /config/layers/2/config/units"),
        ("loss", "config.json: /compile_config/loss"),
    ),
)
OUTCOME = Outcome(models=(MODEL,), decided=3)
OPEN = replace(OUTCOME, not_run=reports.not_run(2, "no labels were given"))
ASCII = Style(unicode=False, width=140)


def told(outcome=OUTCOME, rules=(), style=ASCII):
    return overview(outcome, rules, style).splitlines()


def table(style=ASCII, model=MODEL):
    """Return the cells of each line of the table, without spaces around them."""
    edge = "│" if style.unicode else "|"
    lines = told(replace(OUTCOME, models=(model,)), style=style)
    return [
        tuple(cell.strip() for cell in line.strip(edge).split(edge))
        for line in lines
        if line.startswith(edge)
    ]


def test_the_model_stands_above_its_facts():
    first, second, *_ = told()
    assert first == 'Model: "model.keras"'
    assert second == "Sequential, keras format, Keras 3.15.1, compiled with Adam"


def test_every_fact_of_a_head_is_a_row_with_its_origin():
    units, loss = (origin for _, origin in MODEL.heads[0].origins)
    assert table() == [
        ("Head", "out", "Found in"),
        ("layer", "out (Dense)", ""),
        ("units", "1", units),
        ("shape", "(None, 1)", ""),
        ("activation", "linear", ""),
        ("loss", "BinaryCrossentropy(from_logits=False), binary", loss),
        ("metrics", "accuracy -> BinaryAccuracy", ""),
        ("", "my_own (not Keras's own)", ""),
        ("labels", "binary", "y.npy"),
        ("", "int64, shape (512,)", ""),
        ("", "2 classes, 0 to 1, commonest 50.0%", ""),
    ]


def test_a_model_of_several_heads_has_a_table_for_each():
    two = table(model=kit.with_head(MODEL, MODEL))
    assert [row[1] for row in two if row[0] == "Head"] == ["out", "second"]


@pytest.mark.parametrize("width", [50, 72, 80, 100, 200])
@pytest.mark.parametrize("name", ["out", "層" * 20, "x" * 60])
def test_a_table_is_as_wide_as_its_rules_and_fits(width, name):
    style = Style(width=width)
    head = replace(MODEL.heads[0], name=name)
    lines = told(replace(OUTCOME, models=(replace(MODEL, heads=(head,)),)), style=style)
    drawn = [columns(line) for line in lines if line[:1] in tuple("┏┃┡│├└")]
    assert drawn
    assert len(set(drawn)) == 1
    assert drawn[0] <= width


@pytest.mark.parametrize("width", [50, 80])
def test_a_narrow_table_loses_no_text(width):
    def text(width):
        rows = table(Style(unicode=False, width=width))
        return ["".join(cells).replace(" ", "") for cells in zip(*rows, strict=True)]

    if width == 50:
        assert len(table(Style(unicode=False, width=width))) > len(table())
    assert text(width) == text(140)


def test_characters_of_boxes_are_used_where_they_can_be_shown():
    assert overview(OUTCOME, (), ASCII).isascii()
    boxes = [line for line in told(style=Style()) if line.startswith("├")]
    assert len(boxes) == 6  # between the seven facts


def test_rules_that_found_nothing_and_those_left_open_are_listed():
    assert told(OPEN, ["KC101", "KC200", "KC201"])[-3:] == [
        "3 rules decided, 2 undecided",
        "  found nothing: KC101",
        "  undecided, no labels were given: KC200, KC201",
    ]


def test_of_several_heads_it_is_said_which_is_undecided():
    two = replace(OPEN, models=(kit.with_head(MODEL, MODEL),))
    last = told(two)[-1]
    assert last == "  undecided for 'out', no labels were given: KC200, KC201"


def test_a_rule_that_found_something_is_told_with_its_message():
    found = replace(OUTCOME, findings=(reports.CONFIRMED,))
    lines = told(found, ["KC101", "KC301", "KC308"])
    assert lines[-3:] == [
        "3 rules decided, 0 undecided",
        f"  error[KC101] {reports.CONFIRMED.message}",
        "  found nothing: KC308",
    ]


def test_a_model_without_heads_says_why():
    bare = replace(MODEL, heads=(), opaque="the graph is broken")
    lines = told(replace(OUTCOME, models=(bare,)))
    assert lines[2:4] == ["", "No head is known: the graph is broken"]
