"""From the text of a program to a description of each model that it compiles."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from kerascheck.model.description import Description, FitCall, Head
from kerascheck.model.frozen import Frozen, replace
from kerascheck.model.typed import Any, Final, TypeGuard
from kerascheck.readers.config.describe import describe_config
from kerascheck.readers.config.unknown import UNKNOWN, OwnLoss
from kerascheck.readers.containers.values import Container
from kerascheck.readers.source.compile_calls import TRAINS
from kerascheck.readers.source.fits import fit_call, labels_by_head, weights_of
from kerascheck.readers.source.interpreter import Project, follow
from kerascheck.readers.source.join import join
from kerascheck.readers.source.keras_2 import is_demand_of_keras_3, is_for_keras_2
from kerascheck.readers.source.keras_values import CompileCall, LayerValue
from kerascheck.readers.source.layer_making import plain, tensors_in
from kerascheck.readers.source.locator import Locator, Place
from kerascheck.readers.source.network_config import Lines, architecture, layers_of
from kerascheck.readers.source.scores import saved_metrics, saved_optimizer, saved_score
from kerascheck.readers.source.use import trained_by
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["SourceModel", "read_program", "read_tree"]

_MAX_MODELS: Final = 200
"""Compiled models of one program."""


class SourceModel(Frozen, eq=False):
    """One call of compile, and the model as far as it is known there.

    Attributes:
        description: What is known, from all ways that lead to the call.
        line: Line of the call of compile.
        variants: What is known on each way, where ways differ.
        why: Fact -> why it is not known.
    """

    description: Description
    line: int
    variants: tuple[Description, ...] = ()
    why: tuple[tuple[str, str], ...] = ()


def read_program(
    text: Any,
    path: str,
    project: Project | None = None,
    left: list[str] | None = None,
) -> list[SourceModel]:
    """Return the models that a program compiles, in the order of their calls.

    Args:
        text: A `ProgramText`, or the program as text.
        path: Name of the file.
        project: Returns the text of another module of the project; None: of none.
        left: Why a part was not understood is added to it.

    Raises:
        SyntaxError: It is not a program of Python 3.
    """
    if isinstance(text, str):
        return read_tree(
            ast.parse(text), path, lambda line: f"{path}:{line}", project, left
        )
    return read_tree(text.tree, path, text.place, project, left)


def read_tree(
    tree: ast.Module,
    path: str,
    place: Place,
    project: Project | None = None,
    left: list[str] | None = None,
) -> list[SourceModel]:
    """Return the models that a program compiles, in the order of their calls.

    Args:
        tree: The program.
        path: Name of the file.
        place: From a line to how it is shown.
        project: Returns the text of another module of the project; None: of none.
        left: Why a part was not understood is added to it.
    """
    passes = follow(tree, project)
    by_line: dict[int, dict[_Decided, list[_Read]]] = {}
    for run in passes.runs:
        decided = tuple(
            sorted(pair for pair in run.decided.items() if pair[0] not in run.choices)
        )
        for compiled in _each_line_first(run.models.compiled)[:_MAX_MODELS]:
            read = _read(compiled, run.models.compiled, tree, path, place)
            same = by_line.setdefault(compiled.line, {}).setdefault(decided, [])
            if all(read.description != other.description for other in same):
                same.append(read)
    models: list[SourceModel] = []
    if passes.exhausted:
        late = (("program", passes.exhausted),)
        for ways in by_line.values():
            for reads in ways.values():
                reads[:] = [replace(each, why=each.why + late) for each in reads]
    for line in sorted(by_line):
        models += _models(line, [*by_line[line].values()])
    if left is not None and passes.exhausted:
        left.append(passes.exhausted)
    lines = {each.line for run in passes.runs for each in run.models.compiled}
    if left is not None and len(lines) > _MAX_MODELS:
        left.append(f"it compiles more than {_MAX_MODELS} models")
    return [_certain(model, tree) for model in models[:_MAX_MODELS]]


def _each_line_first(calls: Sequence[CompileCall]) -> list[CompileCall]:
    """Return compile calls, so that none is far behind because of a loop before it."""
    met: dict[int, int] = {}
    rounds = []
    for compiled in calls:
        met[compiled.line] = met.get(compiled.line, 0) + 1
        rounds.append(met[compiled.line])
    order = sorted(range(len(calls)), key=rounds.__getitem__)
    return [calls[place] for place in order]


def _certain(model: SourceModel, tree: ast.Module) -> SourceModel:
    """Return a model without problems that its program need not have.

    A graph that cannot be followed to its outputs is not understood, not broken, and
    what Keras 3 alone refuses is right in a program for Keras 2.
    """
    problems = model.description.problems
    if any(map(is_demand_of_keras_3, problems)) and is_for_keras_2(tree):
        problems = tuple(each for each in problems if not is_demand_of_keras_3(each))
    problems = tuple(each for each in problems if each.kind != "broken-graph")
    if problems == model.description.problems:
        return model
    return replace(model, description=replace(model.description, problems=problems))


_Decided = tuple[tuple[str, int], ...]
"""Conditions and the ways that were taken; what a tuner tries is not among them."""


class _Read(Frozen, eq=False):
    description: Description
    why: tuple[tuple[str, str], ...]


def _models(line: int, ways: Sequence[list[_Read]]) -> Iterator[SourceModel]:
    first = [read.description for read in ways[0]]
    if all([read.description for read in way] == first for way in ways):
        for read in ways[0]:
            yield SourceModel(description=read.description, line=line, why=read.why)
        return
    every: list[Description] = []
    for way in ways:
        every += [r.description for r in way if r.description not in every]
    why = dict(pair for way in ways for read in way for pair in read.why)
    yield SourceModel(
        description=join(every),
        line=line,
        variants=tuple(every),
        why=tuple(sorted(why.items())),
    )


def _read(
    compiled: CompileCall,
    every: Sequence[CompileCall],
    tree: ast.Module,
    path: str,
    place: Place,
) -> _Read:
    model = compiled.model
    lines = Lines()
    made = architecture(model, lines)
    training = _training(compiled, tree)
    shell = {"class_name": model.class_name or "Model", "config": {}}
    container = Container(
        format="source",
        architecture=shell if made is None else made,
        training=training,
        architecture_at="",
        training_at="/compile_config",
        member=path,
        keras_version=None,  # that of the Keras that runs it
        backend=None,
    )
    described = describe_config(container, path)
    if described.opaque is not None:
        described = replace(described, opaque=model.why or described.opaque)
    locate = Locator(container, compiled, lines, place)
    sources = {
        layer.name: place(layer.line) for layer in _layers(compiled) if layer.line
    }
    heads = tuple(
        replace(
            head,
            source=sources.get((head.layer or "").rpartition("/")[2]),
            origins=tuple((fact, locate.at(at)) for fact, at in head.origins),
        )
        for head in described.heads
    )
    described = replace(described, heads=heads, source=place(compiled.line))
    described, why = _with_fit(described, compiled, place)
    line = trained_by(compiled, every)
    if line is not None:
        unused = f"it is trained only as a part of {place(line)}"
        described = replace(described, not_trained=unused)
        why = (*why, ("training", unused))
    return _Read(description=described, why=(*why, *_reasons(compiled)))


def _layers(compiled: CompileCall) -> list[LayerValue]:
    model = compiled.model
    if model.form == "sequential":
        return model.layers
    return layers_of(model) if model.form == "functional" else []


def _training(compiled: CompileCall, tree: ast.Module) -> dict[str, Any]:
    given = compiled.arguments
    metrics = given.get("metrics")
    outputs = len(tensors_in([compiled.model.outputs_of]))
    if outputs > 1 and _is_flat(metrics) and is_for_keras_2(tree):
        given = given | {"metrics": [list(metrics)] * outputs}
    missing: Any = Unknown("further arguments") if compiled.open else None
    training = {
        "optimizer": saved_optimizer(given.get("optimizer", missing)),
        "loss": saved_score(given.get("loss", missing), "losses"),
        "metrics": saved_metrics(given.get("metrics", missing)),
        "weighted_metrics": saved_metrics(given.get("weighted_metrics", missing)),
        "loss_weights": plain(given.get("loss_weights", missing)),
    }
    for name in ("run_eagerly", "steps_per_execution", "jit_compile"):
        value = given.get(name)
        if isinstance(value, (bool, int)):
            training[name] = value
    return training


def _is_flat(metrics: Value) -> TypeGuard[Sequence[Value]]:
    """Say whether metrics are one list, which Keras 2 applies to every head."""
    nested = (list, tuple, dict)
    return isinstance(metrics, (list, tuple)) and not any(
        isinstance(each, (*nested, Unknown)) for each in metrics
    )


def _reasons(compiled: CompileCall) -> Iterator[tuple[str, str]]:
    for name in ("loss", "metrics"):
        value = compiled.arguments.get(name)
        if isinstance(value, Unknown):
            yield name, value.why
        elif saved_score(value, "losses") is UNKNOWN:
            yield name, f"{name} is not understood"
    if compiled.model.why:
        yield "heads", compiled.model.why


def _weighs(loss: Value) -> bool:
    """Say whether a loss of the program weighs labels, which may stand for nothing."""
    if isinstance(loss, (list, dict)):
        return any(map(_weighs, loss.values() if isinstance(loss, dict) else loss))
    return isinstance(loss, OwnLoss) and loss.weighs


def _with_fit(
    described: Description, compiled: CompileCall, place: Place
) -> tuple[Description, tuple[tuple[str, str], ...]]:
    site = next((s for s in compiled.fits if s.method in TRAINS), None)
    if site is None:
        return described, ()
    call: FitCall = fit_call(site)
    labels, why = labels_by_head(site, described)
    if _weighs(compiled.arguments.get("loss")):
        labels, why = {}, (("labels", "the loss weighs or leaves out some of them"),)
    described = replace(described, fit=call).with_labels(labels)
    weights = weights_of(site)
    if weights is not None and len(described.heads) == 1:
        head: Head = described.heads[0]
        described = described.with_head(replace(head, class_weight=weights))
    at = [("labels", place(site.labels_line))]
    if "class_weight" in site.arguments:
        at.append(("class_weight", place(site.line)))
    heads = (replace(h, origins=(*h.origins, *at)) for h in described.heads)
    described = replace(described, heads=tuple(heads))
    return described, why
