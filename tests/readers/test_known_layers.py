"""A config that is split between its layers has the value that the whole text has."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error

import pytest

from kerascheck.api import check
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.containers import json_text, known_layers
from kerascheck.readers.containers.known_layers import Known
from kerascheck.readers.containers.limits import LIMITS

FIXTURES = Path(__file__).parents[2] / "fixtures"


def layer(name: str, *, module: bool = True, **config: Any) -> dict[str, Any]:
    origin = {"module": "keras.layers"} if module else {}
    call = {"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}}
    return {
        **origin,
        "class_name": "Dense",
        "config": {"name": name, "units": 3, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": [{"args": [[call, call]], "kwargs": {}}],
    }


def model(*layers: Any, sequential: bool = False, **more: Any) -> dict[str, Any]:
    end: dict[str, Any] = {"input_layers": ["a", 0, 0], "output_layers": ["b", 0, 0]}
    return {
        "module": "keras",
        "class_name": "Sequential" if sequential else "Functional",
        "config": {
            "name": "m",
            "layers": list(layers),
            **({"build_input_shape": [None, 2]} if sequential else end),
        },
        "compile_config": {
            "loss": "mse",
            "metrics": [
                {"module": "keras.metrics", "class_name": "AUC", "config": {}},
                {"module": "keras.metrics", "class_name": "F1Score", "config": {}},
            ],
        },
        **more,
    }


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


INNER = model(layer("x"), layer("y"))
SPLIT = {
    "functional": model(layer("a"), layer("b"), layer("c")),
    "sequential": model(layer("a"), layer("b"), sequential=True),
    "Keras 2": model(layer("a", module=False), layer("b", module=False)),
    "model inside": model(layer("a"), INNER, layer("b")),
    "model last": model(layer("a"), INNER, sequential=True),
    "not a number": model(layer("a", rate=float("nan")), layer("b", top=10**300)),
    "long text": model(layer("a", note="x" * 3000), layer("b")),
    "deep": model(layer("a", value=deep(190)), layer("b")),
    "as one part": model(layer("}, {"), layer("b")),
}
WHOLE = {
    "too deep": model(layer("a", value=deep(250)), layer("b")),
    "as deep as it may be": model(layer("a", value=deep(196)), layer("b")),
    "one level more": model(layer("a", value=deep(197)), layer("b")),
    "braces": model(layer("{"), layer("b")),
    "accents": model(layer("é"), layer("b")),
    "escapes": model(layer("a\\"), layer('"')),
    "surrogate": model(layer("\ud800"), layer("b")),
    "text for layers": model(layer("a"), "text", layer("b")),
    "no layers": model(),
    "the mark": model(layer("a"), layer("b"), note="the layers of the model"),
    "list": [layer("a")],
}


def text_of(value: Any) -> bytes:
    return json.dumps(value).encode()


ODD = {
    "key twice in a layer": text_of(SPLIT["functional"]).replace(
        b'"units": 3', b'"units": 3, "units": 4', 1
    ),
    "key twice outside": text_of(SPLIT["functional"]).replace(
        b'"name": "m"', b'"name": "m", "name": "n"'
    ),
    "layers twice": text_of(SPLIT["functional"]).replace(
        b'"name": "m"', b'"name": "m", "layers": [{"module": "keras"}]'
    ),
    "layers elsewhere": text_of(
        {"other": SPLIT["functional"]["config"], **SPLIT["functional"]}
    ),
    "cut": text_of(SPLIT["functional"])[:-40],
    "UTF-16": json.dumps(SPLIT["functional"]).encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + text_of(SPLIT["functional"]),
    "line break in a name": text_of(SPLIT["functional"]).replace(b'"b"', b'"b\n"'),
    "long integer": text_of(SPLIT["functional"]).replace(b"3", b"3" * 5000, 1),
    "closed too early": text_of(SPLIT["functional"]).replace(b"]}, {", b"]}}, {", 1),
    "a comma more": text_of(SPLIT["functional"]).replace(b"}, {", b"},, {"),
    "nothing": b"",
}


def result(parse: Any, data: bytes) -> tuple[str, object]:
    """Return the value and the problems, or the error, as text: NaN is not itself."""
    try:
        value, problems = parse(data, "config.json", LIMITS)
    except UnreadableModel as error:
        return error.kind, str(error)
    return repr(value), problems


def by_layers(known: Known, data: bytes) -> tuple[str, object]:
    return result(lambda *given: known_layers.parse(*given, known=known), data)


def require_same(data: bytes) -> None:
    known = Known()
    expected = result(json_text.parse, data)
    for _ in range(3):  # at first it is whole, then split, then its layers are known
        assert by_layers(known, data) == expected


@pytest.mark.parametrize("name", SPLIT)
def test_a_config_of_keras_is_split(name: str) -> None:
    data = text_of(SPLIT[name])
    require_same(data)
    known = Known()
    by_layers(known, data)
    assert (known.split, known.whole) == (0, 1)
    by_layers(known, data)
    assert (known.split, known.whole) == (1, 1)


@pytest.mark.parametrize("name", WHOLE)
def test_another_config_has_the_same_value(name: str) -> None:
    require_same(text_of(WHOLE[name]))


@pytest.mark.parametrize("name", ODD)
def test_an_odd_text_has_the_same_problems(name: str) -> None:
    require_same(ODD[name])


@cache
def saved_configs() -> list[bytes]:
    """Return the configs of fixtures and of files that several Kerases wrote."""
    found = []
    for path in sorted(FIXTURES.rglob("*.keras")):
        try:
            with ZipFile(path) as archive:
                found.append(archive.read("config.json"))
        except (BadZipFile, LookupError, ValueError, RuntimeError, OSError, error):
            continue  # broken, which is what the fixture is for
    return found


def test_saved_models_have_the_same_value() -> None:
    assert len(saved_configs()) > 100
    known = Known()
    for data in saved_configs() * 2:
        assert by_layers(known, data) == result(json_text.parse, data)
    assert known.split > known.whole


PIECES = [
    *(b'{"', b'"}', b"}, {", b"[", b"]", b'"layers": [', b'"module": "', b"\\", b'"'),
    *(b"NaN", b"1e999", b",", b": ", b'], "input_layers": ', b"\x00", b"\xff", b"\n"),
    *(
        b'{"module": "',
        b'{"class_name": "',
        b'"units": 3, ',
        b"the layers of the model",
        b'"compile_config": {',
        b'"compile_config": "the compile settings of the model"',
        b', "compile_config": {}',
        b"}}",
    ),
]


def mutants(number: int, seed: int) -> list[bytes]:
    """Return texts with pieces changed, removed, doubled and put in."""
    chosen = random.Random(seed)
    sources = [text_of(value) for value in (*SPLIT.values(), *WHOLE.values())]
    sources += [data for data in saved_configs() if len(data) < 6000]
    found = []
    for _ in range(number):
        data = chosen.choice(sources)
        for _ in range(chosen.randint(1, 3)):
            at = chosen.randrange(len(data))
            end = at + chosen.choice((0, 0, 1, 2, 20, 200))
            piece = chosen.choice((*PIECES, data[at:end] * 2, b""))
            data = data[:at] + piece + data[end:]
        found.append(data)
    return found


@pytest.mark.parametrize("number", [1500])
def test_mutants_have_the_same_value(number: int) -> None:
    known = Known()
    for data in mutants(number, seed=1):
        assert by_layers(known, data) == result(json_text.parse, data), data
    assert known.split > number / 50


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_mutants_have_the_same_value(seed: int) -> None:
    known = Known()
    for data in mutants(20_000, seed):
        assert by_layers(known, data) == result(json_text.parse, data), data


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_layers, "MAX_KEPT", 2000)
    known = Known()
    for number in range(50):
        data = text_of(model(*(layer(f"n{number}_{place}") for place in range(9))))
        for _ in range(2):
            assert by_layers(known, data) == result(json_text.parse, data)
    kept = [text for values in known._values.values() for text in values]
    assert 0 < sum(map(len, kept)) <= 2000


def test_checking_changes_no_layer_that_is_kept() -> None:
    paths = sorted(map(str, FIXTURES.rglob("*.keras")))
    check(paths)
    values = known_layers.KNOWN._values
    before = {o: {t: repr(v) for t, v in kept.items()} for o, kept in values.items()}
    check(paths)
    for opening, kept in before.items():
        for text, value in kept.items():
            assert repr(values[opening][text]) == value
            alone = opening[opening.index(b"{") :] + text + b"}"
            assert repr(json.loads(alone)) == value
