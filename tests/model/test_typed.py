import re
import typing
from pathlib import Path

import pytest

from kerascheck.model import typed

SOURCE = Path(typed.__file__).parents[1]
NO_FORMS = {"TYPE_CHECKING", "Protocol", "cast", "dataclass_transform"}
FORMS = [name for name in typed.__all__ if name not in NO_FORMS]


def test_the_names_are_those_of_typing():
    assert not [name for name in typed.__all__ if not hasattr(typing, name)]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_may_be_subscripted_called_and_joined(name):
    form = getattr(typed, name)
    assert None | form | None is form("T")
    assert typing.get_args(form["a", "b"]) == ("a", "b")
    assert typing.get_args(form[int] | None) == (form[int], type(None))


def test_a_protocol_is_a_base():
    class Named(typed.Protocol):
        name: str

    assert Named.__mro__ == (Named, typed.Protocol, object)


def test_what_types_decide_nothing_about_is_handed_on():
    assert typed.cast("list[int]", "as it is") == "as it is"
    assert typed.dataclass_transform(frozen_default=True)(dict) is dict


def test_modules_take_from_typing_only_what_is_not_here():
    of_typing = re.compile(r"^from typing import ([\w, ]*)", re.MULTILINE)
    taken = {
        file.relative_to(SOURCE).as_posix(): {n.strip() for n in found[1].split(",")}
        for file in SOURCE.rglob("*.py")
        if (found := of_typing.search(file.read_text()))
    }
    here = {name for name, names in taken.items() if names <= {*typed.__all__}}
    assert here == {"confirm/child_main.py"}  # which starts without kerascheck
