"""What a call says, by the options that say it, each with its default.

Options of click are made in `options.py` and its like, and put their values into these.
A call of paths alone has the defaults, and click is not imported for it; a test holds
the defaults of both together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from kerascheck.model.vocabulary import Confidence, Device, FailOn, Task
    from kerascheck.settings.settings import Settings

BUDGET = 120.0
"""Seconds that `--confirm` may train."""


class SettingsOptions(NamedTuple):
    """What a call says of its settings; each command offers some of these options."""

    config_file: str | None = None
    isolated: bool = False
    locked: bool = False
    base: str | None = None
    labels: str | None = None
    task: Task | None = None
    rules: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence | None = None
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    only_models: bool = False
    no_programs: bool = False
    stdin_name: str | None = None
    changed_since: str | None = None
    baseline: str | None = None
    no_baseline: bool = False
    fail_on: FailOn | None = None
    max_warnings: int | None = None
    strict: bool = False
    exit_zero: bool = False

    def settings(
        self, paths: Sequence[str], *, unread: Collection[str] = ()
    ) -> Settings:
        """Return the settings: the configuration of some paths, and these options.

        Args:
            paths: What is checked.
            unread: "labels", if the command reads no label files.

        Raises:
            UsageError: Options exclude each other, or the configuration cannot be
                read, is wrong, or leads out of the tree.
        """
        from kerascheck.settings.file import (
            read_settings,
            with_baseline,
            with_changed_since,
            without_baseline,
        )

        self._require_no_contradictions()
        settings = read_settings(
            paths,
            file=self.config_file,
            isolated=self.isolated,
            locked=self.locked,
            base=self.base,
            given=(*unread, *self._files_given()),
        ).override(
            labels=self.labels,
            task=self.task,
            own_rules=self.rules,
            select=self.select,
            extend_select=self.extend_select,
            ignore=self.ignore,
            min_confidence=self.min_confidence,
            exclude=self.exclude,
            extend_exclude=self.extend_exclude,
            force_exclude=self.force_exclude,
            only_models=self.only_models,
            no_programs=self.no_programs,
            stdin_name=self.stdin_name,
            fail_on=self.fail_on,
            max_warnings=self.max_warnings,
            strict=self.strict,
        )
        if self.changed_since is not None:
            settings = with_changed_since(settings, self.changed_since, paths)
        if self.no_baseline:
            return without_baseline(settings)
        return with_baseline(settings, self.baseline) if self.baseline else settings

    def _require_no_contradictions(self) -> None:
        for option, value in (("--config", self.config_file), ("--base", self.base)):
            if self.isolated and value is not None:
                raise UsageError(f"--isolated and {option} exclude each other")
        if self.no_baseline and self.baseline is not None:
            raise UsageError("--baseline and --no-baseline exclude each other")

    def _files_given(self) -> tuple[str, ...]:
        """Return which files of the configuration the call names others in place of."""
        files = {"labels": self.labels, "baseline": self.baseline or self.no_baseline}
        return tuple(key for key, value in files.items() if value)


class FixOptions(NamedTuple):
    """What a call says of fixes."""

    fix: bool = False
    diff: bool = False
    unsafe_fixes: bool = False
    sources: tuple[str, ...] = ()


class ConfirmOptions(NamedTuple):
    """What a call says of reference training; `confirm_budget` in seconds."""

    confirm: bool = False
    confirm_budget: float = BUDGET
    device: Device = "auto"
    no_cache: bool = False
