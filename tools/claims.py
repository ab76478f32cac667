"""Tries the claims of the rules on data that the engine never saw, and its criterion.

The data are sets of scikit-learn, in place of those of the reference tasks: breast
cancer and handwritten digits, whose classes are apart, noisy moons and the sepals of
irises, whose classes overlap, and diabetes. Of digits and of moons one class is made
rare for claims about imbalance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.evidence.trainings import ShippedTrainings
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import Part, Setup
from kerascheck.confirm.tasks import STAND_INS, Samples, StandIn, Task
from kerascheck.confirm.verdict import judge
from kerascheck.engine.finding import Finding, Harm, Verdict
from kerascheck.engine.judge import judge as judge_rules
from kerascheck.model.frozen import replace
from kerascheck.rules import all_rules
from tools.evidence_space import METRICS, space

SEEDS = 8

_HELD_OUT = 0.3


class Claim(NamedTuple):
    """What a rule claims of one model, and the pair that tries it."""

    words: str
    finding: Finding
    pair: Pair


class Outcome(NamedTuple):
    """A claim on the reference task, and on other data."""

    claim: Claim
    reference: str
    elsewhere: tuple[tuple[str, Verdict, str], ...]  # data, verdict, figures


def stand_ins() -> dict[Task, tuple[str, StandIn]]:
    """Return real data by the task that they stand in for, with their names."""
    from sklearn import datasets

    digits = datasets.load_digits()
    eights = digits.target == 8
    iris = datasets.load_iris()
    cancer = datasets.load_breast_cancer()
    moons = datasets.make_moons(3000, noise=0.45, random_state=0)
    found = {
        Task("binary"): ("breast cancer", cancer.data, cancer.target),
        Task("binary_hard"): ("noisy moons", *moons),
        Task("multiclass_hard", 3): ("sepals of irises", iris.data[:, :2], iris.target),
        Task("binary_imbalanced"): ("few eights", *_with_few(digits.data, eights)),
        Task("binary_imbalanced_hard"): ("few of a moon", *_with_few(*moons)),
    }
    for classes in (3, 6):
        few = digits.target < classes
        name = f"digits 0 to {classes - 1}"
        found[Task("multiclass", classes)] = (
            name,
            digits.data[few],
            digits.target[few],
        )
    x, y = datasets.load_diabetes(return_X_y=True)
    found[Task("regression")] = ("diabetes", x, (y - y.mean()) / y.std())
    return {task: (name, _stand_in(x, y)) for task, (name, x, y) in found.items()}


def _with_few(x: Any, y: Any) -> tuple[Any, Any]:
    """Return rows of two classes of which 5 % are of the second."""
    common, rare = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    rows = np.concatenate([common, rare[: round(len(common) / 19)]])
    return x[rows], y[rows].astype(int)


def _stand_in(x: Any, y: Any) -> StandIn:
    order = np.random.default_rng(0).permutation(len(y))
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)
    x, y = x[order].astype(np.float32), y[order]
    first = int(len(y) * _HELD_OUT)

    def draw(rng: np.random.Generator, held_out: bool, count: int) -> Samples:
        low, high = (0, first) if held_out else (first, len(y))
        rows = rng.integers(low, high, count)
        return Samples(x[rows], y[rows])

    return StandIn(features=x.shape[1], draw=draw)


def claims() -> Iterator[Claim]:
    """Yield a claim about training for each rule and kind of harm that has one."""
    rules = tuple(all_rules())
    seen: set[tuple[str, Harm, str, int]] = set()
    for rule in rules:
        for model in rule.bad():
            for finding in judge_rules((rule,), model).findings:
                try:
                    pair = pair_of(finding, model)
                except NotBuildable:
                    continue
                setup = pair.before
                key = (finding.code, finding.harm, setup.task, setup.classes)
                if setup.behind or key in seen or finding.harm is Harm.RAISES:
                    continue
                seen.add(key)
                words = f"{finding.name}: {setup.activation}, {setup.loss.text}"
                yield Claim(words, finding, pair)


def carried_over(
    known: Callable[[Sequence[Setup]], list[SetupResult]],
    train: Callable[[Sequence[Setup]], list[SetupResult]],
) -> list[Outcome]:
    """Return what became of each claim.

    Args:
        known: Returns the results of setups on the reference tasks.
        train: Trains setups on what stands in for them.
    """
    found = list(claims())
    usual = _train_pairs([claim.pair for claim in found], known)
    data = stand_ins()
    outcomes = []
    tried = {claim: _on(claim, data) for claim in found}
    STAND_INS.update({task: stand_in for task, (_, stand_in) in data.items()})
    try:
        others = _train_pairs([p for pairs in tried.values() for _, p in pairs], train)
    finally:
        STAND_INS.clear()
    for claim in found:
        reference = judge(claim.finding, *usual[claim.pair])
        elsewhere = []
        for name, pair in tried[claim]:
            judged = judge(claim.finding, *others[pair])
            elsewhere.append((name, judged.verdict, judged.reason))
        outcomes.append(Outcome(claim, str(reference.verdict), tuple(elsewhere)))
    return outcomes


def _on(claim: Claim, data: dict[Task, tuple[str, StandIn]]) -> list[tuple[str, Pair]]:
    """Return the pairs of a claim on the data that stand in, with their names."""
    before = claim.pair.before
    plain = before.task.removesuffix("_hard").removesuffix("_faint")
    found = []
    for task in (plain, f"{plain}_hard"):
        known = data.get(Task(task, before.classes))
        if known is not None:
            pair = replace(
                claim.pair,
                before=replace(before, task=task),
                after=replace(claim.pair.after, task=task),
            )
            found.append((known[0], pair))
    return found


def _train_pairs(
    pairs: Sequence[Pair], train: Callable[[Sequence[Setup]], list[SetupResult]]
) -> dict[Pair, tuple[SetupResult, SetupResult]]:
    setups = list(dict.fromkeys(s for pair in pairs for s in (pair.before, pair.after)))
    results = dict(zip(setups, train(setups), strict=True))
    return {pair: (results[pair.before], results[pair.after]) for pair in pairs}


NULL_HARMS = (
    *(Harm.NO_LEARNING, Harm.WORSE_TRAINING),
    *(Harm.MISCALIBRATED, Harm.MISREPORTED),
)


def false_rates(
    outcomes: Sequence[Outcome], doubled: Sequence[SetupResult]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return how often pairs that do nothing are confirmed, and harms are not.

    Args:
        outcomes: Of all claims; those that the reference tasks confirm are harms.
        doubled: Trainings from twice as many starts: the first half is compared with
            the second, which differs in nothing but rows and starts.

    Returns:
        (confirmed, pairs that do nothing), (refuted, harms).
    """
    confirmed = 0
    for result in doubled:
        one, two = result.seeds[:SEEDS], result.seeds[SEEDS:]
        before, after = replace(result, seeds=one), replace(result, seeds=two)
        for harm in NULL_HARMS:
            finding = replace(
                outcomes[0].claim.finding, harm=harm, fix=None, location=""
            )
            confirmed += judge(finding, before, after).verdict is Verdict.CONFIRMED
    judged = [
        v for o in outcomes if o.reference == "confirmed" for _, v, _ in o.elsewhere
    ]
    refuted = sum(verdict is Verdict.REFUTED for verdict in judged)
    return (confirmed, len(doubled) * len(NULL_HARMS)), (refuted, len(judged))


