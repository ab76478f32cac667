"""Models that tests fit or evaluate, checked with the labels that arrive."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from types import TracebackType

import pytest

from kerascheck.in_pytest.properties import looked_at, properties, unchecked
from kerascheck.in_pytest.settings import PluginSettings, fails
from kerascheck.live.fit_hook import CheckedModel
from kerascheck.model.origin import Origin
from kerascheck.model.typed import Final
from kerascheck.report.report import FindingsError, Report

_BETWEEN: Final = ("keras", "kerascheck", "tensorflow", "tf_keras")
"""Packages between a test and what is raised."""


class FindingsWarning(UserWarning):
    """Findings in a model that a test trains; its text is the report."""


class Fits:
    """Checks of the models that tests train."""

    def __init__(self, settings: PluginSettings, *, warn: bool) -> None:
        self._settings = settings
        self._warn = warn
        self._item: pytest.Item | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item
    ) -> Generator[None, object, object]:
        """Note which test runs."""
        self._item = item
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show findings where the test trains, not inside Keras."""
        error = call.excinfo and call.excinfo.value
        if isinstance(error, FindingsError):
            error.__traceback__ = _outside(error.__traceback__)
            call.excinfo = pytest.ExceptionInfo.from_exception(error)
        return (yield)

    def add(self, watched: CheckedModel) -> None:
        """Keep the report on a model; fail or warn if that fails.

        Raises:
            FindingsError: It leaves through the call that trains the model.
        """
        __tracebackhide__ = True
        report = watched.report
        if report is None:
            name = watched.origin.name
            self._keep(looked_at(name), unchecked(name, watched.why or ""))
            return
        self._keep(*properties(report))
        if not fails(report, self._settings.project()):
            return
        if self._warn:
            _warn(report, watched.origin)
        elif watched.raised:  # Keras's own error follows, and would hide another
            self._show(report)
        else:
            raise FindingsError(str(report), report)

    def _keep(self, *pairs: tuple[str, str]) -> None:
        if self._item is not None:
            self._item.user_properties += pairs

    def _show(self, report: Report) -> None:
        if self._item is not None:
            self._item.add_report_section("call", "kerascheck", str(report))


def _outside(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames of Keras and of this package."""
    if trace is None:
        return None
    inner = _outside(trace.tb_next)
    module = str(trace.tb_frame.f_globals.get("__name__"))
    if module.partition(".")[0] in _BETWEEN:
        return inner
    return TracebackType(inner, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)


def _warn(report: Report, origin: Origin) -> None:
    """Warn at the line that compiles the model."""
    file, _, line = (origin.compiled or f"{origin.name}:1").rpartition(":")
    warnings.warn_explicit(FindingsWarning(f"\n{report}"), None, file, int(line))
