"""How the shape of labels stands to the shape of an output."""

import pytest

from kerascheck.keras_api.layout import Layout, layout


@pytest.mark.parametrize(
    ("output", "labels", "expected"),
    [
        ((None, 3), (9, 3, 1), Layout.SAME),
        ((None, None), (9, 4, 1), Layout.SAME),
        ((None, 3), (9, 4, 1), Layout.RANK),
        ((None, 3), (9, 3, 2), Layout.RANK),
    ],
)
def test_labels_of_one_axis_more_are_squeezed_where_the_others_match(
    output, labels, expected
):
    assert layout(output, labels) is expected
