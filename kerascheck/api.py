"""What kerascheck does, as functions: describe a model, check models.

report = kerascheck.check("models", labels="labels.npy")
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter

from kerascheck.checks.checking import Checking, Found, OnCrash, why_excluded
from kerascheck.checks.describer import Describer
from kerascheck.engine.finding import Finding
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.engine.judge import judge_again
from kerascheck.model.description import (
    Description,
)
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.named import NamedTuple
from kerascheck.model.origin import Origin
from kerascheck.model.typed import TYPE_CHECKING
from kerascheck.model.vocabulary import DEVICES, TASKS
from kerascheck.readers.read import read
from kerascheck.readers.search import find_models
from kerascheck.report.report import Report
from kerascheck.settings.globs import globs_about
from kerascheck.settings.settings import Settings, place_from
from kerascheck.suppress.rule_selection import RuleSelection, select_rules
from kerascheck.trust.tree import Tree, is_address

if TYPE_CHECKING:
    from typing import Unpack

    from kerascheck.labels.fit_arguments import FitArguments
    from kerascheck.model.vocabulary import Device, Task
    from kerascheck.settings.settings import Overrides

OnPart = Callable[[Report, int, int], None]
"""Called with a part of a report, how many models are done, and how many there are.

Of stores that is not known: 0.
"""

Progress = Callable[[int, int], None]

STDIN = "stdin.py"
"""What a program on stdin is called if nobody says so."""


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
    return Describer(settings, None, [path]).describe(path, read(path))


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
    checking = Checking(select_rules(settings), Describer(settings, data), on_crash)
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
    describer = Describer(settings, data, paths)
    checking = Checking(selection, describer, on_crash)
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
    for done in checking.add_addresses(addresses) if addresses else ():
        if parts:
            parts(checking.taken(place), len(models) + done, 0)
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
            how many there are; 0: that is not known.
        config: The settings.
        on_crash: As for `check`.
        jobs: As for `check`.

    Returns:
        What the parts do not hold: programs, and what was passed over.
    """

    def on_shown(part: Report, done: int, of: int) -> None:
        on_part(_with_shown_fixes(part), done, of)

    last = _check_saved(paths, None, config, on_crash, jobs=jobs, parts=on_shown)
    return _with_shown_fixes(last)


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
    checking = Checking(select_rules(Settings()))
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
