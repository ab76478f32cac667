"""What kerascheck does, as functions: describe a model, check models.

report = kerascheck.check("models", labels="labels.npy")
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from kerascheck.engine.finding import Finding
from kerascheck.engine.fingerprint import with_fingerprints
from kerascheck.engine.judge import judge, judge_again
from kerascheck.engine.outcome import ConfigurationUse, NotRun, Suppressed
from kerascheck.engine.rule import Rule
from kerascheck.engine.skipped import EXCLUDED, POINTERS
from kerascheck.labels.sources import LabelSources, about
from kerascheck.model.description import Description
from kerascheck.model.errors import KerascheckError, UnreadableModel, UsageError
from kerascheck.model.frozen import replace
from kerascheck.model.origin import Origin
from kerascheck.model.vocabulary import TASKS
from kerascheck.readers.read import read
from kerascheck.readers.search import Found, find_models
from kerascheck.report.report import Report
from kerascheck.settings.configuration import Settings, apart, concerns
from kerascheck.suppress.rule_selection import RuleSelection, select_rules
from kerascheck.trust.tree import Tree

if TYPE_CHECKING:
    from kerascheck.trust.tree import Tree

Progress = Callable[[int, int], None]
OnCrash = Callable[[str, Exception], None]
"""Told the rule or path whose check raised where it should not, and what."""

NOT_COMPILED = "the model is not compiled"
NO_COMPILE_INFORMATION = "the file holds no compile information"
NO_HEADS = "the outputs of the model are unknown"


def describe(
    path: str | os.PathLike[str],
    *,
    labels: str | None = None,
    task: str | None = None,
    config: Settings | None = None,
) -> Description:
    """Return what one saved model holds, with its labels where there are any.

    Args:
        path: A model file, or a directory that is one model.
        labels: A label file; by default one that lies beside the model.
        task: What the model is for, one of `vocabulary.TASKS`.
        config: From `config.load`; by default no configuration file is looked for.

    Raises:
        UnreadableModel: `path` holds no model that can be read.
        UsageError: There is no file `labels`.
    """
    config = config or Settings()
    tree = _label_tree(config, [path])
    sources = LabelSources(config, file=labels, tree=tree, paths=[os.fspath(path)])
    return _described(os.fspath(path), sources, config, _known(task))


def check(
    model: object,
    y: object = None,
    x: object = None,
    *,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: object = None,
    labels: str | None = None,
    task: str | None = None,
    select: str | Iterable[str] = (),
    extend_select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    baseline: str | None = None,
    force_exclude: bool = False,
    only_models: bool = False,
    home: str | None = None,
    sources: Sequence[str] = (),
    origin: Origin | None = None,
    config: Settings | None = None,
    on_crash: OnCrash | None = None,
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
        class_weight: As handed to `fit`.
        sample_weight: As handed to `fit`, shape (samples,); where it is the same for
            all samples of a class, it counts as class weights.
        labels: A label file for all models; by default one beside each model.
        task: What the models are for, one of `vocabulary.TASKS`.
        select: Codes, names or prefixes of the rules to run; by default all.
        extend_select: More of them.
        ignore: Those to leave out.
        baseline: A file of known findings, which are set aside; by default that of
            the configuration.
        force_exclude: Leave out what the configuration excludes even where it is
            named.
        only_models: Leave out named files that a search would not take for models.
        home: Directory that fingerprints start at; by default that of the
            configuration, then of the baseline, then the current one.
        sources: Python files that may hold the compile calls of the models; for a
            live model by default the one that calls this function.
        origin: Where a live model was made, as far as it was watched.
        config: From `config.load`; by default no configuration file is looked for.
        on_crash: Told what raised where nothing should; the others are still checked.

    Raises:
        UsageError: A path or label file does not exist, or a selector matches nothing.
        UnreadableLabels: `y` can not be measured.
    """
    started = perf_counter()
    config = config or Settings()
    live = _is_live(model)
    if y is not None or class_weight is not None or sample_weight is not None:
        from kerascheck.labels.fit_arguments import fit_arguments

        data = fit_arguments(
            y, x, class_weight=class_weight, sample_weight=sample_weight
        )
        y, x, weights = data.y, data.x if live else x, data.class_weight
    else:
        weights = None
    paths = [] if live else _paths(model, x)
    tree = _label_tree(config, paths)
    checking = _Checking(
        select_rules(config, select=select, extend_select=extend_select, ignore=ignore),
        partial(
            _described,
            sources=LabelSources(config, file=labels, y=y, tree=tree, paths=paths),
            config=config,
            task=_known(task),
            reader=partial(_read_live, model, x, origin) if live else None,
            weights=weights,
            files=tuple(sources) or (_calling_file() if live and not origin else ()),
        ),
        on_crash,
    )
    if live:
        checking.add(origin.name if origin is not None else _name_of(model))
        report = checking.report(_made_in(origin), seconds=perf_counter() - started)
        return _with_shown_fixes(report)
    found_models = find_models(
        paths, locked=config.locked, only_models=only_models, apart=apart(config)
    )
    for found in found_models:
        checking.take(found, why_excluded(found, config, force=force_exclude))
    known = baseline if baseline is not None else config.baseline
    home = home or home_of(config, known)
    place = place_from(home)
    report = checking.report(place, seconds=perf_counter() - started)
    if checking.choice.ignores or config.models:
        report = _with_ignores(report, checking.choice, paths, place)
    if known is not None:
        text = config.baseline_data if baseline is None else None
        report = _under(known, text, report, checking.choice, home)
    return _with_shown_fixes(report)


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


