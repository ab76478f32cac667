"""Labels that say little silence nothing: a tree may bring any beside its models."""

from dataclasses import replace

import numpy as np
import pytest

from kerascheck.engine.judge import judge
from kerascheck.labels.measure import measure
from kerascheck.rules import our_rules


def codes(model):
    """Return what is found, at which head and how loud, what is folded in included."""
    findings = judge(our_rules(), model).findings
    each = [one for finding in findings for one in (finding, *finding.follows)]
    return {(finding.code, finding.head) for finding in each}


def of_one_class(units):
    """Yield labels in which one class alone is seen, as a head of this width takes."""
    if units == 1:
        for value in (0, 1):
            for shape in ((1,), (64,), (64, 1)):
                yield np.full(shape, value)
        return
    rows = np.zeros((64, units))
    yield rows
    first = rows.copy()
    first[:, 0] = 1
    yield first
    yield np.zeros((1,), int)
    yield np.zeros((64,), int)


@pytest.mark.parametrize("rule", our_rules(), ids=lambda rule: rule.code)
def test_what_is_found_without_labels_is_found_with_labels_of_one_class(rule):
    for example in rule.bad():
        heads = tuple(replace(head, labels=None) for head in example.heads)
        bare = replace(example, heads=heads)
        found = codes(bare)
        for head in heads:
            for array in of_one_class(head.units or 1):
                labels = measure(array)
                labelled = replace(
                    bare,
                    heads=tuple(
                        replace(other, labels=labels) if other is head else other
                        for other in heads
                    ),
                )
                assert found <= codes(labelled), array.shape
