"""How much of real programs kerascheck understands, and which findings are true.

Programs are folders of anyone's choice. For the list of public programs in
`tools/measured/programs.json`, whose programs somebody has read, it also says which
findings are false alarms and which faults it does not find.
"""

from __future__ import annotations

import ast
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any, Final

from kerascheck.api import check
from kerascheck.model.description import Activation, Description, Head
from kerascheck.model.frozen import Frozen
from kerascheck.readers.source.prefilter import may_compile
from kerascheck.readers.source.text import NotUnderstood, program_text
from kerascheck.report.report import Report

HOME: Final = Path(__file__).parent / "measured" / "programs.json"
"""The list of public programs, and what is wrong with each."""

ENDINGS: Final = (".py", ".ipynb")
SHOWN: Final = 20  # reasons, each with its count

_UNKNOWN: Final = "unknown"  # how a loss is given that is not known


class Surveyed(Frozen):
    """What was understood of one program."""

    path: str
    calls: tuple[str, ...]  # places of its calls of compile
    reasons: tuple[tuple[str, str], ...]  # place, and why it is not understood
    findings: tuple[tuple[str, str, str], ...]  # place, code, severity
    seconds: float
    unread: str | None = None  # why it is not read at all

    @property
    def understood(self) -> int:
        """How many calls of compile are understood: all heads and losses."""
        return len(set(self.calls) - {place for place, _ in self.reasons})


def survey(
    folder: Path, programs: Iterable[str], say: Callable[[str], None]
) -> list[Surveyed]:
    """Read programs, and say how much of them is understood.

    Args:
        folder: What their paths start at.
        programs: Paths of programs.
        say: Called with each line.
    """
    before = Path.cwd()
    os.chdir(folder)
    try:
        found = [surveyed(path) for path in programs]
    finally:
        os.chdir(before)
    for line in _lines(found):
        say(line)
    return found


def programs_in(folder: Path) -> list[str]:
    """Return the paths of the programs below a folder that may compile a model."""
    found = [
        path
        for path in folder.rglob("*")
        if path.name.endswith(ENDINGS) and path.is_file() and may_compile(str(path))
    ]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def surveyed(path: str) -> Surveyed:
    """Read one program as the command does."""
    started = process_time()
    report = check(path)
    seconds = process_time() - started
    try:
        calls = tuple(compile_calls(path, Path(path).read_bytes()))
        unread = None
    except NotUnderstood as error:
        calls, unread = (), str(error)
    return Surveyed(
        path=path,
        calls=calls,
        reasons=tuple(_reasons(calls, report)),
        findings=tuple(
            (_place(finding.model), finding.code, str(finding.severity))
            for finding in report.findings
        ),
        seconds=seconds,
        unread=unread,
    )


