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


FURTHER_FAULTS = {
    "a sigmoid of a sigmoid, whose decisions get better": (
        "KC111",
        rows([0.57, 0.535, 0.53, 0.528, 0.527], accuracy=[0.51, 0.54, 0.57, 0.6, 0.63]),
    ),
    "a sigmoid of a sigmoid, of which class 1 is rare": (
        "KC111",
        rows(
            [0.686, 0.645, 0.632, 0.6296, 0.6275, 0.6262],
            accuracy=[0.3, 0.38, 0.41, 0.46, 0.51, 0.56],
        ),
    ),
    "right decisions that cost as much as wrong ones": (
        "KC105",
        rows([11.3, 12.0, 12.8, 12.3, 11.9], accuracy=[0.32, 0.48, 0.64, 0.64, 0.63]),
    ),
    "signed labels, soon learned": (
        "KC316",
        rows(
            [0.21, 0.07, 0.055, 0.044, 0.043],
            accuracy=[0.44, 0.483, 0.485, 0.489, 0.49],
        ),
    ),
    "a softmax of a softmax on a hard task": (
        "KC111",
        rows([1.26, 1.04, 0.985, 0.965], accuracy=[0.53, 0.74, 0.78, 0.795]),
    ),
    "one answer for all samples, at a share of 0.71": (
        "KC103",
        rows([0.57, 0.47, 0.41, 0.38], accuracy=[0.7067] * 4),
    ),
    "outputs that are cut, while decisions change": (
        "KC101",
        rows(
            [2.1, 1.4, 1.3851, 1.3851, 1.3851], accuracy=[0.4, 0.46, 0.45, 0.46, 0.45]
        ),
    ),
    "signed labels, of which half are never right": (
        "KC316",
        rows([0.78, 0.35, 0.25, 0.2, 0.17], accuracy=[0.2, 0.35, 0.39, 0.41, 0.42]),
    ),
    "a hinge of probabilities": (
        "KC114",
        rows(
            [0.8122, 0.7273, 0.7082, 0.6937, 0.6844, 0.6778],
            accuracy=[0.7348, 0.7852, 0.8089, 0.8237, 0.837, 0.84],
        ),
    ),
    "a sigmoid of a sigmoid that says yes to all": (
        "KC111",
        rows([0.651, 0.617, 0.613, 0.609], accuracy=[0.403, 0.431, 0.461, 0.486]),
    ),
    "a softmax of a softmax, by the sum of loss and accuracy": (
        "KC111",
        rows(
            [1.4297, 1.3068, 1.2864, 1.2709, 1.2558, 1.248, 1.2568, 1.242, 1.248],
            accuracy=[0.629, 0.735, 0.755, 0.77, 0.792, 0.797, 0.786, 0.798, 0.794],
        ),
    ),
    "signed labels, of which three in five are never right": (
        "KC316",
        rows([0.736, 0.413, 0.323, 0.305], accuracy=[0.038, 0.234, 0.312, 0.32]),
    ),
    "outputs that are cut to ln 6 at last": (
        "KC101",
        rows(
            [2.9743, 1.2058, 0.9499, 1.8014, 1.7918, 1.7918],
            accuracy=[0.36, 0.658, 0.74, 0.574, 0.568, 0.549],
        ),
    ),
    "outputs that are all cut, once something was learned": (
        "KC105",
        rows(
            [4.26, 2.95, 2.954, 2.986, 2.9941, 2.9941, 2.9941, 2.9941],
            accuracy=[0.411, 0.145, 0.072, 0.065, 0.0567, 0.0567, 0.0567, 0.0567],
        ),
    ),
    "a hinge of probabilities that says no to all": (
        "KC114",
        rows(
            [1.2009, 1.0925, 1.0453, 1.0249, 1.0154, 1.0103, 1.0074],
            accuracy=[0.9124, *[0.9314] * 6],
        ),
    ),
    "several rare labels under exclusive classes": (
        "KC208",
        rows(
            [0.51, 0.292, 0.266, 0.274, 0.292, 0.316, 0.346, 0.375, 0.401, 0.43],
            binary_accuracy=[
                *(0.941, 0.94, 0.921, 0.907, 0.894),
                *(0.888, 0.879, 0.876, 0.872, 0.869),
            ],
        ),
    ),
    "outputs that are cut, in jumps": (
        "KC105",
        rows([2.71, 1.43, 1.59, 1.15, 1.02], accuracy=[0.71, 0.79, 0.76, 0.81, 0.82]),
    ),
    "several labels under exclusive classes": (
        "KC208",
        rows([6.0, 5.7, 5.8, 6.3], binary_accuracy=[0.57, 0.58, 0.6, 0.62]),
    ),
    "wrong decisions that cost what is cut": (
        "KC101",
        rows([6.17, 4.03, 3.1], accuracy=[0.6172, 0.75, 0.8]),
    ),
    "outputs that are cut, and then come back": (
        "KC101",
        rows(
            [3.22, 2.85, 2.41, 2.16, 1.94, 1.59],
            accuracy=[0.64, 0.67, 0.68, 0.69, 0.7, 0.71],
        ),
    ),
    "outputs without a gradient at first": (
        "KC105",
        rows(
            [4.45, 4.36, 3.5, 1.54, 0.86], accuracy=[0.494, 0.527, 0.538, 0.615, 0.676]
        ),
    ),
    "a sigmoid of a sigmoid, whose decisions cost nothing": (
        "KC111",
        rows(
            [0.534, 0.486, 0.483, 0.482, 0.481, 0.479],
            accuracy=[0.65, 0.8, 0.84, 0.87, 0.873, 0.894],
        ),
    ),
    "a sigmoid of a sigmoid that returns one half for all": (
        "KC111",
        rows(
            [0.7034, 0.6932, 0.6932, 0.6932, 0.6932],
            accuracy=[0.476, 0.418, 0.424, 0.422, 0.424],
        ),
    ),
    "a softmax of a softmax that comes to its floor from above": (
        "KC111",
        rows(
            [1.08, 0.941, 0.718, 0.615, 0.586, 0.571],
            accuracy=[0.41, 0.797, 0.936, 0.963, 0.983, 0.993],
        ),
    ),
    "a softmax of a softmax that keeps its level, half learned": (
        "KC111",
        rows(
            [2.485, 2.422, 2.345, 2.27, 2.202, 2.142],
            accuracy=[0.102, 0.235, 0.342, 0.42, 0.476, 0.544],
        ),
    ),
    "outputs that are cut one by one": (
        "KC105",
        rows(
            [0.783, 1.129, 1.351, 1.36, 1.362],
            accuracy=[0.757, 0.433, 0.271, 0.265, 0.264],
        ),
    ),
    "several labels under exclusive classes, for long": (
        "KC208",
        rows(
            [6.97, 5.74, 6.61, 8.56, 12.5, 24.4, 26.8],
            binary_accuracy=[0.72, 0.73, 0.73, 0.73, 0.71, 0.68, 0.69],
        ),
    ),
    "an exact match of labels that are predicted well": (
        "KC305",
        rows(
            [0.25, 0.023, 0.017, 0.0093, 0.0055, 0.0043, 0.005],
            accuracy=[0.0, 0.009, 0.041, 0.063, 0.12, 0.138, 0.16],
        ),
    ),
    "outputs that are cut to ln 9 in validation": (
        "KC105",
        rows(
            [4.337, 2.194, 2.1942, 2.194, 2.1941],
            accuracy=[0.149, 0.163, 0.164, 0.164, 0.164],
            val_loss=[2.238, 2.1972, 2.1972, 2.1972, 2.1972],
            val_accuracy=[0.132] * 5,
        ),
    ),
    "real targets under a cross-entropy, with errors that stay": (
        "KC206",
        rows(
            [0.606, 0.058, -0.65, -1.645, -2.752, -3.601, -4.25, -4.782],
            mae=[0.865, 0.766, 0.674, 0.61, 0.559, 0.529, 0.523, 0.53],
        ),
    ),
    "several labels under outputs that are cut": (
        "KC101",
        rows([1.237, 0.355, 0.241, 0.305], binary_accuracy=[0.87, 0.947, 0.965, 0.968]),
    ),
    "targets that a sigmoid comes closer to, by less and less": (
        "KC120",
        rows([9100.0, 8970.0, 8920.0, 8900.0, 8892.0], mae=[95.0, 94.4, 94.2, 94, 94]),
    ),
}


