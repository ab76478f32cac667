"""All files that a report's fixes change, each once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence

from kerascheck.engine.finding import Finding
from kerascheck.engine.former_places import former_key, former_places
from kerascheck.engine.judge import judge
from kerascheck.engine.writable_fixes import COMPILE_ONLY, IN_SOURCE
from kerascheck.fix import saved_model as saved
from kerascheck.fix.call_edits import Changes, splices_for
from kerascheck.fix.call_sites import find_call_site
from kerascheck.fix.diffs import unified
from kerascheck.fix.places import WritablePlaces
from kerascheck.fix.plan import Plan, planned
from kerascheck.fix.source_files import written_at
from kerascheck.fix.splices import Source, Splice, Unfixable, content
from kerascheck.model.description import Description
from kerascheck.model.errors import UnreadableModel
from kerascheck.model.named import NamedTuple
from kerascheck.report.report import Report
from kerascheck.trust.replace_file import new_file, why_not_written

LIVE = "live"
SOURCE = "source"


class WriteResult(NamedTuple):
    """What happened to one file."""

    message: str
    done: bool
    failed: bool = False  # the disk or its permissions, not the fix


class _Change(NamedTuple):
    """The change of one file of source, and for which models."""

    source: Source
    splices: set[Splice]
    codes: set[str]
    models: set[str]


class Files:
    """The files that change, gathered model by model before any is written."""

    def __init__(
        self,
        report: Report,
        sources: Sequence[str],
        *,
        unsafe: bool,
        paths: Sequence[str] = (),
        unsaved: Mapping[str, bytes] | None = None,
    ) -> None:
        """Note what was found and what may change.

        Args:
            report: What is to be fixed.
            sources: Files that compile calls may be in, in any folder.
            unsafe: Let fixes change training.
            paths: What was checked; files below may change, as those below the
                working folder.
            unsaved: What files hold instead of what is saved, by real path.
        """
        self.refused: dict[str, None] = {}  # files that may not change, and why
        self._places = WritablePlaces(paths, sources)
        self._report = report
        self._sources = sources
        self._unsafe = unsafe
        self._unsaved = unsaved
        self._changes: dict[str, _Change] = {}
        self._copies: list[tuple[saved.Copy, Plan]] = []

    def add(self, model: Description) -> list[tuple[Finding, str]]:
        """Plan the fixes of one model; return those that cannot be written, and why.

        A fix counts as written if the source or a copy of the model can be.
        """
        if not any(f.model == model.path and f.fix for f in self._report.findings):
            return []
        attempts = []
        if model.source is not None or self._sources or model.format == LIVE:
            attempts.append(self._in_source(model))
        if model.format not in (LIVE, SOURCE):
            attempts.append(self._in_copy(model))
        done = {key for fixed, _ in attempts for key in fixed}
        left = {f.key: (f, why) for _, out in reversed(attempts) for f, why in out}
        return [pair for key, pair in left.items() if key not in done]

    def _in_source(self, model: Description) -> _Attempt:
        plan = self._plan(model, IN_SOURCE)
        if not plan.done:
            return set(), list(plan.left)
        try:
            self._require_only_one(model)
            self._require_sources(model)
            site = find_call_site(model, self._sources, self._unsaved)
            changes = splices_for(plan, site, self._unsaved)
            for source, _ in changes:
                self._require(source.path, how=_BY_NAME)
            self._require_alike(model, plan)
            self._require_apart(changes)
            for source, splices in changes:
                self._add_change(source, splices, plan)
        except Unfixable as error:
            return _failed(plan, error)
        return _succeeded(plan)

    def _in_copy(self, model: Description) -> _Attempt:
        plan = self._plan(model, COMPILE_ONLY)
        if not plan.done:
            return set(), list(plan.left)
        try:
            copy = saved.copy_of(plan)
            self._require_folder(copy)
            self._copies.append((copy, plan))
        except Unfixable as error:
            return _failed(plan, error)
        return _succeeded(plan)

    def _require_only_one(self, model: Description) -> None:
        """Let a call of compile in a program be changed if it compiles one model."""
        if model.format != SOURCE:
            return
        same = [m.path for m in self._report.models if m.source == model.source]
        if len(same) > 1:
            raise Unfixable(
                f"the call at {model.source} compiles {len(same)} models that differ"
            )

    def _require_sources(self, model: Description) -> None:
        """Let the source of a model be looked into and changed, if it may be."""
        known = model.source
        files = self._sources if known is None else (written_at(known).file,)
        for file in files:
            self._require(file, how=_BY_NAME)

    def _require_alike(self, model: Description, plan: Plan) -> None:
        """Let a layer be changed if all models that it ends have what is fixed."""
        codes = {finding.code for finding in plan.done}
        for other in self._report.models:
            found = {f.code for f in self._report.findings if f.model == other.path}
            ends = {head.source for head in other.heads}
            if other is not model and ends & plan.changed_layers and codes - found:
                raise Unfixable(f"{other.path} ends in the same layer")

    def _require_folder(self, copy: saved.Copy) -> None:
        folder = os.path.dirname(copy.to) or os.curdir
        self._require(folder, how="name the folder that it leads to")

    def _require(self, path: str, *, how: str) -> None:
        try:
            self._places.require(path, how=how)
        except Unfixable as error:
            self.refused[str(error)] = None
            raise

    def _plan(self, model: Description, edits: tuple[type, ...]) -> Plan:
        return planned(self._report, model, edits, unsafe=self._unsafe)

    def _require_apart(self, changes: Changes) -> None:
        """Require that nothing is changed in two ways."""
        for source, splices in changes:
            known = self._changes.get(os.path.realpath(source.path))
            for one in splices if known else ():
                for other in known.splices - {one}:  # type: ignore[union-attr]
                    if one.start <= other.end and other.start <= one.end:
                        raise Unfixable(
                            "two models need different changes of the same call"
                        )

    def _add_change(self, source: Source, splices: list[Splice], plan: Plan) -> None:
        path = os.path.realpath(source.path)
        change = self._changes.get(path) or _Change(source, set(), set(), set())
        change.splices.update(splices)
        change.codes.update(finding.code for finding in plan.done)
        change.models.add(plan.before.path)
        self._changes[path] = change

    def edits(self) -> Iterator[tuple[Source, tuple[Splice, ...]]]:
        """Yield each file of source that changes, with its changes from the top."""
        for change in self._changes.values():
            yield change.source, tuple(sorted(change.splices))

    def diffs(self) -> Iterator[str]:
        """Yield a unified diff for each file that changes."""
        for change in self._changes.values():
            source = change.source
            after = source.changed(sorted(change.splices)).file_text
            yield unified(source.file_text, after, source.path)
        for copy, _ in self._copies:
            before, after = _indented(copy.before), _indented(copy.after)
            yield unified(before, after, f"{copy.path}:compile_config", to=copy.to)

    def write(self) -> Iterator[WriteResult]:
        """Write each file, all of it or nothing, and yield what came of it."""
        for path, change in self._changes.items():
            codes, name = ", ".join(sorted(change.codes)), change.source.path
            try:
                self._places.require(path, how="check again")
                _write_source(path, change)
            except Unfixable as error:
                yield WriteResult(f"{name} is left as it was: {error}", False)
            except OSError as error:
                why = why_not_written(path, error)
                yield WriteResult(
                    f"{name} is left as it was: {why}", False, failed=True
                )
            else:
                again = " and ".join(("train", *self._saved(change)))
                yield WriteResult(
                    f"corrected {name} ({codes}); run it to {again} again", True
                )
        for copy, plan in self._copies:
            yield self._write_copy(copy, plan)

    def _saved(self, change: _Change) -> tuple[str, ...]:
        """Return what there is to save again: the models that are files."""
        without_file = (LIVE, SOURCE)
        files = sorted(
            model.path
            for model in self._report.models
            if model.path in change.models and model.format not in without_file
        )
        return (f"save {', '.join(files)}",) if files else ()

    def _write_copy(self, copy: saved.Copy, plan: Plan) -> WriteResult:
        codes = ", ".join(sorted({finding.code for finding in plan.done}))

        def is_right(path: str) -> bool:
            return self._lacks(path, plan)

        try:
            self._require_folder(copy)
            saved.write(copy, is_right)
        except Unfixable as error:
            return WriteResult(f"no corrected copy of {copy.path}: {error}", False)
        except OSError as error:
            why = f"writing {copy.to} failed: {why_not_written(copy.to, error)}"
            return WriteResult(
                f"no corrected copy of {copy.path}: {why}", False, failed=True
            )
        return WriteResult(f"wrote {copy.to}, {copy.path} with {codes} corrected", True)

    def _lacks(self, path: str, plan: Plan) -> bool:
        """Say whether a written copy reads as planned and without the findings."""
        try:
            model = saved.describes(path, plan.before)
        except UnreadableModel:
            return False
        places = former_places(plan.before, [plan.applied])
        found = judge(self._report.rules, model).findings
        left = {former_key(finding, places) for finding in found}
        known = {f.key for f in judge(self._report.rules, plan.before).findings}
        return not left & {f.key for f in plan.done} and left <= known


_BY_NAME = "name the file itself by --source to change it"


_Attempt = tuple[set[tuple[str, str]], list[tuple[Finding, str]]]
"""Keys of the findings that one way fixes; those it does not, and why."""


def _succeeded(plan: Plan) -> _Attempt:
    return {finding.key for finding in plan.done}, list(plan.left)


def _failed(plan: Plan, why: Unfixable) -> _Attempt:
    return set(), [*((finding, str(why)) for finding in plan.done), *plan.left]


def _after(change: _Change) -> bytes:
    return change.source.spliced(sorted(change.splices))


def _write_source(path: str, change: _Change) -> None:
    """Put the corrected text in place of the file, unless it changed meanwhile.

    What is there is compared when all else is done, just before the new file takes
    its name.
    """
    if os.path.realpath(path) != path:
        raise Unfixable("it changed meanwhile: it is a link now")
    if not os.access(path, os.W_OK):
        raise Unfixable("it is read-only, or was removed; make it writable first")
    with new_file(path) as file:
        file.write(_after(change))
        file.flush()
        if content(path, change.source.most_bytes) != change.source.spliced([]):
            raise Unfixable("it changed meanwhile")


def _indented(settings: dict[str, object]) -> str:
    return json.dumps(settings, indent=2) + "\n"
