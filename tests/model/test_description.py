"""A description finds its heads by name."""

import pytest

from kerascheck.model.description import Description, Head
from kerascheck.model.frozen import replace


class Name(str):
    """A name that counts how often one is compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Name.compared += 1
        return str.__eq__(self, other)


def described(*names):
    return Description(path="m", format=None, heads=tuple(Head(name=n) for n in names))


def test_a_head_is_found_after_a_change():
    model = described("a", "b")
    assert model.head("b") is model.heads[1]
    after = model.with_head(Head(name="b", units=2))
    assert after.head("b").units == 2
    assert after.head("a") is model.head("a")
    assert model.head("b").units is None


def test_other_heads_are_not_found_at_the_old_places():
    model = described("a", "b")
    assert model.head("a") is model.heads[0]
    turned = replace(model, heads=model.heads[::-1])
    assert turned.head("a") is model.heads[0]


def test_of_two_heads_of_one_name_the_first_is_found():
    model = described("a", "a")
    assert model.head("a") is model.heads[0]


def test_a_name_that_no_head_has():
    model = described("a")
    for _ in range(2):
        with pytest.raises(KeyError, match="b"):
            model.head("b")


def test_looking_up_changes_no_value():
    model = described("a")
    before = repr(model), hash(model)
    model.head("a")
    assert (repr(model), hash(model)) == before
    assert model == described("a")


def test_names_are_not_compared_one_by_one():
    names = [Name(f"h{number}") for number in range(200)]
    model = described(*names)
    Name.compared = 0
    for name in names:
        model = model.with_head(model.head(name))
    assert Name.compared < 10 * len(names)
