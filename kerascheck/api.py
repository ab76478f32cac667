"""What kerascheck does, as functions: describe a model, check models.

report = kerascheck.check("models", labels="labels.npy")
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from kerascheck.engine.finding import Finding
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.engine.judge import judge, judge_again
from kerascheck.engine.outcome import ConfigurationUse, NotRun, Program, Suppressed
from kerascheck.engine.rule import Rule
from kerascheck.engine.skipped import EXCLUDED, POINTERS, UNCHANGED
from kerascheck.keras_api.fit_weights import BY_CLASS
from kerascheck.labels.sources import LabelSources, entry_for
from kerascheck.model.description import (
    ClassWeight,
    Description,
    FitCall,
    InProgram,
    Problem,
)
from kerascheck.model.errors import KerascheckError, UnreadableModel, UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.origin import Origin
from kerascheck.model.vocabulary import DEVICES, TASKS
from kerascheck.readers.read import read
from kerascheck.readers.search import FoundModel, find_models
from kerascheck.report.report import Report
from kerascheck.settings.globs import concerns, globs_about
from kerascheck.settings.settings import ModelConfig, Settings, place_from
from kerascheck.suppress.rule_selection import RuleSelection, select_rules
from kerascheck.trust.tree import Tree, is_address

if TYPE_CHECKING:
    from typing import Unpack

    from kerascheck.labels.files.find import LabelFiles
    from kerascheck.labels.fit_arguments import FitArguments
    from kerascheck.model.vocabulary import Device, Task
    from kerascheck.readers.remote.search import RemoteModel
    from kerascheck.readers.source.programs import ReadProgram
    from kerascheck.settings.settings import Overrides
    from kerascheck.suppress.comments import CommentsOf
    from kerascheck.trust.changed_since import ChangedSince

Reader = Callable[[str], Description | None]
"""Reads the model at a path; None: there is none after all."""

Found = tuple[FoundModel, str | None]
"""What a search found, and why it is excluded; None: it is not."""

OnPart = Callable[[Report, int, int], None]
"""Called with a part of a report, how many models are done, and how many there are."""

Part = tuple[Any, ...]
"""What `_Checking.part` returns."""

Progress = Callable[[int, int], None]
OnCrash = Callable[[str, Exception], None]
"""Called with the rule or path whose check raised where it should not, and what."""

STDIN = "stdin.py"
"""What a program on stdin is called if nobody says so."""

MODELS_IN_PART = 64
"""Models that one task of a cluster reads and judges."""

ONCE = "label-file-not-used"
"""Kind of a problem that is reported for one model of several."""

NOT_COMPILED = "the model is not compiled"
NO_COMPILE_INFORMATION = "the file holds no compile information"
NO_HEADS = "the outputs of the model are unknown"


def describe(
    path: str | os.PathLike[str],
    *,
    labels: str | None = None,
    task: Task | None = None,
    config: Settings | None = None,
) -> Description:
    """Return what one saved model holds, with its labels if there are any.

    Args:
        path: A model file, or a directory that is one model.
        labels: A label file; by default one next to the model.
        task: What the model is for, one of `vocabulary.TASKS`.
        config: By default no configuration file is looked for.

    Raises:
        UnreadableModel: `path` holds no model that can be read.
        UsageError: There is no file `labels`.
    """
    path = os.fspath(path)
    settings = _overridden(config, labels=labels, task=task)
    return _Describer(settings, None, [path]).describe(path, read(path))


def check(  # noqa: PLR0913  (promised arguments)
    model: object,
    y: object = None,
    x: object = None,
    *,
    class_weight: object = None,
    sample_weight: object = None,
    labels: str | None = None,
    task: Task | None = None,
    select: str | Iterable[str] = (),
    extend_select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    baseline: str | None = None,
    sources: Sequence[str] = (),
    config: Settings | None = None,
    origin: Origin | None = None,
    on_crash: OnCrash | None = None,
    jobs: int = 1,
) -> Report:
    """Judge a live model, or saved ones, by every rule that is selected.

    Args:
        model: A compiled model of Keras 3 or `tf_keras`; or a path or several: model
            files, directories that are one model, or directories to search.
        y: Labels as `fit` takes them: an array, shape (samples, …), a dict of arrays
            by the name of the head, a list of one array for each head, or batches: a
            `tf.data.Dataset`, `PyDataset`, `DataLoader` or `kerascheck.Peeked`.
        x: Inputs, for a live model; only one that is Python code of the user's own
            is shown any, at most 32 rows.
        class_weight: As passed to `fit`. If it is not understood, the rules about it
            are undecided.
        sample_weight: As passed to `fit`, likewise; if it is the same for all samples
            of a class, it counts as class weights.
        labels: A label file for all models; by default one next to each model.
        task: What the models are for, one of `vocabulary.TASKS`.
        select: Codes, names or prefixes of the rules to run; by default all.
        extend_select: Additional rules.
        ignore: Rules to skip.
        baseline: A file of known findings, which are suppressed; by default that of
            the configuration.
        sources: Python files that may hold the compile calls of the models; for a
            live model by default the one that calls this function.
        config: By default no configuration file is looked for.
        origin: Where a live model was made, as far as it was watched.
        on_crash: Called with what raised where nothing should; the others are still
            checked.
        jobs: Processes that check saved models; 0: one a core. Few models are checked
            in this one.

    Raises:
        UsageError: A path or label file does not exist, or a selector matches nothing.
    """
    started = perf_counter()
    settings = _overridden(
        config,
        labels=labels,
        task=task,
        select=select,
        extend_select=extend_select,
        ignore=ignore,
        baseline=baseline,
        sources=tuple(sources),
    )
    live = _is_live(model)
    data: FitArguments | None = None
    if y is not None or class_weight is not None or sample_weight is not None:
        from kerascheck.labels.fit_arguments import fit_arguments

        data = fit_arguments(
            y, x, class_weight=class_weight, sample_weight=sample_weight
        )
        x = data.x if live else x
    if live:
        report = _check_live(model, x, data, settings, origin, on_crash)
    else:
        report = _check_saved(_paths(model, x), data, settings, on_crash, jobs=jobs)
    return replace(_with_shown_fixes(report), seconds=perf_counter() - started)


def check_program(
    data: bytes,
    *,
    config: Settings,
    on_crash: OnCrash | None = None,
    project: Sequence[str] = (),
    unsaved: Mapping[str, bytes] | None = None,
) -> Report:
    """Judge the models of a program that is not in a file.

    Args:
        data: Its bytes; `config` says what it is called.
        config: The settings.
        on_crash: As for `check`.
        project: Folders that files which it imports may be in as well.
        unsaved: Real paths of files that it may import, each with what is in it
            instead of what is saved.
    """
    started = perf_counter()
    name = config.stdin_name or STDIN
    program = _Unsaved(name, data, project, unsaved or {})
    report = _check_saved([], None, config, on_crash, program)
    return replace(_with_shown_fixes(report), seconds=perf_counter() - started)


def _with_shown_fixes(report: Report) -> Report:
    """Return the report with calls that hold no fix of a suppressed finding."""
    hidden = [item.finding for item in report.suppressed]
    paths = {f.model for f in hidden if f.fix is not None and f.fix.edits}
    models = {model.path: model for model in report.models if model.path in paths}
    if not models:
        return report
    code: dict[int, Finding] = {}
    for path, model in models.items():
        shown = [f for f in report.findings if f.model == path]
        each = [*shown, *(f for f in hidden if f.model == path)]
        again = judge_again(report.rules, model, each, len(shown))
        code |= {id(old): new for old, new in zip(each, again, strict=True)}
    return replace(
        report,
        findings=tuple(code.get(id(f), f) for f in report.findings),
        suppressed=tuple(
            replace(item, finding=code.get(id(item.finding), item.finding))
            for item in report.suppressed
        ),
    )


def _overridden(config: Settings | None, **given: Unpack[Overrides]) -> Settings:
    settings = (config or Settings()).override(**given)
    if settings.task is not None and settings.task not in TASKS:
        raise UsageError(
            f"Expected a task of {', '.join(TASKS)}. Received: {settings.task!r}."
        )
    return settings


def _check_live(
    model: object,
    x: object,
    data: FitArguments | None,
    settings: Settings,
    origin: Origin | None,
    on_crash: OnCrash | None,
) -> Report:
    if origin is None and not settings.sources:
        settings = settings.override(sources=_calling_file())
    checking = _Checking(select_rules(settings), _Describer(settings, data), on_crash)
    path = origin.name if origin is not None else _name_of(model)
    checking.add(path, lambda path: _read_live(model, x, origin, path))
    return checking.report(_made_in(origin))


class _Unsaved(NamedTuple):
    """A program that is not in a file, and what it may import."""

    name: str
    data: bytes
    project: Sequence[str] = ()
    files: Mapping[str, bytes] = {}


def _check_saved(
    paths: Sequence[str],
    data: FitArguments | None,
    settings: Settings,
    on_crash: OnCrash | None,
    program: _Unsaved | None = None,
    jobs: int = 1,
    parts: OnPart | None = None,
) -> Report:
    """Search, read, describe, label and judge, then suppress what is known."""
    selection = select_rules(settings)
    addresses = [path for path in paths if is_address(path)]
    paths = [path for path in paths if not is_address(path)] if addresses else paths
    describer = _Describer(settings, data, paths)
    checking = _Checking(selection, describer, on_crash)
    programs: dict[str, bytes | None] = {}
    tree_of: Sequence[str] = paths
    unsaved: Mapping[str, bytes] = {}
    if program is not None:
        programs[program.name], unsaved = program.data, program.files
        tree_of = [program.name, *program.project]
    found_models = find_models(
        paths,
        locked=settings.locked,
        only_models=settings.only_models,
        programs=not settings.no_programs,
        path_key=globs_about(settings),
    )
    models: list[Found] = []
    for found in found_models:
        excluded = why_excluded(found, settings)
        if found.program and not (excluded or found.why_not_opened):
            programs[found.path] = None
        elif jobs == 1 and not parts:
            checking.take((found, excluded))
        else:
            models.append((found, excluded))
    place = place_from(settings.fingerprint_home)
    if models:
        from kerascheck.trust.shared_work import done_in_rows

        for done in done_in_rows(checking, models, jobs):
            if parts:
                parts(checking.taken(place), done, len(models))
    if addresses:
        checking.add_addresses(addresses)
    if programs:
        checking.add_programs(programs, Tree.of(tree_of), unsaved)
    report = checking.report(place)
    return _without_known(_with_unused_ignores(report, selection, paths), selection)


def check_in_parts(
    paths: Sequence[str],
    on_part: OnPart,
    *,
    config: Settings,
    on_crash: OnCrash | None = None,
    jobs: int = 1,
) -> Report:
    """Judge saved models, and hand over what was found as it goes.

    Args:
        paths: As for `check`.
        on_part: Called with the report on some models, how many models are done, and
            how many there are.
        config: The settings.
        on_crash: As for `check`.
        jobs: As for `check`.

    Returns:
        What the parts do not hold: programs, and what was passed over.
    """
    return _check_saved(paths, None, config, on_crash, jobs=jobs, parts=on_part)


def _with_unused_ignores(
    report: Report, selection: RuleSelection, paths: Sequence[str]
) -> Report:
    """Return the report with what the configuration says of models for nothing."""
    settings = selection.settings
    if not (selection.ignores or settings.models):
        return report
    from kerascheck.settings.expiry import today
    from kerascheck.suppress.per_model_ignores import unused_ignores

    unused = unused_ignores(selection, report, paths, today=today())
    place = place_from(settings.fingerprint_home)
    return _with_findings(with_fingerprints(unused, place=place), report, selection)


def _without_known(report: Report, selection: RuleSelection) -> Report:
    """Return the report with the findings suppressed that the baseline knows."""
    settings = selection.settings
    if settings.baseline is None:
        return report
    from kerascheck.settings.expiry import today
    from kerascheck.suppress.baseline import apply_baseline, load, unused_in_baseline

    known, day = load(settings.baseline, settings.baseline_data), today()
    home = settings.fingerprint_home
    unused = tuple(unused_in_baseline(known, report, home=home, today=day))
    report = apply_baseline(known, report, today=day)
    return _with_findings(unused, report, selection)


def _with_findings(
    extra: tuple[Finding, ...], report: Report, selection: RuleSelection
) -> Report:
    """Return the report with findings about its own settings, as those level them."""
    if not extra:
        return report
    reported, suppressed = selection.split(extra, extra[0].model)
    return replace(
        report,
        findings=report.findings + reported,
        suppressed=report.suppressed + suppressed,
    )


def _uses(selection: RuleSelection) -> tuple[ConfigurationUse, ...]:
    """Return the configuration file that is obeyed, and what it turns off."""
    if selection.settings.path is None:
        return ()
    from kerascheck.suppress.configuration_use import use_of

    return (use_of(selection),)


def confirm(  # noqa: PLR0913  (promised arguments)
    report: Report,
    *,
    model: object = None,
    x: object = None,
    y: object = None,
    budget: float = 120.0,
    seeds: int = 8,
    device: Device = "auto",
    cache: bool = True,
    locked: bool = False,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
) -> Report:
    """Train a reference model as compiled and as fixed for each finding of a report.

    The models are small ones with the head, loss, metrics and label encoding that the
    finding is about, not the user's; they train in a child process. With `model`,
    clones of that very model train on `x` and `y` instead, in this process.

    Args:
        report: From `check`.
        model: A live model, as it was checked; it is left as it is.
        x: Inputs to train clones of `model` on, shape (samples, …).
        y: Labels to train them on, shape (samples, …), as `fit` takes them.
        budget: Seconds of training in all, beyond importing Keras.
        seeds: Starting points of each setup; no verdict comes from fewer than 3.
        device: "auto", "cpu" or "gpu".
        cache: Use results that ship with kerascheck, and those in the cache folder of
            this user, and keep others there; otherwise everything is trained.
        locked: A result from the cache lowers no severity.
        progress: Called with (work done, all of it).
        notice: Called with one line if the cache, or a part of it, is not used; by
            default that is a warning of Python.

    Raises:
        UsageError: There is no such device, or `model` comes without `x` or `y`.

    Returns:
        The report with a confirmation on every finding; `not-run` with the reason
        if there is nothing to train or Keras is not installed.
    """
    if device not in DEVICES:
        raise UsageError(f"Expected one of {DEVICES}. Received: {device!r}.")
    if model is not None:
        return _confirmed_on(
            report, model, x, y, budget=budget, seeds=seeds, progress=progress
        )
    from contextlib import nullcontext

    from kerascheck.confirm.cache import open_cache
    from kerascheck.confirm.child_process import installed_keras, missing_gpu
    from kerascheck.confirm.confirmer import confirm_report, not_confirmed
    from kerascheck.confirm.evidence.trainings import shipped_trainings
    from kerascheck.confirm.options import TrainingOptions

    missing = missing_gpu(device)
    if missing is not None:
        (notice or _warn)(missing)
        return not_confirmed(report, "there is no GPU")
    tree = _tree_of(report)
    shipped = None
    if cache and report.findings:
        shipped = shipped_trainings(
            installed_keras(tree),
            device=device,
            seeds=seeds,
            notice=notice or _warn,
        )
    keeping = open_cache(tree, notice or _warn) if cache else nullcontext()
    with keeping as results:
        options = TrainingOptions(
            budget=budget,
            seeds=seeds,
            device=device,
            cache=results,
            shipped=shipped,
            tree=tree,
            progress=progress,
        )
        return confirm_report(report, options, locked=locked)


def _tree_of(report: Report) -> Tree:
    """Return the tree that holds the models of a report and the working folder."""
    folders = {os.path.dirname(model.file) for model in report.models}
    return Tree.of((os.curdir, *sorted(filter(os.path.isdir, folders))))


def _warn(line: str) -> None:
    import warnings

    warnings.warn(line, stacklevel=5)


def _confirmed_on(
    report: Report,
    model: object,
    x: object,
    y: object,
    *,
    budget: float,
    seeds: int,
    progress: Progress | None,
) -> Report:
    if x is None or y is None:
        raise UsageError("training clones of a model needs its inputs x and labels y")
    from kerascheck.confirm.own_model import confirm_on
    from kerascheck.labels.fit_arguments import fit_arguments
    from kerascheck.readers.live import keras_of

    keras, data = keras_of(model), fit_arguments(y, x)
    return confirm_on(
        report,
        model,
        keras,
        data.x,
        data.y,
        budget=budget,
        seeds=seeds,
        progress=progress,
    )


def judged(model: Description) -> Report:
    """Return what every rule says of one description."""
    started = perf_counter()
    checking = _Checking(select_rules(Settings()))
    checking.judge(model)
    return replace(checking.report(str), seconds=perf_counter() - started)


def _paths(model: object, x: object) -> list[str]:
    """Return the paths to check."""
    paths = [model] if isinstance(model, (str, os.PathLike)) else model
    if not isinstance(paths, Iterable):
        raise UsageError(
            "Expected a Keras model, a path or a list of paths. "
            f"Received: {type(model).__name__}."
        )
    if x is not None:
        raise UsageError("inputs x go with a live model, not with a path")
    return [os.fspath(path) for path in paths]


def why_excluded(found: FoundModel, settings: Settings) -> str | None:
    """Return why the settings exclude a model; one that is named only if forced."""
    if found.named and not settings.force_exclude:
        return None
    globs = (*settings.exclude, *settings.extend_exclude)
    return EXCLUDED if any(concerns(settings, g, found.path) for g in globs) else None


def _is_live(model: object) -> bool:
    """Say whether a model is live; for a path nothing is imported."""
    if isinstance(model, (str, os.PathLike, list, tuple)):
        return False
    from kerascheck.readers.live import is_live

    return is_live(model)


def _name_of(model: object) -> str:
    from kerascheck.readers.live import UNNAMED

    return str(getattr(model, "name", None) or UNNAMED)


def _read_live(
    model: object, x: object, origin: Origin | None, path: str
) -> Description:
    from kerascheck.readers.live import read_live

    described = replace(read_live(model, x), path=path)
    return described if origin is None else origin.add_to(described)


def _made_in(origin: Origin | None) -> Callable[[str], str]:
    """Return a function that puts the file that compiled a model before its name."""
    if origin is None or origin.compiled is None:
        return str
    file = origin.compiled.rpartition(":")[0]
    return lambda name: f"{file}:{name}"


def _calling_file() -> tuple[str, ...]:
    """Return the Python file that calls into kerascheck, if it is a file."""
    import sys

    frame = sys._getframe(1)
    package = __name__.partition(".")[0]
    while str(frame.f_globals.get("__name__")).partition(".")[0] == package:
        if frame.f_back is None:
            return ()
        frame = frame.f_back
    file = frame.f_code.co_filename
    return (os.path.relpath(file),) if os.path.isfile(file) else ()


def check_part(part: tuple[Settings, Sequence[RemoteModel]]) -> Report:
    """Judge a part of the models of a run, on a worker of a cluster.

    Returns:
        A report without what concerns the run as a whole.
    """
    settings, models = part
    checking = _Checking(select_rules(settings), _Describer(settings, None))
    checking.add_remote(models)
    return replace(checking.report(str), rules=(), configuration=())


class _Describer:
    """Adds to models as they were read what the settings and the call say of them."""

    def __init__(
        self, settings: Settings, data: FitArguments | None, paths: Sequence[str] = ()
    ) -> None:
        """Open the label files.

        Args:
            settings: What the configuration and the call say.
            data: Labels and class weights as `fit` takes them.
            paths: What is checked.

        Raises:
            UsageError: There is no such label file.
        """
        tree = None if settings.follows_links_out else Tree.of(paths)
        self._settings = settings
        self._data = data
        self._labels = LabelSources(
            settings,
            file=settings.labels if "labels" in settings.overridden else None,
            y=None if data is None else data.y,
            watched=data is not None and data.watched,
            declared=None if data is None else data.declared,
            tree=tree,
            paths=paths,
        )

    def found_in_store(self, path: str, labels: LabelFiles) -> None:
        """Take notice of label files next to a model that is in a store."""
        self._labels.found_in_store(path, labels)

    def describe(self, path: str, model: Description) -> Description:
        """Return the model at `path` with task, class weights, source and labels."""
        config = entry_for(self._settings, path)
        model = self._with_fit_call(model, config)
        task = self._settings.task or (config and config.task)
        if task is not None:
            model = replace(model, task=task)
        source = None if config is None else config.source
        model = _with_source(model, source, self._settings.sources)
        return self._labels.attach(model, config)

    def _with_fit_call(
        self, model: Description, config: ModelConfig | None
    ) -> Description:
        """Return `model` with what is known of the call of `fit`.

        Class weights of the configuration are for models with one head, as in Keras.
        """
        data = self._data
        if data is None:
            if config is None or config.class_weight is None or len(model.heads) != 1:
                return model
            call = FitCall(class_weight=BY_CLASS)
            return _weighted(replace(model, fit=call), config.class_weight)
        problems = model.problems
        why = data.call.why_unread("y")
        if why is not None and not data.watched:
            problem = Problem(kind="unreadable-labels", message=why)
            problems = (*problems, problem)
        model = replace(model, fit=data.call, problems=problems)
        weights = data.class_weight
        if weights is not None:
            return _weighted(model, weights)
        if config is None or config.class_weight is None or len(model.heads) != 1:
            return model
        return _weighted(model, config.class_weight)


def _weighted(model: Description, weights: ClassWeight) -> Description:
    """Return `model` with class weights on each head that has a loss, if one has."""
    trained = [head for head in model.heads if head.loss is not None]
    heads = tuple(
        replace(head, class_weight=weights)
        if head.loss is not None or not trained
        else head
        for head in model.heads
    )
    return replace(model, heads=heads)


def _with_source(
    model: Description, source: str | None, files: tuple[str, ...]
) -> Description:
    """Return `model` with the lines that made it, if those are known."""
    if source is None and not files:
        return model
    from kerascheck.fix.call_sites import located

    if source is not None and source.rpartition(":")[2].isdecimal():
        return located(replace(model, source=source), ())
    return located(model, files if source is None else (source,))


class _Checking:
    """One report in the making."""

    def __init__(
        self,
        selection: RuleSelection,
        describer: _Describer | None = None,
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
        except KerascheckError:
            raise
        except Exception as crash:
            self._report_crash(path, crash)
            why = f"reading it raised {type(crash).__name__}: a fault of kerascheck"
            self._add_unreadable(path, "reader-crashed", why)
        else:
            self.judge(model)

    def add_addresses(self, addresses: Sequence[str]) -> None:
        """Read and judge the models of stores.

        Raises:
            UsageError: A store cannot be used.
        """
        from kerascheck.readers.remote.find import find_remote
        from kerascheck.stores.address import Address

        settings = self._selection.settings
        found = find_remote(map(Address, addresses), locked=settings.locked)
        if settings.scheduler is None:
            self.add_remote(found)
            return
        from kerascheck.cluster import in_order, parts_of

        on_workers = settings.for_workers()
        parts = ((on_workers, models) for models in parts_of(found, MODELS_IN_PART))
        for part in in_order(settings.scheduler, check_part, parts):
            self._take_over(part)

    def add_remote(self, models: Iterable[RemoteModel]) -> None:
        """Read models of stores, many at once, and judge them in order."""
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

    def _take_over(self, part: Report) -> None:
        """Add what was found elsewhere."""
        self._models += part.models
        self._findings += part.findings
        self._not_run += part.not_run
        self._suppressed += part.suppressed
        self._skipped += part.skipped
        self._decided += part.decided

    def part(self, things: Sequence[Found]) -> Part | None:
        """Return what checking some models adds, for `add_part` in another process.

        None: something in it depends on what was checked before, or went wrong.
        """
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
        return (self._decided - decided, *added)

    def add_part(self, part: Part) -> None:
        """Add what another process found in the models that come next."""
        decided, *added = part
        self._decided += decided
        for one, more in zip(self._lists(), added, strict=True):
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
            except KerascheckError:
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
