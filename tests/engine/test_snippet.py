"""The compile() call of a description: by head where there are several."""

from dataclasses import replace

from kerascheck import kit
from kerascheck.engine.snippet import MAX_HEADS, snippet

ONE = kit.classifier("sigmoid", "bce", metrics=("accuracy",))


def wide(heads):
    """Return a model with this many heads: head0, head1, ..."""
    made = [replace(ONE.heads[0], name=f"head{i}") for i in range(heads)]
    return replace(ONE, heads=tuple(made))


def test_the_call_of_one_head_names_no_head():
    assert "    loss='binary_crossentropy',\n" in snippet(ONE)
    assert "    metrics=['accuracy'],\n" in snippet(ONE)


def test_the_call_of_several_heads_names_each():
    call = snippet(kit.with_head(ONE, ONE))
    assert "loss={'out': 'binary_crossentropy', 'second': " in call


def test_of_very_many_heads_one_entry_is_shown_and_the_others_are_counted():
    model = wide(MAX_HEADS + 1)
    first, *rest = snippet(model, "head7").splitlines()
    assert first == (
        f"# the other {MAX_HEADS} heads stay as they are: add their entries"
    )
    assert "    loss={'head7': 'binary_crossentropy'}," in rest
    assert "head0" in snippet(model)
    assert "head1" not in snippet(model)


def test_as_many_heads_as_can_be_read_are_all_shown():
    call = snippet(wide(MAX_HEADS))
    assert "stay as they are" not in call
    assert all(f"'head{i}'" in call for i in range(MAX_HEADS))
