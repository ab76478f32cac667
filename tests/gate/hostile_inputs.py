"""Small generators of hostile files: what each is called, and how it is made.

`python -m tests.gate.hostile_inputs [WORD]…` measures the command on each whose name
holds one of the words, and prints what it took.
"""

from __future__ import annotations

import io
import json
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

MIB = 2**20

Maker = Callable[[Path], list[str]]
"""Writes files into a folder and returns the arguments of the command."""

HOSTILE: dict[str, Maker] = {}


def hostile(maker: Maker) -> Maker:
    """Enter a maker under its own name."""
    HOSTILE[maker.__name__.replace("_", "-")] = maker
    return maker


# Models


def dense(name: str, units: int = 1, activation: str = "softmax") -> dict:
    """Return a Dense layer on the input `x`."""
    history = {"keras_history": ["x", 0, 0], "dtype": "float32", "shape": [None, 4]}
    return {
        "module": "keras.layers",
        "class_name": "Dense",
        "registered_name": None,
        "config": {
            "name": name,
            "trainable": True,
            "units": units,
            "activation": activation,
        },
        "name": name,
        "inbound_nodes": [
            {
                "args": [{"class_name": "__keras_tensor__", "config": history}],
                "kwargs": {},
            }
        ],
    }


def functional(
    names: list[str],
    *,
    loss: object,
    metrics: object = None,
    layers: list | None = None,
) -> dict:
    """Return a Functional model of Dense heads, compiled."""
    x = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "registered_name": None,
        "config": {"name": "x", "batch_shape": [None, 4]},
        "name": "x",
        "inbound_nodes": [],
    }
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "registered_name": "Functional",
        "config": {
            "name": "m",
            "layers": [x, *(layers or [dense(name) for name in names])],
            "input_layers": [["x", 0, 0]],
            "output_layers": [[name, 0, 0] for name in names],
        },
        "compile_config": {
            "optimizer": "adam",
            "loss": loss,
            "loss_weights": None,
            "metrics": metrics,
            "weighted_metrics": None,
        },
    }


def keras_file(path: Path, config: bytes, *, packed: bool = True) -> list[str]:
    """Write a .keras archive around a config."""
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", config)
    return [path.name]


def wrong_heads(count: int, name: str = "h{}") -> bytes:
    """Return the config of a model whose every head is softmax on one unit."""
    names = [name.format(number) for number in range(count)]
    losses = dict.fromkeys(names, "binary_crossentropy")
    metrics = {one: ["accuracy"] for one in names}
    return json.dumps(functional(names, loss=losses, metrics=metrics)).encode()


def around(text: bytes) -> bytes:
    """Return a config with any JSON in the config of its head."""
    config = json.dumps(functional(["a"], loss="mse")).encode()
    return config.replace(b'"units": 1', b'"units": 1, "odd": ' + text)


def named(text: bytes) -> bytes:
    """Return a config whose only head has this name, in every place."""
    config = json.dumps(functional(["NAME"], loss={"NAME": "binary_crossentropy"}))
    return config.encode().replace(b"NAME", text)


def _model(name: str, make: Callable[[], bytes]) -> None:
    HOSTILE[name] = lambda folder: keras_file(folder / "m.keras", make())


EMOJI = "😀".encode()

