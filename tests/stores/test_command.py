"""Addresses on the command line: what is shown, what is refused, what is imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kerascheck.cli.program import exit_code
from kerascheck.report.formats import formats
from kerascheck.stores.address import Address
from kerascheck.stores.open import open_store
from tests.stores.http_server import serving, status

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROOT = FIXTURES.parent
SECRETS = ("hunter2", "5eb63bbbe01eeed0")

IMPORTED_FOR_STORES = {
    *("fsspec", "aiohttp", "s3fs", "botocore", "mlflow", "distributed", "dask"),
    *("kerascheck.stores", "kerascheck.readers.remote"),
}


@pytest.fixture
def server():
    with serving(FIXTURES) as server:
        yield server


def secret(server, path):
    host = server.url.removeprefix("http://")
    return f"http://me:{SECRETS[0]}@{host}/{path}?X-Signature={SECRETS[1]}"


@pytest.mark.parametrize("name", sorted(formats()))
@pytest.mark.parametrize("failure", [None, status(500)])
def test_no_report_holds_a_password_or_a_signature(server, name, failure, capfd):
    if failure is not None:
        server.failures, server.failure = 99, failure
    url = secret(server, "format-archive-wrong/model.keras")
    labels = secret(server, "format-archive-wrong/labels.npy")
    code = exit_code(
        ["check", url, "--labels", labels, "-v", "--output-format", name, "--isolated"]
    )
    out, err = capfd.readouterr()
    assert code == 1
    assert "format-archive-wrong/model.keras" in out
    assert not any(word in out + err for word in SECRETS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--show-settings", "--labels"],
        ["--show-files"],
        ["--labels"],
        ["--locked"],
        ["--config"],
        ["--changed-since", "HEAD"],
        ["--baseline"],
    ],
)
def test_no_message_holds_a_password_or_a_signature(server, arguments, capfd):
    model = str(FIXTURES / "format-archive-wrong" / "model.keras")
    url = secret(server, "none/model.keras")
    exit_code(["check", *arguments, url, model, "-v"])
    out, err = capfd.readouterr()
    assert out + err
    assert not any(word in out + err for word in SECRETS)


def test_a_report_names_a_model_by_its_address(server, capfd):
    url = f"{server.url}/format-archive-wrong/model.keras"
    exit_code(["check", url, "--output-format", "json", "--isolated"])
    assert json.loads(capfd.readouterr().out)["models"][0]["path"] == url
    exit_code(["check", url, "--output-format", "sarif", "--isolated"])
    text = capfd.readouterr().out
    assert f'"uri": "{url}"' in text or f'"uri":"{url}"' in text


def test_files_of_a_store_are_shown_without_being_read(server, capfd):
    local = str(FIXTURES / "format-archive-right" / "model.keras")
    url = f"{server.url}/format-archive-wrong/"
    assert exit_code(["check", "--show-files", url, local, "--isolated"]) == 0
    shown = capfd.readouterr().out.splitlines()
    assert shown == [local, f"{url}expected.json", f"{url}model.keras"]
    assert not any("bytes=" in line for line in server.requests)


def test_a_configuration_of_the_tree_names_no_address(
    server, tmp_path, monkeypatch, capfd
):
    url = f"{server.url}/format-archive-wrong/labels.npy"
    (tmp_path / "kerascheck.toml").write_text(f'labels = "{url}"\n')
    (tmp_path / "m.keras").write_bytes(
        (FIXTURES / "format-archive-wrong" / "model.keras").read_bytes()
    )
    monkeypatch.chdir(tmp_path)
    assert exit_code(["check", "m.keras"]) == 2
    assert "Only --labels takes addresses" in capfd.readouterr().err
    assert not server.requests


def test_a_locked_run_takes_addresses_from_the_command_line_alone(
    server, tmp_path, capfd
):
    url = f"{server.url}/format-archive-wrong/model.keras"
    assert exit_code(["check", "--locked", url]) == 1
    capfd.readouterr()
    done = subprocess.run(
        [sys.executable, "-m", "kerascheck", "--locked", "-"],
        input=url,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "from the command line alone" in done.stderr
    for line in (url, f"--labels={url}", f"--labels\n{url}", f"--scheduler={url}"):
        (tmp_path / "arguments").write_text(line)
        assert exit_code(["check", "--locked", f"@{tmp_path}/arguments"]) == 2
        assert "the file of arguments holds one" in capfd.readouterr().err
    (tmp_path / "arguments").write_text(f"{url}\n--locked")
    assert exit_code(["check", f"@{tmp_path}/arguments"]) == 1
    capfd.readouterr()
    assert exit_code(["check", "--locked", f"file://{FIXTURES}"]) == 2
    assert "name the path" in capfd.readouterr().err


def test_what_follows_two_dashes_is_a_path(server, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    url = f"{server.url}/format-archive-wrong/model.keras"
    assert exit_code(["check", "--", url]) == 2
    assert "does not exist" in capfd.readouterr().err
    assert not server.requests
    (tmp_path / "models:").mkdir()
    data = (FIXTURES / "format-archive-wrong" / "model.keras").read_bytes()
    (tmp_path / "models:" / "m.keras").write_bytes(data)
    assert exit_code(["check", "--locked", "--", "models:/m.keras"]) == 1
    assert "KC101" in capfd.readouterr().out


def test_two_addresses_that_look_the_same_are_both_checked(server, capfd):
    url = f"{server.url}/format-archive-wrong/model.keras"
    arguments = [f"{url}?id=1", f"{url}?id=2", f"{url}?id=1"]
    exit_code(["check", *arguments, "--output-format", "json", "--isolated"])
    report = json.loads(capfd.readouterr().out)
    paths = [model["path"] for model in report["models"]]
    assert paths == [f"{url}?...", f"{url}?... (2)"]
    assert {finding["model"] for finding in report["findings"]} == set(paths)


def test_this_machine_may_be_named_by_its_address_of_version_6():
    address = Address("http://[::1]:9/m.keras?k=1")
    assert type(open_store(address)).__name__ == "HttpStore"


def test_a_missing_package_is_named_with_its_extra(monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert exit_code(["check", "s3://bucket/model.keras"]) == 2
    assert "pip install 'kerascheck[remote]'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense://x/m.keras", "neither kerascheck nor fsspec knows nonsense://"),
        ("zip://a::https://h/b.zip", "addresses inside others are not read"),
        ("gs://bucket/m.keras", "pip install gcsfs"),
        ("az://box/m.keras", "pip install adlfs"),
        ("abfss://box@account/m.keras", "pip install adlfs"),
    ],
)
def test_what_cannot_be_read_is_said(address, words, capfd, monkeypatch):
    for package in ("gcsfs", "adlfs"):
        monkeypatch.setitem(sys.modules, package, None)
    assert exit_code(["check", address]) == 2
    assert words in capfd.readouterr().err


def test_a_plain_check_imports_nothing_for_stores(tmp_path):
    model = FIXTURES / "format-archive-wrong" / "model.keras"
    code = (
        "import sys; from kerascheck.cli.program import exit_code; "
        f"exit_code(['check', {str(model)!r}, '--isolated', '--no-baseline']); "
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    names = set(done.stderr.split())
    assert "kerascheck.api" in names
    assert not names & IMPORTED_FOR_STORES
