"""Several fixes of one model as one: what each changes, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kerascheck.engine.fix import Fix, metric_places
from kerascheck.keras_api.metrics import resolved_in
from kerascheck.model.description import Description, Head, Loss, Metric
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any, Final

_Part = tuple[str, str | int]
"""What a fix changes: ("loss", "from_logits"), ("metrics", 0), ("head", "units")."""

_Changes = Mapping[_Part, object]
"""What each part becomes."""

_WHOLE: Final = ("loss", "")
"""The part that a fix changes which puts another loss in the place of the old one."""

_ADDED: Final = ("metrics", "")
"""The part of the metrics that are added."""

_TOGETHER: Final = {
    "units": ("units", "shape"),
    "activation": (
        *("activation", "activation_as_saved", "softmax_axis"),
        *("inner_activations", "layers_after", "logits_hidden"),
    ),
    "labels": ("labels",),
}
"""Fields of a head that change together."""


def combined(model: Description, fixes: Sequence[Fix]) -> Description | None:
    """Return `model` with all of these fixes; None if they differ in what they set.

    Each fix is one of `model` itself, so places of metrics are those it has there.
    """
    if len(fixes) == 1:
        return fixes[0].of(model)
    for name in dict.fromkeys(edit.head for fix in fixes for edit in fix.edits):
        head = model.head(name)
        changes = _joined(_changes(model, head, fix) for fix in fixes)
        if changes is None:
            return None
        model = model.with_head(resolved_in(_changed(head, changes), model))
    return model


def _joined(each: Iterable[_Changes]) -> _Changes | None:
    """Return all changes; None if two differ.

    A metric that one fix removes and another changes is removed.
    """
    joined: dict[_Part, object] = {}
    for changes in each:
        for part, value in changes.items():
            if part == _ADDED and isinstance(value, tuple):
                known = joined.get(part, ())
                assert isinstance(known, tuple)
                joined[part] = (*known, *(one for one in value if one not in known))
            elif joined.setdefault(part, value) != value:
                if part[0] != "metrics" or None not in (joined[part], value):
                    return None
                joined[part] = None
    return joined if _goes_with_new_loss(joined) else None


def _goes_with_new_loss(changes: _Changes) -> bool:
    """Say whether a loss of another class, if any, has what else changes of the loss.

    Only `from_logits` is about the head, and not about the class.
    """
    new = changes.get(_WHOLE)
    if not isinstance(new, Loss):
        return True
    others = {name for kind, name in changes if kind == "loss"} - {_WHOLE[1]}
    return others <= {"from_logits"} and (not others or new.from_logits is not None)


def _changes(model: Description, head: Head, fix: Fix) -> _Changes:
    """Return what a fix changes of a head of `model`."""
    if all(edit.head != head.name for edit in fix.edits):
        return {}
    after = fix.of(model).head(head.name)
    changes: dict[_Part, object] = {}
    for part, fields in _TOGETHER.items():
        values = {field: getattr(after, field) for field in fields}
        if any(getattr(head, field) != value for field, value in values.items()):
            changes["head", part] = values
    return {
        **changes,
        **_of_loss(head.loss, after.loss),
        **_of_metrics(head, fix, after.metrics or ()),
    }


def _of_loss(before: Loss | None, after: Loss | None) -> _Changes:
    if before == after:
        return {}
    if before is None or after is None or before.name != after.name:
        return {_WHOLE: after}
    old, new = _arguments(before), _arguments(after)
    return {
        ("loss", name): new.get(name)
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    }


def _arguments(loss: Loss) -> dict[str, object]:
    """Return the arguments of a loss, each in a tuple, so that None is a value."""
    arguments = {name: (value,) for name, value in loss.arguments}
    return {**arguments, "from_logits": (loss.from_logits,)}


def _of_metrics(head: Head, fix: Fix, after: Sequence[Metric]) -> _Changes:
    before = head.metrics or ()
    places = metric_places(fix.edits, head.name, len(before))
    pairs = list(zip(places, after, strict=True))
    left = {place: metric for place, metric in pairs if place is not None}
    changes: dict[_Part, object] = {
        ("metrics", place): left.get(place)
        for place, metric in enumerate(before)
        if place not in left or _bare(left[place]) != _bare(metric)
    }
    added = tuple(metric for place, metric in pairs if place is None)
    return {**changes, _ADDED: added} if added else changes


def _bare(metric: Metric) -> Metric:
    """Return a metric as compiled, whatever it resolves to."""
    return replace(metric, resolved=None)


def _changed(head: Head, changes: _Changes) -> Head:
    fields: dict[str, Any] = {"loss": _changed_loss(head.loss, changes)}
    for (kind, _), values in changes.items():
        if kind == "head" and isinstance(values, Mapping):
            fields |= values
        elif kind == "metrics":
            fields["metrics"] = _changed_metrics(head.metrics or (), changes)
    return replace(head, **fields)


def _changed_loss(loss: Loss | None, changes: _Changes) -> Loss | None:
    if _WHOLE in changes:
        new = changes[_WHOLE]
        assert isinstance(new, Loss)  # no edit takes a loss away
        logits = changes.get(("loss", "from_logits"))
        return replace(new, from_logits=logits[0]) if isinstance(logits, tuple) else new
    changed = {str(name): v for (kind, name), v in changes.items() if kind == "loss"}
    if loss is None or not changed:
        return loss
    arguments: dict[str, Any] = {**_arguments(loss), **changed}
    (from_logits,) = arguments.pop("from_logits")
    left = ((name, value[0]) for name, value in arguments.items() if value is not None)
    return replace(
        loss,
        from_logits=from_logits,
        arguments=tuple(sorted(left)),
        given="object",
    )


def _changed_metrics(
    metrics: Sequence[Metric], changes: _Changes
) -> tuple[Metric, ...]:
    """Return the metrics with all changes; what they become stands there once."""
    added = changes.get(_ADDED, ())
    assert isinstance(added, tuple)
    places = [(changes.get(("metrics", i), old), old) for i, old in enumerate(metrics)]
    kept = [_bare(new) for new, old in places if new is old]
    found: list[Metric] = []
    for new, old in (*places, *((metric, None) for metric in added)):
        if not isinstance(new, Metric):
            continue
        if new is old:
            found.append(new)
        elif _bare(new) not in kept:
            found.append(new)
            kept.append(_bare(new))
    return tuple(found)