_model(
    "name-of-60-million-letters-and-an-emoji",
    lambda: around(b'"' + b"a" * 60_000_000 + EMOJI + b'"'),
)
_model(
    "head-of-15-million-letters-and-an-emoji", lambda: named(b"a" * 15_000_000 + EMOJI)
)
_model("head-of-20-million-letters", lambda: named(b"a" * 20_000_000))
_model("head-of-1-million-letters", lambda: named(b"a" * 1_000_000))
_model("text-of-60-million-letters", lambda: around(b'"' + b"a" * 60_000_000 + b'"'))
_model("text-of-15-million-emoji", lambda: around(b'"' + EMOJI * 15_000_000 + b'"'))
_model(
    "text-of-20-million-accents",
    lambda: around(b'"' + "é".encode() * 20_000_000 + b'"'),
)
_model("escapes", lambda: around(b'"' + rb"\u0041" * 10_000_000 + b'"'))
_model("escaped-emoji", lambda: around(b'"' + b"a" * 40_000_000 + rb'\ud83d\ude00"'))
_model("escapes-of-two", lambda: around(b'"' + rb"\n" * 30_000_000 + b'"'))
_model(
    "a-million-integers", lambda: around(b"[" + b"1234567,1.5,null," * 500_000 + b"0]")
)
_model("two-million-floats", lambda: around(b"[" + b"1.5," * 1_999_000 + b"0]"))
_model(
    "two-million-large-integers",
    lambda: around(b"[" + b"1234567890123456789012," * 1_990_000 + b"0]"),
)
_model("million-empty-objects", lambda: around(b"[" + b"{}," * 990_000 + b"0]"))
_model("million-small-objects", lambda: around(b"[" + b'{"a":1},' * 900_000 + b"0]"))
_model("million-lists", lambda: around(b"[" + b"[1]," * 990_000 + b"0]"))
_model(
    "million-strings",
    lambda: around(json.dumps([f"s{i}" for i in range(1_900_000)]).encode()),
)
_model(
    "million-keys",
    lambda: around(json.dumps({f"s{i}": i for i in range(900_000)}).encode()),
)
_model(
    "half-a-million-long-keys",
    lambda: around(json.dumps({f"{i:0100}": i for i in range(500_000)}).encode()),
)
_model(
    "one-key-a-million-times", lambda: around(b"{" + b'"a":1,' * 990_000 + b'"a":1}')
)
_model("deep", lambda: around(b"[" * 100_000 + b"]" * 100_000))
_model("deep-in-a-string", lambda: around(b'"' + b"[" * 30_000_000 + b'"'))
_model("quotes", lambda: around(b'"' + b'\\"' * 30_000_000 + b'"'))
_model("empty-strings", lambda: around(b"[" + b'"",' * 1_900_000 + b'""]'))
_model(
    "utf-16", lambda: around(b'"' + b"a" * 30_000_000 + b'"').decode().encode("utf-16")
)
_model(
    "utf-32", lambda: around(b'"' + b"a" * 15_000_000 + b'"').decode().encode("utf-32")
)
_model("integer-of-5000-digits", lambda: around(b"1" * 5000))
_model(
    "integers-of-4000-digits",
    lambda: around(b"[" + (b"1" * 4000 + b",") * 15_000 + b"0]"),
)
_model("wrong-800", lambda: wrong_heads(800))
_model("wrong-1000", lambda: wrong_heads(1000))
_model("wrong-1000-of-long-names", lambda: wrong_heads(1000, "h{}" + "x" * 15_000))
_model(
    "layers-8000-of-long-names",
    lambda: json.dumps(
        functional(
            ["a"],
            loss="mse",
            layers=[dense("a"), *(dense(f"l{i}" + "y" * 2_000) for i in range(8000))],
        )
    ).encode(),
)
_model(
    "layers-60000",
    lambda: json.dumps(
        functional(
            ["a"],
            loss="mse",
            layers=[dense("a"), *(dense(f"l{i}") for i in range(60_000))],
        )
    ).encode(),
)
_model(
    "metrics-100000",
    lambda: json.dumps(
        functional(["a"], loss="mse", metrics=["accuracy"] * 100_000)
    ).encode(),
)
_model(
    "metrics-1000-of-1000-heads",
    lambda: json.dumps(
        functional(
            [f"h{i}" for i in range(1000)],
            loss="mse",
            metrics={f"h{i}": ["accuracy"] * 300 for i in range(1000)},
        )
    ).encode(),
)
_model(
    "metric-objects-1000-with-odd-values",
    lambda: json.dumps(
        functional(
            ["a"],
            loss="mse",
            metrics=[
                {
                    "class_name": "AUC",
                    "module": "keras.metrics",
                    "config": {
                        "name": "auc",
                        "threshold": float("nan"),
                        **{f"k{j}": float("inf") for j in range(40)},
                    },
                }
            ]
            * 3000,
        )
    ).encode(),
)
_model(
    "losses-of-no-head",
    lambda: json.dumps(
        functional(["a"], loss={f"n{i}": "mse" for i in range(300_000)})
    ).encode(),
)
_model("zeros-of-200-mb", lambda: bytes(200 * MIB))
_model("spaces", lambda: around(b"1" + b" " * 60_000_000))
_model(
    "loss-name-of-20-million",
    lambda: json.dumps(functional(["a"], loss="z" * 20_000_000)).encode(),
)
_model(
    "metric-name-of-20-million",
    lambda: json.dumps(
        functional(["a"], loss="mse", metrics=["z" * 20_000_000])
    ).encode(),
)
_model(
    "class-name-of-20-million",
    lambda: json.dumps(
        functional(["a"], loss="mse")
        | {"class_name": "z" * 20_000_000, "registered_name": "Custom>z"}
    ).encode(),
)
_model(
    "activation-name-of-20-million",
    lambda: json.dumps(
        functional(["a"], loss="mse", layers=[dense("a", activation="z" * 20_000_000)])
    ).encode(),
)
_model(
    "argument-name-of-20-million",
    lambda: json.dumps(
        functional(
            ["a"],
            loss={
                "class_name": "MeanSquaredError",
                "module": "keras.losses",
                "config": {"q" * 20_000_000: float("nan")},
            },
        )
    ).encode(),
)
_model(
    "argument-of-20-million",
    lambda: json.dumps(
        functional(
            ["a"],
            loss={
                "class_name": "MeanSquaredError",
                "module": "keras.losses",
                "config": {"k": "q" * 20_000_000},
            },
        )
    ).encode(),
)
_model(
    "key-of-20-million-twice",
    lambda: around(b'{"' + b"k" * 20_000_000 + b'":1,"' + b"k" * 20_000_000 + b'":2}'),
)
_model(
    "output-key-of-20-million",
    lambda: json.dumps(
        {
            **(m := functional(["a"], loss="mse")),
            "config": {**m["config"], "output_layers": {"k" * 20_000_000: ["a", 0, 0]}},
        }
    ).encode(),
)
_model("letters-at-the-limit", lambda: around(b'"' + b"a" * 36_000_000 + b'"'))
_model("head-at-the-limit", lambda: named(b"a" * 5_800_000))
_model("emoji-at-the-limit", lambda: named(b"a" * 1_900_000 + EMOJI))
_model("lists-at-the-limit", lambda: around(b"[" + b"[1]," * 660_000 + b"0]"))
_model("objects-at-the-limit", lambda: around(b"[" + b'{"a":1},' * 240_000 + b"0]"))
_model("floats-at-the-limit", lambda: around(b"[" + b"1.5," * 1_900_000 + b"0]"))
_model(
    "integers-at-the-limit",
    lambda: around(b"[" + (b"1" * 4000 + b",") * 8_000 + b"0]"),
)
_model(
    "layers-at-the-limit",
    lambda: json.dumps(
        functional(
            ["a"],
            loss="mse",
            layers=[dense("a"), *(dense(f"l{i}") for i in range(16_000))],
        )
    ).encode(),
)
_model(
    "wrong-1000-of-names-at-the-limit", lambda: wrong_heads(1000, "h{}" + "x" * 5_500)
)
_model("wrong-1000-of-900-letters", lambda: wrong_heads(1000, "h{}" + "x" * 900))
_model(
    "nested-models", lambda: around(b"1") if False else json.dumps(_nested(60)).encode()
)
_model("diamonds", lambda: json.dumps(_diamonds(60)).encode())
_model("chain-of-50000", lambda: json.dumps(_chain(50_000)).encode())
_model(
    "outputs-nested",
    lambda: json.dumps(
        {
            **(m := functional(["a"], loss="mse")),
            "config": {**m["config"], "output_layers": _wide(150, ["a", 0, 0])},
        }
    ).encode(),
)
_model(
    "outputs-a-million",
    lambda: json.dumps(
        {
            **(m := functional(["a"], loss="mse")),
            "config": {**m["config"], "output_layers": [["a", 0, 0]] * 300_000},
        }
    ).encode(),
)


