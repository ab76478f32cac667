"""Several processes find what one does, in the same order."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from kerascheck.api import check
from kerascheck.checks import checking
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.readers.read import read
from kerascheck.report.report import Report
from kerascheck.settings.settings import ModelConfig, Settings
from kerascheck.trust import shared_work
from tests.cli.test_plain import FIXTURES, WRONG

RIGHT = FIXTURES / "format-archive-right" / "model.keras"
MANY = 54
PARENT = os.getpid()


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_work, "FEW", 20)
    monkeypatch.setattr(shared_work, "IN_A_ROW", 7)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Return a folder of models, right, wrong and broken, with labels for all."""
    for number in range(MANY):
        model = WRONG if number % 3 else RIGHT
        shutil.copy(model, tmp_path / f"model_{number:03}.keras")
    (tmp_path / "model_020.keras").write_bytes(b"PK\x03\x04 cut")
    for name in ("labels.npy", "y_true.npy"):
        shutil.copy(WRONG.with_name("labels.npy"), tmp_path / name)
    (tmp_path / "train.py").write_text("import keras\n")
    return str(tmp_path)


def timeless(report: Report) -> Report:
    return replace(report, seconds=0.0)


@pytest.mark.parametrize("jobs", [2, 5])
def test_the_report_is_that_of_one_process(folder: str, jobs: int) -> None:
    alone = timeless(check(folder))
    assert len(alone.models) == MANY
    assert sum(f.name == "label-file-not-used" for f in alone.findings) == 1
    shared = timeless(check(folder, jobs=jobs))
    assert shared == alone
    assert shared.to_json() == alone.to_json()


def test_others_do_the_work(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = []

    def watched(path: str) -> object:
        here.append(path)
        return read(path)

    monkeypatch.setattr(checking, "read", watched)
    check(folder, jobs=2)
    # The first row of each, as it reports a label file that is not used.
    assert len(here) == 2 * 7


def test_a_crash_is_reported_as_by_one_process(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(path: str) -> object:
        if path.endswith("_033.keras"):
            raise RuntimeError("so")
        return read(path)

    monkeypatch.setattr(checking, "read", crash)
    seen: list[tuple[str, str]] = []
    shared = check(folder, jobs=2, on_crash=lambda what, e: seen.append((what, str(e))))
    assert seen == [(f"{folder}/model_033.keras", "so")]
    assert timeless(shared) == timeless(check(folder))


def test_a_process_that_is_killed_loses_nothing(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = timeless(check(folder))

    def killed(path: str) -> object:
        if os.getpid() != PARENT and path.endswith("_040.keras"):
            os.kill(os.getpid(), signal.SIGKILL)
        return read(path)

    monkeypatch.setattr(checking, "read", killed)
    assert timeless(check(folder, jobs=2)) == alone


def test_a_wrong_configuration_is_an_error_as_in_one_process(folder: str) -> None:
    entry = ModelConfig(pattern="**/model_050.keras", labels="missing.npy")
    settings = Settings(models=(entry,))
    with pytest.raises(UsageError) as alone:
        check(folder, config=settings)
    with pytest.raises(UsageError) as shared:
        check(folder, config=settings, jobs=2)
    assert str(shared.value) == str(alone.value)


def test_few_models_are_checked_here(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_work, "FEW", 200)
    monkeypatch.setattr(shared_work, "forked", lambda *_, **__: 1 / 0)
    assert len(check(folder, jobs=2).models) == MANY
