"""Models of an S3 server on loopback (moto), found and read by ranges."""

from pathlib import Path

import pytest

import kerascheck
from kerascheck.model.errors import UnreadableModel
from kerascheck.stores.address import Address
from kerascheck.stores.open import open_store

pytestmark = pytest.mark.remote

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = FIXTURES / "format-archive-wrong"


@pytest.fixture(scope="module")
def endpoint():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, monkeypatch):
    import fsspec
    import s3fs

    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAHUNTER2")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    fs = fsspec.filesystem("s3", use_listings_cache=False)
    fs.mkdir("models")
    yield fs
    fs.rm("models", recursive=True)


@pytest.mark.parametrize("after", ["format-archive-right/model.keras", None])
def test_an_object_that_changes_after_the_listing_is_a_finding(bucket, after):
    from kerascheck.readers.remote.find import find_remote

    bucket.put(str(WRONG / "model.keras"), "models/m.keras")
    (model,) = find_remote([Address("s3://models")])
    if after is None:
        bucket.pipe("models/m.keras", bytes(100))
    else:
        bucket.put(str(FIXTURES / after), "models/m.keras")
    with pytest.raises(
        UnreadableModel, match=r"m\.keras changed .* written to"
    ) as error:
        model.read()
    assert error.value.kind == "changed"


def test_an_object_that_changes_between_two_ranges_is_a_finding(bucket):
    bucket.put(str(WRONG / "model.keras"), "models/m.keras")
    url = "s3://models/m.keras"
    store = open_store(Address(url))
    file = store.open(store.look_at(url), from_end=True)
    file.read(file.size - 22, 22)
    bucket.put(str(FIXTURES / "format-archive-right" / "model.keras"), "models/m.keras")
    with pytest.raises(UnreadableModel, match="changed while it was read"):
        file.read(0, 30)


def test_a_listing_that_breaks_starts_again(bucket, monkeypatch):
    import s3fs

    names = [f"m{number}.json" for number in range(1100)]
    for name in names[:1090:109]:
        bucket.pipe(f"models/{name}", b"{}")
    iterate, broken = s3fs.S3FileSystem._iterdir, []

    async def breaking(self, *arguments, **options):
        async for one in iterate(self, *arguments, **options):
            yield one
            if len(broken) < 2:
                broken.append(one)
                raise ConnectionError

    monkeypatch.setattr(s3fs.S3FileSystem, "_iterdir", breaking)
    store = open_store(Address("s3://models"))
    assert [one.name for one in store.entries("s3://models")] == sorted(
        names[:1090:109]
    )
    assert len(broken) == 2


def test_ten_thousand_names_come_in_pages(bucket):
    from moto.s3.models import s3_backends

    (backends,) = s3_backends.values()
    data = (WRONG / "model.keras").read_bytes()
    for number in range(10_000):
        backends["aws"].put_object("models", f"many/m{number:05}.keras", data)
    store = open_store(Address("s3://models"))
    names = [one.name for one in store.entries("s3://models/many")]
    assert names == [f"m{number:05}.keras" for number in range(10_000)]
    assert 10 <= store.traffic.listings <= 11
    assert store.traffic.sizes == store.traffic.ranges == 0
    for number in range(1, 10_000):
        backends["aws"].delete_object("models", f"many/m{number:05}.keras")
    (model,) = kerascheck.check("s3://models/many").models
    assert model.heads


ODD = ["a b.keras", "a#1?.keras", "a%20b.keras", "mü€.keras", "x=1&y.keras", "+.keras"]


def test_odd_names_are_found_and_read_as_they_are(bucket):
    for name in ODD:
        bucket.put(str(WRONG / "model.keras"), f"models/o d/{name}")
    report = kerascheck.check("s3://models/o d")
    assert [m.path for m in report.models] == [
        f"s3://models/o d/{n}" for n in sorted(ODD)
    ]
    assert all(model.heads for model in report.models)
    for name in ODD:
        (model,) = kerascheck.check(f"s3://models/o d/{name}").models
        assert model.heads


def found(report, start):
    return sorted(
        (f.model.removeprefix(start), f.code, f.head or "", f.severity)
        for f in report.findings
    )


def test_fixtures_are_judged_in_a_bucket_as_on_a_disk(bucket, monkeypatch):
    monkeypatch.chdir(FIXTURES)
    folders = [path.name for path in Path().glob("f*-*")]
    for name in folders:
        bucket.put(name, f"models/{name}", recursive=True)
    local = kerascheck.check(folders)
    remote = kerascheck.check([f"s3://models/{name}" for name in folders])
    assert found(remote, "s3://models/") == found(local, "")
    assert remote.decided == local.decided > 0


def test_a_model_takes_a_size_and_two_ranges(bucket):
    bucket.put(str(WRONG / "model.keras"), "models/a b/m?.keras")
    url = "s3://models/a b/m?.keras"
    store = open_store(Address(url))
    entry = store.look_at(url)
    assert len(store.open(entry, from_end=True).head) > 0
    report = kerascheck.check(url)
    assert [model.path for model in report.models] == [url]
    assert report.models[0].heads


def test_a_folder_takes_one_listing_and_no_sizes(bucket):
    from kerascheck.readers.remote.find import find_remote

    for number in range(20):
        bucket.put(str(WRONG / "model.keras"), f"models/m{number}.keras")
    bucket.put(str(WRONG / "labels.npy"), "models/labels.npy")
    models = list(find_remote([Address("s3://models")]))
    store = models[0].read.args[0]
    assert all(model.read() for model in models)
    traffic = store.traffic
    assert (traffic.listings, traffic.sizes, traffic.ranges) == (1, 1, 40)
    report = kerascheck.check("s3://models")
    assert len(report.models) == 20
    assert all(model.heads[0].labels for model in report.models)


@pytest.mark.parametrize("name", ["none.keras", "none/at/all"])
def test_what_is_not_there_is_a_finding(bucket, name):
    report = kerascheck.check(f"s3://models/{name}")
    assert "no such object" in report.findings[0].message


def test_a_bucket_that_is_not_there_is_a_finding(bucket):
    report = kerascheck.check("s3://none-of-this-name/m.keras")
    assert "no such object" in report.findings[0].message


def test_missing_credentials_are_a_finding(bucket, monkeypatch, tmp_path):
    import s3fs

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    s3fs.S3FileSystem.clear_instance_cache()
    report = kerascheck.check("s3://models/m.keras")
    assert "credentials" in report.findings[0].message
