"""Saved models as items of pytest: one for each model and rule.

`models/a.keras::KC101` is one rule at all heads of a model, and `models/a.keras::KC0`
the findings about the file. The items of a model share one report.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import chdir
from functools import cached_property
from pathlib import Path

import pytest

from kerascheck.checks.checking import why_excluded
from kerascheck.engine.skipped import LINK_OUT
from kerascheck.in_pytest.model_finder import ModelFinder, is_weights_only
from kerascheck.in_pytest.properties import (
    Properties,
    looked_at,
    of_findings,
    of_models,
    unchecked,
)
from kerascheck.in_pytest.rule_report import report_of_rule, why_undecided
from kerascheck.in_pytest.settings import PluginSettings
from kerascheck.model.errors import KerascheckError
from kerascheck.model.typed import Any
from kerascheck.readers.search import FoundModel
from kerascheck.report.report import FindingsError, Report
from kerascheck.report.terminal import render_text
from kerascheck.settings.settings import Settings
from kerascheck.suppress.rule_selection import FILE_CODES
from kerascheck.trust.printable import Style
from kerascheck.trust.tree import local


class Collecting:
    """Collects the models that pytest walks past."""

    def __init__(self, settings: PluginSettings) -> None:
        self._settings = settings
        self._project = settings.project()
        self._rules = {rule.code: rule.name for rule in settings.select_rules().rules}
        self._finder = ModelFinder(settings.root)

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Return the model that a file is."""
        named = parent.session.isinitpath(file_path)
        with self._settings.outside():
            saved = self._saved(self._finder.file(file_path, named=named))
        if saved is None:
            return None
        model: Model = Model.from_parent(parent, path=saved.path, saved=saved)
        return model

    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Return the model that a folder is; what else is in it is collected, too."""
        named = parent.session.isinitpath(path)
        with self._settings.outside():
            saved = self._saved(self._finder.folder(path, named=named))
        if saved is None:
            return None
        folder: ModelFolder = ModelFolder.from_parent(
            parent, path=saved.path, saved=saved
        )
        return folder

    def _saved(self, found: FoundModel | None) -> SavedModel | None:
        if found is None:
            return None
        return SavedModel(
            Path(found.path),
            settings=self._settings,
            project=self._project,
            rules=self._rules,
            passed_over=why_excluded(found, self._project) or found.skipped,
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a skip at its model, not in this file."""
        report = yield
        if isinstance(item, RuleItem) and isinstance(report.longrepr, tuple):
            report.longrepr = (str(item.path), 1, report.longrepr[2])
        return report


class SavedModel:
    """A saved model, be it a file or a folder, and the report on it."""

    def __init__(
        self,
        path: Path,
        *,
        settings: PluginSettings,
        project: Settings,
        rules: dict[str, str],
        passed_over: str | None,
    ) -> None:
        self.path = path
        self.settings = settings
        self.project = project
        self.passed_over = passed_over
        self.shown = local(os.path.relpath(path, settings.root).replace(os.sep, "/"))
        self._rules = rules

    def items(self, parent: pytest.Collector) -> Iterator[pytest.Item]:
        """Yield the file itself, then each rule, in the order of codes."""
        yield RuleItem.from_parent(parent, name=FILE_CODES, title="the file itself")
        if self.passed_over is None and not self._is_weights_only():
            for code, name in self._rules.items():
                yield RuleItem.from_parent(parent, name=code, title=name)

    def _is_weights_only(self) -> bool:
        with self.settings.outside():
            return is_weights_only(str(self.path))

    @cached_property
    def report(self) -> Report:
        """What all rules say; the model is read once."""
        with chdir(self.settings.root), self.settings.outside():
            return self.settings.check(self.shown)


class Model(pytest.File):
    """A saved model that is a file."""

    def __init__(self, *, saved: SavedModel, **place: Any) -> None:
        super().__init__(**place)
        self.saved = saved

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the items of the model."""
        return self.saved.items(self)


class ModelFolder(pytest.Directory):
    """A folder that is a saved model, and may hold others."""

    def __init__(self, *, saved: SavedModel, **place: Any) -> None:
        super().__init__(**place)
        self.saved = saved

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield the items of the model, then what pytest finds in the folder."""
        yield from self.saved.items(self)
        if self.saved.passed_over != LINK_OUT:
            assert self.parent is not None
            yield from pytest.Dir.from_parent(self.parent, path=self.path).collect()


class RuleItem(pytest.Item):
    """One rule at all heads of one model."""

    parent: Model | ModelFolder

    def __init__(self, *, title: str, **place: Any) -> None:
        super().__init__(**place)
        self._title = title
        self.extra_keyword_matches.add(title)
        self.add_marker("kerascheck")

    def runtest(self) -> None:
        """Pass, fail, or be skipped for a reason.

        Raises:
            FindingsError: What the rule says fails.
        """
        model = self.parent.saved
        with model.settings.outside():
            self._judge(model)

    def _judge(self, model: SavedModel) -> None:
        if model.passed_over is not None:
            self.user_properties.append(unchecked(model.shown, model.passed_over))
            pytest.skip(model.passed_over)
        report = report_of_rule(model.report, self.name)
        self.user_properties += self._kept(report)
        if report.fails(model.project.fail_on, strict=model.project.strict):
            style = Style(quiet=True, verbose=not report.findings)
            raise FindingsError(render_text(report, style), report)
        why = why_undecided(model.report, self.name)
        if why:
            pytest.skip(why)

    def _kept(self, report: Report) -> Properties:
        if self.name == FILE_CODES:
            yield from of_models(self.parent.saved.report)
        else:
            yield looked_at(self.parent.saved.shown)
        yield from of_findings(report)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], *style: Any
    ) -> Any:
        """Return the findings, or what is wrong with the call, without a traceback."""
        if isinstance(excinfo.value, (FindingsError, KerascheckError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the item is, and its title."""
        return self.path, 0, f"{self.nodeid} {self._title}"
