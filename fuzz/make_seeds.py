"""Writes the seeds that are made of fixtures, of documentation, and by hand.

    python -m fuzz.make_seeds

Seeds are small: a whole one is tried as quickly as a changed one. Inputs that once
broke a promise begin with `crash-` or `slow-`, and stay.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from fuzz.targets import SEEDS, names

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
KEPT = ("crash-", "slow-")

Seeds = Iterable[bytes]

MAKERS: dict[str, Callable[[], Seeds]] = {}


def seeds(maker: Callable[[], Seeds]) -> Callable[[], Seeds]:
    """Enter a maker under the name of its target."""
    MAKERS[maker.__name__] = maker
    return maker


def main() -> None:
    """Write the seeds of all targets."""
    assert set(MAKERS) == set(names()), set(MAKERS) ^ set(names())
    for target, maker in MAKERS.items():
        write(target, maker())


def write(target: str, made: Seeds) -> None:
    """Write the seeds of one target in place of those that are there."""
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    new = {hashlib.sha256(seed).hexdigest()[:12]: seed for seed in made}
    for path in folder.iterdir():
        if path.name not in new and not path.name.startswith(KEPT):
            path.unlink()
    for name, seed in new.items():
        (folder / name).write_bytes(seed)


@lru_cache
def configs() -> list[bytes]:
    """Return the configs of archives among the fixtures, the smaller ones."""
    found: set[bytes] = set()
    for path in sorted(FIXTURES.rglob("*.keras")):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                if "config.json" in archive.namelist():
                    found.add(archive.read("config.json"))
    by_size = sorted((text for text in found if len(text) < 3000), key=len)
    return by_size[:12] + by_size[12::5]


def archive_of(config: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    """Return a `.keras` archive without weights."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, text in (
            ("metadata.json", b'{"keras_version": "3.15.1"}'),
            ("config.json", config),
        ):
            archive.writestr(zipfile.ZipInfo(name), text, method)
    return packed.getvalue()


def smallest(pattern: str, number: int) -> Iterator[bytes]:
    """Yield the smallest files among the fixtures that match."""
    found = {path.read_bytes() for path in FIXTURES.rglob(pattern)}
    yield from sorted(found, key=lambda data: (len(data), data))[:number]


@seeds
def keras_json() -> Seeds:  # noqa: D103
    yield from configs()
    yield (FIXTURES / "format-json-wrong" / "model.json").read_bytes()


@seeds
def known_layers() -> Seeds:  # noqa: D103
    yield from configs()[:16]


@seeds
def keras_zip() -> Seeds:  # noqa: D103
    for config in configs()[:10]:
        yield archive_of(config)
        yield archive_of(config, zipfile.ZIP_DEFLATED)


@seeds
def hdf5() -> Seeds:  # noqa: D103
    yield from smallest("*.h5", 8)


@seeds
def saved_model() -> Seeds:  # noqa: D103
    for data in smallest("keras_metadata.pb", 6):
        yield b"k" + data
    for data in smallest("saved_model.pb", 12):
        if len(data) < 16_000:
            yield b"s" + data


CONFIGURATIONS = (
    'select = ["KC1"]\nignore = ["KC201"]\nfail-on = "warning"\nstrict = true\n',
    'labels = "labels.npy"\nextend-select = ["KC3"]\noutput-format = "json"\n',
    '[levels]\nKC101 = "off"\nKC2 = "note"\n',
    '[per-model-ignores."old/*.keras"]\ncodes = ["KC1"]\nreason = "old"\n'
    "until = 2026-12-31\n",
    '[per-model-ignores]\n"a.keras" = ["KC301"]\n"b/**" = ["all"]\n',
    '[models."m.keras"]\nlabels = "y.csv"\ntask = "multiclass"\nsource = "t.py:3"\n'
    "class-weight = { 0 = 1.0, 1 = 2 }\n",
    '[tool.kerascheck]\nexclude = ["old"]\nextend-exclude = ["*.tmp/**"]\n'
    'min-confidence = "high"\nmax-warnings = 3\n',
    '[tool]\nkerascheck.strict = false\nkerascheck.output-format = "text"\n',
)


@seeds
def configuration() -> Seeds:  # noqa: D103
    from kerascheck.settings.parse import _KEYS

    yield from (text.encode() for text in CONFIGURATIONS)
    for key in _KEYS:
        for value in ('"x"', "1", "true", '["KC101"]', '{ "m.keras" = ["KC101"] }'):
            yield f"{key} = {value}\n".encode()


@seeds
def baseline() -> Seeds:  # noqa: D103
    entry = {"fingerprint": "a" * 16, "code": "KC101", "model": "m.keras"}
    full = entry | {"head": "out", "count": 2, "reason": "old", "until": "2026-12-31"}
    for entries in ([], [entry], [full, None], [entry, full], [{**entry, "count": 0}]):
        yield json.dumps({"version": 1, "entries": entries}).encode()
    yield b'{"version": 1, "entries": [\nnull\n]}\n<<<<<<< a\n'


