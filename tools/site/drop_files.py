"""The files of the page that checks dropped models: Pyodide, kerascheck, its own.

Pyodide is not in the repository: `python -m tools drop` brings the version that
`drop/package-lock.json` names. Without it the page says that the checker is absent.
"""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
HOME: Final = Path(__file__).parent / "drop"
PYODIDE: Final = HOME / "node_modules" / "pyodide"

_OWN: Final = ("drop.js", "drop.css", "unpack.mjs", "worker.js")
_RUNTIME: Final = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
)
_EXAMPLE: Final = ROOT / "fixtures" / "format-archive-wrong"

_CHECKED: Final = (
    _EXAMPLE / "model.keras",
    _EXAMPLE / "labels.npy",
    ROOT / "fixtures" / "format-hdf5-wrong" / "model.h5",
    ROOT / "fixtures" / "format-json-wrong" / "model.json",
    ROOT / "fixtures" / "notebook" / "train.ipynb",
)
"""What is checked before the snapshot is made, so that no reader is missing in it."""

_LEFT_OUT: Final = ("confirm/evidence/trainings/", "confirm/evidence/measured/")
"""Results of trainings, which `--confirm` reads and a check does not."""


def drop_files() -> Mapping[str, bytes]:
    """Return every file that the page needs by its path in the site."""
    files = {f"drop/{name}": (HOME / name).read_bytes() for name in _OWN}
    files["drop/kerascheck.json.gz"] = source = checker()
    for name in ("model.keras", "labels.npy"):
        files[f"drop/example/{name}"] = (_EXAMPLE / name).read_bytes()
    if PYODIDE.exists():
        for name in _RUNTIME:
            files[f"drop/pyodide/{name}"] = (PYODIDE / name).read_bytes()
        files["drop/snapshot.gz"] = _snapshot(source)
    files["drop-cache.js"] = _cache(files)
    return files


def _snapshot(source: bytes) -> bytes:
    """Return the memory of a Python that has imported what is in the texts.

    It is made by Pyodide itself, and kept for as long as nothing of it changes.
    """
    script = HOME / "snapshot.mjs"
    used = (script, HOME / "unpack.mjs", PYODIDE / "package.json")
    parts = (source, *(path.read_bytes() for path in used))
    digest = sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()
    kept = PYODIDE.parent / f".snapshot-{digest[:16]}.gz"
    if not kept.exists():
        with TemporaryDirectory() as folder:
            texts = Path(folder, "kerascheck.json.gz")
            texts.write_bytes(source)
            made = Path(folder, "snapshot.gz")
            subprocess.run(["node", script, texts, made, *_CHECKED], check=True)
            for old in PYODIDE.parent.glob(".snapshot-*.gz"):
                old.unlink()
            kept.write_bytes(made.read_bytes())
    return kept.read_bytes()


def checker() -> bytes:
    """Return kerascheck and what calls it in the page: texts by path, compressed."""
    texts = {name: path.read_bytes().decode() for name, path in sorted(_sources())}
    return gzip.compress(json.dumps(texts).encode(), mtime=0)


def _sources() -> Iterator[tuple[str, Path]]:
    yield "dropped.py", HOME / "dropped.py"
    yield "LICENSE", ROOT / "LICENSE"
    package = ROOT / "kerascheck"
    for path in package.rglob("*"):
        name = path.relative_to(package).as_posix()
        wanted = "__pycache__" not in name and not name.startswith(_LEFT_OUT)
        if wanted and path.is_file():
            yield f"kerascheck/{name}", path


def _cache(files: Mapping[str, bytes]) -> bytes:
    """Return the service worker, with what it keeps and a version of that."""
    digest = sha256()
    for name in sorted(files):
        digest.update(name.encode() + sha256(files[name]).digest())
    text = (HOME / "cache.js").read_text("utf-8")
    text = text.replace("VERSION", digest.hexdigest()[:16])
    listed = json.dumps([f"./{name}" for name in files])
    return text.replace("const FILES = []", f"const FILES = {listed}").encode()
