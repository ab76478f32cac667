"""One tree with every trick against the gate that we know.

`python -m tests.gate.hostile_tree DIR` builds it in DIR/tree, with what must never be
touched in DIR/outside. Each trick is a function; it says which wrong models must be
found in spite of it and what must be counted as passed over.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = FIXTURES / "zero-and-one-softmax" / "model.keras"
"""KC103, an error that needs no labels."""
WRONG_FOLDER = FIXTURES / "format-folder-wrong" / "model"
WRONG_HDF5 = FIXTURES / "format-hdf5-wrong" / "model.h5"
RIGHT_FOLDER = FIXTURES / "format-folder-right" / "model"


class Outcome(NamedTuple):
    """What a run over the tree must say of one path below its root."""

    path: str
    says: str  # "wrong": a finding that fails; "passed over": in `skipped`


class Site:
    """Where the tree is built, and what lies outside it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.outside = folder / "outside"
        self.marker = folder / "executed"
        self.root.mkdir(parents=True)
        self.outside.mkdir()
        (self.outside / "secret.txt").write_text("the secret of another team\n")
        shutil.copy(WRONG, self.outside / "elsewhere.keras")

    def write(self, name: str, content: str | bytes = b"") -> Path:
        """Write a file of the tree."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def wrong(self, name: str | bytes) -> Path:
        """Copy a wrong model to a place in the tree."""
        path = self.root / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(WRONG, path)
        return path

    def link(self, name: str, to: str | Path) -> None:
        """Make a link in the tree."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(to)


Trick = Callable[[Site], Iterator[Outcome]]
TRICKS: list[Trick] = []


def trick(function: Trick) -> Trick:
    """Take a function into the list of tricks."""
    TRICKS.append(function)
    return function


def build(folder: Path) -> tuple[Site, list[Outcome]]:
    """Build the tree and return what a run over it must say."""
    site = Site(folder)
    return site, [outcome for one in TRICKS for outcome in one(site)]