def false_alarms_of_metrics(
    finding: Finding, results: Iterable[SetupResult]
) -> tuple[int, int]:
    """Return how often a metric is told to misreport beside itself.

    Args:
        finding: Any.
        results: Trainings with metrics: the first half of the starts is compared with
            the second, which differs in nothing but rows and starts.

    Returns:
        (confirmed, metrics that were compared).
    """
    confirmed = compared = 0
    for result in results:
        half = len(result.seeds) // 2
        before = replace(result, seeds=result.seeds[:half])
        after = replace(result, seeds=result.seeds[half:])
        for number in range(len(result.setup.metrics)):
            one = replace(
                finding,
                harm=Harm.MISREPORTED,
                fix=None,
                location=f"heads.out.metrics.{number}",
            )
            compared += 1
            confirmed += judge(one, before, after).verdict is Verdict.CONFIRMED
    return confirmed, compared


def _shipped_with_metrics(backend: str) -> Iterator[SetupResult]:
    """Yield the trainings that ship, with the metrics that claims are mostly about."""
    shipped = ShippedTrainings(backends=(backend,))
    metrics = tuple(Part.of(m.name, **dict(m.arguments), name=m.text) for m in METRICS)
    for setup in space(backend):
        if setup.watched == METRICS:
            result = shipped.get(replace(setup, metrics=metrics, watched=()), backend)
            if result is not None and result.status is Status.TRAINED:
                yield result


