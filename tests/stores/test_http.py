"""Models behind HTTP, as good and bad servers on loopback send them."""

import json
import random
import shutil
import time
import zipfile
from io import BytesIO
from pathlib import Path

import h5py
import pytest

import kerascheck
from kerascheck.model.errors import UsageError
from kerascheck.stores.http import links
from tests.stores.http_server import cut_short, drip, hang_up, serving, status

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = FIXTURES / "format-archive-wrong" / "model.keras"
SECRET = "5eb63bbbe01eeed093cb22bb8f5acdc3"
KIB = 1024


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    shutil.copy(WRONG, folder / "model.keras")
    return folder


@pytest.fixture
def server(folder):
    with serving(folder) as server:
        yield server


def only_message(report):
    (finding,) = (f for f in report.findings if f.code.startswith("KC0"))
    return finding.message


def codes(report):
    return sorted(f.code for f in report.findings)


def test_saved_models_are_judged_behind_http_as_on_a_disk(monkeypatch):
    monkeypatch.chdir(FIXTURES)
    folders = ["artefacts", *(path.name for path in FIXTURES.glob("f*-*"))]
    local = kerascheck.check(folders)
    with serving(FIXTURES) as server:
        remote = kerascheck.check([f"{server.url}/{name}/" for name in folders])

    def found(report, start=""):
        return sorted(
            (f.model.removeprefix(start), f.code, f.head or "", f.severity)
            for f in report.findings
        )

    assert found(remote, f"{server.url}/") == found(local)
    assert remote.decided == local.decided > 0
    assert len(remote.models) == len(local.models) > 20


def config_of(layers: int) -> bytes:
    """Return the config of a real model with more of its first layer that has one."""
    with zipfile.ZipFile(
        FIXTURES / "artefacts/3.9.2/seq_logits_instance.keras"
    ) as real:
        saved = json.loads(real.read("config.json"))
    first, dense, *rest = saved["config"]["layers"]
    more = [
        {**dense, "config": {**dense["config"], "name": f"more_{number}"}}
        for number in range(layers)
    ]
    saved["config"]["layers"] = [first, dense, *more, *rest]
    return json.dumps(saved).encode()