def _nested(depth: int) -> dict:
    inner: dict = dense("a")
    for _ in range(depth):
        model = functional(["a"], loss="mse", layers=[{**inner, "name": "a"}])
        inner = {**model, "name": "a", "inbound_nodes": dense("a")["inbound_nodes"]}
    return functional(["a"], loss="mse", layers=[inner])


def _wide(depth: int, end: object) -> object:
    for _ in range(depth):
        end = {"k" * 3000: end}
    return end


def _call(*names: str) -> list[dict]:
    args = [
        {
            "class_name": "__keras_tensor__",
            "config": {
                "keras_history": [n, 0, 0],
                "dtype": "float32",
                "shape": [None, 1],
            },
        }
        for n in names
    ]
    return [{"args": [args] if len(args) > 1 else args, "kwargs": {}}]


def _diamonds(count: int) -> dict:
    layers, last = [], "x"
    for i in range(count):
        for side in "lr":
            layers.append(
                {
                    **dense(f"{side}{i}", activation="linear"),
                    "class_name": "Activation",
                    "inbound_nodes": _call(last),
                }
            )
        layers.append(
            {
                "module": "keras.layers",
                "class_name": "Add",
                "name": f"a{i}",
                "config": {"name": f"a{i}", "trainable": True},
                "inbound_nodes": _call(f"l{i}", f"r{i}"),
            }
        )
        last = f"a{i}"
    return functional([last], loss="mse", layers=layers)