@pytest.mark.parametrize("what", FURTHER_FAULTS)
def test_a_fault_is_named_by_what_its_loss_cannot_do(what):
    code, epochs = FURTHER_FAULTS[what]
    assert code in codes(*epochs)


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
    "a hundred classes, squared": rows(
        [0.0099, 0.0096, 0.009, 0.0085], accuracy=[0.03, 0.12, 0.21, 0.29]
    ),
    "a likelihood of targets without noise": rows(
        [1.1, 0.2, -0.7, -1.4, -1.9], mae=[0.7, 0.24, 0.1, 0.05, 0.03]
    ),
    "seven classes of one size that cannot be learned": rows(
        [1.9502, 1.9461, 1.946, 1.9459],
        accuracy=[0.139, 0.143, 0.142, 0.143],
        val_loss=[1.946, 1.9459, 1.9459, 1.9459],
    ),
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
    "prices, by steps that grow": rows(
        [91123.0, 89500.0, 87060.0, 83150.0, 77310.0],
        mae=[299.2, 296.4, 292.1, 285.1, 274.2],
    ),
    "an error of one size, once the mean is learned": rows(
        [400.0, 130.0, 104.0, 101.0, 100.5, 100.4], mae=[17.0, 9.5, 8.4, 8.2, 8.1, 8.1]
    ),
    "three classes, smoothed": rows(
        [1.007, 0.854, 0.833, 0.839, 0.822],
        accuracy=[0.532, 0.705, 0.729, 0.71, 0.732],
    ),
    "four classes, slow": rows(
        [1.377, 1.364, 1.34, 1.3, 1.244, 1.17],
        accuracy=[0.3, 0.45, 0.55, 0.63, 0.68, 0.71],
    ),
    "a sigmoid that is slow to be sure": rows(
        [0.682, 0.649, 0.62, 0.595, 0.573, 0.554],
        accuracy=[0.54, 0.816, 0.858, 0.855, 0.86, 0.858],
    ),
    "twenty classes, focal, too slow": rows(
        [0.681, 0.677, 0.675, 0.672, 0.67], accuracy=[0.074, 0.075, 0.074, 0.072, 0.07]
    ),
    "twenty classes, focal": rows(
        [0.698, 0.592, 0.535, 0.498, 0.464], accuracy=[0.066, 0.187, 0.249, 0.292, 0.32]
    ),
    "two classes under a squared error": rows(
        [0.303, 0.261, 0.242, 0.225, 0.21], accuracy=[0.476, 0.519, 0.532, 0.524, 0.551]
    ),
    "five classes, focal, that come to rest": rows(
        [0.252, 0.242, 0.237, 0.233, 0.231, 0.23],
        accuracy=[0.251, 0.299, 0.323, 0.344, 0.359, 0.37],
    ),
    "thirty classes, focal": rows(
        [0.691, 0.409, 0.302, 0.27, 0.237, 0.22],
        accuracy=[0.289, 0.46, 0.567, 0.576, 0.606, 0.682],
    ),
    "many classes under a squared error": rows(
        [0.0323, 0.0323, 0.0323, 0.0323], accuracy=[0.032, 0.032, 0.032, 0.032]
    ),
    "four classes that guess": rows(
        [1.392, 1.3872, 1.3868, 1.3868, 1.3867],
        accuracy=[0.25, 0.252, 0.26, 0.255, 0.262],
    ),
    "a rate that was too high at first": rows(
        [0.903, 0.158, 0.208, 0.166, 0.118], accuracy=[0.892, 0.976, 0.966, 0.97, 0.985]
    ),
    "nothing but a loss": rows([0.9, 0.5, 0.4]),
    "two classes of raw inputs, at a low rate": rows(
        [4.31, 2.57, 1.81, 1.45, 1.29, 1.21, 1.14, 1.08],
        accuracy=[0.6, 0.71, 0.75, 0.77, 0.79, 0.8, 0.8, 0.82],
    ),
    "two classes of raw inputs, at a rate far too low": rows(
        [6.709, 5.506, 4.589, 3.874, 3.317, 2.885, 2.551, 2.314],
        accuracy=[0.493, 0.499, 0.517, 0.531, 0.551, 0.563, 0.591, 0.609],
    ),
    "two classes of raw inputs that move by a little": rows(
        [10.245, 10.143, 10.044, 9.939, 9.843, 9.746, 9.644, 9.549],
        accuracy=[0.365, 0.365, 0.363, 0.365, 0.365, 0.365, 0.368, 0.368],
    ),
    "raw inputs that were sorted by class": rows(
        [10.39, 8.3, 6.49, 4.81, 3.4, 2.42],
        accuracy=[0.48, 0.55, 0.55, 0.59, 0.67, 0.73],
        val_loss=[0.0, 0.0, 0.0, 0.0, 0.089, 0.357],
        val_accuracy=[1.0, 1.0, 1.0, 1.0, 0.974, 0.947],
    ),
    "two balanced classes that cannot be learned": rows(
        [2.7, 0.6932, 0.6931, 0.6932, 0.6931, 0.6931],
        accuracy=[0.509, 0.5, 0.475, 0.489, 0.489, 0.5],
    ),
    "three classes, smoothed by 0.2, on a hard task": rows(
        [1.01, 0.902, 0.815, 0.762, 0.736, 0.723, 0.716, 0.712, 0.709, 0.707],
        accuracy=[0.439, 0.723, 0.741, 0.852, 0.896, 0.913, 0.916, 0.919, 0.921, 0.927],
    ),
    "six classes, smoothed by 0.2, on an easy task": rows(
        [0.979, 0.758, 0.7432, 0.739, 0.7364, 0.7344, 0.7329, 0.7317, 0.7306, 0.7296],
        accuracy=[0.879, *[1.0] * 9],
    ),
    "two classes of raw inputs that are not learned": rows(
        [5.573, 3.606, 2.812, 2.394, 2.084],
        accuracy=[0.494, 0.496, 0.508, 0.518, 0.524],
    ),
    "four classes of raw inputs that are not learned": rows(
        [4.941, 4.248, 3.641, 3.128, 2.729, 2.435, 2.212, 2.039],
        accuracy=[0.251, 0.247, 0.253, 0.243, 0.243, 0.25, 0.247, 0.242],
    ),
    "two classes, smoothed by 0.3": rows(
        [0.616, 0.56, 0.536, 0.521, 0.513, 0.509],
        accuracy=[0.719, 0.84, 0.879, 0.891, 0.9, 0.903],
    ),
    "three classes, smoothed by 0.2, on an easy task": rows(
        [1.035, 0.724, 0.592, 0.53, 0.519, 0.506],
        accuracy=[0.49, 0.86, 0.98, 1.0, 1.0, 1.0],
    ),
    "eight classes, smoothed by 0.2": rows(
        [1.325, 1.002, 0.96, 0.944, 0.935, 0.931],
        accuracy=[0.765, 0.955, 0.965, 0.971, 0.973, 0.975],
    ),
    "a class that weighs five times": rows(
        [1.006, 0.826, 0.765, 0.731, 0.697, 0.691, 0.681, 0.668, 0.646],
        accuracy=[0.58, 0.76, 0.8, 0.81, 0.83, 0.83, 0.83, 0.83, 0.842],
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_log_names_no_rule(name):
    assert codes(*RIGHT[name]) == ()


@pytest.mark.parametrize(
    "line",
    [
        "loss: 0.41 - accuracy: 0.59",
        "Loss: 0.4127 Acc: 59%",
        "loss 0.33 acc 0.71 precision 0.71 recall 0.71",
        "loss: 0.21 acc: 0.95 top_k_accuracy: 1.00",
    ],
)
def test_rounded_figures_that_stay_the_same_prove_nothing(line):
    assert explain_text(f"{line}\n" * 4).codes == ()


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
