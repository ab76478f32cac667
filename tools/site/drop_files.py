"""The files of the page that checks dropped models: Pyodide, kerascheck, the page's own.

Pyodide is not in the repository: `python -m tools drop` brings the version that
`drop/package-lock.json` names. Without it the page says that the checker is absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT: Final = Path(__file__).resolve().parents[2]
HOME: Final = Path(__file__).parent / "drop"
PYODIDE: Final = HOME / "node_modules" / "pyodide"

_OWN: Final = ("drop.js", "drop.css", "worker.js")
_RUNTIME: Final = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
)
_EXAMPLE: Final = ROOT / "fixtures" / "format-archive-wrong"

_LEFT_OUT: Final = ("confirm/evidence/trainings/", "confirm/evidence/measured/")
"""Results of trainings, which `--confirm` reads and a check does not."""

_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The same files make the same archive."""


def drop_files() -> Mapping[str, bytes]:
    """Return every file that the page needs by its path in the site."""
    files = {f"drop/{name}": (HOME / name).read_bytes() for name in _OWN}
    files["drop/kerascheck.zip"] = checker()
    for name in ("model.keras", "labels.npy"):
        files[f"drop/example/{name}"] = (_EXAMPLE / name).read_bytes()
    if PYODIDE.exists():
        for name in _RUNTIME:
            files[f"drop/pyodide/{name}"] = (PYODIDE / name).read_bytes()
    files["drop-cache.js"] = _cache(files)
    return files


def checker() -> bytes:
    """Return kerascheck and what calls it in the page, as an archive."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, path in sorted(_sources()):
            archive.writestr(ZipInfo(name, _TIME), path.read_bytes(), ZIP_DEFLATED)
    return stream.getvalue()


def _sources() -> Iterator[tuple[str, Path]]:
    yield "dropped.py", HOME / "dropped.py"
    yield "LICENSE", ROOT / "LICENSE"
    package = ROOT / "kerascheck"
    for path in package.rglob("*"):
        name = path.relative_to(package).as_posix()
        if path.is_file() and "__pycache__" not in name:
            if not name.startswith(_LEFT_OUT):
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
