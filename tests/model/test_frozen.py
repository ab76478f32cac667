"""Frozen values do what a frozen, slotted, keyword-only dataclass does."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle  # noqa: TID251  (that it works is tested, of our own values)
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kerascheck
from kerascheck.model import frozen
from kerascheck.model.frozen import Frozen, field, replace

standard = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)


class Point(Frozen):
    """Two numbers and more."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False)
    secret: str = field(default="s", repr=False)
    kind: ClassVar[str] = "point"

    @property
    def total(self) -> int:
        return self.x + self.y


@standard
class StandardPoint:
    """Two numbers and more."""

    x: int
    y: int = 2
    tags: list[str] = dataclasses.field(default_factory=list)
    note: str = dataclasses.field(default="", compare=False)
    secret: str = dataclasses.field(default="s", repr=False)
    kind: ClassVar[str] = "point"

    @property
    def total(self) -> int:
        return self.x + self.y


class Solid(Point):
    """One more, and another default."""

    z: int = 3
    y: int = 20


@standard
class StandardSolid(StandardPoint):
    z: int = 3
    y: int = 20


class Pair(Frozen):
    left: int
    right: int = 0

    def __post_init__(self) -> None:
        if self.left > self.right:
            raise ValueError("left is greater than right")


class Single(Frozen):
    value: object


class Empty(Frozen):
    pass


class Identity(Frozen, eq=False):
    x: int