def _chain(count: int) -> dict:
    layers, last = [], "x"
    for i in range(count):
        layers.append(
            {
                "class_name": "Dropout",
                "module": "keras.layers",
                "name": f"d{i}",
                "config": {"name": f"d{i}", "trainable": True, "rate": 0.5},
                "inbound_nodes": _call(last),
            }
        )
        last = f"d{i}"
    return functional([last], loss="mse", layers=layers)


@hostile
def json_file(folder: Path) -> list[str]:
    (folder / "m.json").write_bytes(around(b'"' + b"a" * 60_000_000 + EMOJI + b'"'))
    return ["m.json"]


@hostile
def sparse_terabyte(folder: Path) -> list[str]:
    with (folder / "m.keras").open("wb") as file:
        file.truncate(2**40)
    return ["m.keras"]


@hostile
def sparse_terabyte_json(folder: Path) -> list[str]:
    with (folder / "m.json").open("wb") as file:
        file.write(b'{"class_name": "Sequential", "config": {}}')
        file.truncate(2**40)
    return ["m.json"]


@hostile
def a_hundred_thousand_members(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "m.keras", "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}", b"")
        archive.writestr("config.json", wrong_heads(1))
    return ["m.keras"]


@hostile
def members_of_long_names(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "m.keras", "w") as archive:
        for number in range(450):
            archive.writestr(f"{number}" + "n" * 65_000, b"")
        archive.writestr("config.json", wrong_heads(1))
    return ["m.keras"]


@hostile
def many_equal_members(folder: Path) -> list[str]:
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(folder / "m.keras", "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(30_000):
            archive.writestr("config.json", b"{}")
        archive.writestr("config.json", wrong_heads(1))
    return ["m.keras"]


@hostile
def stream_beyond_its_size(folder: Path) -> list[str]:
    data = bytearray(b"")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stored = packer.compress(bytes(400 * MIB)) + packer.flush()
    local = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(stored), 1000, 11, 0
    )
    data += local + b"config.json" + stored
    at = len(data)
    data += (
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            0,
            0,
            len(stored),
            1000,
            11,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + b"config.json"
    )
    data += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(data) - at, at, 0)
    (folder / "m.keras").write_bytes(data)
    return ["m.keras"]


def hdf5_file(path: Path, config: bytes) -> list[str]:
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["model_config"] = config.decode()
        file.attrs["training_config"] = json.dumps({"loss": "mse", "metrics": []})
    return [path.name]


@hostile
def hdf5_of_60_million(folder: Path) -> list[str]:
    return hdf5_file(folder / "m.h5", around(b'"' + b"a" * 60_000_000 + EMOJI + b'"'))


@hostile
def hdf5_of_30_million(folder: Path) -> list[str]:
    return hdf5_file(folder / "m.h5", around(b'"' + b"a" * 30_000_000 + b'"'))


