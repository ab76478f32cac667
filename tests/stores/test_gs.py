"""Models of a server of Google Cloud Storage on loopback (gcp-storage-emulator)."""

import pytest

from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.remote.find import find_remote
from kerascheck.stores.address import Address
from tests.stores.cases import (
    FIXTURES,
    WRONG,
    models_and_labels_are_read,
    odd_names_are_read_as_they_are,
)

pytestmark = pytest.mark.remote


@pytest.fixture(scope="module")
def endpoint():
    from gcp_storage_emulator.server import create_server

    server = create_server("127.0.0.1", 0, in_memory=True)
    server.start()
    yield f"http://127.0.0.1:{server._api._httpd.server_port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, monkeypatch):
    import fsspec
    import gcsfs

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", endpoint)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "test")
    gcsfs.GCSFileSystem.clear_instance_cache()
    fs = fsspec.filesystem("gs", use_listings_cache=False)
    fs.mkdir("models")
    yield fs
    fs.rm("models", recursive=True)


def test_models_and_labels_are_found_and_read(bucket):
    models_and_labels_are_read(bucket, "gs")


def test_odd_names_are_found_and_read_as_they_are(bucket):
    odd_names_are_read_as_they_are(bucket, "gs")


def test_an_object_that_changes_after_the_listing_is_a_finding(bucket):
    bucket.put(str(WRONG / "model.keras"), "models/m.keras")
    (model,) = find_remote([Address("gs://models")])
    bucket.put(str(FIXTURES / "format-archive-right" / "model.keras"), "models/m.keras")
    with pytest.raises(UnreadableModel, match=r"m\.keras changed while it was read"):
        model.read()
