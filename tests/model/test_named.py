"""Named tuples of ours behave as those of `typing` do."""

from __future__ import annotations

import copy
import pickle  # noqa: TID251  (named tuples are values that are pickled)
from typing import Any
from typing import NamedTuple as OfTyping

import pytest

from kerascheck.model.named import NamedTuple


class Ours(NamedTuple):
    """A tuple of ours."""

    layer: str
    node: int = 0
    inputs: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        return 2 * self.node


class Theirs(OfTyping):
    """The same tuple of `typing`."""

    layer: str
    node: int = 0
    inputs: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        return 2 * self.node


GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("a",), {}),
    (("a", 1, ("b",)), {}),
    ((), {"layer": "a", "inputs": ("b",)}),
    (("a",), {"inputs": ("b",)}),
    ((), {}),
    (("a", 1, (), 3), {}),
    (("a",), {"layer": "b"}),
    (("a",), {"other": 1}),
]


def made(kind: Any, values: tuple[Any, ...], given: dict[str, Any]) -> Any:
    """Return the fields of a tuple, or the type of what making it raises."""
    try:
        return tuple(kind(*values, **given))
    except TypeError as error:
        return type(error)


@pytest.mark.parametrize(("values", "given"), GIVEN)
def test_arguments_are_taken_as_in_typing(
    values: tuple[Any, ...], given: dict[str, Any]
) -> None:
    assert made(Ours, values, given) == made(Theirs, values, given)


def test_a_value_answers_as_that_of_typing_does() -> None:
    one, other = Ours("a", 2), Theirs("a", 2)
    assert one == other == ("a", 2, ())
    assert hash(one) == hash(other)
    assert repr(one) == repr(other).replace("Theirs", "Ours")
    assert (one.layer, one.node, one.twice, one[1]) == ("a", 2, 4, 2)
    assert one._replace(node=3) == other._replace(node=3)
    assert type(one._replace(node=3)) is Ours
    assert one._asdict() == other._asdict()
    assert Ours._make(["b", 1, ()]) == Theirs._make(["b", 1, ()])
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults
    assert Ours.__match_args__ == Theirs.__match_args__


def test_a_field_that_is_not_there_is_not_replaced() -> None:
    with pytest.raises(ValueError, match="unexpected field names"):
        Ours("a")._replace(other=1)


def test_a_field_is_not_assigned() -> None:
    one: Any = Ours("a")
    with pytest.raises(AttributeError):
        one.node = 1
    with pytest.raises(AttributeError):
        one.other = 1


def test_a_value_is_copied_and_pickled() -> None:
    one = Ours("a", 1, ("b",))
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert again == one
        assert type(again) is Ours
