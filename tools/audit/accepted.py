"""Kinds of disagreement that remain, each with the reason why.

A pattern is searched in the signature of a kind. What no kind of a large run matches
any more is removed from here.
"""

from __future__ import annotations

import re
from typing import Final

from tools.audit.kinds import Kind

SILENT: Final[tuple[tuple[str, str], ...]] = (
    (
        r"^weights: class_weight missing class",
        "Keras gives a class without a key a weight of 1, and people use that: "
        "{1: 9.0} weighs the rare class alone. Which weight was meant is unknown.",
    ),
    (
        r"^metric raises: Sparse\w+, .* 1 unit",
        "Reported, as a metric over classes on one unit (KC303) that misreports: the "
        "sample that was looked at holds no id for which it raises.",
    ),
    (
        r"^metric raises: SparseCategoricalCrossentropy, .* several units",
        "The labels are reported under their loss (KC204): recoded, nothing raises.",
    ),
    (
        r"^weights: class_weight (shifted ids|by class), soft",
        "Which class a soft label belongs to is not known before it is rounded.",
    ),
    (
        r"^training: (Dice|Tversky) on 1 unit of sigmoid, real fraction",
        "Shares under an overlap loss are soft masks to it, which people train on; "
        "nothing shows that these are targets of a regression.",
    ),
    (
        r"^training: MeanAbsolutePercentageError on .*, real",
        "Targets near 0 outweigh all others; how near they come depends on the sample.",
    ),
    (
        r"^training: own (class|function) ",
        "What an own loss learns from is unknown.",
    ),
    (
        r"^raises: sample_weight .* of several heads",
        "Which head a weight is for is known by the call of `fit` alone.",
    ),
    (
        r"^metric 0\.1 off: accuracy, zero rows",
        "Rows without a class count for class 0; KC212 and KC330 say so where the loss "
        "drops them, and here it trains on them.",
    ),
    (
        r"^metric 0\.1 off: (Precision|Recall)\(class_id=.*, zero rows",
        "Rows without a class are no class to it either; KC212 says so in a note.",
    ),
    (
        r"^training: Mean\w+Error on 1 unit of linear, ids",
        "Ids under an error may be counts or grades, which one unit learns.",
    ),
    (
        r"^training: CategoricalHinge on 1 unit of .*, real fraction",
        "One unit learns on which side of 0.5 a share is, which suffices for classes.",
    ),
    (
        r"^training: CategoricalHinge on several units of relu",
        "Harm in some starts only: units that are 0 for all samples stay so.",
    ),
    (
        r"^loss raises: own (class|function)",
        "What an own loss does with shapes is unknown; KC214 judges one unit alone.",
    ),
)
"""Pattern of a silent harm, and the reason why no rule reports it."""

LOUD: Final[tuple[tuple[str, str], ...]] = (
    (
        r"^KC105 claims .* on (relu|tanh)",
        "Harm in some starts only: three seeds do not always show it.",
    ),
    (
        r"^KC104 claims no-learning: \w+ .*on \w+, .*(binary|fraction|soft|signed)$",
        "Labels of shape (samples,) on one unit: Keras squeezes the output as well and "
        "compares the samples of a batch, so it learns by accident.",
    ),
    (
        r"^KC109 ",
        "Dropout on logits costs accuracy in about half of the setups (11 of 24).",
    ),
    (
        r"^KC411 |^KC412 ",
        "The weights do something else than they say, or nothing; what they were meant "
        "for is not part of the measured truth.",
    ),
    (
        r"^KC(309|311|315) claims misreported",
        "A figure of soft labels, of scores cut to ids or of a cut at 0 can be near "
        "the truth by chance.",
    ),
    (
        r"^KC(308|313) claims misreported: AUC",
        "How far a curve over all columns is off depends on how alike the classes are.",
    ),
    (
        r"^KC206 claims no-learning: .* real",
        "The unit still ranks real targets; the loss is negative and means nothing.",
    ),
    (
        r"^KC10[12567] claims (worse-training|miscalibrated): .*",
        "Small here: the harm is in calibration, which the audit does not judge for "
        "focal losses and soft labels, or below its threshold.",
    ),
    (
        r"^KC104 claims no-learning: .*real",
        "Labels of shape (samples, ...) on one unit: Keras squeezes the output as well "
        "and compares places or samples, so it learns by accident.",
    ),
    (
        r"^KC204 claims no-learning: .* real counts column",
        "A column under several units broadcasts: each learns the one target.",
    ),
    (
        r"^KC104 claims raises: Sparse\w+ .*soft",
        "Soft labels are cut to the id 0, the one class of one unit: nothing raises, "
        "and nothing is learned.",
    ),
    (
        r"^KC205 claims no-learning: .* void",
        "-1 next to 0 and 1 may be a class or stand for none, which JAX leaves out.",
    ),
    (
        r"^KC306 claims misreported",
        "How much a cut at 0.5 is off depends on how large the logits are.",
    ),
    (
        r"^KC(120|121|102) claims .*(signed|count|byte) rows",
        "The highest unit of a row is still right; the loss and the probabilities are "
        "not.",
    ),
)
"""Pattern of a finding without harm, and the reason why it is reported."""


def reason(kind: Kind) -> str | None:
    """Return why a kind remains; None: it is to be looked at."""
    rows = SILENT if kind.silent else LOUD
    found = (why for pattern, why in rows if re.search(pattern, kind.signature))
    return next(found, None)
