import json

from tools.mutants import drawn, mutants, scores

CODES = {"a.f_1": 1, "a.f_2": 0, "a.f_3": -24, "a.f_4": 33, "a.f_5": None}


def test_parts_are_read_from_what_mutmut_keeps(tmp_path):
    for name, codes in {
        "labels/measure.py": CODES,
        "labels/npy.py": {"b.g_1": 1},
    }.items():
        file = tmp_path / f"{name}.meta"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"exit_code_by_key": codes}))
    assert mutants(tmp_path) == {"labels": {**CODES, "b.g_1": 1}}


def test_a_seed_draws_the_same_sample_of_each_part():
    parts = {"one": dict.fromkeys(map(str, range(50))), "two": {"x": None}}
    assert drawn(parts, 10, 3) == drawn(parts, 10, 3) != drawn(parts, 10, 4)
    assert len(drawn(parts, 10, 3)) == 11


def test_a_timeout_is_a_kill_and_what_no_test_reaches_is_alive():
    lines = list(scores({"labels": CODES}, CODES))
    assert lines == [
        "labels: 2 of 4 killed (50%): 1 killed, 1 no tests, 1 not run, 1 survived, "
        "1 timeout",
        "survived: a.f_2",
        "no tests: a.f_4",
    ]


def test_only_the_sample_counts():
    assert list(scores({"labels": CODES}, ["a.f_1"])) == [
        "labels: 1 of 1 killed (100%): 1 killed"
    ]
