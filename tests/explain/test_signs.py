"""Signs name rules that exist, and no more than a log can show."""

import pytest

from kerascheck.explain.explanation import explain
from kerascheck.explain.read import parse
from kerascheck.explain.signs import SIGNS
from kerascheck.report.rule_page import section
from kerascheck.rules import our_rules
from tools.training_logs.stored import stored

RULES = {rule.code: rule for rule in our_rules()}


def shown(value):
    return value if isinstance(value, str) else f"{value:.4f}"


def as_log(*epochs):
    return "\n".join(
        " - ".join(f"{name}: {shown(value)}" for name, value in epoch.items())
        for epoch in epochs
    )


def explain_text(text):
    log = parse(text.encode())
    return log and explain(log)


def codes(*epochs):
    return explain_text(as_log(*epochs)).codes


def rows(loss, **figures):
    return [
        {"loss": cost, **{name: values[i] for name, values in figures.items()}}
        for i, cost in enumerate(loss)
    ]


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.title)
def test_every_code_of_a_sign_is_a_rule_that_speaks_of_logs(sign):
    for code in sign.codes:
        assert section(RULES[code], "In the log")


def test_every_sign_is_seen_in_a_stored_log_and_speaks_for_no_more_than_it_says():
    unseen = {sign.title for sign in SIGNS}
    texts = [log.log for log in stored().values()]
    texts += [as_log(*epochs) for epochs in (*FAULTS.values(), ALL_POSITIVE)]
    for text in texts:
        for one in getattr(explain_text(text), "seen", ()):
            assert set(one.codes) <= set(one.sign.codes)
            unseen.discard(one.sign.title)
    assert unseen == set()


FAULTS = {
    "KC103": rows([0.6, 0.4, 0.3], accuracy=[0.59, 0.59, 0.59]),
    "KC206": rows([-0.5, -3.0, -9.0], accuracy=[0.3, 0.3, 0.4]),
    "KC104": rows([0.0, 0.0, 0.0], accuracy=[0.5, 0.5, 0.6]),
    "KC209": rows(["nan", "nan"], accuracy=[0.5, 0.5]),
    "KC113": rows([1.0, "nan"], mae=[2.0, "nan"]),
    "KC309": rows([0.5, 0.2, 0.1], accuracy=[0.0, 0.0, 0.0]),
    "KC301": rows([0.65, 0.3, 0.1], accuracy=[0.2, 0.3, 0.4]),
    "KC316": rows([0.9, 0.1, 0.02], accuracy=[0.45, 0.48, 0.48]),
    "KC101": rows([2.4, 1.9, 2.1], accuracy=[0.7, 0.79, 0.8]),
    "KC111": rows(
        [2.2, 1.8, 1.6, 1.55, 1.53, 1.52], accuracy=[0.4, 0.7, 0.9, 0.95, 0.96, 0.97]
    ),
    "KC303": rows([0.6, 0.4], categorical_accuracy=[1.0, 1.0]),
    "KC302": rows([1.6, 0.9], binary_accuracy=[0.91, 0.95]),
    "KC311": rows([0.6, 0.4, 0.3], binary_accuracy=[0.5, 0.5, 0.5]),
    "KC109": rows([3.4, 3.3], accuracy=[0.7, 0.7], val_loss=[0.2, 0.1]),
    "KC208": rows([2.7, 4.0, 6.5], accuracy=[0.4, 0.5, 0.5]),
    "KC314": rows([1.0, 0.7], accuracy=[0.6, 0.7], top_k_categorical_accuracy=[1, 1]),
    "KC313": rows(
        [0.6, 0.5],
        accuracy=[0.61, 0.72],
        precision=[0.61, 0.72],
        recall=[0.61, 0.72],
    ),
    "KC307": rows(
        [0.7, 0.4, 0.3], accuracy=[0.6, 0.8, 0.9], f1_score=[0.66, 0.66, 0.66]
    ),
    "KC312": rows([0.5, 0.3], accuracy=[0.7, 0.8], binary_crossentropy=[1.9, 1.5]),
    "KC315": rows([0.7, 0.4, 0.3], accuracy=[0.6, 0.8, 0.9], mean_io_u=[0.4, 0.4, 0.4]),
    "KC120": rows([250.0, 250.0, 250.0], mae=[12.0, 12.0, 12.0]),
}


def test_an_accuracy_that_moves_a_little_is_not_said_to_be_one_number():
    epochs = rows([0.69, 0.5, 0.4, 0.3], accuracy=[0.5, 0.502, 0.501, 0.5])
    seen = explain_text(as_log(*epochs)).seen
    says = [one.reading.says for one in seen if "stuck" in one.sign.title]
    assert says == ["the accuracy stays between 0.5000 and 0.5020"]


