"""Kept results: found again where all that matters is the same, whole or not at all."""

import json
import threading

import pytest

from kerascheck import kit
from kerascheck.confirm.cache import Cache, write_whole
from kerascheck.confirm.result import SeedResult, SetupResult, Status
from kerascheck.confirm.setup import LabelForm, Part, Setup

SETUP = Setup(
    units=1,
    activation="sigmoid",
    loss=Part(name="BinaryCrossentropy"),
    labels=LabelForm(encoding=kit.Encoding.BINARY),
)
RESULT = SetupResult(
    setup=SETUP,
    status=Status.TRAINED,
    seeds=(SeedResult(seed=0, accuracy=0.9, reported={}),),
)


def _cache(folder, **changes):
    facts = {"backend": "tensorflow", "device": "cpu", "seeds": 5, **changes}
    return Cache(str(folder), **facts)


def test_what_is_put_is_got(tmp_path):
    _cache(tmp_path).put(RESULT)
    assert _cache(tmp_path).get(SETUP) == RESULT


@pytest.mark.parametrize(
    "change", [{"backend": "jax"}, {"device": "gpu"}, {"seeds": 3}], ids=str
)
def test_another_setting_is_another_result(tmp_path, change):
    _cache(tmp_path).put(RESULT)
    assert _cache(tmp_path, **change).get(SETUP) is None


def test_unfinished_results_are_not_kept(tmp_path):
    _cache(tmp_path).put(SetupResult(setup=SETUP, status=Status.UNFINISHED))
    assert _cache(tmp_path).get(SETUP) is None


def test_a_damaged_file_is_no_result(tmp_path):
    _cache(tmp_path).put(RESULT)
    for file in (tmp_path / "confirm").iterdir():
        file.write_text("{")
    assert _cache(tmp_path).get(SETUP) is None


def test_the_folder_says_what_it_is_and_is_ignored_by_git(tmp_path):
    _cache(tmp_path / "c").put(RESULT)
    assert (tmp_path / "c" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a47")
    assert (tmp_path / "c" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_can_not_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    _cache(tmp_path / "file").put(RESULT)


def test_two_runs_at_once_never_see_half_a_file(tmp_path):
    path = str(tmp_path / "result.json")
    texts = [json.dumps({"n": n, "fill": "x" * 20_000}) for n in range(2)]
    write_whole(path, texts[0])
    stop = threading.Event()

    def write():
        while not stop.is_set():
            for text in texts:
                write_whole(path, text)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            with open(path, encoding="utf-8") as file:
                assert json.load(file)["n"] in (0, 1)
    finally:
        stop.set()
        writer.join()
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]
