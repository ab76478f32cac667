"""What one run of pytest checks with: its options, and the project's configuration."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager

import pytest

from kerascheck.api import check, confirm
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.model.vocabulary import FAIL_ON
from kerascheck.report.report import Report
from kerascheck.settings.file import read_settings, with_baseline
from kerascheck.settings.settings import Settings
from kerascheck.suppress.rule_selection import RuleSelection, select_rules
from kerascheck.trust.imports_outside import imports_outside
from kerascheck.trust.printable import printable
from kerascheck.trust.tree import Tree

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import FailOn


class PluginSettings(Frozen):
    """What the options of one run say.

    Attributes:
        root: The root directory of pytest.
        tree: The project, of which nothing is imported.
        select: Rules to run.
        ignore: Rules to skip.
        fail_on: Lowest severity that fails; None: that of the configuration.
        confirm: Train reference models before findings count.
    """

    root: str
    tree: Tree
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn | None = None
    confirm: bool = False

    def outside(self) -> AbstractContextManager[None]:
        """Return a context in which nothing of the project is imported.

        pytest puts the folders of conftest.py on the import path, and a project may
        have a json.py there.
        """
        return imports_outside(self.tree)

    def project(self) -> Settings:
        """Return the configuration nearest to the root under these options.

        It is read again each time, as paths in it start at the current directory.

        Raises:
            UsageError: It cannot be read, is wrong, or leads out of the project.
        """
        return with_baseline(self._override(read_settings([self.root])))

    def select_rules(self) -> RuleSelection:
        """Return which rules run.

        Raises:
            UsageError: The options or the configuration are wrong.
        """
        if self.fail_on not in (None, *FAIL_ON):
            raise UsageError(
                f"--kerascheck-fail-on: Expected one of {', '.join(FAIL_ON)}. "
                f"Received: {self.fail_on!r}."
            )
        return select_rules(self.project())

    def check(self, *args: Any, config: Settings | None = None, **given: Any) -> Report:
        """Return the report of `kerascheck.check`, under these settings.

        Args:
            args: As there.
            config: By default that of the project.
            given: As there; it comes before these settings.
        """
        settings = self.project() if config is None else self._override(config)
        report = check(*args, config=settings, **given)
        if not (self.confirm and report.findings):
            return report
        return confirm(report, notice=_write_line)

    def _override(self, settings: Settings) -> Settings:
        return settings.override(
            select=self.select,
            ignore=self.ignore,
            fail_on=self.fail_on,
            root=self.root,
        )


def fails(report: Report, settings: Settings, fail_on: FailOn | None = None) -> bool:
    """Say whether a report fails, as it would on the command line."""
    return report.fails(
        fail_on or settings.fail_on,
        max_warnings=settings.max_warnings,
        strict=settings.strict,
    )


def settings_of(config: pytest.Config) -> PluginSettings:
    """Return what the options of this run say."""
    return PluginSettings(
        root=str(config.rootpath),
        tree=Tree.of((config.rootpath, os.curdir)),
        select=tuple(config.getoption("kerascheck_select")),
        ignore=tuple(config.getoption("kerascheck_ignore")),
        fail_on=config.getoption("kerascheck_fail_on"),
        confirm=config.getoption("kerascheck_confirm"),
    )


def _write_line(line: str) -> None:
    """Write one line where pytest captures it; a warning could fail a test."""
    sys.stderr.write(f"kerascheck: {printable(line)}\n")