@pytest.fixture(autouse=True, scope="module", params=[frozen.MANY, 0])
def _init_of_all_or_of_its_own(request):
    """Make values as those of a class with few, then as those of one with many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frozen, "MANY", request.param)
        yield


TWINS = [(Point, StandardPoint), (Solid, StandardSolid)]
twins = pytest.mark.parametrize(("ours", "theirs"), TWINS, ids=["base", "derived"])


# Construction.


@twins
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"y": 1},
        {"x": 1, "unknown": 2},
        {"y": 1, "unknown": 2},
        {"x": 1, "kind": "other"},
        {"x": 1, "total": 3},
    ],
    ids=str,
)
def test_missing_and_unknown_fields_are_refused(ours, theirs, arguments):
    for kind in (ours, theirs):
        with pytest.raises(TypeError):
            kind(**arguments)


@twins
def test_fields_are_given_by_name(ours, theirs):
    for kind in (ours, theirs):
        with pytest.raises(TypeError):
            kind(1)


def test_an_error_names_the_field():
    with pytest.raises(TypeError, match="Point needs the field 'x'"):
        Point()
    with pytest.raises(TypeError, match="Point has no field 'z'"):
        Point(x=1, z=2)
    with pytest.raises(TypeError, match="Point has no field 'z'"):
        Point(z=2)


@twins
def test_defaults_fill_what_is_not_given(ours, theirs):
    names = [one.name for one in dataclasses.fields(theirs)]
    one, other = ours(x=1), theirs(x=1)
    assert [getattr(one, n) for n in names] == [getattr(other, n) for n in names]
    assert (one.total, one.kind) == (other.total, other.kind)


def test_a_default_that_is_made_is_made_for_each_value():
    assert Point(x=1).tags is not Point(x=1).tags
    assert Point(x=1, tags=["a"]).tags == ["a"]


def test_what_is_made_by_default_is_not_made_in_vain():
    made = []

    class Noting(Frozen):
        values: list[int] = field(default_factory=lambda: made.append(1) or [])

    Noting(values=[])
    assert made == []


def test_none_is_a_default_like_any_other():
    class Optional(Frozen):
        x: int | None = None
        y: int | None = field(default=None)

    assert (Optional().x, Optional().y) == (None, None)


def test_a_class_with_many_values_gets_an_init_of_its_own():
    class Counted(Frozen):
        x: int

    class Derived(Counted):
        y: int = 1

    shared = Counted.__init__
    made = [Counted(x=number) for number in range(frozen.MANY + 1)]
    assert Counted.__init__ is not shared
    assert Derived.__init__ is shared
    made += [Counted(x=number) for number in range(frozen.MANY + 1)]
    assert {type(one) for one in made} == {Counted}
    assert [one.x for one in made] == 2 * list(range(frozen.MANY + 1))
    with pytest.raises(AttributeError):
        made[-1].x = 0
    assert repr(Derived(x=1)) == f"{Derived.__qualname__}(x=1, y=1)"


def test_a_subclass_may_have_an_init_that_calls_the_one_above():
    class Above(Frozen):
        x: int

    class Below(Above):
        y: int = 1

        def __init__(self, x):
            super().__init__(x=x)

    for number in range(frozen.MANY + 2):
        Above(x=number)
        below = Below(number)
        assert (type(below), below.x, below.y) == (Below, number, 1)
    with pytest.raises(TypeError, match=r"Below needs the field 'x'|Above needs"):
        Above.__init__(below)


def test_fields_are_checked_after_they_are_set():
    assert Pair(left=1, right=2).right == 2
    with pytest.raises(ValueError, match="greater"):
        Pair(left=1)
    with pytest.raises(ValueError, match="greater"):
        replace(Pair(left=1, right=2), right=0)


# Equality, hash and text.


VALUES = [
    {"x": 1},
    {"x": 1, "y": 2},
    {"x": 1, "y": 20},
    {"x": 1, "note": "n"},
    {"x": 1, "secret": "t"},
    {"x": 1, "tags": ["a"]},
    {"x": 1.0},
    {"x": True},
    {"x": 2},
]


@twins
def test_values_are_equal_where_those_of_a_dataclass_are(ours, theirs):
    for one in VALUES:
        for other in VALUES:
            equal = theirs(**one) == theirs(**other)
            assert (ours(**one) == ours(**other)) is equal
            assert (ours(**one) != ours(**other)) is not equal


def test_values_of_another_class_are_not_equal():
    assert Point(x=1) != Solid(x=1, y=2)
    assert Point(x=1) != StandardPoint(x=1)
    assert Point(x=1) != (1, 2)
    assert Point(x=1).__eq__(1) is NotImplemented


def test_equal_values_hash_alike():
    assert hash(Pair(left=1, right=2)) == hash(Pair(left=1.0, right=2))
    assert len({Pair(left=1, right=2), Pair(left=1, right=2), Pair(left=0)}) == 2
    assert len({Single(value=(1,)), Single(value=(1,))}) == 1
    assert len({Empty(), Empty()}) == 1


@twins
def test_a_value_that_holds_a_list_has_no_hash(ours, theirs):
    for kind in (ours, theirs):
        with pytest.raises(TypeError, match="unhashable"):
            hash(kind(x=1))


def test_a_value_without_fields_is_equal_to_another():
    assert Empty() == Empty()
    assert repr(Empty()) == "Empty()"


def test_without_eq_a_value_is_equal_to_itself_alone():
    one = Identity(x=1)
    assert one == one
    assert one != Identity(x=1)
    assert len({one, Identity(x=1)}) == 2


@twins
def test_text_is_that_of_a_dataclass(ours, theirs):
    for value in VALUES:
        text = repr(theirs(**value)).removeprefix("Standard")
        assert repr(ours(**value)) == text


def test_a_value_inside_another_is_shown():
    assert repr(Single(value=Pair(left=0))) == "Single(value=Pair(left=0, right=0))"


# Frozen.


@twins
@pytest.mark.parametrize("name", ["x", "unknown", "kind"])
def test_nothing_can_be_assigned_or_deleted(ours, theirs, name):
    for value in (ours(x=1), theirs(x=1)):
        # a slotted dataclass of Python 3.11 raises TypeError for what is no field
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            setattr(value, name, 5)
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            delattr(value, name)
        assert value.x == 1


def test_what_is_raised_is_an_attribute_error_of_dataclasses():
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to"):
        Point(x=1).x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete"):
        del Point(x=1).x


@twins
def test_a_value_has_slots_alone(ours, theirs):
    for value in (ours(x=1), theirs(x=1)):
        assert not hasattr(value, "__dict__")


# Copies.


@twins
@pytest.mark.parametrize("change", [replace, dataclasses.replace])
def test_replacing_fields_keeps_the_others(ours, theirs, change):
    one = change(ours(x=1, note="n"), y=5)
    assert (one.x, one.y, one.note) == (1, 5, "n")
    assert type(one) is ours
    other = dataclasses.replace(theirs(x=1, note="n"), y=5)
    assert dataclasses.asdict(one) == dataclasses.asdict(other)


@pytest.mark.parametrize("change", [replace, dataclasses.replace])
def test_an_unknown_field_is_not_replaced(change):
    with pytest.raises(TypeError):
        change(Point(x=1), z=1)


def test_the_value_that_is_copied_stays():
    one = Point(x=1)
    replace(one, x=2)
    assert one.x == 1


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"pickle {protocol}": lambda value, p=protocol: pickle.loads(
            pickle.dumps(value, p)
        )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize(
    "value", [Point(x=1, tags=["a"]), Solid(x=4), Empty()], ids=str
)
def test_a_copy_is_equal(copied, value):
    again = copied(value)
    assert again == value
    assert type(again) is type(value)
    assert again is not value


def test_a_deep_copy_shares_no_list():
    value = Point(x=1, tags=["a"])
    assert copy.copy(value).tags is value.tags
    assert copy.deepcopy(value).tags is not value.tags


# What dataclasses, inspect and match see.


@twins
def test_dataclasses_take_it_for_one_of_theirs(ours, theirs):
    assert dataclasses.is_dataclass(ours)
    assert dataclasses.is_dataclass(ours(x=1))
    assert dataclasses.asdict(ours(x=1)) == dataclasses.asdict(theirs(x=1))
    assert dataclasses.astuple(ours(x=1)) == dataclasses.astuple(theirs(x=1))


def _facts(kind):
    names = ("name", "type", "default", "default_factory", "repr", "compare", "init")
    return [
        tuple(getattr(one, name) for name in (*names, "hash", "kw_only"))
        for one in dataclasses.fields(kind)
    ]


@twins
def test_fields_are_those_of_a_dataclass(ours, theirs):
    assert _facts(ours) == _facts(theirs)
    assert _facts(ours(x=1)) == _facts(theirs)


@twins
def test_the_signature_shows_the_fields(ours, theirs):
    assert str(inspect.signature(ours)) == str(inspect.signature(theirs))


def test_nested_values_become_dicts():
    nested = Single(value=Pair(left=1, right=2))
    assert dataclasses.asdict(nested) == {"value": {"left": 1, "right": 2}}


def test_a_value_is_matched_by_the_names_of_its_fields():
    match Solid(x=1):
        case Point(x=1, z=found):
            assert found == 3
        case _:
            pytest.fail("not matched")


def _matched_by_place(kind):
    match kind(x=1):
        case kind(_):
            return True


@twins
def test_a_value_is_not_matched_by_place(ours, theirs):
    for kind in (ours, theirs):
        with pytest.raises(TypeError, match="positional"):
            _matched_by_place(kind)


def test_a_derived_class_keeps_what_it_derives_from():
    assert isinstance(Solid(x=1), Point)
    assert Solid(x=1).total == 21
    assert Point(x=1).y == 2


def test_modules_that_define_values_have_annotations_as_text():
    """Otherwise Python 3.14 keeps them where they are not looked for."""
    root = Path(kerascheck.__file__).parent
    texts = {p: p.read_text(encoding="utf-8") for p in root.rglob("*.py")}
    defining = [p for p, text in texts.items() if "(Frozen" in text]
    assert len(defining) > 10
    wrong = [
        path.relative_to(root).as_posix()
        for path in defining
        if "from __future__ import annotations" not in texts[path]
    ]
    assert wrong == []


# Any list of fields.

NAMES = st.sampled_from(["a", "b", "c", "kind", "given", "self", "value", "name"])
SCALARS = st.one_of(st.integers(-2, 2), st.sampled_from(["", "x"]), st.none())


@st.composite
def both_kinds(draw):
    """Draw a class of ours and a dataclass with the same fields."""
    body, fields = {"__annotations__": {}}, []
    for name in draw(st.lists(NAMES, unique=True, max_size=5)):
        options = {
            "compare": draw(st.booleans()),
            "repr": draw(st.booleans()),
        }
        default = draw(st.sampled_from(["none", "value", "factory"]))
        if default == "value":
            options["default"] = draw(SCALARS)
        elif default == "factory":
            options["default_factory"] = draw(st.sampled_from([list, tuple, dict]))
        body["__annotations__"][name] = "object"
        body[name] = field(**options)
        fields.append((name, "object", dataclasses.field(**options)))
    body["__qualname__"] = "Value"
    ours = type(Frozen)("Value", (Frozen,), body)
    settings = {"frozen": True, "slots": True, "kw_only": True}
    return ours, dataclasses.make_dataclass("Value", fields, **settings)


def _result(make, *arguments, **fields):
    """Return a result, or the class of what is raised."""
    try:
        return make(*arguments, **fields)
    except Exception as error:
        return type(error)


@settings(max_examples=50)
@given(both_kinds(), st.data())
def test_any_fields_behave_as_those_of_a_dataclass(kinds, data):
    ours, theirs = kinds
    assert _facts(ours) == _facts(theirs)
    assert str(inspect.signature(ours)) == str(inspect.signature(theirs))
    values = []
    for _ in range(2):
        given_ = data.draw(st.dictionaries(NAMES, SCALARS, max_size=6))
        one, other = (_result(lambda k, f=given_: k(**f), k) for k in kinds)
        if isinstance(other, type):
            assert one is other is TypeError
            continue
        assert repr(one) == repr(other)
        assert dataclasses.asdict(one) == dataclasses.asdict(other)
        assert isinstance(_result(hash, one), int) is isinstance(
            _result(hash, other), int
        )
        changes = data.draw(st.dictionaries(NAMES, SCALARS, max_size=2))
        changed = [_result(dataclasses.replace, v, **changes) for v in (one, other)]
        assert repr(_result(replace, one, **changes)) == repr(changed[0])
        assert isinstance(changed[0], type) is isinstance(changed[1], type)
        if not isinstance(changed[1], type):
            assert repr(changed[0]) == repr(changed[1])
        assert copy.deepcopy(one) == one
        values.append((one, other))
    if len(values) == 2:
        (one, other), (one_too, other_too) = values
        assert (one == one_too) is (other == other_too)
        if one == one_too and isinstance(_result(hash, one), int):
            assert hash(one) == hash(one_too)


def test_a_field_may_be_called_self():
    class Odd(Frozen):
        self: int

    assert replace(Odd(self=1), self=2) == Odd(self=2)
