"""What one run of pytest checks with: its options, and the project's configuration."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from typing import Any

import pytest

from kerascheck.api import check, confirm
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import Frozen
from kerascheck.model.vocabulary import FAIL_ON
from kerascheck.report.report import Report
from kerascheck.settings.configuration import Settings, found
from kerascheck.suppress.baseline import FILE, require_in_tree
from kerascheck.suppress.rule_selection import RuleSelection, select_rules
from kerascheck.trust.imports_outside import imports_outside
from kerascheck.trust.printable import printable
from kerascheck.trust.tree import Tree


class PluginSettings(Frozen):
    """What the options of one run say.

    Attributes:
        root: The root directory of pytest.
        select: Rules to run.
        ignore: Rules to leave out.
        fail_on: Least severity that fails; None: the configuration says.
        confirm: Train reference models before findings count.
        tree: The project, of which nothing is imported.
    """

    root: str
    tree: Tree
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    confirm: bool = False

    def outside(self) -> AbstractContextManager[None]:
        """Return in what the plugin imports what it needs: nothing of the project.

        pytest puts the folders of conftest.py on the import path, and a project may
        have a json.py there.
        """
        return imports_outside(self.tree)

    def project(self) -> Settings:
        """Return the configuration nearest to the root, and the baseline beside it.

        It is read anew each time, as paths in it start at the current directory.

        Raises:
            UsageError: It can not be read, is wrong, or leads out of the project.
        """
        config = found([self.root])
        home = self.root if config.path is None else config.home
        return config._replace(baseline=config.baseline or _baseline_in(home))

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
        return select_rules(self.project(), select=self.select, ignore=self.ignore)

    def check(self, *args: Any, config: Settings | None = None, **told: Any) -> Report:
        """Return the report of `kerascheck.check`, under these settings.

        Args:
            args: As there.
            config: By default that of the project.
            told: As there; it comes before these settings.
        """
        config = config or self.project()
        ours: dict[str, Any] = {"select": self.select, "ignore": self.ignore}
        if config.path is None:
            ours["home"] = self.root
        report = check(*args, config=config, **{**ours, **told})
        if not (self.confirm and report.findings):
            return report
        return confirm(report, notice=_say)

    def fails(
        self, report: Report, config: Settings, fail_on: str | None = None
    ) -> bool:
        """Say whether a report fails, as it would on the command line."""
        return report.fails(
            fail_on or self.fail_on or config.fail_on,
            max_warnings=config.max_warnings,
            strict=config.strict,
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


def _say(line: str) -> None:
    """Write one line where pytest captures it; a warning could fail a test."""
    sys.stderr.write(f"kerascheck: {printable(line)}\n")


def _baseline_in(folder: str) -> str | None:
    path = os.path.relpath(os.path.join(folder, FILE))
    if not os.path.isfile(path):
        return None
    require_in_tree(path)
    return path
