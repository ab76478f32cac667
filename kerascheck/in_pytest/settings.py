"""What one run of pytest checks with: its options, and the project's configuration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytest

from kerascheck.api import check, confirm
from kerascheck.baseline import FILE, require_in_tree
from kerascheck.choice import Choice, choice
from kerascheck.config import Config, found
from kerascheck.core.errors import UsageError
from kerascheck.core.report import Report
from kerascheck.core.vocabulary import FAIL_ON


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the options of one run say.

    Attributes:
        root: The root directory of pytest.
        select: Rules to run.
        ignore: Rules to leave out.
        fail_on: Least severity that fails; None: the configuration says.
        confirm: Train reference models before findings count.
    """

    root: str
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    confirm: bool = False

    def project(self) -> Config:
        """Return the configuration nearest to the root, and the baseline beside it.

        It is read anew each time, as paths in it start at the current directory.

        Raises:
            UsageError: It can not be read, is wrong, or leads out of the project.
        """
        config = found([self.root])
        home = self.root if config.path is None else config.home
        return config._replace(baseline=config.baseline or _baseline_in(home))

    def choice(self) -> Choice:
        """Return which rules run.

        Raises:
            UsageError: The options or the configuration are wrong.
        """
        if self.fail_on not in (None, *FAIL_ON):
            raise UsageError(
                f"--kerascheck-fail-on: Expected one of {', '.join(FAIL_ON)}. "
                f"Received: {self.fail_on!r}."
            )
        return choice(self.project(), select=self.select, ignore=self.ignore)

    def check(self, *args: Any, config: Config | None = None, **told: Any) -> Report:
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
        return confirm(report) if self.confirm and report.findings else report

    def fails(self, report: Report, config: Config, fail_on: str | None = None) -> bool:
        """Say whether a report fails, as it would on the command line."""
        return report.fails(
            fail_on or self.fail_on or config.fail_on,
            max_warnings=config.max_warnings,
            strict=config.strict,
        )


def settings_of(config: pytest.Config) -> Settings:
    """Return what the options of this run say."""
    return Settings(
        root=str(config.rootpath),
        select=tuple(config.getoption("kerascheck_select")),
        ignore=tuple(config.getoption("kerascheck_ignore")),
        fail_on=config.getoption("kerascheck_fail_on"),
        confirm=config.getoption("kerascheck_confirm"),
    )


def _baseline_in(folder: str) -> str | None:
    path = os.path.relpath(os.path.join(folder, FILE))
    if not os.path.isfile(path):
        return None
    require_in_tree(path)
    return path