def that_do_nothing(outcomes: Sequence[Outcome]) -> list[Setup]:
    """Return 25 setups that train, each to be compared with itself."""
    accuracy = (Part.of("accuracy"),)
    after = (outcome.claim.pair.after for outcome in outcomes)
    found = dict.fromkeys(replace(setup, metrics=accuracy) for setup in after)
    return list(found)[:25]


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a table in Markdown: claim, reference task, other data."""
    yield "| claim | reference task | on other data | carries over |"
    yield "|---|---|---|---|"
    for claim, reference, elsewhere in outcomes:
        text = "; ".join(
            f"{name}: {verdict}, {why}" for name, verdict, why in elsewhere
        )
        yes = [n for n, verdict, _ in elsewhere if verdict is Verdict.CONFIRMED]
        no = [n for n, verdict, _ in elsewhere if verdict is not Verdict.CONFIRMED]
        where = "yes" if not no else f"on {', '.join(yes)} alone" if yes else "no"
        if not elsewhere:
            text, where = "none stands in", "-"
        words = f"{claim.finding.code} {claim.words}, {claim.finding.harm}"
        yield f"| {words} | {reference} | {text} | {where} |"


def main(backend: str, say: Callable[[str], None]) -> str:
    """Train all of it, say what was found, and return it as a page."""
    from kerascheck.confirm.environment import environment
    from kerascheck.confirm.train.training import train

    def trained(setups: Sequence[Setup], seeds: int = SEEDS) -> list[SetupResult]:
        say(f"training {len(setups)} setups")
        return train(setups, seeds=seeds, device="cpu")

    def known(setups: Sequence[Setup]) -> list[SetupResult]:
        shipped = ShippedTrainings(backends=(backend,))
        found = {setup: shipped.get(setup, backend) for setup in setups}
        missing = [setup for setup, result in found.items() if result is None]
        rest = dict(zip(missing, trained(missing), strict=True))
        return [found[setup] or rest[setup] for setup in setups]

    outcomes = carried_over(known, trained)
    doubled = trained(that_do_nothing(outcomes), 2 * SEEDS)
    finished = [result for result in doubled if result.status is Status.TRAINED]
    rates = false_rates(outcomes, finished)
    alarms = false_alarms_of_metrics(
        outcomes[0].claim.finding, _shipped_with_metrics(backend)
    )
    versions = environment("cpu")
    text = _HEAD.format(
        keras=versions["keras"],
        backend=backend,
        version=versions[backend],
        seeds=SEEDS,
        confirmed=sum(outcome.reference == "confirmed" for outcome in outcomes),
        claims=len(outcomes),
        pairs=len(finished),
        false=rates[0][0],
        verdicts=rates[0][1],
        metric_alarms=alarms[0],
        metrics=alarms[1],
        share=100 * alarms[0] / alarms[1],
        refuted=rates[1][0],
        harms=rates[1][1],
    )
    return "\n".join([text, *lines(outcomes), ""])


_HEAD = """\
# Claims on other data

Reference training has Gaussian clouds as its data. `python -m tools claims --write`
tries the claims of the rules on data that the engine never saw, and wrote this page:
the sets of scikit-learn on breast cancer, diabetes, handwritten digits and the sepals
of irises, and noisy moons; "few eights" and "few of a moon" have 5 % of one class.
Keras {keras} on {backend} {version}, CPU, {seeds} seeds; the criterion is that of
[confirmation](confirmation.md).

Of {claims} claims, {confirmed} are confirmed on the reference task.

- **False alarms of the criterion.** {pairs} setups were each compared with themselves,
  trained from other starts on other rows: {false} of {verdicts} verdicts are confirmed.
- **False alarms about metrics.** Each metric of the trainings that ship was compared
  with itself, four starts with four others: {metric_alarms} of {metrics} verdicts are
  confirmed ({share:.1f} %).
- **Harms that it refutes.** Of {harms} trials of a confirmed claim on other data,
  {refuted} are refuted.

A claim that carries over on one set alone, or on none, is one that depends on the data:

- Where classes are far apart, a network is right and certain, and nothing can be out of
  calibration by much (KC102 on digits and breast cancer).
- How much a metric is off depends on how often a network errs, and on the sizes of its
  logits: a threshold of 0.5 on many classes (KC302) or on logits (KC306), an area under
  logits (KC308), counts over all classes (KC313) and the highest few of all classes
  (KC314) are right where every decision is. KC306 is confirmed where classes hardly
  differ, and on neither set here.
- Labels that are soft leave outputs out of calibration by themselves. A second
  smoothing adds to that (KC115), and its fix takes away no more than what it added.
- "Worse training" is a lottery of starts on small sets: some starts never learn, and
  the others end as well (KC101, KC105).

Such a claim is confirmed for a model of yours only with the words in which conditions
it holds.
"""
