"""Which facts a rule really looks at: a head and a model that note what is asked."""

from __future__ import annotations

import contextlib

from kerascheck.core.errors import NotApplicable, Undecided
from kerascheck.core.facts import FIELDS, HEADS, Facts

_FACT_OF = {field: fact for fact, fields in FIELDS.items() for field in fields}


class TrackedHead:
    """A head that notes which of its facts are asked for."""

    def __init__(self, head, seen):
        self._head = head
        self._seen = seen

    def __getattr__(self, name):
        if name in _FACT_OF:
            self._seen.add(_FACT_OF[name])
        return getattr(self._head, name)


class _TrackedHeads(tuple):
    """The heads of a model; how many there are is no fact that a fix changes."""

    seen: set

    def __iter__(self):
        self.seen.add(HEADS)
        return super().__iter__()

    def __getitem__(self, place):
        self.seen.add(HEADS)
        return super().__getitem__(place)


class TrackedModel:
    """A model that notes whether its other heads are asked for."""

    def __init__(self, model, seen):
        self._model = model
        self._heads = _TrackedHeads(TrackedHead(head, seen) for head in model.heads)
        self._heads.seen = seen

    def __getattr__(self, name):
        return self._heads if name == "heads" else getattr(self._model, name)


def read_by(rule, model):
    """Return the facts that a rule looks at in all heads of a model."""
    seen = set()
    for head in model.heads[: 1 if rule.scope == "model" else None]:
        facts = Facts(TrackedHead(head, seen), TrackedModel(model, seen))
        with contextlib.suppress(NotApplicable, Undecided):
            list(rule.check(facts))
    return seen
