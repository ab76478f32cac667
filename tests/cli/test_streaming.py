"""JSON Lines are written as the models are checked, the same as at the end."""

from __future__ import annotations

import gc
import json
import shutil
from pathlib import Path

import pytest

from kerascheck.cli import streaming
from kerascheck.cli.bundles import ConfirmOptions, FixOptions
from kerascheck.cli.program import exit_code
from kerascheck.cli.writing import Output
from kerascheck.model.description import Description
from kerascheck.settings.settings import Settings
from kerascheck.trust import shared_work
from tests.cli.test_plain import FIXTURES, WRONG, forget_variables


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with models, what cannot be read, and a program."""
    forget_variables(monkeypatch)
    monkeypatch.setattr(shared_work, "IN_A_ROW", 3)
    monkeypatch.chdir(tmp_path)
    for number in range(8):
        shutil.copy(WRONG, f"model_{number}.keras")
    Path("model_3.keras").write_bytes(b"PK\x03\x04 cut")
    shutil.copy(FIXTURES / "script" / "train.py", "train.py")
    Path("node_modules").mkdir()
    shutil.copy(WRONG, "node_modules/one.keras")
    return tmp_path


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("more", [[], ["--strict"], ["--fail-on", "never"], ["-q"]])
@pytest.mark.usefixtures("folder")
def test_what_is_streamed_is_what_is_written_at_the_end(
    more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    streamed = exit_code([".", "--output-format", "jsonl", *more])
    printed, complaints = capsys.readouterr()
    whole = exit_code([".", "-s", "--report", "jsonl=out.jsonl", *more])
    assert streamed == whole
    assert printed == Path("out.jsonl").read_text()
    if "--strict" not in more:  # which -s says nothing of
        assert complaints == capsys.readouterr().err
    kinds = [line["type"] for line in lines(printed)]
    assert kinds[0] == "header"
    assert kinds[-1] == "summary"
    assert kinds.count("model") == 9
    assert {"program", "skipped"} <= set(kinds)


SUPPRESSED = """import keras
import numpy as np

model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(10)])
model.compile(  # kerascheck: ignore[KC204]
    "adam", "mse", metrics=["binary_accuracy", "accuracy"]
)
model.fit(np.zeros((100, 8)), np.random.randint(0, 10, 100))
"""


@pytest.mark.usefixtures("folder")
def test_no_fix_of_a_suppressed_finding_is_streamed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("suppressed.py").write_text(SUPPRESSED)
    exit_code(["suppressed.py", "--output-format", "jsonl"])
    printed = capsys.readouterr().out
    exit_code(["suppressed.py", "-s", "--report", "jsonl=out.jsonl"])
    assert printed == Path("out.jsonl").read_text()
    assert '"by": "comment"' in printed


@pytest.mark.usefixtures("folder")
def test_lines_are_written_before_the_last_model_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    monkeypatch.setattr(streaming, "show", written.append)
    seen: list[int] = []
    usual = streaming.check_in_parts

    def watched(paths: object, on_part: object, **given: object) -> object:
        def noting(part: object, done: int, of: int) -> None:
            on_part(part, done, of)  # type: ignore[operator]
            seen.append("".join(written).count('"type": "model"'))

        return usual(paths, noting, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(streaming, "check_in_parts", watched)
    exit_code([".", "--output-format", "jsonl"])
    assert seen == [3, 6, 8]


@pytest.mark.usefixtures("folder")
def test_with_another_report_everything_is_written_at_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "stream", lambda *_, **__: 1 / 0)
    exit_code([".", "--output-format", "jsonl", "--report", "json=out.json"])
    found = lines(capsys.readouterr().out)
    document = json.loads(Path("out.json").read_text())
    models = [line for line in found if line["type"] == "model"]
    assert [model["path"] for model in models] == [
        model["path"] for model in document["models"]
    ]
    assert {**found[-1], "type": 0} == {**document["summary"], "type": 0}


@pytest.mark.parametrize(
    ("settings", "fixes", "confirmation", "output"),
    [
        (Settings(baseline="b.json"), FixOptions(), ConfirmOptions(), Output()),
        (Settings(), FixOptions(fix=True), ConfirmOptions(), Output()),
        (Settings(), FixOptions(), ConfirmOptions(confirm=True), Output()),
        (Settings(), FixOptions(), ConfirmOptions(), Output(verbose=True)),
        (Settings(), FixOptions(), ConfirmOptions(), Output(output_file="a")),
    ],
)
def test_what_needs_the_whole_report_is_not_streamed(
    settings: Settings, fixes: FixOptions, confirmation: ConfirmOptions, output: Output
) -> None:
    writing = output._replace(output_format="jsonl").ready("text")
    assert not streaming.can_stream(writing, settings, fixes, confirmation)


@pytest.mark.usefixtures("folder")
def test_models_that_are_written_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alive: list[int] = []

    def count(_: str) -> None:
        alive.append(sum(type(one) is Description for one in gc.get_objects()))

    for number in range(8, 40):
        shutil.copy(WRONG, f"model_{number}.keras")
    monkeypatch.setattr(streaming, "show", count)
    exit_code([".", "--no-programs", "--output-format", "jsonl"])
    assert len(alive) > 10
    assert alive[-3] - alive[2] < 5