def home_of(config: Settings, baseline: str | None) -> str:
    """Return the directory that places of models start at.

    It is that of the configuration; without one that of the baseline; without
    either the current one.
    """
    if config.path is None and baseline is not None:
        return os.path.dirname(os.path.abspath(baseline))
    return config.home


def place_from(home: str) -> Callable[[str], str]:
    """Return what turns the path of a model into its path from `home`; POSIX."""

    def place(path: str) -> str:
        try:
            from_home = os.path.relpath(path, home).replace(os.sep, "/")
        except ValueError:  # on another drive of Windows, or with a NUL
            return path
        for inside in ("/saved_model.pb", "/config.json"):
            from_home = from_home.removesuffix(inside)
        return from_home

    return place


def _uses(chosen: RuleSelection) -> tuple[ConfigurationUse, ...]:
    """Return the configuration file that is obeyed, and what it leaves out."""
    if chosen.config.path is None:
        return ()
    from kerascheck.suppress.configuration_use import use_of

    return (use_of(chosen),)


def _label_tree(
    config: Settings, paths: Sequence[str | os.PathLike[str]]
) -> Tree | None:
    """Return the tree that links of label files must stay in; None: any."""
    if config.follows_links_out:
        return None
    from kerascheck.trust.tree import Tree

    return Tree.of(paths)


def _under(
    path: str, data: bytes | None, report: Report, choice: RuleSelection, home: str
) -> Report:
    """Return the report with the findings set aside that the baseline knows."""
    from kerascheck.settings.expiry import today
    from kerascheck.suppress.baseline import load, under, unneeded

    known, day = load(path, data), today()
    extra = unneeded(known, report, place_from(home), home=home, today=day)
    return _with(tuple(extra), under(known, report, today=day), choice)


def _with_ignores(
    report: Report,
    choice: RuleSelection,
    paths: Sequence[str],
    place: Callable[[str], str],
) -> Report:
    """Return the report with what the configuration ignores in vain."""
    from kerascheck.settings.expiry import today
    from kerascheck.suppress.unused_ignores import unneeded

    extra = unneeded(choice, report, paths, today=today())
    return _with(with_fingerprints(extra, place=place), report, choice)


def _with(extra: tuple[Finding, ...], report: Report, choice: RuleSelection) -> Report:
    """Return the report with findings about its own settings, settled by those."""
    if not extra:
        return report
    stay, away = choice.settle(extra, extra[0].model)
    return replace(
        report, findings=report.findings + stay, suppressed=report.suppressed + away
    )