PROGRESS = (
    "Epoch 1/3\n32/32 [=====] - 1s 3ms/step - loss: 0.7 - accuracy: 0.5\n"
    "Epoch 2/3\n\r 1/32 [>....] - ETA: 0s - loss: 0.6931\n"
    "32/32 - 1s - loss: nan - accuracy: 0.1 - val_loss: -3e2 - val_acc: 0\n",
    "epoch,accuracy,loss,val_accuracy\n0,0.1,2.3,0.1\n1,0.1,nan,0.1\n2,0.1,-1,\n",
    '{"loss": [0.5, 0.4, NaN], "accuracy": [0, 0, 0.0], "val_loss": [1, 2, 3]}',
    "ValueError: Shapes (None, 1) and (None, 10) are incompatible\n",
    "\x1b[1m1/1\x1b[0m \x1b[32m----\x1b[0m \x1b[1m0s\x1b[0m 1ms/step - loss: 1e-08\n",
)


@seeds
def logs() -> Seeds:  # noqa: D103
    import struct

    yield from (text.encode() for text in PROGRESS)
    yield PROGRESS[0].encode("utf-16")
    value = b"\x0a\x04loss\x15" + struct.pack("<f", 0.5)
    summary = b"\x0a" + bytes([len(value)]) + value
    event = b"\x09" + struct.pack("<d", 1.0) + b"\x10\x01\x2a" + bytes([len(summary)])
    event += summary
    version = b"\x09" + struct.pack("<d", 1.0) + b"\x1a\x0dbrain.Event:2"
    yield b"".join(
        struct.pack("<QL", len(one), 0) + one + bytes(4) for one in (version, event)
    )


TABLES = (
    (2, "y\n0\n1\n1\n"),
    (2, "a,b,label\n1.5,2,0\n3,4e9,2\n"),
    (2, "0;1\n1;0\n"),
    (4, "cat\tdog\n1\t0\n"),
    (2, "cat\ndog\ncat\n"),
    (5, "0.5\nnan\ninf\n-1\n"),
    (2, '"a ""b""","c\nd"\n1,2\n'),
    (3, "[0, 1, 2, 2]"),
    (3, "[[0.5, 0.5], [1, 0]]"),
    (3, '{"out": [1, 2, 3], "second": [[1], [0], [1]]}'),
    (3, '["cat", "dog", null]'),
    (3, "[true, false]"),
)
"""Place of the ending, and a file of labels that are text."""


@seeds
def labels() -> Seeds:  # noqa: D103
    import numpy as np

    for kind, text in TABLES:
        yield bytes([kind]) + text.encode()
    arrays: list[Any] = [
        np.arange(6) % 3,
        np.eye(3, dtype="float32"),
        np.array([[0], [1]], dtype=">i2"),
        np.array([True, False]),
        np.array(["a", "bc"]),
        np.array([0.5, np.nan], dtype="float16"),
        np.asfortranarray(np.ones((2, 3, 1), dtype="uint8")),
    ]
    for array in arrays:
        file = io.BytesIO()
        np.save(file, array)
        yield b"\x00" + file.getvalue()
    for pack in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        pack(file, y_train=arrays[0], out=arrays[1])
        yield b"\x01" + file.getvalue()


COMMENTED = """\
from keras import Sequential, layers, losses
model = Sequential([layers.Input((4,)), layers.Dense(3, name="out")])
model.compile(  # kerascheck: ignore[KC101] known
    "adam",
    losses.CategoricalCrossentropy(),
    metrics=["accuracy", "AUC"],  # kerascheck: ignore
)
"""


@seeds
def program() -> Seeds:  # noqa: D103
    from fuzz.mutators.programs import SEEDS as PROGRAMS

    for text in (*PROGRAMS, COMMENTED):
        yield text.encode()


@seeds
def notebook() -> Seeds:  # noqa: D103
    from fuzz.mutators.programs import SEEDS as PROGRAMS

    for text in (COMMENTED, PROGRAMS[2]):
        yield notebook_of(text)
    yield json.dumps(
        {
            "nbformat": 3,
            "worksheets": [{"cells": [{"cell_type": "code", "input": COMMENTED}]}],
        }
    ).encode()


