"""Models of a server of Azure Blob Storage on loopback (Azurite, from npm)."""

import re
import subprocess
from threading import Thread

import pytest

import kerascheck
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.remote.find import find_remote
from kerascheck.stores.address import Address
from tests.stores.cases import (
    WRONG,
    models_and_labels_are_read,
    odd_names_are_read_as_they_are,
)

pytestmark = pytest.mark.system

PUBLIC_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr"
    "/KBHBeksoGMGw=="
)
"""Of the one account that Azurite has; its documentation names it."""


@pytest.fixture(scope="module")
def connection():
    command = ["azurite-blob", "--inMemoryPersistence", "--disableTelemetry"]
    command += ["--blobHost", "127.0.0.1", "--blobPort", "0", "--skipApiVersionCheck"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        url = next(
            line
            for line in process.stdout
            if re.search(r"listens on http://127\.0\.0\.1:\d+", line)
        ).split()[-1]
        Thread(target=process.stdout.read, daemon=True).start()
        yield (
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
            f"AccountKey={PUBLIC_KEY};BlobEndpoint={url}/devstoreaccount1;"
        )
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def container(connection, monkeypatch):
    import adlfs

    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection)
    adlfs.AzureBlobFileSystem.clear_instance_cache()
    fs = adlfs.AzureBlobFileSystem(use_listings_cache=False)
    fs.mkdir("models")
    yield fs
    fs.rm("models", recursive=True)


def test_models_and_labels_are_found_and_read(container):
    models_and_labels_are_read(container, "az")


def test_odd_names_are_found_and_read_as_they_are(container):
    odd_names_are_read_as_they_are(container, "az")


def test_an_object_that_changes_after_the_listing_is_a_finding(container):
    data = (WRONG / "model.keras").read_bytes()
    container.pipe("models/m.keras", data)
    (model,) = find_remote([Address("az://models")])
    container.pipe("models/m.keras", data[:11] + b"x" + data[12:])
    with pytest.raises(UnreadableModel, match=r"m\.keras changed .* written to"):
        model.read()


def test_a_wrong_key_is_said(connection, monkeypatch):
    import adlfs

    wrong = connection.replace(PUBLIC_KEY, PUBLIC_KEY[::-1].strip("=") + "==")
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", wrong)
    adlfs.AzureBlobFileSystem.clear_instance_cache()
    (finding,) = kerascheck.check("az://models/m.keras").findings
    assert "does not allow it with the credentials that it finds" in finding.message
