"""Kept results: found again where all that matters is the same, and nothing is odd."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kerascheck import kit
from kerascheck.confirm import cache as caches
from kerascheck.confirm.cache import CachedResults, open_cache
from kerascheck.confirm.result import Raised, SeedResult, SetupResult, Status
from kerascheck.confirm.setup import LabelForm, Part, Setup
from kerascheck.trust.replace_file import replace_file
from kerascheck.trust.tree import Tree

SETUP = Setup(
    units=1,
    activation="sigmoid",
    loss=Part(name="BinaryCrossentropy"),
    labels=LabelForm(encoding=kit.Encoding.BINARY),
    class_weight=((0, 1.0), (1, 2.5)),
    metrics=(Part.of("AUC", from_logits=True),),
)


def seed_result(number: int) -> SeedResult:
    return SeedResult(
        seed=number,
        accuracy=0.9,
        ece=0.02,
        reliability=((0.1, 0.2, 30), (0.9, 0.8, 70)),
        first_loss=0.7,
        last_loss=0.1,
        loss_curve=(0.7, None, 0.1),
        accuracy_curve=(0.5, 0.8, 0.9),
        steps_to_accuracy=120,
        reported={"AUC": 0.97, "loss": None},
    )


RESULT = SetupResult(
    setup=SETUP,
    status=Status.TRAINED,
    seeds=tuple(map(seed_result, range(3))),
    warnings=("a warning",),
    not_reported={"Accuracy": Raised(type="ValueError", message="shapes")},
    bayes_accuracy=0.987,
    set_accuracy=0.957,
    environment={"backend": "tensorflow", "device": "cpu", "keras": "3.15.1"},
    seconds=1.25,
)
FACTS = {"backend": "tensorflow", "device": "cpu", "seeds": 3}


@pytest.fixture
def notices():
    return []


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    return Tree([str(tmp_path / "tree")])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The cache folder, which is not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(caches.FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def opened(tree, notices, folder):
    @contextmanager
    def opened(**changes) -> Iterator[CachedResults | None]:
        with open_cache(tree, notices.append) as cache:
            yield None if cache is None else cache.results_of(**{**FACTS, **changes})

    return opened


def _entry(folder: Path) -> Path:
    (entry,) = (folder / "confirm").glob("*.json")
    return entry


@pytest.fixture
def entry(opened, folder) -> Path:
    """The one entry of the cache."""
    with opened() as results:
        results.put(RESULT)
    return _entry(folder)


def test_what_is_put_is_got(opened, entry, notices):
    with opened() as results:
        found = results.get(SETUP)
    assert found == RESULT
    assert list(found.environment) == list(RESULT.environment)  # as tables show it
    assert notices == []


def test_a_setup_that_raises_is_kept_too(opened):
    error = Raised(type="ValueError", message="shapes do not fit", cause=None)
    environment = RESULT.environment
    raised = SetupResult(
        setup=SETUP, status=Status.RAISED, error=error, environment=environment
    )
    with opened() as results:
        results.put(raised)
        assert results.get(SETUP) == raised


@pytest.mark.parametrize(
    "change", [{"backend": "jax"}, {"device": "gpu"}, {"seeds": 4}], ids=str
)
def test_another_setting_is_another_result(opened, entry, notices, change):
    with opened(**change) as results:
        assert results.get(SETUP) is None
    assert notices == []


def test_unfinished_results_are_not_kept(opened, folder):
    with opened() as results:
        results.put(SetupResult(setup=SETUP, status=Status.UNFINISHED))
    assert list((folder / "confirm").iterdir()) == []


def test_the_folder_is_for_this_user_alone_and_says_what_it_is(entry, folder):
    for place in (folder, folder / "confirm"):
        assert place.stat().st_mode & 0o777 == 0o700
    assert entry.stat().st_mode & 0o777 == 0o600
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a47")


def test_without_a_name_it_lies_where_the_system_keeps_caches(
    tree, notices, folder, monkeypatch
):
    monkeypatch.delenv(caches.FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    with open_cache(tree, notices.append) as cache:
        assert cache.folder == str(folder / "kerascheck" / "confirm")


def test_a_folder_that_cannot_be_made_is_no_error(opened, folder, monkeypatch, notices):
    (folder.parent / "file").write_text("")
    monkeypatch.setenv(caches.FOLDER_VARIABLE, str(folder.parent / "file" / "cache"))
    with opened() as results:
        results.put(RESULT)
    assert notices == []


def _plain(entry: Path) -> dict:
    return json.loads(entry.read_text())


def _write(entry: Path, plain: dict) -> None:
    """Write an entry with the digest of its content, as one who forges it would."""
    plain["digest"] = caches._digest(plain["key"], plain["result"])
    entry.write_text(json.dumps(plain))


NAN = float("nan")
ODD_RESULTS = {
    "no seeds": {"seeds": []},
    "a seed less": {"seeds": lambda seeds: seeds[:2]},
    "a seed more": {"seeds": lambda seeds: [*seeds, seeds[0]]},
    "seeds that are a mapping": {"seeds": {}},
    "a seed that is a number": {"seeds": [1, 2, 3]},
    "an unknown status": {"status": "proven"},
    "a status that was never finished": {"status": "unfinished"},
    "a status that is a list": {"status": ["trained"]},
    "raised without an error": {"status": "raised", "seeds": []},
    "an error where it trained": {
        "error": {"type": "E", "message": "", "cause": None},
    },
    "an error that is a text": {"status": "raised", "error": "E", "seeds": []},
    "warnings that are a text": {"warnings": "all"},
    "too many warnings": {"warnings": ["x"] * 1000},
    "a warning without end": {"warnings": ["x" * 100_000]},
    "an environment of numbers": {"environment": {"backend": 1}},
    "another backend": {"environment": {"backend": "jax", "device": "cpu"}},
    "another device": {"environment": {"backend": "tensorflow", "device": "gpu"}},
    "no device": {"environment": {"backend": "tensorflow"}},
    "a best accuracy above one": {"bayes_accuracy": 1.5},
    "negative seconds": {"seconds": -1},
    "seconds that are a truth value": {"seconds": True},
    "endless seconds": {"seconds": 1e300},
    "a reason that is a number": {"reason": 1},
    "a field more": {"believe": "me"},
    "another setup": {"setup": lambda setup: {**setup, "activation": "softmax"}},
    "a setup that is a list": {"setup": []},
    "metrics that were not reported for no reason": {"not_reported": {"a": None}},
}
ODD_SEEDS = {
    "an accuracy above one": {"accuracy": 1.01},
    "an accuracy below zero": {"accuracy": -0.01},
    "an accuracy that is a text": {"accuracy": "0.9"},
    "an accuracy that is a truth value": {"accuracy": True},
    "an accuracy without end": {"accuracy": 10**400},
    "an accuracy in a list": {"accuracy": [0.9]},
    "another seed": {"seed": 7},
    "a seed that is a fraction": {"seed": 0.5},
    "steps beyond the training": {"steps_to_accuracy": 10**6},
    "a shorter curve": {"loss_curve": [0.7]},
    "a curve without end": {"loss_curve": [0.1] * 10_000},
    "a curve that is a number": {"loss_curve": 1},
    "another metric": {"reported": {"F1Score": 1.0, "loss": 0.1}},
    "a metric that is a text": {"reported": {"AUC": "high", "loss": 0.1}},
    "a bin of two": {"reliability": [[0.1, 0.2]]},
    "a bin with half a row": {"reliability": [[0.1, 0.2, 0.5]]},
    "eleven bins": {"reliability": [[0.1, 0.2, 3]] * 11},
    "tags of no task with tags": {"per_label_accuracy": [0.1, 0.2]},
    "a loss beyond all numbers": {"last_loss": 1e200},
    "constant, perhaps": {"constant": None},
}


def _changed(plain: dict, changes: dict) -> None:
    for name, value in changes.items():
        plain[name] = value(plain[name]) if callable(value) else value


def _is_refused(opened, notices) -> None:
    notices.clear()
    with opened() as results:
        assert results.get(SETUP) is None
    (line,) = notices
    assert "1 result in the cache" in line
    assert "\n" not in line


@pytest.mark.parametrize("changes", ODD_RESULTS.values(), ids=ODD_RESULTS)
def test_an_odd_result_is_ignored_in_one_line(opened, entry, notices, changes):
    plain = _plain(entry)
    _changed(plain["result"], changes)
    _write(entry, plain)
    _is_refused(opened, notices)


@pytest.mark.parametrize("changes", ODD_SEEDS.values(), ids=ODD_SEEDS)
def test_an_odd_training_is_ignored_in_one_line(opened, entry, notices, changes):
    plain = _plain(entry)
    _changed(plain["result"]["seeds"][1], changes)
    _write(entry, plain)
    _is_refused(opened, notices)


ODD_FILES = {
    "nothing": b"",
    "half a text": b'{"key": [',
    "an empty list": b"[]",
    "a number": b"1",
    "an empty mapping": b"{}",
    "NaN": b'{"key": NaN, "result": {}, "digest": ""}',
    "a number beyond all": b'{"key": 1e999, "result": {}, "digest": ""}',
    "a number of ten thousand digits": b'{"key": ' + b"9" * 10_000 + b"}",
    "deep lists": b"[" * 500_000,
    "deep lists in an entry": b'{"key": %s, "result": 1, "digest": ""}'
    % (b"[" * 900 + b"]" * 900),
    "no UTF-8": b"\xff\xfe\xfa",
    "too much": b" " * (caches.MAX_ENTRY + 1),
    "a digest that is a list": b'{"key": 1, "result": 1, "digest": []}',
}


@pytest.mark.parametrize("data", ODD_FILES.values(), ids=ODD_FILES)
def test_an_odd_file_is_ignored_in_one_line(opened, entry, notices, data):
    entry.write_bytes(data)
    _is_refused(opened, notices)


def test_a_changed_number_is_noticed(opened, entry, notices):
    entry.write_text(entry.read_text().replace("0.9", "0.8"))
    _is_refused(opened, notices)


def test_the_result_of_another_setup_is_noticed_under_any_name(opened, entry, notices):
    from dataclasses import replace

    other = replace(SETUP, activation="softmax")
    with opened() as results:
        results.put(replace(RESULT, setup=other))
    (copied,) = set(entry.parent.glob("*.json")) - {entry}
    entry.write_bytes(copied.read_bytes())
    _is_refused(opened, notices)


@pytest.mark.parametrize("kind", ["a FIFO", "a folder", "a link", "a dangling link"])
def test_what_is_not_a_regular_file_is_ignored_in_one_line(
    opened, entry, notices, kind
):
    moved = entry.with_suffix(".moved")
    entry.rename(moved)
    match kind:
        case "a FIFO":
            os.mkfifo(entry)
        case "a folder":
            entry.mkdir()
        case "a link":
            entry.symlink_to(moved)
        case "a dangling link":
            entry.symlink_to("nowhere")
    _is_refused(opened, notices)


def test_several_odd_entries_are_one_line(opened, entry, notices):
    entry.write_text("{")
    with opened() as results:
        assert results.get(SETUP) is None
        assert results.get(SETUP) is None
    assert len(notices) == 1
    assert "2 results" in notices[0]


def test_an_odd_entry_is_written_over(opened, entry, notices):
    entry.write_text("{")
    with opened() as results:
        results.put(RESULT)
        assert results.get(SETUP) == RESULT


def test_a_pipe_in_place_of_an_entry_is_replaced_and_not_waited_for(opened, entry):
    entry.unlink()
    os.mkfifo(entry)
    with opened() as results:
        results.put(RESULT)
        assert results.get(SETUP) == RESULT


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=5,
)


def _places(value: object, so_far: tuple = ()) -> Iterator[tuple]:
    yield so_far
    pairs = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, inner in pairs:
        yield from _places(inner, (*so_far, key))


PLACES = list(_places(RESULT.to_dict()))


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.sampled_from(PLACES), value=_VALUES)
def test_no_forged_value_raises_and_every_result_has_its_ranges(
    opened, entry, notices, place, value
):
    original = _plain(entry)
    plain = json.loads(json.dumps(original))
    if place:
        *way, last = place
        target = plain["result"]
        for step in way:
            target = target[step]
        target[last] = value
    else:
        plain["result"] = value
    try:
        _write(entry, plain)
        notices.clear()
        with opened() as results:
            found = results.get(SETUP)
        if found is None:
            assert len(notices) == 1
            return
        assert len(found.seeds) == FACTS["seeds"]
        for seed in found.seeds:
            assert seed.accuracy is None or 0 <= seed.accuracy <= 1
        json.dumps(found.to_dict(), allow_nan=False)
    except ValueError:  # NaN has no digest: nobody can forge one
        assert "NaN" in json.dumps(value) or "Infinity" in json.dumps(value)
    finally:
        _write(entry, original)


def test_a_folder_that_others_may_write_to_is_not_used(opened, entry, folder, notices):
    for place in (folder, folder / "confirm"):
        place.chmod(0o777)
        with opened() as results:
            assert results is None
        place.chmod(0o700)
    assert len(notices) == 2
    assert "other users may write to it; chmod 700" in notices[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="not root")
def test_a_folder_of_another_user_is_not_used(opened, entry, folder, notices):
    os.chown(folder, 12345, -1)
    with opened() as results:
        assert results is None
    assert notices == [f"the cache {folder} is not used: another user owns it"]


def test_a_link_is_not_followed(opened, entry, folder, notices):
    folder.rename(folder.parent / "moved")
    folder.symlink_to("moved")
    with opened() as results:
        assert results is None
    assert notices == [f"the cache {folder} is not used: it is a link"]


@pytest.mark.parametrize("within", [".", "tree", "tree/below"])
def test_a_cache_inside_the_tree_is_not_used(
    folder, notices, tmp_path, monkeypatch, within
):
    tree = Tree.of((str(tmp_path / "tree"), "."))
    monkeypatch.setenv(caches.FOLDER_VARIABLE, str(tmp_path / within / "cache"))
    with open_cache(tree, notices.append) as cache:
        assert cache is None
    assert len(notices) == 1
    assert "inside the tree" in notices[0]
    assert not (tmp_path / within / "cache").exists()


def test_a_link_out_of_the_tree_is_not_a_cache(tree, notices, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir(0o700)
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "elsewhere")
    named = str(tmp_path / "tree" / "link" / "cache")
    monkeypatch.setenv(caches.FOLDER_VARIABLE, named)
    with open_cache(tree, notices.append) as cache:
        assert cache is None
    assert "inside the tree" in notices[0]


def test_the_folder_of_an_old_version_is_ignored_and_that_is_said_once(
    opened, folder, notices
):
    (folder.parent / ".kerascheck_cache" / "confirm").mkdir(parents=True)
    with opened() as results:
        assert results.get(SETUP) is None
    (line,) = notices
    assert line.startswith(".kerascheck_cache is ignored and can be deleted")
    assert str(folder) in line


def test_the_oldest_results_make_room(opened, entry, monkeypatch):
    old = entry.with_name("0" * 32 + ".json")
    torn = entry.with_name(".kerascheck-torn")
    foreign = entry.with_name("notes.txt")
    for path in (old, torn, foreign):
        path.write_bytes(entry.read_bytes())
        os.utime(path, (1, 1))
    monkeypatch.setattr(caches, "MAX_FOLDER", int(entry.stat().st_size * 1.5))
    with opened() as results:
        results.put(RESULT)
    assert set(entry.parent.iterdir()) == {entry, foreign}


def test_two_runs_at_once_never_see_half_a_file(tmp_path):
    path = str(tmp_path / "result.json")
    texts = [json.dumps({"n": n, "fill": "x" * 20_000}) for n in range(2)]
    replace_file(path, texts[0].encode())
    stop = threading.Event()

    def write():
        while not stop.is_set():
            for text in texts:
                replace_file(path, text.encode())

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
