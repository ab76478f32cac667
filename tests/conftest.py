"""Options and fixtures that several folders of tests share."""

import gc
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import settings

from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel

pytest_plugins = ["pytester"]

settings.register_profile("kerascheck", deadline=None)
settings.load_profile("kerascheck")  # how long an example takes depends on the machine


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is shown now to the golden files",
    )


def pytest_collection_finish():
    """Keep the thousands of tests out of each collection of garbage that follows."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_cache(request, monkeypatch, tmp_path_factory):
    """Let each test, and what it starts, keep results in a folder of its own."""
    name = sha256(request.node.nodeid.encode()).hexdigest()[:16]
    folder = tmp_path_factory.getbasetemp() / "caches" / name
    monkeypatch.setenv("KERASCHECK_CACHE_DIR", str(folder))


@pytest.fixture
def golden(request):
    """Compare a text with a golden file, or write it under --update-golden."""

    def compare(name: str, text: str) -> None:
        path = Path(request.path).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """Let descriptions be what is read from files, in a directory of their own.

    `saved({"a.keras": description})` goes to that directory and makes an empty file
    for each; an exception in place of a description is raised when it is read.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)

    def save(models: dict[str, Description | Exception]) -> Path:
        for name in models:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")

        def read(path: str) -> Description:
            model = models.get(path, UnreadableModel("not-a-model", "no model"))
            if isinstance(model, Exception):
                raise model
            return replace(model, path=path)

        monkeypatch.setattr("kerascheck.checks.checking.read", read)
        monkeypatch.setattr("kerascheck.api.read", read)
        return tmp_path

    return save
