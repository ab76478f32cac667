import json

import pytest

from kerascheck.confirm.result import Raised, SeedResult, SetupResult, Spread, Status
from tests.confirm.builders import setup


def seed(number: int, **values: object) -> SeedResult:
    return SeedResult(seed=number, reported={"accuracy": 0.5 + number}, **values)


RESULT = SetupResult(
    setup=setup(1, "sigmoid", "BCE"),
    status=Status.TRAINED,
    warnings=("watch out",),
    seeds=(
        seed(0, accuracy=0.9, loss_curve=(0.7, None), steps_to_accuracy=20),
        seed(1, accuracy=0.8, loss_curve=(0.6, 0.1)),
    ),
    not_reported={"AUC": Raised(type="ValueError", message="no")},
    environment={"backend": "tensorflow"},
    seconds=1.5,
)


def test_a_result_survives_json():
    text = json.dumps(RESULT.to_dict(), allow_nan=False)
    assert SetupResult.from_dict(json.loads(text)) == RESULT


def test_an_error_survives_json():
    raised = SetupResult(
        setup=RESULT.setup,
        status=Status.RAISED,
        error=Raised(type="ValueError", message="shapes", cause=None),
    )
    assert SetupResult.from_dict(json.loads(json.dumps(raised.to_dict()))) == raised


def test_a_spread_is_mean_and_scatter_over_seeds():
    found = RESULT.spread("accuracy")
    assert found is not None
    assert found.mean == pytest.approx(0.85)
    assert found.deviation == pytest.approx(0.0707, abs=1e-4)
    assert found.count == 2


def test_a_spread_covers_reported_metrics():
    assert RESULT.values("accuracy") == (0.9, 0.8)
    assert RESULT.values("auc") == ()
    assert RESULT.spread("auc") is None


def test_only_seeds_that_got_there_count():
    assert RESULT.values("steps_to_accuracy") == (20,)


def test_one_seed_has_no_scatter():
    assert Spread.of([0.5]) == Spread(mean=0.5, deviation=0.0, count=1)


def test_node_names_are_left_out_of_a_message():
    error = ValueError(
        "Dimensions must be equal, but are 64 and 2 for '{{node loss/sub}} = "
        "Sub[T=DT_FLOAT](a/Cast, sequential_6/dense_13/BiasAdd)' with input shapes: "
        "[64], [64,2]."
    )
    assert Raised.of(error).message == (
        "Dimensions must be equal, but are 64 and 2 for Sub with input shapes: "
        "[64], [64,2]."
    )


def test_a_graph_error_names_its_cause():
    error = RuntimeError(
        "Graph execution error:\n\nDetected at node loss/x defined at (most recent):\n"
        '  File "a.py", line 1\n\n'
        "Received a label value of 2 which is outside the valid range of [0, 2).  "
        "Label values: 2 1 1\n\t [[{{node loss/x}}]] [Op:__inference_1]"
    )
    raised = Raised.of(error)
    assert raised.message == "Graph execution error:"
    assert raised.cause == (
        "Received a label value of 2 which is outside the valid range of [0, 2)."
    )


def test_an_error_without_text_has_an_empty_message():
    assert Raised.of(KeyError()).message == ""