@hostile
def hdf5_of_objects(folder: Path) -> list[str]:
    return hdf5_file(folder / "m.h5", around(b"[" + b'{"a":1},' * 900_000 + b"0]"))


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def metadata_pb(folder: Path, text: bytes) -> list[str]:
    (folder / "m").mkdir()
    (folder / "m" / "saved_model.pb").write_bytes(b"\x08\x01")
    node = (
        field(2, b"")
        + field(3, b"root")
        + field(4, b"_tf_keras_network")
        + field(5, text)
    )
    (folder / "m" / "keras_metadata.pb").write_bytes(field(1, node))
    return ["m"]


@hostile
def metadata_of_60_million(folder: Path) -> list[str]:
    return metadata_pb(folder, around(b'"' + b"a" * 60_000_000 + EMOJI + b'"'))


@hostile
def metadata_of_objects(folder: Path) -> list[str]:
    return metadata_pb(folder, around(b"[" + b'{"a":1},' * 900_000 + b"0]"))


@hostile
def metadata_of_200_mb_of_nodes(folder: Path) -> list[str]:
    (folder / "m").mkdir()
    (folder / "m" / "saved_model.pb").write_bytes(b"\x08\x01")
    (folder / "m" / "keras_metadata.pb").write_bytes(b"\x0a\x00" * (100 * MIB))
    return ["m"]


@hostile
def graph_of_200_mb_of_nodes(folder: Path) -> list[str]:
    (folder / "m").mkdir()
    graph = field(2, field(7, b"\x0a\x00" * (100 * MIB)))
    (folder / "m" / "saved_model.pb").write_bytes(graph)
    return ["m"]


# Configuration, baseline


def configured(folder: Path, text: bytes, name: str = "kerascheck.toml") -> list[str]:
    keras_file(folder / "m.keras", wrong_heads(1))
    (folder / name).write_bytes(text)
    return ["m.keras"]


def _toml(name: str, text: bytes) -> None:
    HOSTILE[f"toml-{name}"] = lambda folder: configured(folder, text)
    HOSTILE[f"pyproject-{name}"] = lambda folder: configured(
        folder, b"[tool.kerascheck]\n" + text, "pyproject.toml"
    )


_toml("dotted", b".".join([b"a"] * 20_000) + b" = 1\n")
_toml("dotted-quoted", b'"a" . ' * 20_000 + b"a = 1\n")
_toml("header", b"[" + b".".join([b"a"] * 20_000) + b"]\n")
_toml(
    "dotted-lines",
    b"".join(b".".join([b"a"] * 30 + [b"k%d" % i]) + b" = 1\n" for i in range(14_000)),
)
_toml("dotted-inline", b"a = {" + b".".join([b"a"] * 20_000) + b" = 1}\n")
_toml("arrays", b"a = " + b"[" * 400_000 + b"]" * 400_000 + b"\n")
_toml("inline", b"a = " + b"{a=" * 200_000 + b"1" + b"}" * 200_000 + b"\n")
_toml("tables", b"".join(b"[t%d]\n" % i for i in range(100_000)))
_toml(
    "tables-deep",
    b"".join(
        b"[" + b".".join([b"a"] * 40 + [b"k%d" % i]) + b"]\n" for i in range(9_000)
    ),
)
_toml("array-tables", b"[[a]]\n" * 160_000)
_toml("keys", b"".join(b"k%d=1\n" % i for i in range(90_000)))
_toml("numbers", b"a = [" + b"1," * 490_000 + b"]\n")
_toml("objects", b"a = [" + b"{a=1}," * 160_000 + b"]\n")
_toml("digits", b"a = " + b"1" * 900_000 + b"\n")
_toml("string", b'a = "' + b"x" * 900_000 + b'"\n')
_toml("escapes", b'a = "' + b"\\n" * 450_000 + b'"\n')
_toml("emoji", b'a = "' + b"x" * 900_000 + EMOJI + b'"\n')
_toml("comments", b"#\n" * 490_000)
_toml("multiline", b'a = """' + b"\\\n   " * 180_000 + b'"""\n')
_toml("latin", b'a = "\xe9"\n')
_toml("half", b'a = "' + b"x" * 900_000)
_toml("selectors", b"ignore = [" + b'"KC1",' * 140_000 + b"]\n")
_toml("levels", b"[levels]\n" + b"".join(b"x%d = 'note'\n" % i for i in range(50_000)))
_toml(
    "globs",
    b"[per-model-ignores]\n"
    + b"".join(b"'%d*a*a*a*a*a*a*a*a*a*a*a*b' = ['KC1']\n" % i for i in range(20_000)),
)


