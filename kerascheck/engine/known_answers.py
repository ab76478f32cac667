"""What our rules said of models with the same facts, so that few are asked again.

In a folder most models are alike in all that rules look at, and of sixty rules that are
asked about a head a few say something. What a rule says of a model is its own, with
names and places in it. But that it says nothing, or why it is undecided, follows from
the facts alone: whatever the head is called and wherever the file is, the answer is the
same. So only the rules that found something are asked again.

A rule of the user's own may look at anything, and is always asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from kerascheck.engine.rule import Rule
from kerascheck.model.description import (
    Activation,
    Description,
    Head,
    Labels,
    Loss,
    Metric,
)
from kerascheck.model.named import NamedTuple
from kerascheck.model.typed import Any, Final

MAX_KEPT: Final = 1_000
"""Models with different facts whose answers are kept."""

MAX_HEADS: Final = 8
"""Of a model whose answers are kept."""

_OWN_RULES: Final = "KC9"
"""How the codes of users' own rules begin."""

_Facts = tuple[Any, ...]

_NAMES: Final = frozenset({"layer", "name", "origins", "path", "source"})
"""Fields that say what something is called and where it is, which changes no answer."""

_APART: Final = frozenset({"arguments", "compile_options", "loss_weight", "values"})
"""Fields that are compared as text, in which 1, 1.0 and True differ."""

_PARTS: Final = frozenset({"heads", "labels", "loss", "metrics"})


def _fields(kind: Any) -> Any:
    """Return a function that returns the plain fields of a value."""
    return attrgetter(*(f for f in kind._specs if f not in _NAMES | _APART | _PARTS))


_of_model = _fields(Description)
_of_head = _fields(Head)
_of_labels = _fields(Labels)
_of_loss = _fields(Loss)
_of_metric = attrgetter(*(field for field in Metric._specs if field != "arguments"))


class Answer(NamedTuple):
    """What is known of a rule that does not find a head right without asking.

    Attributes:
        rule: Its number.
        head: The number of the head.
        why: It is undecided; None: it is asked again.
    """

    rule: int
    head: int
    why: str | None


class Answers(NamedTuple):
    """What all rules said of the heads of a model.

    Attributes:
        silent: Pairs of rule and head with nothing to say.
        others: Those of all other pairs, rule by rule.
    """

    silent: int
    others: Sequence[Answer]


class KnownAnswers:
    """The answers of some rules, by the facts of models."""

    __slots__ = ("_answers", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take over the rules that are asked."""
        self.rules = rules
        self._answers: dict[_Facts, Answers] = {}

    def get(self, facts: _Facts | None) -> Answers | None:
        """Return the answers for these facts; None: they are not known."""
        try:
            return None if facts is None else self._answers.get(facts)
        except TypeError:  # a list, in a description that somebody wrote
            return None

    def keep(self, facts: _Facts | None, answers: Answers) -> None:
        """Keep answers; where there is no more room, the others are forgotten."""
        if facts is None:
            return
        if len(self._answers) >= MAX_KEPT:
            self._answers.clear()
        try:
            self._answers[facts] = answers
        except TypeError:
            return


_known = KnownAnswers(())


def known_answers(rules: Sequence[Rule]) -> KnownAnswers:
    """Return the known answers of these rules; those of others are forgotten."""
    global _known
    known, asked = _known, tuple(rules)  # another thread may ask other rules
    if known.rules != asked:
        known = _known = KnownAnswers(asked)
    return known


def is_asked_always(rule: Rule) -> bool:
    """Say whether a rule may look at more than facts."""
    return rule.reads is None or rule.code.startswith(_OWN_RULES)


def facts_of(model: Description) -> _Facts | None:
    """Return all that our rules look at in a saved model, but names and places.

    None: their answers may hang on names as well, or there are too many facts. What is
    known of a call of `fit` may name heads, and so may a program.
    """
    heads = model.heads
    known = model.fit is None and model.program is None and model.format != "live"
    if not known or len(heads) > MAX_HEADS:
        return None
    if any(head.class_weight is not None for head in heads):
        return None
    return _of_model(model), repr(model.compile_options), *map(_facts_of_head, heads)


def _facts_of_head(head: Head) -> _Facts:
    loss, metrics, labels = head.loss, head.metrics, head.labels
    return (
        _of_head(head),
        repr(head.loss_weight),
        head.layer if head.activation is Activation.UNKNOWN else None,  # said in whys
        loss and (_of_loss(loss), loss.name, repr(loss.arguments)),
        metrics and tuple([(_of_metric(m), repr(m.arguments)) for m in metrics]),
        labels and (_of_labels(labels), repr(labels.values)),
    )
