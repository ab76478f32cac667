"""Artifacts that MLflow's tracking server passes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import quote, unquote

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Any, Final
from kerascheck.stores.http import HttpStore
from kerascheck.stores.store import Entry, Store, time_limit

_API: Final = "/api/2.0/mlflow-artifacts/artifacts"


def artifact_store(host: str, tracking: str, path: str) -> tuple[Store, str]:
    """Return artifacts that the tracking server passes on.

    Raises:
        UnreadableModel: The server is not one of HTTP.
    """
    if not host.startswith(("http://", "https://")):
        raise UnreadableModel("io-error", "its artifacts are on another MLflow server")
    import fsspec

    headers = _credentials() if host == tracking else {}
    fs = fsspec.filesystem("http", headers=headers, use_listings_cache=False)
    root = f"{host.rstrip('/')}{_API}/"
    return ArtifactStore(fs, time_limit(), root), root + quote(path.lstrip("/"))


def _credentials() -> dict[str, str]:
    """Return the header for what MLflow's variables say, as its client sends it."""
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    user = os.environ.get("MLFLOW_TRACKING_USERNAME")
    if token:
        return {"Authorization": f"Bearer {token}"}
    if not user:
        return {}
    from base64 import b64encode

    password = os.environ.get("MLFLOW_TRACKING_PASSWORD", "")
    both = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {both}"}


class ArtifactStore(HttpStore):
    """Artifacts behind the tracking server."""

    def __init__(self, fs: Any, timeout: float, root: str) -> None:
        """Take over a client of HTTP, and the address that all artifacts are below."""
        super().__init__(fs, timeout)
        self._root = root

    def __reduce__(self) -> tuple[type[Store], tuple[Any, ...]]:
        """Return what another process makes the same store of."""
        return type(self), (self.fs, self.timeout, self._root)

    def entries(self, folder: str) -> Iterator[Entry]:
        """Yield what is in a folder, by name."""
        self.traffic.add(listings=1)
        path = unquote(folder.removeprefix(self._root)).rstrip("/")
        listed = self.json(f"{self._root.rstrip('/')}?path={quote(path, safe='')}")
        files = listed.get("files", []) if isinstance(listed, dict) else []
        for one in sorted(files, key=lambda one: str(one.get("path"))):
            name = str(one.get("path")).rstrip("/").rpartition("/")[2]
            if name in ("", ".", ".."):
                continue
            url = f"{folder.rstrip('/')}/{quote(name, safe='')}"
            yield Entry(url, name, None, bool(one.get("is_dir")))
