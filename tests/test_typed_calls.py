"""Words that calls accept are types: mypy refuses others, and so do the calls.

mypy checks this file with the package. Each `type: ignore` would itself be an error if
the type took the word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import pytest

import kerascheck
from kerascheck.model.vocabulary import CONFIDENCES, DEVICES, FAIL_ON, TASKS
from kerascheck.report.formats import formats
from kerascheck.report.report import Report
from kerascheck.settings.settings import Settings

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import Confidence, Device, FailOn, Format, Task


def every_level() -> list[FailOn]:
    return ["error", "warning", "note", "never"]


def every_task() -> list[Task]:
    return ["binary", "multiclass", "multilabel", "ordinal", "regression"]


def every_device() -> list[Device]:
    return ["auto", "cpu", "gpu"]


def every_confidence() -> list[Confidence]:
    return ["low", "medium", "high"]


def every_format() -> list[Format]:
    return [
        "concise",
        "github",
        "gitlab",
        "grouped",
        "html",
        "json",
        "jsonl",
        "junit",
        "markdown",
        "sarif",
        "summary",
        "text",
    ]


def test_types_are_the_words() -> None:
    assert tuple(every_level()) == FAIL_ON
    assert tuple(every_task()) == TASKS
    assert tuple(every_device()) == DEVICES
    assert tuple(every_confidence()) == CONFIDENCES
    assert tuple(every_format()) == formats()


def test_every_word_is_accepted() -> None:
    for level in every_level():
        Report().raise_for_findings(level)
    for name in every_format():
        assert isinstance(Report().render(name), str)
    for level in every_level():
        assert kerascheck.callback(level).fail_on == level
    for task in every_task():
        assert not kerascheck.check([], task=task).findings
    for device in every_device():
        assert not kerascheck.confirm(Report(), device=device).findings
    for confidence in every_confidence():
        assert Settings(min_confidence=confidence).min_confidence == confidence


def test_another_level_is_refused() -> None:
    assert keras.__version__  # imported, which the callback requires
    with pytest.raises(ValueError, match="warnings"):
        Report().raise_for_findings("warnings")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="never"):
        Report().fails("info")  # type: ignore[arg-type]
    with pytest.raises(kerascheck.UsageError, match="errors"):
        kerascheck.callback("errors")  # type: ignore[arg-type]


def test_another_format_is_refused() -> None:
    with pytest.raises(kerascheck.UsageError, match="did you mean 'markdown'"):
        Report().render("markdwon")  # type: ignore[arg-type]


def test_another_task_is_refused() -> None:
    with pytest.raises(kerascheck.UsageError, match="multi-label"):
        kerascheck.check([], task="multi-label")  # type: ignore[arg-type]
    with pytest.raises(kerascheck.UsageError, match="multi-label"):
        kerascheck.describe("a", task="multi-label")  # type: ignore[arg-type]


def test_another_device_is_refused() -> None:
    with pytest.raises(kerascheck.UsageError, match="cuda"):
        kerascheck.confirm(Report(), device="cuda")  # type: ignore[arg-type]
