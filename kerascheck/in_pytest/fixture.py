"""The fixture `kerascheck`: checks that a test makes itself."""

from __future__ import annotations

import os
from contextlib import nullcontext

import pytest

from kerascheck.in_pytest.properties import properties
from kerascheck.in_pytest.settings import fails, settings_of
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.report.report import FindingsError, Report
from kerascheck.settings.settings import Settings
from kerascheck.trust.tree import local

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import FailOn


class Checks:
    """What a test gets: called, it checks a model and returns the report."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._settings = settings_of(request.config)
        self._properties = request.node.user_properties

    def __repr__(self) -> str:
        return "<kerascheck>"  # pytest shows it with every failure

    def __call__(
        self, model: object, y: object = None, x: object = None, **given: Any
    ) -> Report:
        """Return the report of a live model, or of saved ones.

        Args:
            model: As in `kerascheck.check`.
            y: Labels, as there.
            x: Inputs, as there.
            given: Anything else that it takes. By default the configuration of the
                project and the options of this run decide.
        """
        with self._settings.outside() if _is_saved(model) else nullcontext():
            report = self._settings.check(_from_here(model), y, x, **given)
        self._properties += properties(report)
        return report

    def assert_clean(
        self,
        model: object,
        y: object = None,
        x: object = None,
        *,
        fail_on: FailOn | None = None,
        config: Settings | None = None,
        **given: Any,
    ) -> Report:
        """Return the report of a model in which nothing is found.

        Args:
            model: As in `kerascheck.check`; so are those that follow.
            y: Labels.
            x: Inputs.
            fail_on: "error", "warning", "note" or "never"; by default what the options
                or the configuration say.
            config: By default that of the project.
            given: Anything else that `kerascheck.check` takes.

        Raises:
            FindingsError: Something is found, or nothing could be checked; its text is
                that of the command line.
        """
        __tracebackhide__ = True
        with self._settings.outside():
            settings = config or self._settings.project()
        report = self(model, y, x, config=settings, **given)
        if fails(report, settings, fail_on):
            raise FindingsError(str(report), report)
        if not report.decided:
            raise FindingsError(f"nothing was checked\n\n{report}", report)
        return report


def _is_saved(model: object) -> bool:
    """Say whether a model is given by its path; a live one may import as it likes."""
    return isinstance(model, (str, os.PathLike, list, tuple))


def _from_here(model: object) -> object:
    """Return the path of a model below the current directory as seen from there.

    So a report reads as on the command line, although pytest passes whole paths.
    """
    if not isinstance(model, (str, os.PathLike)):
        return model
    path, here = os.fspath(model), os.getcwd()
    if isinstance(path, str) and os.path.isabs(path) and path.startswith(here + os.sep):
        return local(os.path.relpath(path))
    return path