ALL_POSITIVE = rows([0.7, 0.5, 0.45], accuracy=[0.5] * 3, recall=[1.0] * 3)


def test_a_recall_of_one_beside_an_accuracy_that_stays_is_a_threshold():
    assert "KC311" in codes(*ALL_POSITIVE)


@pytest.mark.parametrize("code", FAULTS)
def test_a_typical_log_names_its_rule(code):
    assert code in codes(*FAULTS[code])


RIGHT = {
    "a hard task": rows([0.69, 0.66, 0.65], accuracy=[0.52, 0.6, 0.61]),
    "one that cannot be learned": rows(
        [0.695, 0.693, 0.693], accuracy=[0.49, 0.5, 0.51]
    ),
    "a rare class": rows([0.4, 0.3, 0.26], accuracy=[0.9, 0.9, 0.9]),
    "a rare class, focal": rows([0.12, 0.07, 0.05], accuracy=[0.9, 0.9, 0.9]),
    "overfitting": rows(
        [0.4, 0.02, 0.001],
        accuracy=[0.8, 0.99, 1.0],
        val_loss=[0.5, 0.9, 1.6],
        val_accuracy=[0.75, 0.74, 0.74],
    ),
    "converged": rows(
        [0.3, 0.1, 0.1, 0.1, 0.1], accuracy=[0.9, 0.97, 0.97, 0.97, 0.97]
    ),
    "unscaled inputs": rows([32.0, 5.8, 3.2, 2.1], accuracy=[0.4, 0.75, 0.83, 0.87]),
    "smoothed labels": rows(
        [0.75, 0.57, 0.54, 0.53, 0.52], accuracy=[0.93, 0.97, 0.98, 0.985, 0.99]
    ),
    "ten classes, focal": rows([0.35, 0.2, 0.12], accuracy=[0.35, 0.55, 0.68]),
    "a likelihood": rows([0.4, -0.8, -1.6, -2.1]),
    "counts under Poisson": rows([-5.0, -9.0, -9.4, -9.45], mae=[3.0, 2.0, 1.9, 1.9]),
    "prices": rows([90927.0, 90812.0, 90742.0], mae=[298.9, 298.7, 298.6]),
    "strong dropout": rows(
        [0.6, 0.35, 0.3], accuracy=[0.7, 0.85, 0.88], val_loss=[0.3, 0.1, 0.06]
    ),
    "perfect": rows([0.2, 0.01, 0.001], accuracy=[0.95, 1.0, 1.0]),
    "top five of ten": rows(
        [2.0, 1.5], accuracy=[0.3, 0.5], top_k_categorical_accuracy=[0.8, 0.95]
    ),
    "nothing but a loss": rows([0.9, 0.5, 0.4]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_log_names_no_rule(name):
    assert codes(*RIGHT[name]) == ()


MESSAGES = {
    "KC103": "UserWarning: You are using a softmax over axis -1 of a tensor of shape "
    "(None, 1). This axis has size 1.",
    "KC102": '"`binary_crossentropy` received `from_logits=True`, but the `output` '
    "argument was produced by a Sigmoid activation and thus does not represent logits.",
    "KC202": "ValueError: Argument `output` must have rank (ndim) `target.ndim - 1`. "
    "Received: target.shape=(None, 10), output.shape=(None, 10)",
    "KC201": "ValueError: Arguments `target` and `output` must have the same shape. "
    "Received: target.shape=(None, 1), output.shape=(None, 10)",
    "KC203": "ValueError: `logits` and `labels` must have the same shape, received "
    "((None, 1) vs (None, 10)).",
    "KC205": "Received a label value of 9 which is outside the valid range of [0, 9).",
    "KC104": "Received a label value of 1 which is outside the valid range of [0, 1).",
    "KC207": "ValueError: Invalid dtype: str96",
    "KC410": "AttributeError: 'list' object has no attribute 'get'",
    "KC404": "ValueError: `class_weight` is only supported for Models with a single "
    "output.",
    "KC415": "ValueError: Data cardinality is ambiguous. Make sure all arrays contain",
}


@pytest.mark.parametrize("code", MESSAGES)
def test_an_error_names_its_rule_first(code):
    explanation = explain(parse(f"Epoch 1/5\n{MESSAGES[code]}\n".encode()))
    assert explanation.codes[0] == code
    assert explanation.seen[0].reading.lines[0].number == 2


def test_an_error_of_something_else_names_none():
    text = b"Epoch 1/5\nModuleNotFoundError: No module named 'pandas'\n"
    assert explain(parse(text)).codes == ()