_toml("keys-at-the-limit", b"".join(b"k%d=1\n" % i for i in range(3_900)))
_toml("numbers-at-the-limit", b"a = [" + b"1," * 4_900 + b"]\n")
_toml("selectors-at-the-limit", b"ignore = [" + b'"KC1",' * 4_900 + b"]\n")
_toml(
    "parts-at-the-limit",
    b"".join(b".".join([b"a"] * 15 + [b"k%d" % i]) + b" = 1\n" for i in range(1_300)),
)
_toml(
    "globs-at-the-limit",
    b"[per-model-ignores]\n"
    + b"".join(b"'%d*a*a*a*a*a*a*a*b' = ['KC1']\n" % i for i in range(490)),
)
_toml(
    "excludes-at-the-limit",
    b"exclude = ["
    + b"".join(b"'%d*a*a*a*a*a*a*a*b'," % i for i in range(490))
    + b"]\n",
)
_toml(
    "models-at-the-limit",
    b"".join(b"[models.'%d*a*a*b']\ntask = 'binary'\n" % i for i in range(1_300)),
)


def baselined(folder: Path, text: bytes) -> list[str]:
    keras_file(folder / "m.keras", wrong_heads(1))
    (folder / "b.json").write_bytes(text)
    return ["m.keras", "--baseline", "b.json"]


def _baseline(name: str, make: Callable[[], bytes]) -> None:
    HOSTILE[f"baseline-{name}"] = lambda folder: baselined(folder, make())


def _entries(text: bytes) -> bytes:
    return b'{"version": 1, "entries": [' + text + b"]}"


_baseline("objects", lambda: _entries(b"{}," * 6_500_000 + b"{}"))
_baseline("small-objects", lambda: _entries(b'{"a":1},' * 2_400_000 + b"{}"))
_baseline("emoji", lambda: _entries(b'"' + b"a" * 19_900_000 + EMOJI + b'"'))
_baseline("deep", lambda: _entries(b"[" * 9_900_000 + b"]" * 9_900_000))
_baseline("nulls", lambda: _entries(b"null," * 3_900_000 + b"null"))
_baseline(
    "entries",
    lambda: _entries(
        b",".join(
            b'{"fingerprint": "%016x", "code": "KC103", "model": "m%d.keras"}' % (i, i)
            for i in range(270_000)
        )
    ),
)
_baseline(
    "entries-at-the-limit",
    lambda: _entries(
        b",".join(
            b'{"fingerprint": "%016x", "code": "KC103", "model": "team/m%d.keras"}'
            % (i, i)
            for i in range(24_900)
        )
    ),
)
_baseline(
    "large-count",
    lambda: _entries(
        b'{"fingerprint": "a", "code": "KC103", "model": "m", "count": '
        + b"9" * 4000
        + b"}"
    ),
)


# Labels


def labelled(folder: Path, name: str, data: bytes) -> list[str]:
    keras_file(folder / "m.keras", wrong_heads(1))
    (folder / name).write_bytes(data)
    return ["m.keras", "--labels", name]


def _labels(name: str, file: str, make: Callable[[], bytes]) -> None:
    HOSTILE[f"labels-{name}"] = lambda folder: labelled(folder, file, make())


def npy(descr: str, shape: str, data: bytes = b"") -> bytes:
    head = (
        f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    )
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head + data


