"""One report in the making, from saved models, stores and programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kerascheck.checks.describer import Describer
from kerascheck.engine.finding import Finding
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.engine.judge import judge
from kerascheck.engine.outcome import ConfigurationUse, NotRun, Program, Suppressed
from kerascheck.engine.rule import Rule
from kerascheck.engine.skipped import EXCLUDED, POINTERS, UNCHANGED
from kerascheck.model.description import Description, InProgram, Problem
from kerascheck.model.errors import KerascheckError, UnreadableModel
from kerascheck.model.frozen import replace
from kerascheck.model.typed import TYPE_CHECKING, Any
from kerascheck.readers.read import read
from kerascheck.readers.search import FoundModel
from kerascheck.report.report import Report
from kerascheck.settings.globs import concerns
from kerascheck.settings.settings import Settings
from kerascheck.suppress.rule_selection import RuleSelection, select_rules
from kerascheck.trust.tree import Tree

if TYPE_CHECKING:
    from kerascheck.readers.remote.search import RemoteModel
    from kerascheck.readers.source.programs import ReadProgram
    from kerascheck.suppress.comments import CommentsOf
    from kerascheck.trust.changed_since import ChangedSince

Reader = Callable[[str], Description | None]
"""Reads the model at a path; None: there is none after all."""

Found = tuple[FoundModel, str | None]
"""What a search found, and why it is excluded; None: it is not."""

Part = tuple[Any, ...]
"""What `Checking.part` returns."""

OnCrash = Callable[[str, Exception], None]
"""Called with the rule or path whose check raised where it should not, and what."""

MODELS_IN_PART = 64
"""Models that one task of a cluster reads and judges."""

MODELS_AT_ONCE = 16
"""Models of a store whose findings are handed over together."""

ONCE = "label-file-not-used"
"""Kind of a problem that is reported for one model of several."""

NOT_COMPILED = "the model is not compiled"
NO_COMPILE_INFORMATION = "the file holds no compile information"
NO_HEADS = "the outputs of the model are unknown"


def why_excluded(found: FoundModel, settings: Settings) -> str | None:
    """Return why the settings exclude a model; one that is named only if forced."""
    if found.named and not settings.force_exclude:
        return None
    globs = (*settings.exclude, *settings.extend_exclude)
    return EXCLUDED if any(concerns(settings, g, found.path) for g in globs) else None


def check_part(part: tuple[Settings, Sequence[RemoteModel]]) -> Report:
    """Judge a part of the models of a run, on a worker of a cluster.

    Returns:
        A report without what concerns the run as a whole.
    """
    settings, models = part
    checking = Checking(select_rules(settings), Describer(settings, None))
    for _ in checking.add_remote(models):
        pass
    return replace(checking.report(str), rules=(), configuration=())


class Checking:
    """One report in the making."""

    def __init__(
        self,
        selection: RuleSelection,
        describer: Describer | None = None,
        on_crash: OnCrash | None = None,
    ) -> None:
        self._selection = selection
        self._describer = describer
        self._on_crash = on_crash
        self._models: list[Description] = []
        self._findings: list[Finding] = []
        self._not_run: list[NotRun] = []
        self._suppressed: list[Suppressed] = []
        self._skipped: list[tuple[str, str]] = []
        self._programs: list[Program] = []
        self._of_calls: set[tuple[object, ...]] = set()
        self._reported_once: set[Problem] = set()
        self._changes: ChangedSince | None = None
        since = selection.settings.changed_since
        if since is not None:
            from kerascheck.trust.changed_since import ChangedSince

            self._changes = ChangedSince(since)
        self._decided = 0

    def take(self, thing: Found, reader: Reader | None = None) -> None:
        """Judge what a search found, or note why it is not judged."""
        found, excluded = thing
        why = excluded or found.skipped
        if why is None and not self._has_changed(found.path):
            why = UNCHANGED
        if why is not None:
            self._skipped.append((found.path, why))
        elif found.refusal is not None:
            self._add_unreadable(found.path, *found.refusal)
        else:
            self.add(found.path, reader)

    def _has_changed(self, *paths: str) -> bool:
        """Say whether one of some files differs from the revision that is named."""
        if self._changes is None:
            return True
        return any(map(self._changes.has_changed, paths))

    def add(self, path: str, reader: Reader | None = None) -> None:
        """Read and judge one model; whatever goes wrong with it becomes a finding."""
        try:
            model = (reader or read)(path)
            if model is None:
                return
            if self._describer is not None:
                model = self._describer.describe(path, model)
        except UnreadableModel as error:
            self._add_unreadable(path, error.kind, str(error))
        except (KerascheckError, MemoryError):
            raise
        except Exception as crash:
            self._report_crash(path, crash)
            why = f"reading it raised {type(crash).__name__}: a fault of kerascheck"
            self._add_unreadable(path, "reader-crashed", why)
        else:
            self.judge(model)

    def add_addresses(self, addresses: Sequence[str]) -> Iterator[int]:
        """Read and judge the models of stores; yield how many are done now and then.

        Raises:
            UsageError: A store cannot be used.
        """
        from kerascheck.readers.remote.find import find_remote
        from kerascheck.stores.address import Address

        settings = self._selection.settings
        found = find_remote(map(Address, addresses), locked=settings.locked)
        done = 0
        if settings.scheduler is None:
            for done, _ in enumerate(self.add_remote(found), start=1):
                if not done % MODELS_AT_ONCE:
                    yield done
            yield done
            return
        from kerascheck.cluster import in_order, parts_of

        on_workers = settings.for_workers()
        parts = ((on_workers, models) for models in parts_of(found, MODELS_IN_PART))
        for part in in_order(settings.scheduler, check_part, parts):
            self._take_over(part)
            done += len(part.models)
            yield done

    def add_remote(self, models: Iterable[RemoteModel]) -> Iterator[None]:
        """Read models of stores, many at once, and judge them in order, one a step."""
        from kerascheck.readers.remote.ahead import read_ahead

        settings = self._selection.settings
        ahead = read_ahead(
            models,
            lambda one: why_excluded(one, settings),
            with_labels=settings.labels is None,
        )
        for model, why, reader in ahead:
            if self._describer is not None:
                self._describer.found_in_store(model.found.path, model.labels)
            self.take((model.found, why), reader)
            yield

    def _take_over(self, part: Report) -> None:
        """Add what was found elsewhere, less what is reported for one model alone."""
        again: set[tuple[str, str]] = set()
        for model in part.models:
            once = [problem for problem in model.problems if problem.kind == ONCE]
            told = self._reported_once.intersection(once)
            again |= {(model.path, problem.message) for problem in told}
            self._reported_once.update(once)
            kept = tuple(p for p in model.problems if p not in told)
            self._models.append(replace(model, problems=kept) if told else model)
        self._findings += [
            one for one in part.findings if (one.model, one.message) not in again
        ]
        self._suppressed += [
            one
            for one in part.suppressed
            if (one.finding.model, one.finding.message) not in again
        ]
        self._not_run += part.not_run
        self._skipped += part.skipped
        self._decided += part.decided

    def part(self, things: Sequence[Found]) -> Part | None:
        """Return what checking some models adds, for `add_part` in another process.

        None: something in it depends on what was checked before, or went wrong.
        """
        from kerascheck.model.columns import packed

        whole = self._lists()
        started = [len(one) for one in whole]
        decided, crashed, watch = self._decided, list[str](), self._on_crash
        self._on_crash = lambda what, crash: crashed.append(what)
        try:
            for thing in things:
                self.take(thing)
        except KerascheckError:
            return None
        finally:
            self._on_crash = watch
        once = (p.kind == ONCE for m in self._models[started[0] :] for p in m.problems)
        if crashed or any(once):
            return None
        added = [found[n:] for found, n in zip(whole, started, strict=True)]
        for found in whole:
            found.clear()
        return (self._decided - decided, *packed(added))

    def add_part(self, part: Part) -> None:
        """Add what another process found in the models that come next."""
        from kerascheck.model.columns import unpacked

        decided, *added = part
        self._decided += decided
        for one, more in zip(self._lists(), unpacked(added), strict=True):
            one += more

    def taken(self, place: Callable[[str], str]) -> Report:
        """Return what was found since the last call, and forget it."""
        report = replace(self.report(place), skipped=(), configuration=())
        for found in (self._models, self._findings, self._not_run, self._suppressed):
            found.clear()
        self._decided = 0
        return report

    def _lists(self) -> tuple[list[Any], ...]:
        found = (self._models, self._findings, self._not_run)
        return (*found, self._suppressed, self._skipped)

    def add_programs(
        self,
        programs: Mapping[str, bytes | None],
        tree: Tree,
        unsaved: Mapping[str, bytes],
    ) -> None:
        """Read programs and judge the models that they compile.

        Args:
            programs: Their paths, each with its bytes unless it is a file.
            tree: Files that they import are in it.
            unsaved: What such files hold instead of what is saved, by real path.
        """
        from kerascheck.readers.source.programs import by_file

        read = [
            self._read_program(path, tree, data, unsaved)
            for path, data in programs.items()
        ]
        known = [one for one in read if one is not None]
        changed = [one for one in known if self._has_changed(one.path, *one.imports)]
        self._skipped += [(one.path, UNCHANGED) for one in known if one not in changed]
        settings = self._selection.settings
        for program in by_file(changed):
            found = FoundModel(path=program.path, named=program.path in programs)
            if why_excluded(found, settings) is None:
                self._judge_program(program)

    def _read_program(
        self,
        path: str,
        tree: Tree,
        data: bytes | None,
        unsaved: Mapping[str, bytes],
    ) -> ReadProgram | None:
        """Read one program; None: it is not understood, which is noted."""
        from kerascheck.readers.source.programs import read_source
        from kerascheck.readers.source.text import NotUnderstood

        try:
            return read_source(path, tree, data, unsaved)
        except NotUnderstood as error:
            self._add_not_understood(path, str(error), error.line)
        except UnreadableModel as error:
            self._add_not_understood(path, str(error))
        except MemoryError:
            raise
        except Exception as crash:
            self._add_crash(path, crash)
        return None

    def _judge_program(self, program: ReadProgram) -> None:
        from kerascheck.suppress.comments import CommentsOf

        settings, path = self._selection.settings, program.path
        ignored = len(program.comments) if settings.locked else 0
        number = len(program.models)
        why = program.left[0][1] if program.left and not number else None
        self._programs.append(
            Program(
                path=path,
                models=number,
                why=why,
                ignored_comments=ignored,
                imports=program.imports,
            )
        )
        self._add_left(program)
        comments = None
        if program.comments and not settings.locked:
            comments = CommentsOf(program, settings.own_rules)
        judged = []
        for model in program.models:
            try:
                if self._describer is not None:
                    model = self._describer.describe(path, model)
            except (KerascheckError, MemoryError):
                raise
            except Exception as crash:
                self._add_crash(path, crash)
                continue
            if comments is not None:
                model = comments.with_hints(model)
            judged.append(model)
            self.judge(model, comments)
        if comments is not None:
            ran = [rule.code for rule in self._selection.rules]
            unused = tuple(comments.unused(judged, self._not_run, ran))
            self._add_findings(unused, path)

    def _add_crash(self, path: str, crash: Exception) -> None:
        self._report_crash(path, crash)
        why = f"reading it raised {type(crash).__name__}: a fault of kerascheck"
        self._add_not_understood(path, why)

    def _add_not_understood(self, path: str, why: str, line: int | None = None) -> None:
        from kerascheck.engine.file_findings import rule_for

        self._programs.append(Program(path=path, why=why))
        rule = rule_for("program-not-understood")
        finding = rule.finding(f"not understood: {why}", path)
        if line is not None and not path.endswith(".ipynb"):
            finding = replace(finding, source=f"{path}:{line}")
        self._add_findings((finding,), path)

    def _add_left(self, program: ReadProgram) -> None:
        """Note the compile calls that are not understood, in one finding."""
        from kerascheck.engine.file_findings import rule_for

        if not program.left:
            return
        place, why = program.left[0]
        message = _not_understood(len(program.left), why)
        finding = rule_for("program-not-understood").finding(message, program.path)
        self._add_findings((replace(finding, source=str(place)),), program.path)

    def judge(self, model: Description, comments: CommentsOf | None = None) -> None:
        """Run the rules on one model."""
        self._models.append(model)
        findings = _problems(model)
        why = _why_not_judged(model)
        rules = self._selection.rules
        if why is None:
            outcome = judge(rules, model, on_crash=self._rule_crashed)
            findings += outcome.findings
            self._not_run += outcome.not_run
            self._decided += outcome.decided
        else:
            self._not_run += [
                NotRun(code=r.code, name=r.name, model=model.path, head=None, why=why)
                for r in rules
            ]
        self._add_findings(findings, model.file, model, comments)

    def _add_unreadable(self, path: str, kind: str, message: str) -> None:
        from kerascheck.engine.file_findings import unreadable

        if kind in POINTERS:
            self._skipped.append((path, POINTERS[kind]))
        self._models.append(Description(path=path, format=None))
        self._add_findings((unreadable(kind, message, path),), path)

    def _add_findings(
        self,
        findings: tuple[Finding, ...],
        path: str,
        model: Description | None = None,
        comments: CommentsOf | None = None,
    ) -> None:
        if model is not None and model.program is not None:
            findings = tuple(self._new_ones(findings, model, model.program))
        reported, suppressed = self._selection.split(findings, path)
        if comments is not None and model is not None:
            reported, others = comments.split(reported, model)
            self._suppressed += others
        self._findings += reported
        self._suppressed += suppressed

    def _new_ones(
        self, findings: tuple[Finding, ...], model: Description, program: InProgram
    ) -> Iterator[Finding]:
        """Yield what was not found in another model of the same call of compile.

        Keras numbers layers, so names of heads differ.
        """
        numbers = {head.name: number for number, head in enumerate(model.heads)}
        for one in findings:
            name = one.head or ""
            call = (program.file, program.cell, program.line, numbers.get(name))
            fact = one.location.removeprefix(f"heads.{name}")
            found = (*call, one.code, fact, one.message.replace(f"'{name}'", ""))
            if found not in self._of_calls:
                self._of_calls.add(found)
                yield one

    def _rule_crashed(self, rule: Rule, crash: Exception) -> None:
        self._report_crash(rule.code, crash)

    def _report_crash(self, what: str, crash: Exception) -> None:
        if self._on_crash is not None:
            self._on_crash(what, crash)

    def report(self, place: Callable[[str], str]) -> Report:
        """Return all that was found so far; `place` is for the fingerprints."""
        found = [*self._findings, *(item.finding for item in self._suppressed)]
        findings = with_fingerprints(found, self._models, place)
        kept = len(self._findings)
        return Report(
            models=tuple(self._models),
            findings=findings[:kept],
            not_run=tuple(self._not_run),
            suppressed=tuple(
                replace(item, finding=finding)
                for item, finding in zip(self._suppressed, findings[kept:], strict=True)
            ),
            decided=self._decided,
            skipped=tuple(self._skipped),
            programs=tuple(self._programs),
            configuration=_uses(self._selection),
            rules=self._selection.rules,
        )


def _not_understood(calls: int, why: str) -> str:
    """Say how many compile calls of a program were not judged, and why the first."""
    from kerascheck.readers.source.programs import NOT_REACHED

    if why == NOT_REACHED:
        many = "a compile call is" if calls == 1 else f"{calls} compile calls are"
        return f"{many} not reached: {why}"
    others = f", and {calls - 1} more" if calls > 1 else ""
    return f"a compile call is not understood{others}: {why}"


def _problems(model: Description) -> tuple[Finding, ...]:
    if not model.problems:
        return ()
    from kerascheck.engine.file_findings import finding_of

    return tuple(finding_of(problem, model.path) for problem in model.problems)


def _why_not_judged(model: Description) -> str | None:
    """Return why no rule can say anything of this model; None: rules can."""
    if model.compiled is False:
        return NOT_COMPILED
    if model.compiled is None:
        return NO_COMPILE_INFORMATION
    return None if model.heads else model.opaque or NO_HEADS


def _uses(selection: RuleSelection) -> tuple[ConfigurationUse, ...]:
    """Return the configuration file that is obeyed, and what it turns off."""
    if selection.settings.path is None:
        return ()
    from kerascheck.suppress.configuration_use import use_of

    return (use_of(selection),)
