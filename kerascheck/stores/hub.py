"""Repositories of the Hugging Face hub: its file system leaves versions out."""

from __future__ import annotations

from kerascheck.model.errors import UnreadableModel
from kerascheck.model.typed import Any
from kerascheck.stores.store import Entry, Store


class HubStore(Store):
    """Repositories of one endpoint; a version is the hash that Git gives a file."""

    def look_at(self, url: str) -> Entry:
        """Return what is at an address."""
        entry = super().look_at(url)
        if entry.is_folder:
            return entry
        folder = url.rstrip("/").rpartition("/")[0]
        version = self._versions(folder).get(entry.name)
        return entry._replace(version=version and f"blob_id:{version}")

    def look_again(self, url: str) -> Entry:
        """Return what is at an address now; one file is asked for, not its folder."""
        place = self.fs.resolve_path(self._path(url))
        if not hasattr(place, "path_in_repo"):
            return super().look_again(url)
        self.traffic.add(sizes=1)
        found = self.attempt(
            lambda: self.fs._api.get_paths_info(
                place.repo_id,
                place.path_in_repo,
                revision=place.revision,
                repo_type=place.repo_type,
            )
        )
        if not found:
            raise UnreadableModel("not-found", "no such object in the store")
        name = url.rpartition("/")[2]
        version = f"blob_id:{found[0].blob_id}"
        return Entry(url, name, found[0].size, False, version)

    def _listed(self, path: str) -> list[dict[str, Any]]:
        found, versions = super()._listed(path), self._versions(path)
        return [
            {**one, "blob_id": versions.get(one["name"].rpartition("/")[2])}
            for one in found
        ]

    def _versions(self, folder: str) -> dict[str, str]:
        """Return the hashes of files by their names, as a listing left them."""
        key = self.fs.resolve_path(self._path(folder)).unresolve()
        known = self.fs.dircache.get(key, ())
        return {
            one["name"].rpartition("/")[2]: one["blob_id"]
            for one in known
            if one.get("blob_id")
        }
