"""The reference of the JSON document is that of its schema."""

import json
import re

import pytest

from tests.docs.pages import ROOT, TEXTS

SCHEMA = json.loads((ROOT / "kerascheck/schema/report-1.schema.json").read_text())
GUIDE = TEXTS[ROOT / "docs/json.md"]
SECTIONS = {
    part.partition("\n")[0]: re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", part, re.M)
    for part in GUIDE.split("\n## ")[1:]
}


def objects():
    """Return every kind of object: its name -> its part of the schema."""
    found = {"document": SCHEMA, **SCHEMA["$defs"]}
    for part in list(found.values()):
        for name, field in part["properties"].items():
            inside = field.get("items", field)
            if "properties" in inside:
                found[name] = inside
    return found


OBJECTS = objects()
FIELDS = [
    pytest.param(name, field, id=f"{name}-{field}")
    for name, part in OBJECTS.items()
    for field in part["properties"]
]


def kind(part, name):
    """Return the type of a field as the guide writes it."""
    if "$ref" in part:
        return part["$ref"].rpartition("/")[2]
    if "anyOf" in part:
        return " or ".join(kind(one, name) for one in part["anyOf"])
    if "enum" in part:
        return "word or null" if None in part["enum"] else "word"
    if "properties" in part:
        return name
    if "const" in part:
        return "string"
    if part["type"] == "array":
        return f"array of {kind(part['items'], name)}"
    return " or ".join(
        [part["type"]] if isinstance(part["type"], str) else part["type"]
    )


def test_every_kind_of_object_has_a_section():
    assert set(SECTIONS) - {"JSON Lines"} == set(OBJECTS)


@pytest.mark.parametrize("name", OBJECTS)
def test_a_section_tells_of_the_fields_that_there_are(name):
    told = [field for field, _, _ in SECTIONS[name]]
    assert sorted(told) == sorted(OBJECTS[name]["properties"])


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_field_has_its_type_and_its_words(name, field):
    part = OBJECTS[name]["properties"][field]
    ((told, meaning),) = [(t, m) for f, t, m in SECTIONS[name] if f == field]
    assert told == kind(part, field)
    for word in part.get("enum") or part.get("items", {}).get("enum") or ():
        assert word is None or f"`{word}`" in meaning


def test_strings_are_cut_where_the_guide_says():
    from kerascheck.report.document import MAX_STRING

    assert f"longer than {MAX_STRING} characters" in " ".join(GUIDE.split())