def npz(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def _several_npz(count: int, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(count):
            archive.writestr(f"k{i}.npy", data)
    return stream.getvalue()


_labels("json-emoji", "y.json", lambda: b'["' + b"a" * 32_000_000 + EMOJI + b'"]')
_labels("json-lists", "y.json", lambda: b"[" + b"[1]," * 499_000 + b"[1]]")
_labels("json-objects", "y.json", lambda: b"[" + b"{}," * 499_000 + b"[1]]")
_labels("json-small-objects", "y.json", lambda: b"[" + b'{"a":1},' * 499_000 + b"[1]]")
_labels("json-floats", "y.json", lambda: b"[" + b"0.123456789," * 1_990_000 + b"1]")
_labels(
    "json-large-integers", "y.json", lambda: b"[" + b"12345678901," * 1_990_000 + b"1]"
)
_labels(
    "json-strings",
    "y.json",
    lambda: json.dumps([f"label number {i}" for i in range(1_600_000)]).encode(),
)
_labels(
    "json-one-string-often", "y.json", lambda: b"[" + b'"cat",' * 1_990_000 + b'"dog"]'
)
_labels(
    "json-emoji-strings",
    "y.json",
    lambda: (
        b"[" + b'"' + EMOJI + b'",' * 1 + ('"😀😀",' * 1_900_000).encode() + b'"dog"]'
    ),
)
_labels("json-deep", "y.json", lambda: b"[" * 400_000 + b"]" * 400_000)
_labels("json-digits", "y.json", lambda: b"[" + b"1" * 30_000_000 + b"]")
_labels(
    "json-keys",
    "y.json",
    lambda: json.dumps({f"k{i}": [1] for i in range(490_000)}).encode(),
)
_labels(
    "json-utf-32", "y.json", lambda: ('["' + "a" * 7_000_000 + '"]').encode("utf-32")
)
_labels(
    "json-floats-at-the-limit",
    "y.json",
    lambda: b"[" + b"0.123456789," * 930_000 + b"1]",
)
_labels("json-lists-at-the-limit", "y.json", lambda: b"[" + b"[1]," * 470_000 + b"[1]]")
_labels(
    "json-strings-at-the-limit",
    "y.json",
    lambda: json.dumps([f"label {i}" for i in range(500_000)]).encode(),
)
_labels(
    "json-emoji-at-the-limit",
    "y.json",
    lambda: b'["' + b"a" * 8_300_000 + EMOJI + b'"]',
)
_labels("csv-quoted-at-the-limit", "y.csv", lambda: b'"1"\n' * 990_000)
_labels("csv-newlines-at-the-limit", "y.csv", lambda: b"\n" * 130_000_000)
_labels("csv-digits-at-the-limit", "y.csv", lambda: (b"1" * 4000 + b"\n") * 33_000)
_labels(
    "npz-at-the-limit",
    "y.npz",
    lambda: npz("y.npy", npy("|i1", "(250000000,)", (bytes(999) + b"\1") * 250_000)),
)
_labels("csv-endless-line", "y.csv", lambda: b"1" * 100_000_000)
_labels("csv-million-columns", "y.csv", lambda: b"1," * 1_000_000 + b"1\n")
_labels("csv-open-quote", "y.csv", lambda: b'a\n"' + b"1\n" * 1_900_000)
_labels(
    "csv-open-quote-long-lines",
    "y.csv",
    lambda: b'a\n"' + (b"1" * 500_000 + b"\n") * 200,
)
_labels("csv-quoted-cells", "y.csv", lambda: b'"1"\n' * 1_900_000)
_labels(
    "csv-long-strings",
    "y.csv",
    lambda: b"".join(b"%d" % i + b"s" * 500_000 + b"\n" for i in range(120)),
)
_labels(
    "csv-emoji-strings",
    "y.csv",
    lambda: b"".join(b"%d" % i + b"s" * 500_000 + EMOJI + b"\n" for i in range(120)),
)
_labels(
    "csv-emoji-cells",
    "y.csv",
    lambda: b"".join(b"%d" % i + b"s" * 100_000 + EMOJI + b"\n" for i in range(600)),
)
_labels("csv-wide-rows", "y.csv", lambda: (b"1," * 19_000 + b"1\n") * 1000)
_labels("csv-ragged", "y.csv", lambda: b"1\n" * 1_000_000 + b"1,1\n")
_labels(
    "csv-late-wide-rows", "y.csv", lambda: b"1\n" + (b"," * 1_000_000 + b"\n") * 100
)
_labels("csv-newlines", "y.csv", lambda: b"\n" * 250_000_000)
_labels("csv-returns", "y.csv", lambda: b"\r" * 100_000_000 + b"\n")
_labels("csv-digits", "y.csv", lambda: (b"1" * 4000 + b"\n") * 60_000)
_labels("csv-long-digits", "y.csv", lambda: (b"1" * 900_000 + b"\n") * 60)
_labels("npy-7-terabytes", "y.npy", lambda: npy("<f8", "(1000000000000,)"))
_labels("npy-wide", "y.npy", lambda: npy("<f8", "(1, 4000000)", bytes(32_000_000)))
_labels(
    "npy-long-strings",
    "y.npy",
    lambda: npy("<U1000000", "(30,)", b"a\0\0\0" * 30_000_000),
)
_labels(
    "npy-long-bytes", "y.npy", lambda: npy("|S9999999", "(12,)", b"a" * 9_999_999 * 12)
)
_labels(
    "npy-many-strings",
    "y.npy",
    lambda: npy("<U4", "(4000000,)", struct.pack("<4I", 65, 66, 67, 68) * 4_000_000),
)
_labels(
    "npy-distinct-strings",
    "y.npy",
    lambda: npy("|S8", "(4000000,)", b"".join(b"%08d" % i for i in range(4_000_000))),
)
_labels(
    "npy-distinct-rows",
    "y.npy",
    lambda: npy(
        "<f8",
        "(100000, 40)",
        b"".join(struct.pack("<d", i * 0.1) for i in range(4_000_000)),
    ),
)
_labels("npy-bad-code-points", "y.npy", lambda: npy("<U4", "(1000,)", b"\xff" * 16_000))
_labels(
    "npy-float16", "y.npy", lambda: npy("<f2", "(4000000,)", bytes(range(256)) * 31_250)
)
_labels(
    "npy-signalling",
    "y.npy",
    lambda: npy("<f4", "(1000,)", struct.pack("<I", 0x7F800001) * 1000),
)
_labels(
    "npy-signalling-double",
    "y.npy",
    lambda: npy("<f8", "(1000,)", struct.pack("<Q", 0x7FF0000000000001) * 1000),
)
_labels(
    "npy-signalling-half",
    "y.npy",
    lambda: npy("<f2", "(1000,)", struct.pack("<H", 0x7C01) * 1000),
)
_labels("npy-rank-32", "y.npy", lambda: npy("|b1", "(" + "1," * 32 + ")", b"\1"))
_labels(
    "npy-fortran",
    "y.npy",
    lambda: npy("<f8", "(4000, 4000)", bytes(128_000_000)).replace(b"False", b"True "),
)
_labels(
    "npz-bomb",
    "y.npz",
    lambda: npz("y.npy", npy("|i1", "(200000000,)", bytes(200_000_000))),
)
_labels(
    "npz-60", "y.npz", lambda: npz("y.npy", npy("<f8", "(7800000,)", bytes(62_400_000)))
)
_labels(
    "npz-500-mb-of-pattern",
    "y.npz",
    lambda: npz("y.npy", npy("|i1", "(500000000,)", (bytes(999) + b"\1") * 500_000)),
)
_labels(
    "npz-many",
    "y.npz",
    lambda: _several_npz(5, npy("<f8", "(7800000,)", bytes(62_400_000))),
)
_labels(
    "npz-1000-members",
    "y.npz",
    lambda: _several_npz(9000, npy("<f8", "(4,)", bytes(32))),
)
_labels(
    "npz-wide-text",
    "y.npz",
    lambda: npz("y.npy", npy("<U16000000", "(1,)", bytes(64_000_000))),
)


def run(words: list[str]) -> Iterator[str]:
    """Yield a line for each input whose name holds one of these words."""
    from tests.gate.measured import measured

    for name, make in HOSTILE.items():
        if words and not any(word in name for word in words):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            arguments = make(folder)
            found = measured(*arguments, "--output-format", "concise", folder=folder)
        lines = (found.output or found.errors).strip().splitlines() or [""]
        mark = "  " if found.peak <= 150 * MIB and found.seconds <= 2 else "! "
        yield (
            f"{mark}{name:42} {found.peak / MIB:7.1f} MB {found.seconds:6.2f} s "
            f"exit {found.code:3} {lines[0][:110]}"
        )


if __name__ == "__main__":
    for line in run(sys.argv[1:]):
        print(line, flush=True)
