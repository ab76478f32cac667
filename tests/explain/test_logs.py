"""Logs of real trainings: faults are named, and right ones are left alone."""

import pytest

from kerascheck.explain.explanation import explain
from kerascheck.explain.read import parse
from tools.training_logs.how import FURTHER_STYLES
from tools.training_logs.stored import score, stored

LOGS = stored()

SIDES = [("tuned", 300, 0.9), ("seen", 430, 0.9), ("judged", 100, 0.9)]
"""Side, faults that its logs show at least, and the share that is named at least.

The judged ones are just above nine of ten (92 of 101): this guards what is reached.
"""

COMMA = 1e-4
"""Progress shows four digits."""


def test_a_right_log_never_names_a_rule():
    right = [log for log in LOGS.values() if log.is_right]
    assert len(right) >= 1000
    assert {log.key: log.named for log in right if log.named} == {}


def test_one_right_model_of_raw_inputs_ended_in_nan():
    lost = [log.key for log in LOGS.values() if not log.fault and not log.is_right]
    assert lost == ["skewed/class-unscaled"]


def test_right_logs_have_no_finding_that_counts():
    for log in LOGS.values():
        if not log.fault:
            assert set(log.findings.values()) <= {"note"}


def test_the_fault_of_a_log_is_what_checking_the_model_finds():
    for log in LOGS.values():
        if log.fault:
            assert log.fault in log.findings


@pytest.mark.parametrize(("side", "least", "share"), SIDES)
def test_faults_that_a_log_shows_are_named(side, least, share):
    found = score(side)
    assert found.shown >= least
    assert found.named / found.shown >= share
    assert found.codes < 4


def test_no_rule_is_named_on_a_hundred_right_logs_that_no_sign_was_set_on():
    found = score("judged")
    assert found.right >= 100
    assert found.alarms == 0


@pytest.mark.parametrize("style", FURTHER_STYLES)
def test_every_figure_of_a_log_is_read(style):
    logs = [log for log in LOGS.values() if log.style == style and not log.error]
    assert len(logs) > 20
    for log in logs:
        found = parse(log.log.encode())
        names = set(log.history) - {"learning_rate"}
        assert set(found.names) == names
        for name in names:
            values = [point.value for point in found.curve(name)]
            assert values == pytest.approx(
                log.history[name], rel=1e-3, abs=COMMA, nan_ok=True
            )


SPELLED = {
    "loss": "Train Loss",
    "accuracy": "Train Acc",
    "val_loss": "Validation Loss",
    "val_accuracy": "Validation Acc",
}


def lines_of(history, form):
    count = len(next(iter(history.values())))
    return "\n".join(
        form.format(
            n=place + 1,
            of=count,
            figures=" - ".join(f"{k}: {v[place]:.6g}" for k, v in history.items()),
            spelled=", ".join(
                f"{SPELLED.get(k, k)} = {v[place]:.6g}" for k, v in history.items()
            ),
        )
        for place in range(count)
    )


@pytest.mark.parametrize(
    "form",
    [
        "Epoch {n}/{of} - {figures}",
        "Epoch [{n}/{of}], {figures}",
        "Epoch {n}: {spelled}",
        "38/38 - 0s - 3ms/step - {figures}",
        "2024-01-01 10:00:00,123 INFO epoch {n}: {figures}",
    ],
)
def test_lines_of_other_programs_name_the_same_and_alarm_on_no_right_one(form):
    for log in LOGS.values():
        if log.style != "json" or log.error:
            continue
        found = parse(lines_of(log.history, form).encode())
        assert len(found.epochs) == len(log.history["loss"])
        assert set(explain(found).codes) == set(log.named), log.key
