"""What to change at a compile call, and at the last layer, to carry out a plan.

Only arguments that a fix is about are replaced; every other byte stays, and the new
text is parsed and compared with what it should say before any file is touched.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping

from kerascheck.fix.call_sites import CallSite
from kerascheck.fix.calls import (
    Agreement,
    Call,
    MetricNodes,
    calls_in,
    last_name,
    literals,
    loss_agrees,
    losses_by_head,
    metric_agrees,
    metrics_by_head,
)
from kerascheck.fix.layer_calls import only_layer, source_of_layer
from kerascheck.fix.names import Names
from kerascheck.fix.plan import Plan
from kerascheck.fix.splices import Source, Splice, Unfixable
from kerascheck.keras_api.compile_call import loss_code, major, metric_code
from kerascheck.keras_api.layer_line import end_of
from kerascheck.model.description import Head, Metric
from kerascheck.model.frozen import replace

__all__ = ["Changes", "splices_for"]


Changes = list[tuple[Source, list[Splice]]]
"""What changes in each file."""


def splices_for(
    plan: Plan, site: CallSite, unsaved: Mapping[str, bytes] | None = None
) -> Changes:
    """Return what to change at the call, and at the last layer, to carry out a plan.

    Args:
        plan: What is to be changed.
        site: The call; a last layer may be in a file that its program imports.
        unsaved: What files hold instead of what is saved, by real path.

    Raises:
        Unfixable: What is written cannot be replaced with certainty.
    """
    source, call = site
    if call.open:
        raise Unfixable(f"arguments of the compile() call at {site} come from * or **")
    names = Names(source, call.node)
    at_call = [
        *_loss_splices(plan, site, names),
        *_metric_splices(plan, site, names),
    ]
    changes = {os.path.realpath(source.path): (source, at_call)}
    for inside, splice in _activation_splices(plan, source, unsaved):
        path = os.path.realpath(inside.path)
        changes.setdefault(path, (inside, []))[1].append(splice)
    made = [(each, splices) for each, splices in changes.values() if splices]
    if not made:
        raise Unfixable(f"the call at {site} does not have what the fix changes")
    for each, splices in made:
        new = each.changed(splices)
        if each is source:
            _require_right(plan, site, new)
    return made


def _pairs(plan: Plan) -> Iterator[tuple[int, Head, Head]]:
    pairs = zip(plan.before.heads, plan.after.heads, strict=True)
    for number, (before, after) in enumerate(pairs):
        yield number, before, after


def _code(head: Head) -> str | None:
    loss = head.loss
    return None if loss is None else loss_code(loss)


def _loss_splices(plan: Plan, site: CallSite, names: Names) -> Iterator[Splice]:
    changed = {
        n: _code(after) for n, b, after in _pairs(plan) if _code(b) != _code(after)
    }
    if not changed:
        return
    node = site.call.loss
    if node is None:
        raise Unfixable(f"the compile() call at {site} has no loss to replace")
    nodes = losses_by_head(node, plan.before.heads)
    if nodes is None:
        raise Unfixable(f"the losses at {site} cannot be distinguished")
    done: set[int] = set()
    for number in changed:
        one = nodes[number]
        sharing = {_code(plan.after.heads[n]) for n, o in enumerate(nodes) if o is one}
        if one is None or len(sharing) > 1:
            raise Unfixable(f"several heads share the loss at {site}")
        if id(one) not in done:
            done.add(id(one))
            _require_one_value(site, one)
            head = plan.after.heads[number]
            yield _loss_splice(site.source, one, head, names, major(plan.after))


def _require_one_value(site: CallSite, node: ast.expr) -> None:
    """Require that a loss is no variable that may hold another one elsewhere.

    Raises:
        Unfixable: It is; what is written would replace the others as well.
    """
    if not isinstance(node, ast.Name):
        return
    values = [
        each.value
        for each in ast.walk(site.source.tree)
        if isinstance(each, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == node.id for t in each.targets)
    ]
    uses = [
        each
        for each in ast.walk(site.source.tree)
        if (isinstance(each, ast.Name) and each.id == node.id and _is_bound(each))
        or (isinstance(each, ast.arg) and each.arg == node.id)
    ]
    if len(uses) > 1 or not all(
        isinstance(v, (ast.Constant, ast.Call)) for v in values
    ):
        raise Unfixable(
            f"the loss at {site} is {node.id!r}, which may have other values"
        )


def _is_bound(node: ast.Name) -> bool:
    """Say whether a name is given a value here."""
    return isinstance(node.ctx, ast.Store)


def _loss_splice(
    source: Source, node: ast.expr, head: Head, names: Names, keras: int
) -> Splice:
    """Return the smallest change: one argument if the class of the loss stays."""
    loss = head.loss
    assert loss is not None
    if isinstance(node, ast.Call) and last_name(node.func) == loss.name:
        given = literals(node) or {}
        others = {k: v for k, v in given.items() if k != "from_logits"}
        if not node.args and set(others.items()) <= {*loss.arguments, *_kept(others)}:
            return _with_argument(source, node, "from_logits", str(loss.from_logits))
    return Splice(*source.span(node), names.spell(loss_code(loss, keras)))


def _kept(arguments: dict[str, object]) -> list[tuple[str, object]]:
    """Return arguments that no fix is about."""
    return [(n, v) for n, v in arguments.items() if n in ("name", "reduction", "axis")]


def _with_argument(source: Source, call: ast.Call, name: str, code: str) -> Splice:
    """Return the change that gives a call this argument by name."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return Splice(*source.span(keyword.value), code)
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if not given:
        _, end = source.span(call)
        return Splice(end - 1, end - 1, f"{name}={code}")
    _, end = source.span(given[-1])
    between = source.indented(given[-1]) or " "
    return Splice(end, end, f",{between}{name}={code}")