def compile_calls(path: str, data: bytes) -> Iterator[str]:
    """Yield the places of calls of `compile` that may be those of a model.

    Not `re.compile`, nor that of another module, nor what a method passes on to
    `super()`.
    """
    text = program_text(path, data)
    modules = set(_imported_modules(text.tree))
    for node in ast.walk(text.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr != "compile" or _is_other(node.func.value, modules):
            continue
        yield str(text.at(node.lineno))


def _imported_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.asname or name.name.partition(".")[0]


def _is_other(value: ast.expr, modules: set[str]) -> bool:
    if isinstance(value, ast.Name):
        return value.id in modules
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "super"


def _reasons(calls: Iterable[str], report: Report) -> Iterator[tuple[str, str]]:
    """Yield each call that is not fully understood, and why."""
    models: dict[str, list[Description]] = {}
    for model in report.models:
        models.setdefault(_place(model.path), []).append(model)
    for call in calls:
        if call not in models:
            yield call, "it is not reached"
        for model in models.get(call, ()):
            yield from ((call, why) for why in _unknown(model))


def _unknown(model: Description) -> Iterator[str]:
    """Yield why heads and losses of a model are not known; nothing: they are."""
    why = dict(model.program.unknown) if model.program else {}
    heads = why.get("heads") or model.opaque
    if not model.heads:
        yield heads or "it has no heads"
    for head in model.heads:
        if _is_unknown(head):
            yield heads or f"what {head.layer_class or 'a layer'} does"
    losses = [head.loss for head in model.heads if head.loss is not None]
    if any(loss.given == _UNKNOWN for loss in losses) or (not losses and "loss" in why):
        yield why.get("loss", "the loss")


def _is_unknown(head: Head) -> bool:
    activation = head.activation is Activation.UNKNOWN
    rank = head.shape is None and head.units is None
    return rank or (activation and head.activation_as_saved is None)


def _place(model: str) -> str:
    """Return the place of a model: all models of one call have the same."""
    place, _, number = model.rpartition(" (")
    return place if place and number.rstrip(")").isdigit() else model


def _lines(found: Sequence[Surveyed]) -> Iterator[str]:
    calls = sum(len(set(each.calls)) for each in found)
    understood = sum(each.understood for each in found)
    share = f" ({understood / calls:.1%})" if calls else ""
    seconds = sum(each.seconds for each in found)
    yield f"{len(found)} programs in {seconds:.1f} s of CPU"
    yield f"{calls} calls of compile, {understood} understood{share}"
    for each in found:
        if each.unread is not None:
            yield f"  not read: {each.path}: {each.unread}"
    reasons = Counter(
        why for each in found for why in {(p, w): w for p, w in each.reasons}.values()
    )
    for why, count in reasons.most_common(SHOWN):
        yield f"{count:>5}  {why}"
    kinds = Counter(
        (code, severity) for each in found for _, code, severity in each.findings
    )
    for (code, severity), count in sorted(kinds.items()):
        yield f"{count:>5}  {code} {severity}"


class Verdicts(Frozen):
    """What people said of the calls of compile of the public programs."""

    faults: Mapping[str, Sequence[str]]  # place -> codes that fit
    read: frozenset[str]  # programs of which every call was read


def public_programs(folder: Path) -> tuple[list[str], Verdicts]:
    """Return the listed programs that are below a folder, and what is wrong with them.

    Args:
        folder: Holds a folder OWNER+NAME for each repository.
    """
    listed: Mapping[str, Any] = json.loads(HOME.read_text(encoding="utf-8"))
    paths, faults, read = [], {}, set()
    for program in listed["programs"]:
        repository = program["repository"].replace("/", "+")
        path = f"{repository}/{program['path']}"
        if not (folder / path).is_file():
            continue
        paths.append(path)
        if program.get("read"):
            read.add(path)
        for at, codes in program.get("faults", {}).items():
            faults[f"{path}:{at}"] = codes
    return paths, Verdicts(faults=faults, read=frozenset(read))


def judged(found: Iterable[Surveyed], verdicts: Verdicts) -> Iterator[str]:
    """Yield what the findings at warning and above are worth, a line for each."""
    hits, missed, alarms = 0, [], []
    for program in found:
        codes: dict[str, set[str]] = {}
        for place, code, severity in program.findings:
            codes.setdefault(place, set()).add(code)
            if severity != "note" and code not in verdicts.faults.get(place, ()):
                alarms.append(f"{place} {code}")
        for place in program.calls:
            fit = set(verdicts.faults.get(place, ()))
            if fit and fit & codes.get(place, set()):
                hits += 1
            elif fit:
                missed.append(f"{place} {' '.join(sorted(fit))}")
    read = sum(each.path in verdicts.read for each in found)
    yield f"{read} programs were read by a person"
    yield f"{hits + len(missed)} calls have a fault, {hits} found by a code that fits"
    yield from (f"  missed: {each}" for each in missed)
    yield f"{len(alarms)} findings at warning and above that are not listed as faults"
    yield from (f"  alarm: {each}" for each in alarms)