def archive(path: Path, config: str | bytes, metadata: str = "{}") -> None:
    """Write a .keras file around the text of a config.json."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.json", metadata)
        file.writestr("config.json", config)


def config_of_wrong() -> dict:
    """Return the config.json of the wrong model."""
    with zipfile.ZipFile(WRONG) as file:
        return json.loads(file.read("config.json"))


# Code that would run


@trick
def modules_that_shadow(site: Site) -> Iterator[Outcome]:
    """Modules named as what Python, kerascheck or Keras import."""
    code = f"open({str(site.marker)!r}, 'a').write(__name__ + chr(10))\n"
    for name in (
        *("json", "click", "numpy", "keras", "jax", "torch", "tomllib", "zlib", "venv"),
        *("sitecustomize", "usercustomize", "conftest", "platformdirs", "psutil"),
        *("encodings", "site", "runpy", "hashlib", "tempfile", "secrets", "setup"),
    ):
        site.write(f"{name}.py", code)
    for package in ("kerascheck", "tensorflow", "pip", "importlib_metadata"):
        site.write(f"{package}/__init__.py", code)
        site.write(f"{package}/__main__.py", code)
    site.write("evil.pth", f"import os; {code}")
    site.write("evil-1.0.dist-info/METADATA", "Name: evil\nVersion: 1.0\n")
    points = "[kerascheck.rules]\nevil = json\n[pytest11]\nevil = json\n"
    site.write("evil-1.0.dist-info/entry_points.txt", points)
    site.write("bin/python", f"#!/bin/sh\necho sh > {site.marker}\n").chmod(0o755)
    site.write("git", f"#!/bin/sh\necho git > {site.marker}\n").chmod(0o755)
    site.wrong("models/plain.keras")
    yield Outcome("models/plain.keras", "wrong")


# Settings that would silence


@trick
def configurations(site: Site) -> Iterator[Outcome]:
    """Configuration files that turn everything off, at several depths."""
    off = (
        'ignore = ["ALL"]\nfail-on = "never"\nexclude = ["*"]\nmax-warnings = 1000\n'
        f'labels = "{site.outside}/secret.txt"\nmin-confidence = "high"\n'
        '[levels]\nKC1 = "off"\n[per-model-ignores]\n"*" = ["ALL"]\n'
        f'[models."*"]\nsource = "{site.outside}/secret.txt:1"\n'
    )
    site.write("kerascheck.toml", off)
    site.write("models/.kerascheck.toml", off)
    site.write("deeper/kerascheck.toml", off)
    site.write("pyproject.toml", '[tool.kerascheck]\nselect = ["KC999"]\n')
    site.write("parts/pyproject.toml", "[tool.kerascheck]\n" + ".".join("a" * 20_000))
    site.write("bytes/kerascheck.toml", b"\xff\xfe\x00")
    (site.root / "folder" / "kerascheck.toml").mkdir(parents=True)
    for place in ("deeper", "parts", "bytes", "folder"):
        site.wrong(f"{place}/wrong.keras")
        yield Outcome(f"{place}/wrong.keras", "wrong")


@trick
def known_findings(site: Site) -> Iterator[Outcome]:
    """A baseline that knows the finding, and a cache that refutes it."""
    from kerascheck import check
    from kerascheck.settings.file import BASELINE
    from kerascheck.settings.settings import Settings
    from kerascheck.suppress.baseline import entries_of, text

    model = site.wrong("known/wrong.keras")
    report = check(str(model), config=Settings(root=str(site.root)))
    place = {str(model): "known/wrong.keras"}
    entries, _ = entries_of(report, lambda path: place[path], reason="of course")
    assert entries
    site.write(BASELINE, text(entries))
    site.write(".kerascheck_cache/confirm/0.json", '{"seeds": []}')
    site.write("models/kerascheck-baseline.json", b"[" * 1_000_000)
    yield Outcome("known/wrong.keras", "wrong")


# Places that would hide


@trick
def folders_that_hide(site: Site) -> Iterator[Outcome]:
    """A model at the root, and markers of other things beside models."""
    for name in ("config.json", "metadata.json"):
        shutil.copy(RIGHT_FOLDER / name, site.root / name)
    markers = ("pyvenv.cfg", "checkpoint_metadata", "pytree.orbax-checkpoint")
    for number, marker in enumerate(markers):
        site.write(f"marked{number}/{marker}")
        site.wrong(f"marked{number}/wrong.keras")
        yield Outcome(f"marked{number}/wrong.keras", "wrong")
    shutil.copytree(WRONG_FOLDER, site.root / "unzipped")
    site.wrong("unzipped/assets/inner.keras")
    yield Outcome("unzipped", "wrong")
    yield Outcome("unzipped/assets/inner.keras", "wrong")


@trick
def hidden_places(site: Site) -> Iterator[Outcome]:
    """Folders that are not searched."""
    for name in (".store", "node_modules/x", "__pycache__", "site-packages/y"):
        site.wrong(f"{name}/hidden.keras")
        yield Outcome(f"{name}/hidden.keras", "passed over")
    site.write("environment/pyvenv.cfg", "home = /usr/bin\n")
    site.write("environment/bin/python")
    site.wrong("environment/lib/hidden.h5")
    yield Outcome("environment/lib/hidden.h5", "passed over")
    site.wrong("forks/._wrong.keras")
    yield Outcome("forks/._wrong.keras", "wrong")
    deep = "/".join(["d" * 50] * 60)
    site.wrong(f"{deep}/wrong.keras")
    yield Outcome(f"{deep}/wrong.keras", "wrong")


@trick
def links(site: Site) -> Iterator[Outcome]:
    """Links out of the tree, in circles, to nowhere, and into a cache."""
    site.link("links/out.keras", site.outside / "elsewhere.keras")
    yield Outcome("links/out.keras", "passed over")
    site.link("links/folder", site.outside)
    site.link("links/nowhere.keras", "gone")
    yield Outcome("links/nowhere.keras", "passed over")
    site.link("links/circle.keras", "circle.keras")
    yield Outcome("links/circle.keras", "passed over")
    site.link("links/up", "../..")
    site.link("links/zero.keras", "/dev/zero")
    yield Outcome("links/zero.keras", "passed over")
    site.link("links/root", "/")
    snapshot = "hub/models--a--b/snapshots/0123"
    shutil.copy(WRONG, site.write("hub/models--a--b/blobs/9f86d0"))
    site.link(f"{snapshot}/linked.keras", "../../blobs/9f86d0")
    yield Outcome(f"{snapshot}/linked.keras", "wrong")
    shutil.copy(WRONG, site.write(".dvc/cache/files/md5/ab/cdef"))
    site.link("tracked.keras", ".dvc/cache/files/md5/ab/cdef")
    yield Outcome("tracked.keras", "wrong")


@trick
def pointers(site: Site) -> Iterator[Outcome]:
    """Pointers to models that were never fetched."""
    site.write("gone.keras.dvc", "outs:\n- md5: a\n  size: 9\n  path: gone.keras\n")
    yield Outcome("gone.keras.dvc", "passed over")
    site.write("lfs.keras", "version https://git-lfs.github.com/spec/v1\nsize 9\n")
    yield Outcome("lfs.keras", "wrong")
    site.write("annexed.h5", "/annex/objects/SHA256E-s9--0123.h5\n")
    yield Outcome("annexed.h5", "wrong")


@trick
def names(site: Site) -> Iterator[Outcome]:
    """Names that would be options, commands, or unreadable."""
    for name in (
        *(
            "--exclude=*.keras",
            "--config=evil.keras",
            "@x.keras",
            "-.keras",
            "BIG.KERAS",
        ),
        *(
            "two\nlines.keras",
            "::error::x.keras",
            "\x1b]8;;x.keras",
            "\u202eserak.keras",
        ),
        *("'; touch x;'.keras", "$(touch x).keras", " .keras", "l" * 249 + ".keras"),
        *("COM1.keras", "a:b.keras", "%s{0}.keras", "wrong.fixed.keras"),
    ):
        site.wrong(f"names/{name}")
        yield Outcome(f"names/{name}", "wrong")
    site.wrong(b"names/\xff\xfe.keras")
    yield Outcome(os.fsdecode(b"names/\xff\xfe.keras"), "wrong")
    site.write("args.txt", "--exit-zero\n--ignore\nALL\n")


@trick
def other_names_of_models(site: Site) -> Iterator[Outcome]:
    """Models under the name of another format, and two in one file."""
    shutil.copy(WRONG, site.write("formats/zip.h5"))
    shutil.copy(WRONG_HDF5, site.write("formats/hdf5.keras"))
    with zipfile.ZipFile(WRONG) as file:
        site.write("formats/loose.json", file.read("config.json"))
    yield Outcome("formats/zip.h5", "wrong")
    yield Outcome("formats/hdf5.keras", "wrong")
    yield Outcome("formats/loose.json", "wrong")
    twice = site.wrong("formats/twice.keras")
    os.link(twice, site.root / "formats" / "z-hard-link.keras")
    yield Outcome("formats/twice.keras", "wrong")


@trick
def other_beginnings(site: Site) -> Iterator[Outcome]:
    """Models and pointers that begin as those that Keras or DVC writes never do."""
    text = json.dumps(config_of_wrong())
    for name, config in {
        "order": '{"note": 0, ' + text[1:],
        "blanks": " " * 5000 + text,
        "escapes": text.replace("class_name", "cl\\u0061ss_name"),
    }.items():
        site.write(f"beginnings/{name}/config.json", config)
        site.write(f"beginnings/{name}/metadata.json", "{}")
        yield Outcome(f"beginnings/{name}", "wrong")
    site.write("beginnings/._fork.keras", b"\0\5\x16\7" + WRONG.read_bytes())
    yield Outcome("beginnings/._fork.keras", "wrong")
    shutil.copytree(RIGHT_FOLDER, site.root / "beginnings" / "weights")
    damaged = WRONG_HDF5.read_bytes()[:-3000]
    site.write("beginnings/weights/model.weights.h5", damaged)
    yield Outcome("beginnings/weights/model.weights.h5", "wrong")
    site.write("beginnings/gone.keras.dvc", "outs:\n- path: >-\n    gone.keras\n")
    yield Outcome("beginnings/gone.keras.dvc", "passed over")
    site.write("beginnings/gone.json", "\nversion https://hawser.github.com/spec/v1\n")
    yield Outcome("beginnings/gone.json", "passed over")


# Files that would exhaust


@trick
def bombs(site: Site) -> Iterator[Outcome]:
    """Small files that are large, deep or endless inside."""
    config = config_of_wrong()
    text = json.dumps(config)
    name = "x" * 60_000_000 + "\U0001f600"
    archive(site.root / "bombs/name.keras", text.replace('"output"', f'"{name}"'))
    archive(site.root / "bombs/zeros.keras", b"\0" * 200_000_000)
    archive(site.root / "bombs/deep.keras", b"[" * 1_000_000)
    archive(site.root / "bombs/wide.keras", "[" + "{}," * 3_000_000 + "{}]")
    digits = text.replace('"from_logits": false', f'"from_logits": {"9" * 5000}')
    archive(site.root / "bombs/digits.keras", digits)
    sparse = site.write("bombs/sparse.keras")
    os.truncate(sparse, 2**40)
    for one in ("name", "zeros", "deep", "wide", "digits", "sparse"):
        yield Outcome(f"bombs/{one}.keras", "wrong")
    os.mkfifo(site.write("bombs/keep").with_name("pipe.keras"))
    yield Outcome("bombs/pipe.keras", "wrong")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(site.root / "bombs")
        try:
            listening.bind("socket.h5")
        finally:
            os.chdir(here)
    yield Outcome("bombs/socket.h5", "wrong")


@trick
def heads(site: Site) -> Iterator[Outcome]:
    """Eight hundred wrong heads in one file, and numbers beyond any float."""
    archive(site.root / "heads/many.keras", json.dumps(wrong_heads(800)))
    yield Outcome("heads/many.keras", "wrong")
    config = config_of_wrong()
    smoothing = {"label_smoothing": 10**400, "from_logits": False}
    config["compile_config"]["loss"] = {
        "module": "keras.losses",
        "class_name": "BinaryCrossentropy",
        "registered_name": None,
        "config": smoothing,
    }
    archive(site.root / "heads/number.keras", json.dumps(config))
    yield Outcome("heads/number.keras", "wrong")


def wrong_heads(number: int) -> dict:
    """Return the config.json of a model with this many softmax heads of one unit."""
    before = {"module": "keras.layers", "registered_name": None}
    tensor = {
        "class_name": "__keras_tensor__",
        "config": {
            "shape": [None, 4],
            "dtype": "float32",
            "keras_history": ["x", 0, 0],
        },
    }
    layers = [
        {
            **before,
            "class_name": "InputLayer",
            "name": "x",
            "inbound_nodes": [],
            "config": {"batch_shape": [None, 4], "dtype": "float32", "name": "x"},
        }
    ]
    for i in range(number):
        name = f"h{i}"
        layers.append(
            {
                **before,
                "class_name": "Dense",
                "name": name,
                "config": {"name": name, "units": 1, "activation": "softmax"},
                "build_config": {"input_shape": [None, 4]},
                "inbound_nodes": [{"args": [tensor], "kwargs": {}}],
            }
        )
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "registered_name": "Functional",
        "config": {
            "name": "many",
            "trainable": True,
            "layers": layers,
            "input_layers": [["x", 0, 0]],
            "output_layers": [[f"h{i}", 0, 0] for i in range(number)],
        },
        "compile_config": {
            "optimizer": "adam",
            "loss": "binary_crossentropy",
            "metrics": None,
            "loss_weights": None,
            "weighted_metrics": None,
        },
    }


@trick
def labels(site: Site) -> Iterator[Outcome]:
    """Labels that are links, pipes, bombs or pickles."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (999999999, 9), }"
    huge = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + header.ljust(117)
    contents = {
        "huge.npy": huge + b"\n",
        "pickle.npy": b"\x80\x04cos\nsystem\n",
        "nested.json": b"[" * 100_000,
        "cells.json": b"[" + b"1.5," * 7_000_000 + b"1]",
        "line.csv": b"1," * 5_000_000,
        "quote.csv": b'"' + b"x" * 5_000_000,
    }
    for number, (name, content) in enumerate(contents.items()):
        site.wrong(f"labels{number}/wrong.keras")
        site.write(f"labels{number}/labels{Path(name).suffix}", content)
        yield Outcome(f"labels{number}/wrong.keras", "wrong")
    site.wrong("labels-link/wrong.keras")
    site.link("labels-link/labels.csv", site.outside / "secret.txt")
    yield Outcome("labels-link/wrong.keras", "wrong")
    site.wrong("labels-pipe/wrong.keras")
    os.mkfifo(site.root / "labels-pipe" / "labels.npy")
    yield Outcome("labels-pipe/wrong.keras", "wrong")


if __name__ == "__main__":
    made, expected = build(Path(sys.argv[1]))
    for outcome in expected:
        sys.stdout.write(f"{outcome.says}: {outcome.path!r}\n")