def confirm(
    report: Report,
    *,
    model: object = None,
    x: object = None,
    y: object = None,
    budget: float = 120.0,
    seeds: int = 8,
    device: str = "auto",
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
        cache: Keep results in the cache folder of this user, and use those that are
            there.
        locked: A result from the cache lowers no severity.
        progress: Called with (work done, all of it).
        notice: Called with one line where the cache, or a part of it, is not used; by
            default that is a warning of Python.

    Returns:
        The report with a confirmation on every finding; `not-run` with the reason
        where there is nothing to train or Keras is not installed.
    """
    if model is not None:
        return _confirmed_on(report, model, x, y, budget=budget, seeds=seeds)
    from contextlib import nullcontext

    from kerascheck.confirm.cache import kept_results
    from kerascheck.confirm.confirmer import confirm_report

    tree = _tree_of(report)
    keeping = kept_results(tree, notice or _warn) if cache else nullcontext()
    with keeping as kept:
        return confirm_report(
            report,
            budget=budget,
            seeds=seeds,
            device=device,
            cache=kept,
            tree=tree,
            locked=locked,
            progress=progress,
        )


def _tree_of(report: Report) -> Tree:
    """Return the tree that the models of a report lie in, and the working folder."""
    folders = {os.path.dirname(model.path) for model in report.models}
    return Tree.of((os.curdir, *sorted(filter(os.path.isdir, folders))))


def _warn(line: str) -> None:
    import warnings

    warnings.warn(line, stacklevel=5)


def _confirmed_on(
    report: Report, model: object, x: object, y: object, *, budget: float, seeds: int
) -> Report:
    if x is None or y is None:
        raise UsageError("training clones of a model needs its inputs x and labels y")
    from kerascheck.confirm.own_model import confirm_on
    from kerascheck.labels.fit_arguments import fit_arguments
    from kerascheck.readers.live import keras_of

    keras, data = keras_of(model), fit_arguments(y, x)
    return confirm_on(report, model, keras, data.x, data.y, budget=budget, seeds=seeds)


def judged(model: Description) -> Report:
    """Return what every rule says of one description."""
    started = perf_counter()
    checking = _Checking(select_rules(Settings()), lambda _: model, None)
    checking.add(model.path)
    return checking.report(str, seconds=perf_counter() - started)


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


def why_excluded(found: Found, config: Settings, *, force: bool = False) -> str | None:
    """Return why the configuration leaves out a model; `force`: even a named one."""
    patterns = (*config.exclude, *config.extend_exclude)
    if found.named and not force:
        return None
    return EXCLUDED if any(concerns(config, p, found.path) for p in patterns) else None


def _known(task: str | None) -> str | None:
    if task is None or task in TASKS:
        return task
    raise UsageError(f"Expected a task of {', '.join(TASKS)}. Received: {task!r}.")


def _is_live(model: object) -> bool:
    """Tell a live model from a path, without importing anything for a path."""
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
    return described if origin is None else origin.told_of(described)


def _made_in(origin: Origin | None) -> Callable[[str], str]:
    """Return what puts the file that compiled a live model before its name."""
    if origin is None or origin.compiled is None:
        return str
    file = origin.compiled.rpartition(":")[0]
    return lambda name: f"{file}:{name}"


def _calling_file() -> tuple[str, ...]:
    """Return the Python file that the call into kerascheck stands in, if it is one."""
    import sys

    frame = sys._getframe(1)
    package = __name__.partition(".")[0]
    while str(frame.f_globals.get("__name__")).partition(".")[0] == package:
        if frame.f_back is None:
            return ()
        frame = frame.f_back
    file = frame.f_code.co_filename
    return (os.path.relpath(file),) if os.path.isfile(file) else ()


def _described(
    path: str,
    sources: LabelSources,
    config: Settings,
    task: str | None,
    reader: Callable[[str], Description] | None = None,
    weights: tuple[tuple[int, float], ...] | None = None,
    files: tuple[str, ...] = (),
) -> Description:
    model = (reader or read)(path)
    told = about(config, path)
    if told is not None:
        task = task or told.task
        model = _weighted(model, told.class_weight)
    if weights is not None:
        model = _given_weights(model, weights)
    if task is not None:
        model = replace(model, task=task)
    model = _sourced(model, None if told is None else told.source, files)
    return sources.labelled(model, told)


def _sourced(
    model: Description, told: str | None, files: tuple[str, ...]
) -> Description:
    """Return `model` with the lines that made it, where those are known."""
    if told is None and not files:
        return model
    from kerascheck.fix.source import located

    if told is not None and told.rpartition(":")[2].isdecimal():
        return located(replace(model, source=told), ())
    return located(model, files if told is None else (told,))


def _weighted(
    model: Description, weights: tuple[tuple[int, float], ...] | None
) -> Description:
    """Return `model` with class weights; Keras takes them for one head alone."""
    if weights is None or len(model.heads) != 1:
        return model
    return replace(model, heads=(replace(model.heads[0], class_weight=weights),))


def _given_weights(
    model: Description, weights: tuple[tuple[int, float], ...]
) -> Description:
    """Return `model` with the class weights of `fit`, which it gives to each head."""
    heads = tuple(replace(head, class_weight=weights) for head in model.heads)
    return replace(model, heads=heads)


class _Checking:
    """One report in the making."""

    def __init__(
        self,
        choice: RuleSelection,
        describe: Callable[[str], Description],
        on_crash: OnCrash | None,
    ) -> None:
        self.choice = choice
        self._describe = describe
        self._on_crash = on_crash
        self._models: list[Description] = []
        self._findings: list[Finding] = []
        self._not_run: list[NotRun] = []
        self._suppressed: list[Suppressed] = []
        self._skipped: list[tuple[str, str]] = []
        self._decided = 0

    def skip(self, path: str, why: str) -> None:
        """Note what is not judged, and why."""
        self._skipped.append((path, why))

    def take(self, found: Found, excluded: str | None) -> None:
        """Judge what a search found, or note why it is not judged."""
        why = excluded or found.skipped
        if why is not None:
            self.skip(found.path, why)
        elif found.refusal is not None:
            self._add_unreadable(found.path, *found.refusal)
        else:
            self.add(found.path)

    def add(self, path: str) -> None:
        """Read and judge one model; whatever goes wrong with it becomes a finding."""
        try:
            model = self._describe(path)
        except UnreadableModel as error:
            self._add_unreadable(path, error.kind, str(error))
        except KerascheckError:
            raise
        except Exception as crash:
            self._crashed(path, crash)
            why = f"reading it raised {type(crash).__name__}: a fault of kerascheck"
            self._add_unreadable(path, "reader-crashed", why)
        else:
            self._add(model)

    def _add(self, model: Description) -> None:
        self._models.append(model)
        findings = _problems(model)
        why = _why_not_judged(model)
        if why is None:
            outcome = judge(self.choice.rules, model, on_crash=self._rule_crashed)
            findings += outcome.findings
            self._not_run += outcome.not_run
            self._decided += outcome.decided
        else:
            self._not_run += [
                NotRun(code=r.code, name=r.name, model=model.path, head=None, why=why)
                for r in self.choice.rules
            ]
        self._settle(findings, model.path)

    def _add_unreadable(self, path: str, kind: str, message: str) -> None:
        from kerascheck.engine.file_findings import unreadable

        if kind in POINTERS:
            self.skip(path, POINTERS[kind])
        self._models.append(Description(path=path, format=None))
        self._settle((unreadable(kind, message, path),), path)

    def _settle(self, findings: tuple[Finding, ...], path: str) -> None:
        stay, away = self.choice.settle(findings, path)
        self._findings += stay
        self._suppressed += away

    def _rule_crashed(self, rule: Rule, crash: Exception) -> None:
        self._crashed(rule.code, crash)

    def _crashed(self, what: str, crash: Exception) -> None:
        if self._on_crash is not None:
            self._on_crash(what, crash)

    def report(self, place: Callable[[str], str], *, seconds: float) -> Report:
        """Return all that was found so far; `place` is for the fingerprints."""
        aside = [item.finding for item in self._suppressed]
        found = [*self._findings, *aside]
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
            seconds=seconds,
            configuration=_uses(self.choice),
            rules=self.choice.rules,
        )


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
