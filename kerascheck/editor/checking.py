"""One program of an editor, checked as it is on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kerascheck.api import check_program
from kerascheck.editor.options import EditorOptions
from kerascheck.engine.file_findings import file_rules
from kerascheck.model.errors import UnreadableModel
from kerascheck.readers.source.prefilter import names_keras
from kerascheck.readers.source.text import NotUnderstood, program_text
from kerascheck.report.report import Report
from kerascheck.settings.file import read_settings, with_baseline
from kerascheck.settings.settings import Settings

__all__ = ["Checked", "check_text", "settings_for", "warm"]

_CALLS = (b".compile", b".fit")

_WARM = b"""\
import keras
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
"""


class Checked(NamedTuple):
    """What came of one program.

    Attributes:
        report: Of the program; None: it can compile no model.
        understood: Whether it could be read.
    """

    report: Report | None = None
    understood: bool = True


def settings_for(path: str, options: EditorOptions) -> Settings:
    """Return the settings of the project of a file, with those of the editor.

    Raises:
        UsageError: The configuration is wrong, or leads out of its tree.
    """
    settings = with_baseline(read_settings([path]))
    return settings.override(
        select=options.select,
        extend_select=options.extend_select,
        ignore=options.ignore,
        min_confidence=options.min_confidence,
        stdin_name=path,
        force_exclude=True,
    )


def check_text(
    path: str,
    data: bytes,
    options: EditorOptions,
    *,
    project: Sequence[str] = (),
    unsaved: Mapping[str, bytes] | None = None,
) -> Checked:
    """Check a program as the command line would if it were saved.

    Args:
        path: Of its file.
        data: What would be in the file.
        options: Of the editor.
        project: Folders of the workspace that the file is in.
        unsaved: What is open, by real path; imports see it.

    Raises:
        UsageError: The configuration of the project, or that of the editor, is wrong.
    """
    if not any(word in data for word in _CALLS):
        return Checked()
    config = settings_for(path, options)
    report = check_program(data, config=config, project=project, unsaved=unsaved)
    if not report.models and any(one.why for one in report.programs):
        if not names_keras(data):
            return Checked()
        return Checked(report, understood=_is_understood(path, data))
    return Checked(report)


def warm() -> None:
    """Check a program that is always the same, so that all is imported."""
    check_program(_WARM, config=Settings(isolated=True))
    file_rules()


def _is_understood(path: str, data: bytes) -> bool:
    try:
        program_text(path, data)
    except (NotUnderstood, UnreadableModel):
        return False
    return True