def _metric_splices(plan: Plan, site: CallSite, names: Names) -> Iterator[Splice]:
    lists, keras = None, major(plan.after)
    for number, before, after in _pairs(plan):
        old, new = _split(before), _split(after)
        if old == new:
            continue
        if old[1] != new[1]:
            raise Unfixable("a weighted metric changes")
        lists = lists or metrics_by_head(site.call.metrics, plan.before.heads)
        if lists is None or len(lists[number].each) != len(old[0]):
            raise Unfixable(f"the metrics at {site} cannot be distinguished")
        if site.call.metrics is None:
            if len(plan.before.heads) > 1:
                raise Unfixable(f"the compile() call at {site} has no metrics")
            codes = [names.spell(metric_code(m, keras)) for m in new[0]]
            code = f"[{', '.join(codes)}]"
            yield _with_argument(site.source, site.call.node, "metrics", code)
            continue
        codes = [names.spell(metric_code(metric, keras)) for metric in new[0]]
        pairs = list(zip(new[0], codes, strict=True))
        yield from _list_splices(site, lists[number], old[0], pairs)


def _split(head: Head) -> tuple[list[Metric], list[Metric]]:
    """Return metrics and weighted ones as compiled, whatever they resolve to."""
    bare = [replace(m, resolved=None) for m in head.metrics or ()]
    unweighted = [m for m in bare if not m.weighted]
    return unweighted, [m for m in bare if m.weighted]


def _list_splices(
    site: CallSite,
    nodes: MetricNodes,
    old: list[Metric],
    new: list[tuple[Metric, str]],
) -> Iterator[Splice]:
    """Yield what to change in one list.

    Args:
        site: The call.
        nodes: The list in the source.
        old: Its metrics.
        new: What they are to become, each with its code.
    """
    source, each = site.source, nodes.each
    if len(old) == len(new):
        for node, one, (other, code) in zip(each, old, new, strict=True):
            if one != other:
                yield Splice(*source.span(node), code)
        return
    kept = [metric for metric, _ in new[: len(old)]] == old
    if each and kept and nodes.around is not None:
        added = "".join(f", {code}" for _, code in new[len(old) :])
        _, end = source.span(each[-1])
        yield Splice(end, end, added)
        return
    left = list(zip(old, each, strict=True))
    texts = []
    for metric, code in new:
        same = next((pair for pair in left if pair[0] == metric), None)
        if same is None:
            texts.append(code)
        else:
            left.remove(same)
            texts.append(source.code(same[1]))
    around = nodes.around or (each[0] if each else None)
    if around is None:
        raise Unfixable(f"a head has no metrics at {site}")
    yield Splice(*source.span(around), f"[{', '.join(texts)}]")


def _activation_splices(
    plan: Plan, compiled: Source, unsaved: Mapping[str, bytes] | None
) -> Iterator[tuple[Source, Splice]]:
    for _, before, after in _pairs(plan):
        if end_of(before) == end_of(after):
            continue
        if before.activation is after.activation:
            raise Unfixable("the fix removes layers, which no argument does")
        source = source_of_layer(compiled, plan.before, before, unsaved)
        layer = only_layer(source, before)
        code = f"{source.quote}{after.activation}{source.quote}"
        if last_name(layer.func) == "Activation":
            yield source, Splice(*source.span(layer.args[0]), code)
        else:
            yield source, _with_argument(source, layer, "activation", code)


def _require_right(plan: Plan, site: CallSite, new: Source) -> None:
    """Compare what would be written with the plan.

    Raises:
        Unfixable: It is something else.
    """
    calls = calls_in(new.tree)
    call = calls[site.call.number] if site.call.number < len(calls) else None
    if call is None or not _is_as_planned(call, plan):
        raise Unfixable(f"the compile() call at {site} is written in an uncommon way")


def _is_as_planned(call: Call, plan: Plan) -> bool:
    heads = plan.after.heads
    nodes = losses_by_head(call.loss, heads) if call.loss is not None else None
    lists = metrics_by_head(call.metrics, heads)
    for number, before, after in _pairs(plan):
        if _code(before) != _code(after) and (
            nodes is None or loss_agrees(nodes[number], after.loss) is not Agreement.YES
        ):
            return False
        if _split(before) == _split(after):
            continue
        written = lists[number].each if lists is not None else ()
        planned = [m for m in after.metrics or () if not m.weighted]
        agree = len(written) == len(planned) and all(
            map(metric_agrees, written, planned)
        )
        if not agree:
            return False
    return True
