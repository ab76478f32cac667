"""Programs: read as text, judged, and their fixes written."""

from __future__ import annotations

import ast
import os

from fuzz.mutators import programs
from fuzz.oracle import raise_crash, sometimes
from kerascheck.api import check_program
from kerascheck.fix.files import Files
from kerascheck.model.frozen import replace
from kerascheck.report.report import Report
from kerascheck.settings.settings import Settings

IMPORTS = frozenset({"numpy", "pickle"})  # for labels that are written out

NAME = "train.py"
SETTINGS = Settings(stdin_name=NAME, isolated=True)
MAX_BYTES = 6000

mutated = programs.mutated


def one_input(data: bytes) -> None:
    """Judge a program twice; what a fix makes of it is a program as well."""
    report = checked(data)
    if sometimes(data):
        assert repr(checked(data)) == repr(report)
    if any(finding.fix for finding in report.findings):
        _require_programs(report, data)


def checked(data: bytes, settings: Settings = SETTINGS) -> Report:
    """Return the report on a program, without the time that it took."""
    report = check_program(data, config=settings, on_crash=raise_crash)
    return replace(report, seconds=0.0)


def _require_programs(report: Report, data: bytes) -> None:
    unsaved = {os.path.realpath(NAME): data}
    files = Files(report, (), unsafe=True, paths=(NAME,), unsaved=unsaved)
    for model in report.models:
        files.add(model)
    for source, splices in files.edits():
        new = source.spliced(splices)
        ast.parse(new)
        checked(new)