def archive_of(config: bytes) -> bytes:
    """Return an archive as Keras 3 lays it out, with weights of 2 MB."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("metadata.json", b'{"keras_version": "3.15.1"}')
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", random.Random(1).randbytes(2_000_000))
    return data.getvalue()


@pytest.mark.parametrize("layers", [0, 300])
@pytest.mark.parametrize("ending", ["keras", "h5", "json"])
def test_a_model_takes_three_ranges_and_twelve_kib_beyond_its_config(
    ending, layers, folder
):
    config = config_of(layers)
    path = folder / f"m.{ending}"
    if ending == "keras":
        path.write_bytes(archive_of(config))
    elif ending == "json":
        path.write_bytes(config)
    else:
        with h5py.File(path, "w") as file:
            file.attrs["keras_version"] = b"2.15.0"
            file.attrs["model_config"] = config
            file.attrs["training_config"] = b'{"loss": "mse"}'
            file["weights"] = [0.5] * 200_000
    with serving(folder) as server:
        report = kerascheck.check(f"{server.url}/{path.name}")
    assert report.models[0].heads
    assert len(server.requests) <= 3
    assert server.sent <= 12 * KIB + len(config)


def test_a_folder_is_searched_with_the_labels_in_it(folder):
    shutil.copy(WRONG, folder / "sub.keras")
    (folder / "below").mkdir()
    shutil.copy(WRONG, folder / "below" / "deep.keras")
    (folder / "below" / "labels.csv").write_text("label\n0\n1\n2\n")
    (folder / "below" / "notes.json").write_text('{"a": 1}')
    (folder / ".cache").mkdir()
    shutil.copy(WRONG, folder / ".cache" / "old.keras")
    with serving(folder) as server:
        report = kerascheck.check(f"{server.url}/")
    names = [model.path.removeprefix(server.url) for model in report.models]
    assert names == ["/model.keras", "/sub.keras", "/below/deep.keras"]
    assert [m.heads[0].labels is not None for m in report.models] == [
        False,
        False,
        True,
    ]
    assert report.skipped == ((f"{server.url}/.cache/", "in a hidden folder"),)


PAGE = b"""<a href="a%20b.keras">1</a> <A class=x HREF='it&#39;s.keras'>2</A>
<a href=sub/>3</a> <a href="https://host/m/c.keras?sig=1#x">4</a>
<a href="//[">5</a> <a href="../">6</a> <a href="">7</a>"""


def test_the_links_of_a_page_are_found():
    assert links("https://host/m/", PAGE) == {
        "https://host/m/a%20b.keras",
        "https://host/m/it's.keras",
        "https://host/m/sub/",
        "https://host/m/c.keras",
        "https://host/",
    }


@pytest.mark.parametrize("part", [b" ", b"<a ", b"href=", b'href="', b"&", b"<"])
def test_a_page_that_was_made_to_take_long_takes_none(part):
    page = b"<a" + part * (1_000_000 // len(part))
    start = time.process_time()
    links("https://host/m/", page)
    assert time.process_time() - start < 30  # hours, if it grew with the square


def test_labels_may_be_an_address(server, folder):
    (folder / "y.csv").write_text("label\n" + "0\n1\n" * 20)
    report = kerascheck.check(
        str(WRONG), labels=f"{server.url}/y.csv?X-Signature={SECRET}"
    )
    labels = report.models[0].heads[0].labels
    assert labels.samples == 40
    assert labels.path == f"{server.url}/y.csv?..."


def test_labels_that_are_not_there_are_a_finding(server):
    report = kerascheck.check(str(WRONG), labels=f"{server.url}/none.npy?k={SECRET}")
    message = only_message(report)
    assert "no such object in the store (HTTP 404)" in message
    assert SECRET not in message


def test_a_server_without_ranges_sends_a_small_file_whole(folder):
    with serving(folder, ranges=False) as server:
        report = kerascheck.check(f"{server.url}/model.keras")
    assert codes(report) == codes(kerascheck.check(str(WRONG)))
    assert len(server.requests) == 1


@pytest.mark.parametrize("claims_length", [True, False])
def test_a_server_without_ranges_is_refused_a_large_file(
    folder, monkeypatch, claims_length
):
    monkeypatch.setattr("kerascheck.stores.http.MAX_DOWNLOAD", 10_000)
    (folder / "large.keras").write_bytes(bytes(3_000_000))
    with serving(folder, ranges=False, claims_length=claims_length) as server:
        report = kerascheck.check(f"{server.url}/large.keras")
    message = only_message(report)
    assert "the server does not serve ranges of a file" in message
    assert "more than the 10000 that are fetched whole" in message
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "failure", [hang_up, cut_short, status(500), status(503), status(429)]
)
def test_a_fault_that_passes_is_not_seen(server, failure):
    server.failures, server.failure = 2, failure
    report = kerascheck.check(f"{server.url}/model.keras")
    assert codes(report) == codes(kerascheck.check(str(WRONG)))


@pytest.mark.parametrize(
    ("failure", "words", "requests"),
    [
        (hang_up, "the connection to the store broke or failed", 3),
        (cut_short, "the connection to the store broke or failed", 3),
        (status(500), "the store answered with HTTP 500, 3 times", 3),
        (status(403), "the store does not allow it", 1),
        (status(404), "no such object in the store (HTTP 404)", 1),
        (status(418), "the store answered with HTTP 418", 1),
    ],
)
def test_a_fault_that_stays_is_a_finding(server, failure, words, requests):
    server.failures, server.failure = 99, failure
    report = kerascheck.check(f"{server.url}/model.keras?X-Signature={SECRET}")
    message = only_message(report)
    assert words in message
    assert SECRET not in message
    assert requests <= len(server.requests) <= 2 * requests  # aiohttp tries twice too


def test_an_answer_that_takes_too_long_is_not_waited_for(server, monkeypatch):
    monkeypatch.setenv("KERASCHECK_REMOTE_TIMEOUT", "0.3")
    server.failures, server.failure = 99, drip
    report = kerascheck.check(f"{server.url}/model.keras")
    assert "no answer within 0.3 s" in only_message(report)
    assert len(server.requests) == 1


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan"])
def test_the_time_limit_is_a_number_of_seconds(server, monkeypatch, text):
    monkeypatch.setenv("KERASCHECK_REMOTE_TIMEOUT", text)
    with pytest.raises(UsageError, match="Expected seconds, as 30"):
        kerascheck.check(f"{server.url}/model.keras")


def test_a_port_that_nobody_listens_on_is_a_finding(server):
    url = f"{server.url}/model.keras"
    server.failures, server.failure = 99, hang_up
    with serving(server.folder) as gone:
        url = f"{gone.url}/model.keras"
    report = kerascheck.check(url)
    assert "the connection to the store broke or failed" in only_message(report)


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty"), (b"\x80\x04]", "neither a zip archive")]
)
def test_what_is_not_a_model_is_a_finding(server, folder, data, code):
    (folder / "odd.keras").write_bytes(data)
    assert code in only_message(kerascheck.check(f"{server.url}/odd.keras"))


def test_a_truncated_model_is_a_finding(server, folder):
    (folder / "cut.keras").write_bytes(WRONG.read_bytes()[:-1000])
    message = only_message(kerascheck.check(f"{server.url}/cut.keras"))
    assert "truncated" in message


def test_other_hosts_are_not_asked_over_http():
    with pytest.raises(UsageError, match=r"use https://"):
        kerascheck.check("http://192.0.2.1/model.keras")


def test_a_redirect_out_of_this_machine_is_not_read(server):
    def away(handler):
        handler.answer(302, b"", {"Location": f"http://127.0.0.1:1/?k={SECRET}"})

    server.failures, server.failure = 99, away
    message = only_message(kerascheck.check(f"{server.url}/model.keras"))
    assert SECRET not in message


def test_many_models_are_read_at_once_and_reported_in_order(folder):
    for number in range(40):
        shutil.copy(WRONG, folder / f"m{number:02}.keras")
    with serving(folder, latency=0.1) as server:
        report = kerascheck.check(f"{server.url}/")
    paths = [model.path for model in report.models]
    assert paths == sorted(paths)
    assert len(paths) == 41
    assert server.most_at_once >= 4


def test_labels_of_many_models_are_fetched_at_once(folder):
    for number in range(40):
        shutil.copy(WRONG, folder / f"m{number:02}.keras")
        shutil.copy(WRONG.with_name("labels.npy"), folder / f"m{number:02}.labels.npy")
    with serving(folder, latency=0.1) as server:
        report = kerascheck.check(f"{server.url}/")
    labelled = [m.path for m in report.models if m.heads[0].labels is not None]
    assert len(labelled) == 40
    assert server.most_at_once >= 4


def test_a_shared_label_file_is_fetched_once(folder):
    for number in range(9):
        shutil.copy(WRONG, folder / f"m{number}.keras")
    shutil.copy(WRONG.with_name("labels.npy"), folder)
    with serving(folder) as server:
        report = kerascheck.check(f"{server.url}/")
    assert all(model.heads[0].labels is not None for model in report.models)
    assert sum("labels.npy" in line for line in server.requests) == 1


def test_a_program_is_not_read_from_a_store(server):
    with pytest.raises(UsageError, match="programs are read from this machine alone"):
        kerascheck.check(f"{server.url}/train.py")


def test_memory_and_this_machine_are_stores_too(tmp_path):
    import fsspec

    fs = fsspec.filesystem("memory")
    fs.pipe("/box/m.keras", WRONG.read_bytes())
    report = kerascheck.check("memory://box")
    assert [model.path for model in report.models] == ["memory://box/m.keras"]
    shutil.copy(WRONG, tmp_path)
    report = kerascheck.check(f"file://{tmp_path}")
    assert [m.path for m in report.models] == [f"file://{tmp_path}/model.keras"]