def notebook_of(program: str) -> bytes:
    """Return a notebook of three cells: a program, cut in two, and text."""
    lines = program.splitlines(keepends=True)
    cut = next(n for n, line in enumerate(lines) if line[:1].isalpha() and n > 1)
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "source": part, "outputs": [], "metadata": {}}
        for part in (["%matplotlib inline\n", *lines[:cut]], "".join(lines[cut:]))
    ]
    cells = [code[0], {"cell_type": "markdown", "source": "# A model"}, code[1]]
    kernel = {"kernelspec": {"language": "python", "name": "python3"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook).encode()


@seeds
def cache() -> Seeds:  # noqa: D103
    from fuzz.targets.cache import SETUP
    from kerascheck.confirm.result import Raised, SetupResult, Status
    from tests.confirm.test_cache import seed_result

    facts = {"backend": "tensorflow", "device": "cpu", "keras": "3.15.1"}
    trained = SetupResult(
        setup=SETUP,
        status=Status.TRAINED,
        seeds=tuple(map(seed_result, range(3))),
        warnings=("a warning",),
        not_reported={"Accuracy": Raised(type="ValueError", message="shapes")},
        bayes_accuracy=0.987,
        set_accuracy=0.957,
        environment=facts,
        seconds=1.25,
    )
    raised = SetupResult(
        setup=SETUP,
        status=Status.RAISED,
        error=Raised(type="ValueError", message="shapes"),
        environment=facts,
        seconds=0.5,
    )
    for result in (trained, raised):
        yield json.dumps(result.to_dict()).encode()


@seeds
def report() -> Seeds:  # noqa: D103
    import random

    chance = random.Random(0)
    for kind in range(12):
        for _ in range(4):
            few = (chance.choice((0, 0, 1, 2, 3, 9, 40)) for _ in range(60))
            yield bytes([kind, *few])
            yield bytes([kind, *chance.randbytes(60)])


def latin(data: bytes) -> str:
    """Return bytes as the text that a tree of files holds them as."""
    return data.decode("latin-1")


def trees() -> Iterator[dict[str, Any]]:
    """Yield trees of files."""
    config = min(configs(), key=len)
    wrong = json.loads((FIXTURES / "format-json-wrong" / "model.json").read_bytes())
    yield {"m.keras": latin(archive_of(config)), "m.labels.csv": "y\n0\n1\n1\n"}
    yield {
        "m.json": wrong,
        "kerascheck.toml": CONFIGURATIONS[3] + CONFIGURATIONS[2],
        "kerascheck-baseline.json": {"version": 1, "entries": []},
    }
    yield {
        "model/config.json": wrong,
        "model/metadata.json": {"keras_version": "3.15.1"},
        "model/labels.json": [0, 1, 1],
        "pyproject.toml": CONFIGURATIONS[6],
    }
    yield {"train.py": COMMENTED, "old/m.json": wrong, "fit.log": PROGRESS[1]}
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n"
    yield {"a.keras": pointer, "b.h5": "\x89HDF\r\n\x1a\n", "c.ipynb": {"cells": []}}
    for data in list(smallest("keras_metadata.pb", 1)):
        yield {"s/keras_metadata.pb": latin(data), "s/saved_model.pb": ""}


@seeds
def folder() -> Seeds:  # noqa: D103
    yield from (json.dumps(tree).encode() for tree in trees())


@seeds
def whole_run() -> Seeds:  # noqa: D103
    from fuzz.targets.whole_run import COMMANDS

    for number, _ in enumerate(COMMANDS):
        for place, tree in enumerate(trees()):
            if place < 2 or (place + number) % 3 == 0:
                yield json.dumps({"command": number, **tree}).encode()


@seeds
def pointers() -> Seeds:  # noqa: D103
    yield b"outs:\n- md5: 0\n  size: 1\n  path: m.keras\n"
    yield b"schema: '2.0'\nstages:\n  train:\n    outs:\n    - path: a/m.h5\n"
    yield b"outs: [{path: \"a\\x41\\u0041\\U00000041\", md5: b}, {path: 'c''d'}]\n"


@seeds
def printed_text() -> Seeds:  # noqa: D103
    from fuzz.mutators.names import PIECES

    for piece in PIECES:
        yield b"\x08" + f"a{piece} b/{piece}(c".encode("utf-8", "surrogatepass")


@seeds
def addresses() -> Seeds:  # noqa: D103
    yield from (
        *(b"s3://bucket/a?b#c", b"https://u:p@h:80/m.keras?X-Sig=1#f", b"hf://o/r@v"),
        *(b"models:/name/1", b"runs:/0/m", b"http://[::1]/x", b"a b ftp://u@h/p"),
        *(b"//h/p", b"http://u:a/b@h", b"s3://k:s@b/m", b"http:///u:p@h", b"c:\\x"),
    )


@seeds
def globs() -> Seeds:  # noqa: D103
    yield from (
        *(b"*.keras\na/b.keras", b"old/**\nold/a\nb", b"./a/[!b-c]?\na/x1"),
        *(b"**/m\nm\na/m", b"[[]a]\n[a]", b"a/\na/b", b"[z-a]\nz", b"[\n["),
    )


@seeds
def json_bounds() -> Seeds:  # noqa: D103
    yield from (b'{"a": [1, {"b": "[{\\"]"}]}', b"[[[]]]", b'"\\\\"', b'{"":[],"":1}')


@seeds
def containers() -> Seeds:  # noqa: D103
    for place, data in enumerate((min(configs(), key=len), *smallest("*.h5", 1))):
        yield bytes([1 - place]) + data[:4000]
    yield b"\x00" + archive_of(min(configs(), key=len))
    yield b"\x03version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    yield b"\x02/annex/objects/SHA256E-s1--0.json\n"
    yield b"\x05PK\x03\x04" + bytes(40)
    yield b"\x06\x80\x04\x95"


if __name__ == "__main__":
    main()
